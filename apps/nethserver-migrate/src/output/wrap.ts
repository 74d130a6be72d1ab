/** How wide lines may be: of a terminal its width, elsewhere as long as they are. */
export function widthOf(stream: NodeJS.WritableStream): number {
  return 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : Infinity
}

/** A text in lines of a width, those after the first indented; a long word keeps its line. */
export function wrap(text: string, width: number, indent: string): string[] {
  if (text.length <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = `${indent}${word}`
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
