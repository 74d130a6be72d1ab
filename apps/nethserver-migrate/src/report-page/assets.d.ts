/** Files that the build puts into the bundle as texts. */
declare module '*.css' {
  const text: string
  export default text
}

declare module '*?bundled' {
  const script: string
  export default script
}
