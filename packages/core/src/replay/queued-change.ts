import type { Change } from '../destination/changes.js'
import type { QueuedTask } from '../host/staged-host.js'

/** The account that a task makes. */
export interface QueuedAccount {
  readonly kind: 'user' | 'group'
  readonly name: string
}

/** Nothing for a task that makes no account. */
export function queuedAccount(task: QueuedTask): QueuedAccount | undefined {
  if (!('event' in task)) return undefined
  const [name] = task.args
  if (name === undefined) return undefined
  if (task.event === 'user-create') return { kind: 'user', name }
  return task.event === 'group-create' ? { kind: 'group', name } : undefined
}

/** What a task of the queue changes, as a report shows it. */
export function queuedChange(task: QueuedTask, isRepeated = false): Change {
  const repeated = isRepeated ? { repeated: true as const } : {}
  if ('event' in task) return { kind: 'event', event: task.event, args: task.args, ...repeated }
  return { kind: 'command', command: task.command, ...repeated }
}

/** What a task of the queue has made, for somebody who wants to take it back. */
export function madeByTask(task: QueuedTask): Change {
  const account = queuedAccount(task)
  if (account)
    return account.kind === 'user'
      ? { kind: 'user', name: account.name }
      : { kind: 'group', name: account.name, members: [] }
  const words = 'event' in task ? [task.event, ...task.args] : task.command
  const user = words[0] === 'lpasswd' ? words[words.length - 1] : words[1]
  const isPassword = words[0] === 'lpasswd' || words[0] === 'password-modify'
  return isPassword && user !== undefined ? { kind: 'password', user } : queuedChange(task)
}
