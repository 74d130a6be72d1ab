/**
 * What a code means, in more words than its log line has. Plain sentences, commands in backticks;
 * `nethserver-migrate explain` and docs/messages.md show them.
 */
export interface Message {
  /** What happened, and why. */
  readonly means: string
  /** What to do now, step by step; empty when nothing has to be done. */
  readonly remedy: string
}

/** By code: capitals for errors, small letters for findings. */
export type Messages = Readonly<Record<string, Message>>

/** Codes that one page or list shows together. */
export interface MessageGroup {
  readonly title: string
  readonly messages: Messages
}
