import {
  createlinks,
  definePlugin,
  toDisplay,
  type Feature,
  type Plugin,
} from '@nethserver-migrate/core'
import { count } from '../output/sizes.js'
import { SYNC_EVENT } from './sync-event.js'

const NAME = 'nethserver-migrate-sync-mail'

/** Messages of one mailbox that the old server has no longer. */
export interface GoneMessages {
  /** The mailbox as a person knows it. */
  readonly mailbox: string
  /** Its folder at the destination. */
  readonly from: string
  /** Paths below it. */
  readonly files: readonly string[]
  /** Where they will lie. */
  readonly to: string
}

/**
 * The second half of a synchronisation, after the merge: what is gone on the old server goes here,
 * too. A plugin of our own, so that it is planned, journalled and reported like everything else.
 */
export function takingAway(feature: Feature, gone: readonly GoneMessages[]): Plugin {
  return definePlugin({
    name: NAME,
    feature,
    createlinks: createlinks({ [SYNC_EVENT]: { actions: { [NAME]: 60 } } }),
    actions: {
      [NAME]: async ({ destination, log }) => {
        for (const { mailbox, from, files, to } of gone) {
          const { outcome } = await destination.moveAside({ from, files, to })
          if (outcome === 'done' || outcome === 'pending')
            log.notice(
              `${mailbox}: ${outcome === 'done' ? 'moved' : 'would move'} ${count(files.length, 'message')} that the old server has no longer to ${toDisplay(to)}`,
              {
                code: 'messages-taken-away',
                subject: mailbox,
                remedy: 'Move back what is still wanted, remove the folder when nothing is',
              },
            )
        }
      },
    },
    covers: [],
    leavesOut: [],
    // Its one code is among the messages of the command.
    messages: {},
  })
}
