import { toBytes, toDisplay, type Bytes } from '../files/bytes.js'
import { Conversation } from './conversation.js'
import type { ServicePlaces, TestUser } from './service-test.js'
import { failed, notDone, passed, type Means, type Tried } from './trial.js'

interface ImapAnswer {
  /** What is said beside the result. */
  readonly lines: readonly Bytes[]
  readonly isOk: boolean
  /** The words of the result. */
  readonly text: string
}

/** Logs in as the test user and opens the inbox for reading: nothing of it changes. */
export async function tryImap(users: readonly string[], means: Means): Promise<Tried> {
  const { testUser, places, signal, statusCommand } = means
  if (testUser === undefined)
    return notDone(
      'nobody logs in: no test user was named',
      `Run verify with --test-user ${users[0] ?? 'NAME'} --password-file FILE, or with --password-file - and the password on standard input`,
    )
  const { server, port, isSecure } = await greeted(places, signal)
  const session = new ImapSession(server)
  try {
    const greeting = await server.line()
    const see = `Run ${statusCommand}, and look for the reason in /var/log/maillog`
    if (!/^\* (OK|PREAUTH)\b/i.test(greeting))
      return failed(`port ${port} greets with: ${toDisplay(greeting)}`, see)
    const { lines } = await session.ask('CAPABILITY')
    const offers = (word: string) => lines.some((line) => line.toUpperCase().includes(word))
    if (!isSecure && offers('STARTTLS')) {
      const { isOk, text } = await session.ask('STARTTLS')
      if (!isOk) return failed(`port ${port} refuses STARTTLS: ${text}`, see)
      await server.startTls()
    }
    const login = await session.logIn(testUser)
    if (!login.isOk)
      return failed(
        `the log-in of ${testUser.name} is refused: ${login.text}`,
        `Try doveadm auth test ${testUser.name}, which asks for the password; the reason is in /var/log/maillog`,
      )
    const inbox = await session.ask('EXAMINE INBOX')
    if (!inbox.isOk)
      return failed(
        `${testUser.name} can log in, but not open the inbox: ${inbox.text}`,
        `Look for the reason in /var/log/maillog, and who owns the mailbox: ls -ld /var/lib/nethserver/vmail/*`,
      )
    server.say('bye LOGOUT')
    const [, messages] = /^\* (\d+) EXISTS/im.exec(inbox.lines.join('\n')) ?? []
    return passed(
      `${testUser.name} can log in, the inbox has ${messages ?? 'an unknown number of'} messages`,
    )
  } finally {
    server.close()
  }
}

/** The port where a client begins without TLS; the other one where nobody listens there. */
async function greeted({ host, imap, imaps }: ServicePlaces, signal: AbortSignal) {
  try {
    const server = await Conversation.open({ host, port: imap }, signal)
    return { server, port: imap, isSecure: false }
  } catch (error) {
    if (signal.aborted) throw error
    const secure = Conversation.open({ host, port: imaps, secure: true }, signal)
    // What is wrong with the first port says more.
    const server = await secure.catch(() => {
      throw error
    })
    return { server, port: imaps, isSecure: true }
  }
}

class ImapSession {
  readonly #server: Conversation
  #count = 0

  constructor(server: Conversation) {
    this.#server = server
  }

  async ask(command: Bytes): Promise<ImapAnswer> {
    const tag = this.#nextTag()
    this.#server.say(`${tag} ${command}`)
    return this.#answer(tag)
  }

  /** Name and password go as literals, which may hold any byte; the server asks for each. */
  async logIn({ name, password }: TestUser): Promise<ImapAnswer> {
    const tag = this.#nextTag()
    const user = toBytes(name)
    for (const line of [`${tag} LOGIN {${user.length}}`, `${user} {${password.length}}`]) {
      this.#server.say(line)
      const refusal = await this.#answer(tag, '+')
      if (refusal.text !== '+') return refusal
    }
    this.#server.say(password)
    const { text, ...answer } = await this.#answer(tag)
    // Whatever a server may repeat.
    return { ...answer, text: text.replaceAll(toDisplay(password), '***') }
  }

  async #answer(tag: string, sign?: '+'): Promise<ImapAnswer> {
    const lines: Bytes[] = []
    for (;;) {
      const line = await this.#server.line()
      if (sign !== undefined && line.startsWith(sign)) return { lines, isOk: true, text: sign }
      if (line.startsWith(`${tag} `)) {
        const [status = '', ...words] = line.slice(tag.length + 1).split(' ')
        return { lines, isOk: /^OK$/i.test(status), text: toDisplay(words.join(' ')) }
      }
      lines.push(line)
    }
  }

  #nextTag(): string {
    this.#count += 1
    return `a${this.#count}`
  }
}
