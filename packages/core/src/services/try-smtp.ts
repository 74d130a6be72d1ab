import { toDisplay, type Bytes } from '../files/bytes.js'
import { Conversation } from './conversation.js'
import { failed, passed, type Means, type Tried } from './trial.js'

/** The greeting of the mail server, and its answer to ours; no message is sent. */
export async function trySmtp({ places, statusCommand, signal }: Means): Promise<Tried> {
  const { host, smtp: port } = places
  const server = await Conversation.open({ host, port }, signal)
  try {
    for (const [said, wanted] of [
      ['', '220'],
      ['EHLO localhost', '250'],
    ] as const) {
      if (said !== '') server.say(said)
      const answer = await reply(server)
      if (!answer.startsWith(wanted))
        return failed(
          `port ${port} ${said === '' ? 'greets' : `answers ${said}`} with: ${toDisplay(answer)}`,
          `Run ${statusCommand}, and look for the reason in /var/log/maillog`,
        )
    }
    server.say('QUIT')
    return passed(`port ${port} greets`)
  } finally {
    server.close()
  }
}

/** The first line of an answer, after all of it has come. */
async function reply(server: Conversation): Promise<Bytes> {
  const first = await server.line()
  for (let line = first; /^\d{3}-/.test(line);) line = await server.line()
  return first
}
