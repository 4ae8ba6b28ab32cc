/**
 * Phase: where a conversation stands, and where it may go from there.
 *
 *   new ─EHLO─▶ ready ─MAIL─▶ mail ─RCPT─▶ rcpt ─DATA─▶ body ─CRLF.CRLF─▶ handing ─reply─▶ ready
 *    ▲           │  ▲           └─ RSET, EHLO ─┴─▶ ready
 *    └─ STARTTLS ┘  └─ AUTH                                               any ─▶ closed
 *
 * RFC 5321 §4.1.4.
 */
export type Phase = 'new' | 'ready' | 'login' | 'mail' | 'rcpt' | 'body' | 'handing' | 'closed'

const MOVES: Readonly<Record<Phase, readonly Phase[]>> = {
  new: ['new', 'ready', 'closed'],
  ready: ['new', 'ready', 'login', 'mail', 'closed'],
  login: ['ready', 'closed'],
  mail: ['ready', 'rcpt', 'closed'],
  rcpt: ['ready', 'rcpt', 'body', 'closed'],
  body: ['handing', 'closed'],
  handing: ['ready', 'closed'],
  closed: ['closed'],
}

/** `to`, when it may follow `from`. @throws when it may not: a bug of ours */
export function moved(from: Phase, to: Phase): Phase {
  if (!MOVES[from].includes(to)) throw new Error(`a conversation cannot go from ${from} to ${to}`)
  return to
}
