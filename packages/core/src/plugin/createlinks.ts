import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { byByteOrder, joinPath, parentOf, toBuffer, type Bytes } from '../files/bytes.js'

/** What a package registers for one event. docs/createlinks.md */
export interface EventLinks {
  /** Action name → level, 0 to 99. */
  readonly actions?: Readonly<Record<string, number>>
  /** Absolute paths of templates that the event expands. */
  readonly templates2expand?: readonly string[]
  /** Service name → verbs (`restart`, `reload`, …). */
  readonly services2adjust?: Readonly<Record<string, readonly string[]>>
}

/** Event name → its links. */
export type Createlinks = Readonly<Record<string, EventLinks>>

/** The one place that states where the actions of a plugin are linked. */
export function createlinks(links: Createlinks): Createlinks {
  for (const [event, { actions = {} }] of Object.entries(links))
    for (const [action, level] of Object.entries(actions))
      if (!Number.isInteger(level) || level < 0 || level > 99)
        throw new RangeError(`level ${level} of ${action} in ${event} is not a number from 0 to 99`)
  return links
}

/** The name of a link: `S`, the level as two digits, the action. */
export function linkName(level: number, action: string): string {
  return `S${String(level).padStart(2, '0')}${action}`
}

export interface ActionLink {
  readonly link: string
  readonly action: string
  readonly level: number
}

/** The action links of one event in the order in which they run: byte order of their names. */
export function actionLinks(registrations: Iterable<Createlinks>, event: string): ActionLink[] {
  const links: ActionLink[] = []
  for (const registration of registrations)
    for (const [action, level] of Object.entries(registration[event]?.actions ?? {}))
      links.push({ link: linkName(level, action), action, level })
  return links.sort((a, b) => byByteOrder(a.link, b.link))
}

/** The program behind a link: hands the event over to the command. */
function actionProgram(action: string): string {
  return `#!/bin/sh\nexec /usr/bin/nethserver-migrate run-action ${action} "$@"\n`
}

/**
 * Writes the tree of a registration below `root`, as the host's own packages ship it: links,
 * template markers, service verbs, and the programs of the actions themselves.
 * docs/createlinks.md#on-disk
 */
export function writeCreatelinks(registration: Createlinks, root: Bytes): void {
  const events = joinPath(root, 'etc/e-smith/events')
  for (const [
    event,
    { actions = {}, templates2expand = [], services2adjust = {} },
  ] of Object.entries(registration)) {
    for (const [action, level] of Object.entries(actions)) {
      const program = joinPath(events, 'actions', action)
      write(program, actionProgram(action))
      chmodSync(toBuffer(program), 0o755)
      const link = joinPath(events, event, linkName(level, action))
      mkdirSync(toBuffer(parentOf(link)), { recursive: true })
      if (exists(link)) rmSync(toBuffer(link))
      symlinkSync(`../actions/${action}`, toBuffer(link))
    }
    for (const template of templates2expand)
      write(joinPath(events, event, 'templates2expand', template), '')
    for (const [service, verbs] of Object.entries(services2adjust))
      write(
        joinPath(events, event, 'services2adjust', service),
        verbs.map((verb) => `${verb}\n`).join(''),
      )
  }
}

function write(path: Bytes, text: string): void {
  mkdirSync(toBuffer(parentOf(path)), { recursive: true })
  if (exists(path)) rmSync(toBuffer(path))
  writeFileSync(toBuffer(path), text, { mode: 0o644 })
}

function exists(path: Bytes): boolean {
  return (
    existsSync(toBuffer(path)) || lstatSync(toBuffer(path), { throwIfNoEntry: false }) !== undefined
  )
}
