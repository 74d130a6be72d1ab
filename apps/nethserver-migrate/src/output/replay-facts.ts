import type { Report } from '@nethserver-migrate/core/runner'
import { count } from './sizes.js'

/** What a replay has run, or would run, in things a person knows. */
export function replayFacts({ changes, counts }: Report): string[] {
  const good = changes.filter(({ outcome }) => outcome === 'done' || outcome === 'pending')
  const words = good.map(({ change }) => {
    if (change.kind === 'event') return change.event
    return change.kind === 'command' ? change.command[0] : undefined
  })
  const of = (word: string) => words.filter((each) => each === word).length
  const kinds = (kind: 'event' | 'command') =>
    good.filter(({ change }) => change.kind === kind).length
  return [
    `${count(of('user-create'), 'user')}, ${count(of('group-create'), 'group')}, ${count(of('lpasswd'), 'password')}`,
    `${count(kinds('event'), 'event')}, ${count(kinds('command'), 'command')}`,
    ...(counts.unchanged > 0
      ? [`${count(counts.unchanged, 'account')} that the host had already`]
      : []),
  ]
}
