/**
 * OwnDomains: the domains that mail is signed for, what is to be published for each, and whether it is.
 *
 * Policy. The domains are those of the configuration. What stands is asked of the DNS each time; an answer that may be another one in a
 * moment is neither right nor wrong. What to publish keeps what its owner wrote. Receivers do without DMARC: a domain is verified
 * by its keys and by SPF.
 *
 * Not here: what receivers make of it all (the doctor), records as zones write them (the command line).
 */
import {
  type Clock,
  type DkimKey,
  dkimRecord,
  isAbsence,
  loadDkimKey,
  type ResolvedOptions,
  type Resolver,
  recordAdvice,
  type SpecialRange,
} from '@postrider/core'

/** `unknown`: the DNS did not say. */
export type RecordStatus = 'published' | 'missing' | 'different' | 'unknown'

export interface DomainRecord {
  readonly kind: 'dkim' | 'spf' | 'dmarc'
  readonly name: string
  readonly type: 'TXT'
  /** What to publish. */
  readonly value: string
  readonly status: RecordStatus
  /** What it takes the place of. */
  readonly found: readonly string[]
}

export interface OwnDomain {
  readonly name: string
  readonly keys: readonly Pick<DkimKey, 'selector' | 'algorithm'>[]
}

export interface OwnDomainsPorts {
  readonly options: () => Pick<ResolvedOptions, 'dkim' | 'hostname' | 'egress'>
  readonly resolver: Resolver
  readonly clock: Clock
  /** Addresses that no receiver sees. @default all of IANA's */
  readonly ranges?: readonly SpecialRange[] | undefined
}

const WITHIN_MS = 10_000

interface Asking {
  readonly resolver: Resolver
  readonly signal: AbortSignal
}

export class OwnDomains {
  readonly #it: OwnDomainsPorts

  constructor(ports: OwnDomainsPorts) {
    this.#it = ports
  }

  list(): readonly OwnDomain[] {
    const keys = this.#keys()
    return [...Map.groupBy(keys, ({ domain }) => domain)].map(([name, its]) => ({
      name,
      keys: its.map(({ selector, algorithm }) => ({ selector, algorithm })),
    }))
  }

  find(name: string): OwnDomain | undefined {
    return this.list().find(domain => domain.name === name.toLowerCase())
  }

  /** What is to be published for one of them, and how it stands now. */
  async records({ name }: OwnDomain, signal: AbortSignal): Promise<readonly DomainRecord[]> {
    const late = new AbortController()
    const cancel = this.#it.clock.after(WITHIN_MS, () => late.abort(new Error('out of time')))
    const asking = { resolver: this.#it.resolver, signal: AbortSignal.any([signal, late.signal]) }
    const keys = this.#keys().filter(({ domain }) => domain === name)
    try {
      return await Promise.all([
        ...keys.map(key => keyRecord(key, asking)),
        this.#spf(name, asking),
        dmarcRecord(name, asking),
      ])
    } finally {
      cancel()
    }
  }

  async #spf(domain: string, asking: Asking): Promise<DomainRecord> {
    const { hostname, egress } = this.#it.options()
    const { adviseSpf, findSpfAdvice } = await recordAdvice()
    const subject = { domain, hostname, addresses: egress.publicAddresses, ranges: this.#it.ranges }
    // Out of time, or a server in trouble: what stands is not known.
    const advice = await findSpfAdvice(asking, subject).catch(() => undefined)
    const wish = { addresses: subject.addresses, hostname }
    return advised({ kind: 'spf', name: domain }, advice ?? adviseSpf([], wish), advice === undefined)
  }

  #keys(): readonly DkimKey[] {
    return this.#it
      .options()
      .dkim.filter(({ standing }) => standing === undefined)
      .map(({ domain, selector, privateKey }) => loadDkimKey({ domain, selector, pem: privateKey }))
  }
}

/** Whoever may send for a domain may send: nothing that keeps anybody from it is missing, as far as is known. */
export function isVerified(records: readonly DomainRecord[]): boolean {
  return records.every(({ kind, status }) => kind === 'dmarc' || status === 'published')
}

async function keyRecord(key: DkimKey, asking: Asking): Promise<DomainRecord> {
  const { name, value } = dkimRecord(key)
  const found = await texts(name, asking)
  const isIt = (text: string): boolean => /\bp=([^;]*)/.exec(text.replace(/\s/g, ''))?.[1] === key.publicKey
  const status =
    found === undefined ? 'unknown' : found.length === 0 ? 'missing' : found.some(isIt) ? 'published' : 'different'
  return { kind: 'dkim', name, type: 'TXT', value, status, found: found ?? [] }
}

async function dmarcRecord(domain: string, asking: Asking): Promise<DomainRecord> {
  const name = `_dmarc.${domain}`
  const { adviseDmarc } = await recordAdvice()
  const found = await texts(name, asking)
  return advised({ kind: 'dmarc', name }, adviseDmarc(found ?? [], { domain }), found === undefined)
}

function advised(
  what: Pick<DomainRecord, 'kind' | 'name'>,
  { record, replaces }: { readonly record: string; readonly replaces: readonly string[] },
  isUnknown: boolean,
): DomainRecord {
  const isRight = replaces.length === 1 && replaces[0] === record
  const status = isUnknown ? 'unknown' : isRight ? 'published' : replaces.length === 0 ? 'missing' : 'different'
  return { ...what, type: 'TXT', value: record, status, found: replaces }
}

/** Undefined when it could not be found out. */
async function texts(name: string, { resolver, signal }: Asking): Promise<readonly string[] | undefined> {
  try {
    const { records } = await resolver.query({ name, type: 'TXT' }, signal)
    return records.flatMap(record => (record.type === 'TXT' ? [record.strings.join('')] : []))
  } catch (error) {
    // Whatever else went wrong on the way: what stands is not known.
    return isAbsence(error) ? [] : undefined
  }
}
