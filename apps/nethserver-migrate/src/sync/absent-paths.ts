import { SOURCE_PATHS } from './source-paths.js'

/** What rsync says of a path that it was to fetch and that is not there, whatever its age. */
const ABSENT =
  /^rsync: (?:\[sender\] )?link_stat "\/(.*?)(?:\/\.?)?" failed: No such file or directory \(2\)$/s

const PATHS = new Set(SOURCE_PATHS.map((path) => path.replace(/\/$/, '')))

/** Whether a complaint only says that the old server has none of something: not every server has all. */
export function isAboutAbsent(complaint: string): boolean {
  const [, path] = ABSENT.exec(complaint) ?? []
  return path !== undefined && PATHS.has(path)
}
