/**
 * FirstRecords: what to publish for a key that a first start made.
 *
 * Policy. What is published already is asked for first, so that the SPF and DMARC records that are said keep what their owner wrote,
 * and no record is said for a name that is an alias. A start waits three seconds for it, and then says what it does not know.
 *
 * Not here: making the key (first-start.ts), what the records say (core, for the doctor and `dns` too).
 */
import {
  createResolver,
  dkimRecord,
  isAbsence,
  loadDkimKey,
  type MailerSeams,
  type OpenResolver,
  type RecordPlace,
  type ResolvedDkim,
  type ResolvedOptions,
  recordAdvice,
  splitTxt,
  systemClock,
} from '@postrider/core'

/** What a test or an embedder replaces. */
export type FirstStartSeams = Pick<MailerSeams, 'resolver' | 'specialRanges'>

const DNS_MS = 3_000

interface Wanted {
  readonly name: string
  readonly record: string
  readonly replaces: readonly string[]
}

/** Line by line. */
export async function firstRecords(
  { domain, selector, privateKey, source }: ResolvedDkim,
  options: ResolvedOptions,
  seams: FirstStartSeams,
): Promise<readonly string[]> {
  const key = dkimRecord(loadDkimKey({ domain, selector, pem: privateKey }))
  const { dkim, spf, dmarc } = await withinLimit(options, seams, async (resolver, signal) => {
    const { findRecordPlace } = await recordAdvice()
    const placed = async (wanted: Wanted | undefined): Promise<readonly string[] | undefined> =>
      wanted && lines(wanted, await findRecordPlace({ resolver, signal }, wanted.name).catch(() => undefined))
    const asking = { resolver, signal }
    const [dkim, spf, dmarc] = await Promise.all([
      placed({ name: key.name, record: key.value, replaces: [] }),
      spfOf(domain, options, { asking, seams }).then(placed),
      dmarcOf(domain, asking).then(placed),
    ])
    return { dkim, spf, dmarc }
  })
  const unknown = spf === undefined || dmarc === undefined
  return [
    `Made a DKIM key for ${domain}: ${source}`,
    'Publish these records:',
    ...(dkim ?? []),
    ...(spf ?? []),
    ...(dmarc ?? []),
    ...(unknown ? [`  and what postrider dns ${domain} prints: what stands there could not be found out now`] : []),
    'Then look: postrider doctor',
  ]
}

/** Nothing, where it stands already. */
function lines({ name, record, replaces }: Wanted, place: RecordPlace | undefined): readonly string[] {
  if (replaces.length === 1 && replaces[0] === record) return []
  if (place?.kind === 'nowhere') return [`  ${place.why}`]
  const alias = place?.kind === 'elsewhere'
  const strings = splitTxt(record).map(text => JSON.stringify(text))
  return [
    `  ${alias ? place.name : name}. IN TXT ${strings.join(' ')}`,
    ...(alias ? [`    there, because ${name} is an alias (CNAME) and can have no record of its own`] : []),
    ...replaces.map(old => `    in place of: ${JSON.stringify(old)}`),
  ]
}

type Resolver = NonNullable<FirstStartSeams['resolver']>

interface Asking {
  readonly resolver: Resolver
  readonly signal: AbortSignal
}

/** Undefined when it could not be found out in time what stands. */
async function spfOf(
  domain: ResolvedDkim['domain'],
  { hostname, egress }: ResolvedOptions,
  { asking, seams }: { readonly asking: Asking; readonly seams: FirstStartSeams },
): Promise<Wanted | undefined> {
  const { findSpfAdvice } = await recordAdvice()
  const subject = { domain, hostname, addresses: egress.publicAddresses, ranges: seams.specialRanges }
  // Out of time: what stands is not known.
  const advice = await findSpfAdvice(asking, subject).catch(() => undefined)
  return advice && { ...advice, name: domain }
}

async function dmarcOf(domain: string, { resolver, signal }: Asking): Promise<Wanted | undefined> {
  const { adviseDmarc } = await recordAdvice()
  const name = `_dmarc.${domain}`
  try {
    const { records } = await resolver.query({ name, type: 'TXT' }, signal)
    const texts = records.flatMap(record => (record.type === 'TXT' ? [record.strings.join('')] : []))
    return { ...adviseDmarc(texts, { domain }), name }
  } catch (error) {
    // Whatever else went wrong on the way: what stands is not known.
    return isAbsence(error) ? { ...adviseDmarc([], { domain }), name } : undefined
  }
}

async function withinLimit<T>(
  { dns: { servers, timeoutMs } }: ResolvedOptions,
  { resolver: given }: FirstStartSeams,
  ask: (resolver: Resolver, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limits = { timeoutMs: Math.min(timeoutMs, DNS_MS), cacheEntries: 0, clock: systemClock }
  const resolver = given ?? createResolver({ servers, ...limits })
  const late = new AbortController()
  const cancel = systemClock.after(DNS_MS, () => late.abort(new Error('out of time')))
  try {
    return await ask(resolver, late.signal)
  } finally {
    cancel()
    if (given === undefined && 'close' in resolver) await (resolver as OpenResolver).close()
  }
}
