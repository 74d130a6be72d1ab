/** So much of a word is shown: a program text among the arguments would hide the rest. */
const SHOWN = 60

/** A command for people, on one line; long words are cut short. */
export function commandText(command: readonly string[]): string {
  return command.map(shorten).join(' ')
}

function shorten(word: string): string {
  const [line = ''] = word.split('\n')
  return line.length < word.length || line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : word
}
