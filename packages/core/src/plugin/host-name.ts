/**
 * Whether a text is a host name, as names in use are: letters, digits, dashes and underscores in
 * parts with dots between them. None of these has a meaning to a program that it is given to.
 */
export function isHostName(text: string): boolean {
  return /^\w[\w-]*(\.\w[\w-]*)*$/.test(text)
}
