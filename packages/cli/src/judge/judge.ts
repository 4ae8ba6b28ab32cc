/**
 * Judge: what the header of a received copy tells: which of SPF, DKIM, DMARC and TLS passed, what the filter thought, and what
 * to mend.
 *
 * Policy. Only the topmost Authentication-Results counts: it is the receiver's own, and everyone can write one below it
 * (RFC 8601 §5). What an ARC set says is told, and believed by nobody here.
 *
 * Not here: verifying anything again.
 */
import { say } from '../language/received.ts'
import { type ReceivedCheckId, receivedCheckText } from '../language/received-checks.ts'
import { type AuthenticationResults, type MethodResult, readAuthenticationResults } from './authentication-results.ts'
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

function judged(id: ReceivedCheckId, said: Pick<Judged, 'level' | 'found' | 'wanted'> & { fix?: string }): Judged {
  const { title, why } = receivedCheckText(id)
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
  if (result === undefined) return judged('received.spf', { level: 'unknown', found: notTold(results), wanted })
  const fix = `postrider doctor ${from} --only spf`
  return judged('received.spf', { level: levelOf(result.result), found: printed(result), wanted, fix })
}

function dkim(results: AuthenticationResults | undefined, from: string): Judged {
  const wanted = `dkim=pass of ${from || say('received.dkim.wanted.from')}`
  const all = of(results, 'dkim')
  if (all.length === 0) return judged('received.dkim', { level: 'unknown', found: notTold(results), wanted })
  const domainOf = ({ properties }: MethodResult): string =>
    (properties['header.d'] ?? properties['header.i']?.replace(/^.*@/, '') ?? '').toLowerCase()
  const passed = all.filter(result => result.result === 'pass')
  const aligned = passed.some(result => isRelated(domainOf(result), from))
  const found = all.map(printed).join('\n')
  const fix =
    passed.length > 0 && !aligned ? say('received.dkim.fix.sign', { from }) : say('received.dkim.fix.changed', { from })
  const level = aligned ? 'ok' : passed.length > 0 ? 'warn' : levelOf(all[0]!.result)
  return judged('received.dkim', { level, found, wanted, fix })
}

/** One is the other, or above or below it. */
function isRelated(a: string, b: string): boolean {
  return a !== '' && (a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`))
}

function dmarc(results: AuthenticationResults | undefined, from: string): Judged {
  const wanted = 'dmarc=pass'
  const [result] = of(results, 'dmarc')
  if (result === undefined) return judged('received.dmarc', { level: 'unknown', found: notTold(results), wanted })
  const [compauth] = of(results, 'compauth')
  const found = [result, ...(compauth === undefined ? [] : [compauth])].map(printed).join('\n')
  const level = result.result === 'bestguesspass' ? 'warn' : levelOf(result.result)
  return judged('received.dmarc', { level, found, wanted, fix: `postrider doctor ${from} --only dmarc` })
}

function notTold(results: AuthenticationResults | undefined): string {
  return results === undefined
    ? say('received.found.no-results')
    : say('received.found.not-told', { receiver: results.server || say('received.the-receiver') })
}

function tls(hops: readonly Hop[], hostname: string | undefined): Judged {
  const wanted = say('received.tls.wanted')
  const hop = handover(hops, hostname)
  if (hop === undefined)
    return judged('received.tls', { level: 'unknown', found: say('received.tls.found.none'), wanted })
  const found = say('received.tls.found', {
    from: hop.from,
    by: hop.by,
    protocol: hop.protocol || say('received.tls.no-protocol'),
    tls: hop.tls,
  })
  const old = /^TLSv1(?:\.[01])?$|^SSL/i.test(hop.tls)
  const level = hop.tls === 'no' ? 'warn' : old ? 'note' : 'ok'
  return judged('received.tls', { level, found, wanted, fix: `postrider route ${hop.by}` })
}

function arc(fields: readonly Field[], results: AuthenticationResults | undefined): Judged[] {
  const seals = valuesOf(fields, 'arc-seal')
  if (seals.length === 0) return []
  const [verdict] = of(results, 'arc')
  const chain = seals.map(seal => /\bi\s*=\s*(\d+)/.exec(seal)?.[1]).join(', ')
  const cv = /\bcv\s*=\s*(\w+)/.exec(seals[0] ?? '')?.[1] ?? 'none'
  const found = say('received.arc.found', {
    sets: seals.length,
    chain,
    cv,
    verdict: verdict === undefined ? '' : `; ${printed(verdict)}`,
  })
  const failed = cv === 'fail' || verdict?.result === 'fail'
  return [judged('received.arc', { level: failed ? 'warn' : 'note', found, wanted: say('received.arc.wanted') })]
}

function spam(fields: readonly Field[]): Judged[] {
  return spamNotes(fields).map(({ filter, spam: isSpam, text }) =>
    judged('received.spam', {
      level: isSpam ? 'fail' : 'ok',
      found: `${filter}: ${text}`,
      wanted: say('received.spam.wanted'),
      fix: say('received.spam.fix'),
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
  const found = say('received.delay.found', { total, host: longest.hop.by || say('received.the-receiver') })
  const fix = say('received.delay.fix')
  return [
    judged('received.delay', {
      level: last - first > SLOW_MS ? 'note' : 'ok',
      found,
      wanted: say('received.delay.wanted'),
      fix,
    }),
  ]
}
