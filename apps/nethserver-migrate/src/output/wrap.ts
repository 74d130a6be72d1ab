/** How wide lines may be: of a terminal its width, elsewhere as long as they are. */
export function widthOf(stream: NodeJS.WritableStream): number {
  return 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : Infinity
}

/** A text in lines of a width, those after the first indented; a long word keeps its line. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > width) {
    const begins = rest.search(/\S/)
    const before = rest.lastIndexOf(' ', width)
    const end = before > begins ? before : rest.indexOf(' ', begins)
    if (end < 0) break
    lines.push(rest.slice(0, end))
    rest = `${indent}${rest.slice(end + 1)}`
  }
  return [...lines, rest]
}
