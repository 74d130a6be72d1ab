import { InterruptedError } from '../errors.js'

/** A request to stop: asked for by a signal, heeded between two operations. */
export class Interruption {
  readonly #controller = new AbortController()
  #requested: NodeJS.Signals | undefined

  /** Ends child programs that only read or write scratch files. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  request(signal: NodeJS.Signals): void {
    this.#requested = signal
    this.#controller.abort()
  }

  /** @throws InterruptedError when a stop was asked for. */
  throwIfRequested(): void {
    if (this.#requested) throw new InterruptedError(this.#requested)
  }
}
