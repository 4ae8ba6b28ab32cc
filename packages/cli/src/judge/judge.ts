/**
 * Judge: what the header of a received copy tells: which of SPF, DKIM, DMARC and TLS passed, what the filter thought, and what
 * to mend.
 *
 * Policy. Only the topmost Authentication-Results counts: it is the receiver's own, and everyone can write one below it
 * (RFC 8601 §5). What an ARC set says is told, and believed by nobody here.
 *
 * Not here: verifying anything again.
 */
import { type AuthenticationResults, type MethodResult, readAuthenticationResults } from './authentication-results.ts'
import { RECEIVED_CHECKS, type ReceivedCheckId } from './catalogue.ts'
import { type Field, readHeaders, valuesOf } from './headers.ts'
import { type Hop, handover, readReceived } from './received.ts'
import { spamNotes } from './spam.ts'

export type JudgedLevel = 'ok' | 'note' | 'unknown' | 'warn' | 'fail'

export interface Judged {
  readonly id: ReceivedCheckId
  readonly title: string
  readonly level: JudgedLevel
  readonly found: string
  readonly wanted: string
  readonly why: string
  readonly fix?: string
}

export interface Judgement {
  /** Domain of From. */
  readonly from: string
  /** The newest first. */
  readonly hops: readonly Hop[]
  readonly judged: readonly Judged[]
}

/** RFC 5321 §4.5.4.1 has senders wait half an hour; more than a few minutes had a reason. */
const SLOW_MS = 300_000

/** @param hostname our own, to find our hop; undefined: it is guessed */
export function judgeHeaders(text: string, hostname?: string): Judgement | undefined {
  const fields = readHeaders(text)
  if (fields.length === 0) return undefined
  const from = /@([^>\s,;]+)/.exec(valuesOf(fields, 'from')[0] ?? '')?.[1]?.toLowerCase() ?? ''
  const [results] = valuesOf(fields, 'authentication-results').map(readAuthenticationResults)
  const hops = valuesOf(fields, 'received').map(readReceived)
  const judged = [
    spf(results, from),
    dkim(results, from),
    dmarc(results, from),
    tls(hops, hostname),
    ...arc(fields, results),
    ...spam(fields),
    ...delay(hops),
  ]
  return { from, hops, judged }
}

function say(id: ReceivedCheckId, said: Pick<Judged, 'level' | 'found' | 'wanted'> & { fix?: string }): Judged {
  const { title, why } = RECEIVED_CHECKS[id]
  const { level, found, wanted, fix } = said
  return { id, title, level, found, wanted, why, ...(fix === undefined || level === 'ok' ? {} : { fix }) }
}

function of(results: AuthenticationResults | undefined, method: string): readonly MethodResult[] {
  return results?.results.filter(result => result.method === method) ?? []
}

function printed({ method, result, properties, comment }: MethodResult): string {
  const about = ['smtp.mailfrom', 'smtp.helo', 'header.d', 'header.i', 'header.s', 'header.from', 'reason', 'action']
    .flatMap(name => (properties[name] === undefined ? [] : [`${name}=${properties[name]}`]))
    .join(' ')
  return [`${method}=${result}`, about, comment === '' ? '' : `(${comment})`].filter(Boolean).join(' ')
}

/** `temperror` is no verdict, everything but a pass is against us. */
function levelOf(result: string): JudgedLevel {
  if (result === 'pass' || result === 'bestguesspass') return 'ok'
  if (result === 'temperror') return 'unknown'
  return result === 'fail' || result === 'permerror' || result === 'hardfail' ? 'fail' : 'warn'
}

function spf(results: AuthenticationResults | undefined, from: string): Judged {
  const wanted = 'spf=pass'
  const [result] = of(results, 'spf')
  if (result === undefined) return say('received.spf', { level: 'unknown', found: notTold(results), wanted })
  const fix = `postrider doctor ${from} --only spf`
  return say('received.spf', { level: levelOf(result.result), found: printed(result), wanted, fix })
}

function dkim(results: AuthenticationResults | undefined, from: string): Judged {
  const wanted = `dkim=pass of ${from || 'the From domain'}`
  const all = of(results, 'dkim')
  if (all.length === 0) return say('received.dkim', { level: 'unknown', found: notTold(results), wanted })
  const domainOf = ({ properties }: MethodResult): string =>
    (properties['header.d'] ?? properties['header.i']?.replace(/^.*@/, '') ?? '').toLowerCase()
  const passed = all.filter(result => result.result === 'pass')
  const aligned = passed.some(result => isRelated(domainOf(result), from))
  const found = all.map(printed).join('\n')
  const fix =
    passed.length > 0 && !aligned
      ? `sign with a key of ${from}: postrider keygen ${from}`
      : `postrider doctor ${from} --only dkim; if that is green, something on the way changed the message`
  const level = aligned ? 'ok' : passed.length > 0 ? 'warn' : levelOf(all[0]!.result)
  return say('received.dkim', { level, found, wanted, fix })
}

/** One is the other, or above or below it. */
function isRelated(a: string, b: string): boolean {
  return a !== '' && (a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`))
}

function dmarc(results: AuthenticationResults | undefined, from: string): Judged {
  const wanted = 'dmarc=pass'
  const [result] = of(results, 'dmarc')
  if (result === undefined) return say('received.dmarc', { level: 'unknown', found: notTold(results), wanted })
  const [compauth] = of(results, 'compauth')
  const found = [result, ...(compauth === undefined ? [] : [compauth])].map(printed).join('\n')
  const level = result.result === 'bestguesspass' ? 'warn' : levelOf(result.result)
  return say('received.dmarc', { level, found, wanted, fix: `postrider doctor ${from} --only dmarc` })
}

function notTold(results: AuthenticationResults | undefined): string {
  return results === undefined
    ? 'there is no Authentication-Results field; paste the whole header ("show original")'
    : `Authentication-Results of ${results.server || 'the receiver'} does not tell`
}

function tls(hops: readonly Hop[], hostname: string | undefined): Judged {
  const wanted = 'TLS 1.2 or 1.3 at the hop to the receiver'
  const hop = handover(hops, hostname)
  if (hop === undefined) return say('received.tls', { level: 'unknown', found: 'no Received field tells it', wanted })
  const found = `from ${hop.from} by ${hop.by} with ${hop.protocol || 'an unknown protocol'}, TLS: ${hop.tls}`
  const old = /^TLSv1(?:\.[01])?$|^SSL/i.test(hop.tls)
  const level = hop.tls === 'no' ? 'warn' : old ? 'note' : 'ok'
  return say('received.tls', { level, found, wanted, fix: `postrider route ${hop.by}` })
}

function arc(fields: readonly Field[], results: AuthenticationResults | undefined): Judged[] {
  const seals = valuesOf(fields, 'arc-seal')
  if (seals.length === 0) return []
  const [verdict] = of(results, 'arc')
  const chain = seals.map(seal => /\bi\s*=\s*(\d+)/.exec(seal)?.[1]).join(', ')
  const cv = /\bcv\s*=\s*(\w+)/.exec(seals[0] ?? '')?.[1] ?? 'none'
  const found = `${seals.length} ARC sets (${chain}), chain ${cv}${verdict === undefined ? '' : `; ${printed(verdict)}`}`
  const failed = cv === 'fail' || verdict?.result === 'fail'
  return [say('received.arc', { level: failed ? 'warn' : 'note', found, wanted: 'no forwarder, or an unbroken chain' })]
}

function spam(fields: readonly Field[]): Judged[] {
  return spamNotes(fields).map(({ filter, spam: isSpam, text }) =>
    say('received.spam', {
      level: isSpam ? 'fail' : 'ok',
      found: `${filter}: ${text}`,
      wanted: 'not spam',
      fix: 'postrider doctor; then look at the content: links, images without text, a subject that shouts; and send little at first',
    }),
  )
}

function delay(hops: readonly Hop[]): Judged[] {
  const times = hops.flatMap(({ at }) => at ?? []).reverse()
  const [first] = times
  const last = times.at(-1)
  if (first === undefined || last === undefined || times.length < 2) return []
  const waits = hops.slice(0, -1).map((hop, index) => ({ hop, ms: (hop.at ?? 0) - (hops[index + 1]?.at ?? 0) }))
  const longest = waits.reduce((a, b) => (b.ms > a.ms ? b : a), waits[0]!)
  const total = Math.round((last - first) / 1000)
  const found = `${total} s from the first hop to the last, the longest wait before ${longest.hop.by || 'the receiver'}`
  const fix = 'postrider explain ID says what the receiver answered at each attempt'
  return [say('received.delay', { level: last - first > SLOW_MS ? 'note' : 'ok', found, wanted: 'a few seconds', fix })]
}
