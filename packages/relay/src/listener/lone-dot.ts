/**
 * LoneDot: a client that does not double its dots (phpBB) ends its own message at a line with a single dot, and the rest of the
 * message arrives as commands, which somebody may have written on purpose.
 *
 * Policy. An unknown line right after a message gives it away, and so does a MAIL that came before the reply to the message:
 * RFC 2920 would allow that, and no client of submission does it.
 *
 * Not here: content that did not wait for 354 (commands.ts).
 */
export class LoneDot {
  #justAnswered = false
  #eager = false

  /** A message was answered; `waiting`: more had been said before. */
  answered(waiting: boolean): void {
    this.#justAnswered = true
    this.#eager = waiting
  }

  /** Everything that had been said is answered. */
  caughtUp(): void {
    this.#eager = false
  }

  /** Whether a known command gives it away. */
  betrayedBy(verb: string): boolean {
    if (verb === 'MAIL' && this.#eager) return true
    this.#justAnswered = false
    return false
  }

  /** Whether an unknown line gives it away. */
  get betrayedByNoise(): boolean {
    return this.#justAnswered
  }
}
