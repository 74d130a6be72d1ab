import {
  toDisplay,
  type Bytes,
  type Log,
  type MigrateContext,
  type OperationResult,
} from '@nethserver-migrate/core'
import {
  foldName,
  formatQueue,
  parseQueues,
  valuesOf,
  type Queue,
  type QueueKind,
} from './queue-file.js'

interface QueuesFile {
  readonly kind: QueueKind
  readonly path: string
}

const FILES: readonly QueuesFile[] = [
  { kind: 'Printer', path: 'etc/cups/printers.conf' },
  { kind: 'Class', path: 'etc/cups/classes.conf' },
]

/** What becomes of the printers and classes of the old server. */
export interface QueuePlan {
  /** All of the old server. */
  readonly old: readonly Queue[]
  /** Those of them that the destination does not have yet. */
  readonly added: readonly Queue[]
  /** Those that the destination has after the import, be they added or there already. */
  readonly carried: readonly Queue[]
  /** Folded names of those that are something else at the destination, and stay so. */
  readonly kept: ReadonlySet<Bytes>
}

/** Compares the queues of both servers. Rule: README.md#printers-and-classes */
export function planQueues(context: MigrateContext): QueuePlan {
  const { log } = context
  const old = firstOfEachName(
    FILES.flatMap((file) => readOld(file, context)),
    log,
  )
  const { queues: here, closed } = readHere(context)
  const defaultHere = [...here.values()].find(({ isDefault }) => isDefault)
  const added: Queue[] = []
  const carried: Queue[] = []
  const kept = new Set<Bytes>()
  for (const queue of old) {
    const other = here.get(foldName(queue.name))
    if (!other && closed.has(queue.kind)) continue
    if (other && !isSame(queue, other)) {
      sayKept(queue, log)
      kept.add(foldName(queue.name))
      continue
    }
    carried.push(queue)
    if (!other) added.push(defaultHere ? { ...queue, isDefault: false } : queue)
  }
  const after = new Map(here)
  for (const queue of added) after.set(foldName(queue.name), queue)
  sayOtherDefault(old, after, log)
  sayMissingMembers(carried, after, log)
  return { old, added, carried, kept }
}

/** Adds queues to the files; the service does not run meanwhile, or it would write over them. */
export async function addQueues(
  { added }: QueuePlan,
  { destination }: MigrateContext,
): Promise<OperationResult[]> {
  const results: OperationResult[] = []
  const owner = destination.findGroup('lp') && { owner: { user: 'root', group: 'lp' } }
  const write = async () => {
    for (const { kind, path } of FILES) {
      const text = destination.readFile(`/${path}`)
      const blocks = added.filter((queue) => queue.kind === kind).map(formatQueue)
      if (text === undefined && blocks.length === 0) continue
      const content = [text === undefined ? '' : wholeLines(text), ...blocks].join('')
      results.push(await destination.writeFile({ to: `/${path}`, content, mode: 0o600, ...owner }))
    }
  }
  await (added.length > 0 ? destination.whileStopped('cups', write) : write())
  return results
}

function readOld({ kind, path }: QueuesFile, { source, log }: MigrateContext): readonly Queue[] {
  const found = source.kind(path)
  if (found === 'missing') {
    log.info(`${path} is not in the source: nothing of it to migrate`, { subject: path })
    return []
  }
  if (found !== 'file') {
    log.error(`${path} of the source is no regular file: nothing of it is migrated`, {
      code: 'no-regular-file',
      subject: path,
      remedy: 'Look at it by hand, and put the real file there if it is yours',
    })
    return []
  }
  const { queues, problems } = parseQueues(source.read(path), kind)
  for (const problem of problems)
    log.warning(`${path} of the source cannot be understood at ${problem}; the rest is migrated`, {
      code: 'queue-not-understood',
      subject: path,
      remedy: 'Set up the printer or class that stands there by hand',
    })
  return queues
}

/** By folded name; a file that is not understood is closed: nothing can be added to it. */
function readHere({ destination, log }: MigrateContext) {
  const queues = new Map<Bytes, Queue>()
  const closed = new Set<QueueKind>()
  for (const { kind, path } of FILES) {
    const { queues: found, problems } = parseQueues(destination.readFile(`/${path}`) ?? '', kind)
    for (const queue of found) queues.set(foldName(queue.name), queue)
    if (problems.length === 0) continue
    closed.add(kind)
    log.error(
      `/${path} of the destination cannot be understood at ${problems.join(', ')}: nothing is added to it`,
      {
        code: 'file-here-not-understood',
        subject: `/${path}`,
        remedy: 'Mend it while cups is stopped, then run the same command again',
      },
    )
  }
  return { queues, closed }
}

function firstOfEachName(queues: readonly Queue[], log: Log): Queue[] {
  const names = new Set<Bytes>()
  return queues.filter((queue) => {
    const name = foldName(queue.name)
    if (!names.has(name)) {
      names.add(name)
      return true
    }
    log.warning(`${describe(queue)}: the old server has another one of that name: skipped`, {
      code: 'queue-name-twice',
      subject: toDisplay(queue.name),
      remedy: 'Set it up by hand under another name if it is still needed',
    })
    return false
  })
}

/** The same device; a class of the same printers. What else differs was set here on purpose. */
function isSame(queue: Queue, other: Queue): boolean {
  const whatFor = ({ kind }: Queue) => (kind === 'Printer' ? 'DeviceURI' : 'Printer')
  const values = (one: Queue) => valuesOf(one, whatFor(one)).sort().join('\n')
  return queue.kind === other.kind && values(queue) === values(other)
}

function sayKept(queue: Queue, log: Log): void {
  log.warning(
    `${describe(queue)} is something else at the destination, which stays: that of the old server is not migrated`,
    {
      code: 'queue-exists',
      subject: toDisplay(queue.name),
      remedy: 'Compare both, and set up the old one by hand under another name',
    },
  )
}

function sayOtherDefault(old: readonly Queue[], after: ReadonlyMap<Bytes, Queue>, log: Log): void {
  const was = old.find(({ isDefault }) => isDefault)
  const is = [...after.values()].find(({ isDefault }) => isDefault)
  if (!was || (is && foldName(is.name) === foldName(was.name))) return
  log.notice(
    `the default printer of the old server was ${toDisplay(was.name)}, here it is ${is ? toDisplay(is.name) : 'none'}`,
    {
      code: 'other-default-printer',
      subject: toDisplay(was.name),
      remedy: 'To change it: lpadmin -d NAME',
    },
  )
}

function sayMissingMembers(
  carried: readonly Queue[],
  after: ReadonlyMap<Bytes, Queue>,
  log: Log,
): void {
  for (const queue of carried.filter(({ kind }) => kind === 'Class')) {
    const missing = valuesOf(queue, 'Printer').filter((name) => !after.has(foldName(name)))
    if (missing.length > 0)
      log.warning(
        `${describe(queue)} has printers that do not exist here: ${missing.map(toDisplay).join(', ')}`,
        {
          code: 'class-member-missing',
          subject: toDisplay(queue.name),
          remedy: 'Set up the printers, or take them out of the class',
        },
      )
  }
}

function describe({ kind, name }: Queue): string {
  return `${kind.toLowerCase()} ${toDisplay(name)}`
}

function wholeLines(text: Bytes): Bytes {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
