/** A piece of long work whose end is known. */
export interface ProgressTask {
  /** Adds to what is done: bytes, or items. */
  advance(amount: number): void
  stop(): void
}

/** Where long work says how far it is. The work knows nothing of terminals. */
export interface Progress {
  /** `total` is in bytes. */
  start(title: string, total: number): ProgressTask
}

/** For programs and tests: nothing is shown. */
export const noProgress: Progress = {
  start: () => ({ advance: () => undefined, stop: () => undefined }),
}
