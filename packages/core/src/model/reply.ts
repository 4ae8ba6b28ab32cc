/**
 * Reply: what a server said. RFC 5321 §4.2, RFC 2034, RFC 3463.
 */

/** RFC 3463 §2; `5.1.1` is { class: 5, subject: 1, detail: 1 }. */
export interface EnhancedStatus {
  readonly class: 2 | 4 | 5
  readonly subject: number
  readonly detail: number
}

export interface Reply {
  /** 200 to 599 */
  readonly code: number
  readonly enhanced?: EnhancedStatus
  /** The text of each line, without code and enhanced status. */
  readonly lines: readonly string[]
}

export function printEnhanced(status: EnhancedStatus): string {
  return `${status.class}.${status.subject}.${status.detail}`
}

/** On one line, for people: `550 5.1.1 User unknown`. */
export function printReply(reply: Reply): string {
  return [String(reply.code), reply.enhanced && printEnhanced(reply.enhanced), ...reply.lines].filter(Boolean).join(' ')
}
