import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { toBuffer, type Bytes } from '../files/bytes.js'

/** Longer than any line that a mail server writes. */
const LONGEST_LINE = 1 << 16

/** Talks with a server line by line, over a connection that may become a secure one. */
export class Conversation {
  readonly #connection: Socket
  /** What is talked over: the connection, or the secure one over it. */
  #socket: Socket
  readonly #signal: AbortSignal
  #text: Bytes = ''
  #ended: Error | undefined
  #wake: () => void = () => undefined

  private constructor(socket: Socket, signal: AbortSignal) {
    this.#connection = socket
    this.#socket = socket
    this.#signal = signal
    this.#listen()
    signal.addEventListener('abort', () => this.close(), { once: true })
  }

  /** @throws an error of the system when nobody listens there, or the signal comes first. */
  static async open(
    { host, port, secure = false }: { host: string; port: number; secure?: boolean },
    signal: AbortSignal,
  ): Promise<Conversation> {
    const socket = connect({ host, port })
    try {
      await once(socket, 'connect', { signal })
      const conversation = new Conversation(socket, signal)
      if (secure) await conversation.startTls()
      return conversation
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  /**
   * Goes on in TLS. Whose certificate it is does not matter: a connection to this machine itself
   * cannot be listened to, and its own name is on few certificates.
   */
  async startTls(): Promise<void> {
    // Loaded here: it would cost every command a part of its start-up, and memory.
    const { connect: connectTls } = await import('node:tls')
    if (this.#text !== '') throw new Error('the server spoke before TLS had begun')
    this.#socket.removeListener('data', this.#hear)
    const secure = connectTls({ socket: this.#socket, rejectUnauthorized: false })
    this.#socket = secure
    await once(secure, 'secureConnect', { signal: this.#signal })
    this.#listen()
  }

  /** The next line without its end. @throws when the server hangs up, or the signal comes first. */
  async line(): Promise<Bytes> {
    for (;;) {
      const end = this.#text.indexOf('\n')
      if (end >= 0) {
        const line = this.#text.slice(0, end).replace(/\r$/, '')
        this.#text = this.#text.slice(end + 1)
        return line
      }
      if (this.#text.length > LONGEST_LINE) throw new Error('the answer has no end')
      if (this.#ended) throw this.#ended
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Says one line. */
  say(line: Bytes): void {
    this.#socket.write(toBuffer(`${line}\r\n`))
  }

  close(): void {
    this.#socket.destroy()
    // What lies below a secure one need not end with it.
    this.#connection.destroy()
  }

  readonly #hear = (bytes: Buffer) => {
    this.#text += bytes.toString('latin1')
    this.#wake()
  }

  #listen(): void {
    const end = (error: Error) => {
      this.#ended ??= error
      this.#wake()
    }
    this.#socket.on('data', this.#hear)
    this.#socket.on('error', end)
    this.#socket.on('close', () => end(new Error('the server hung up')))
  }
}
