/**
 * Transmit: one message over one hop, to those of its recipients that are still open. The one catch of SmtpError.
 *
 * Policy.
 * - It sees and does not judge: what comes back is Evidence, with every answer and what was lost.
 * - A reused session that proves dead before it answered MAIL is no failure of the host: one fresh session is tried.
 * - More recipients than one transaction takes are sent in several. A host that accepts some and says "too many recipients"
 *   to others gets those in another transaction at once (RFC 5321 §4.5.3.1.10).
 * - What refuses the message itself refuses it for the recipients that were not named yet, too.
 *
 * Not here: when plain text may be used (lend.ts), which hop is next, whether to try again (outcome/).
 */
import type { Clock } from '../ambient/clock.ts'
import type { Evidence, Loss, RecipientAnswer, SessionRefusal, TlsSeen } from '../model/evidence.ts'
import type { JobRecipient } from '../model/job.ts'
import type { Parcel } from '../model/parcel.ts'
import type { Hop } from '../model/route.ts'
import { type Session, SmtpError, type Transaction, transact } from '../smtp/index.ts'
import { createLender, type Lend } from './lend.ts'
import type { SessionPool } from './pool.ts'

export interface Transmitter {
  /** Never throws for what the network or the server does. */
  transmit(parcel: Parcel, hop: Hop, signal: AbortSignal): Promise<Evidence>
}

export interface TransmitterOptions {
  readonly pool: SessionPool
  readonly clock: Clock
  /** How long a host whose TLS failed is used in plain text without asking. @default 600_000 */
  readonly plainForMs?: number
}

export function createTransmitter({ pool, clock, plainForMs = 600_000 }: TransmitterOptions): Transmitter {
  const lend = createLender({ pool, clock, plainForMs })
  return {
    async transmit(parcel, hop, signal) {
      const started = clock.monotonic()
      const { keepsDialogue = false } = parcel
      const seen: Seen = { answers: [], sessionReused: false, ...(keepsDialogue && { keepsDialogue }) }
      try {
        await deliverAll(parcel, { hop, lend, seen }, signal)
      } catch (error) {
        // The internet's doing becomes evidence here, and nowhere else.
        if (!(error instanceof SmtpError)) throw error
        if (error.loss !== undefined) seen.loss = error.loss
        if (error.refusal !== undefined) seen.refusal = error.refusal
        if (error.transcript !== undefined) seen.transcript = error.transcript
      }
      return evidenceOf(hop, seen, clock.monotonic() - started)
    },
  }
}

/** What grows into Evidence. */
interface Seen {
  readonly answers: RecipientAnswer[]
  sessionReused: boolean
  served?: number
  tls?: TlsSeen
  dsnPassedOn?: boolean
  fellBackToPlain?: string
  /** Of the conversation in which TLS failed. */
  tlsTranscript?: readonly string[]
  refusal?: SessionRefusal
  loss?: Loss
  transcript?: readonly string[]
  readonly keepsDialogue?: boolean
}

function evidenceOf(hop: Hop, { tlsTranscript = [], ...seen }: Seen, tookMs: number): Evidence {
  const { transcript, fellBackToPlain } = seen
  if (transcript === undefined || fellBackToPlain === undefined) return { kind: 'evidence', hop, ...seen, tookMs }
  const before = [...tlsTranscript, `(TLS failed: ${fellBackToPlain}; what follows is plain text)`]
  return { kind: 'evidence', hop, ...seen, transcript: [...before, ...transcript], tookMs }
}

interface Passage {
  readonly hop: Hop
  readonly lend: Lend
  readonly seen: Seen
}

async function deliverAll(parcel: Parcel, passage: Passage, signal: AbortSignal): Promise<void> {
  const { answers } = passage.seen
  let open = parcel.recipients
  while (open.length > 0) {
    const before = answers.length
    const named = await deliverSome(parcel, open, passage, signal)
    open = open.slice(named.length)
    const refusal = answers.findLast((answer, at) => at >= before && refusesMessage(answer))
    if (refusal !== undefined) {
      for (const { index } of open) answers.push({ ...refusal, recipient: index })
      return
    }
    const tooMany = takeTooMany(answers, before)
    if (tooMany.size > 0) open = [...named.filter(({ index }) => tooMany.has(index)), ...open]
  }
}

/** One transaction, with as many recipients as it takes. A session that was dead all along is replaced once. */
async function deliverSome(
  parcel: Parcel,
  open: readonly JobRecipient[],
  passage: Passage,
  signal: AbortSignal,
): Promise<readonly JobRecipient[]> {
  const { hop, lend, seen } = passage
  const { answers } = seen
  const before = answers.length
  const site = parcel.site ?? hop.host
  const onFallback = (because: string, transcript: readonly string[]): void => {
    seen.fellBackToPlain = because
    seen.tlsTranscript = transcript
  }
  for (let fresh = false; ; fresh = true) {
    using lent = await lend(hop, { site, fresh, onFallback }, signal)
    const { session, reused } = lent
    const most = Math.max(1, mostRecipients(parcel, hop, session))
    const named = open.length <= most ? open : open.slice(0, most)
    noteSession(passage, session, reused)
    // RFC 3461 §5.2.1
    if (
      parcel.reversePathFor === undefined &&
      session.extensions.dsn &&
      named.some(({ notify }) => notify !== undefined)
    )
      seen.dsnPassedOn = true
    try {
      await transact(session, transactionOf(parcel, named), answers, signal)
    } catch (error) {
      if (reused && answers.length === before && wasDead(error)) continue
      seen.transcript = session.wire.transcript.lines()
      throw error
    }
    if (reused && wasToldToLeave(answers, before)) {
      answers.length = before
      continue
    }
    if (seen.keepsDialogue || answers.some(({ reply }, at) => at >= before && reply.code >= 400))
      seen.transcript = session.wire.transcript.lines()
    return named
  }
}

/** What tells in MAIL FROM of whom it is goes to that one alone. */
function mostRecipients({ reversePathFor }: Parcel, { limits }: Hop, { extensions }: Session): number {
  return reversePathFor === undefined
    ? Math.min(limits.recipientsPerTransaction, extensions.limits.rcptMax ?? Infinity)
    : 1
}

function transactionOf(
  { job, content, reversePathFor, nearFinalDot, enterFinalDot }: Parcel,
  recipients: readonly JobRecipient[],
): Transaction {
  const [first] = recipients
  return {
    reversePath: reversePathFor === undefined || first === undefined ? job.reversePath : reversePathFor(first),
    recipients,
    facts: job.facts,
    content,
    requireTls: job.requireTls,
    nearFinalDot,
    enterFinalDot,
    ...(job.ret === undefined ? {} : { ret: job.ret }),
    ...(job.envid === undefined ? {} : { envid: job.envid }),
  }
}

function demanded(tls: TlsSeen, { tls: { sources } }: Hop): TlsSeen {
  const [policy] = sources
  return policy === undefined || policy === 'default' ? tls : { ...tls, policy }
}

function noteSession({ seen, hop }: Passage, session: Session, reused: boolean): void {
  seen.sessionReused = reused
  seen.served = session.transactions
  if (session.tls !== undefined) seen.tls = demanded(session.tls, hop)
  if (session.plainBecause !== undefined) seen.fellBackToPlain = session.plainBecause
}

/** A 421 to MAIL on a session that rested: it rested too long, or has served enough. */
function wasToldToLeave(answers: readonly RecipientAnswer[], from: number): boolean {
  const first = answers[from]
  return first?.stage === 'mail' && first.reply.code === 421
}

function wasDead(error: unknown): boolean {
  if (!(error instanceof SmtpError) || error.stage !== 'mail') return false
  const code = error.loss?.code
  return error.refusal !== undefined || code === 'closed' || code === 'reset' || code === 'timeout'
}

/** Said of the message or of the whole session, not of one recipient. */
function refusesMessage({ stage, reply }: RecipientAnswer): boolean {
  return reply.code === 421 || (reply.code >= 400 && stage !== 'rcpt')
}

/** Takes the answers "too many recipients" back, when others of the same transaction were delivered. */
function takeTooMany(answers: RecipientAnswer[], from: number): ReadonlySet<number> {
  const found = new Set<number>()
  if (
    answers.length - from < 2 ||
    !answers.some(({ stage, reply }, at) => at >= from && stage === 'final-dot' && reply.code < 300)
  )
    return found
  for (let at = answers.length - 1; at >= from; at--) {
    const answer = answers[at]
    if (answer === undefined || !saysTooMany(answer)) continue
    found.add(answer.recipient)
    answers.splice(at, 1)
  }
  return found
}

/** RFC 5321 §4.5.3.1.10; RFC 3463 §3.6, X.5.3 */
function saysTooMany({ stage, reply: { code, enhanced, lines } }: RecipientAnswer): boolean {
  if (stage !== 'rcpt' || !(code === 452 || code === 552)) return false
  if (enhanced !== undefined) return enhanced.subject === 5 && enhanced.detail === 3
  return lines.some(line => /too many recipients/i.test(line))
}
