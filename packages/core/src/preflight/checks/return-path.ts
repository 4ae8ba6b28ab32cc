/**
 * ReturnPath: would bounces find their way back to the addresses that our mail leaves with?
 *
 * Policy. Asked as a bounce would come: the MX of their domain, and there an address that we just made, and one that nobody made.
 * Whoever takes the first and refuses the second hears of bounces and makes no backscatter, whoever it is. A domain that nobody
 * receives for loses every bounce without a word, so that is told as loudly as an SPF that fails. Its TLSA records and its MTA-STS
 * policy, which `relay.public` may serve, are held against the certificate that its hosts show.
 *
 * Not here: the addresses (report/), the listener (the relay), the PTR of our addresses (identity.ts). RFC 5321 §4.4, RFC 7208 §2.4.
 */
import { organisationalDomain } from '../../ambient/public-suffix.ts'
import { say as sayOfDomain } from '../../language/findings-domain.ts'
import { say } from '../../language/findings-host.ts'
import { type Address, type Domain, printAddress } from '../../model/address.ts'
import type { Check, CheckLevel } from '../../model/clearance.ts'
import { type Asking, askAddresses, askMx, printNothing } from '../ask.ts'
import type { AskMailboxes } from '../doctor-probes.ts'
import { findSpfAdvice } from '../find-spf-advice.ts'
import { evaluateDmarc, evaluateSpf } from '../mailauth.ts'
import { txtChange } from '../record-text.ts'
import { check } from '../report.ts'
import { checkMtaSts, type FetchPolicy } from './mta-sts.ts'
import { checkTlsa, type TryTls } from './tlsa.ts'

/** Of the addresses that mail comes back to. */
export interface ReturnPath {
  readonly domain: Domain
  /** One that proves itself. */
  readonly sample: () => Address
}

export interface ReturnPathSubject {
  readonly returnPath: ReturnPath
  /** The domain of From. */
  readonly from: Domain
  readonly hostname: Domain
  /** Those that mail leaves from; empty: not known. */
  readonly addresses: readonly string[]
  readonly askMailboxes: AskMailboxes | undefined
  readonly fetchPolicy?: FetchPolicy | undefined
  readonly tryTls?: TryTls | undefined
}

/** More hosts are not asked. */
const MOST_HOSTS = 3

export async function checkReturnPath(asking: Asking, subject: ReturnPathSubject): Promise<readonly Check[]> {
  const found = await Promise.all([
    checkHosts(asking, subject),
    checkSpf(asking, subject),
    checkAligned(asking, subject),
  ])
  return found.flat()
}

async function checkHosts(asking: Asking, subject: ReturnPathSubject): Promise<readonly Check[]> {
  const { returnPath, hostname, askMailboxes } = subject
  const { domain } = returnPath
  const asked = await askMx(asking, domain)
  const wanted = say('return-path.mx.wanted', { domain })
  const fix = `${domain}. IN MX 10 ${hostname}.`
  if (asked.kind === 'unknown')
    return [check('return-path.mx', { level: 'unknown', found: `${domain} MX: ${printNothing(asked, 'MX')}`, wanted })]
  // RFC 5321 §5.1: without an MX the address of the domain itself is the mail host.
  const hosts = asked.kind === 'found' ? hostsOf(asked.values) : await implicitHost(asking, domain)
  const listed = asked.kind === 'found' ? hostsOf(asked.values).join(', ') : printNothing(asked, 'MX')
  const found = `${domain} MX: ${listed}`
  if (hosts.length === 0) return [check('return-path.mx', { level: 'fail', found, wanted, fix })]
  const answers =
    askMailboxes === undefined
      ? []
      : hosts.slice(0, MOST_HOSTS).map(host => askHost(asking, { host, returnPath, askMailboxes }))
  const transport = asked.kind === 'found' ? checkTransport(asking, hosts, subject) : []
  const checks = await Promise.all([Promise.all(answers), transport])
  return [check('return-path.mx', { level: 'ok', found, wanted }), ...checks.flat()]
}

/** Who delivers bounces obeys its TLSA records and its policy, as with any other mail. */
async function checkTransport(
  asking: Asking,
  hosts: readonly string[],
  { returnPath: { domain }, fetchPolicy, tryTls }: ReturnPathSubject,
): Promise<readonly Check[]> {
  const checks = await Promise.all([
    checkMtaSts(asking, { domain, hosts, fetchPolicy, tryTls }),
    ...hosts.slice(0, MOST_HOSTS).map(host => checkTlsa(asking, { host, domain, tryTls })),
  ])
  return checks.flat()
}

function hostsOf(values: readonly { readonly preference: number; readonly host: string }[]): readonly string[] {
  return [...values]
    .sort((a, b) => a.preference - b.preference)
    .map(({ host }) => host)
    .filter(host => host !== '.' && host !== '')
}

async function implicitHost(asking: Asking, domain: Domain): Promise<readonly string[]> {
  const asked = await Promise.all(([4, 6] as const).map(family => askAddresses(asking, domain, family)))
  return asked.some(({ kind }) => kind !== 'absent') ? [domain] : []
}

interface Question {
  readonly host: string
  readonly returnPath: ReturnPath
  readonly askMailboxes: AskMailboxes
}

async function askHost({ signal }: Asking, { host, returnPath, askMailboxes }: Question): Promise<Check> {
  const ours = returnPath.sample()
  const nobody: Address = { local: 'nobody-made-this-address', domain: returnPath.domain }
  const { answers, problem } = await askMailboxes({ host, addresses: [ours, nobody] }, signal)
  const [toOurs, toNobody] = [ours, nobody].map(each => answers.find(({ address }) => address === printAddress(each)))
  const said = (answer: { readonly address: string; readonly reply: string }): string =>
    say('mx.mailboxes.found', { host, address: answer.address, reply: answer.reply })
  const wanted = say('return-path.receives.wanted')
  const tell = (level: CheckLevel, found: string, fix?: string): Check =>
    check('return-path.receives', { level, found, wanted, fix })
  if (toOurs === undefined)
    return tell('warn', `${host}: ${problem ?? say('dns.no-answer')}`, say('return-path.receives.fix.nobody', { host }))
  if (toOurs.code >= 500) return tell('fail', said(toOurs), say('return-path.receives.fix.refused', { host }))
  if (toOurs.code >= 300) return tell('unknown', said(toOurs))
  if (toNobody !== undefined && toNobody.code < 300)
    return tell('warn', said(toNobody), say('return-path.receives.fix.open', { host }))
  return tell('ok', [toOurs, ...(toNobody === undefined ? [] : [toNobody])].map(said).join('; '))
}

/** Receivers judge it for each message that leaves with such an address. */
async function checkSpf(
  asking: Asking,
  { returnPath: { domain }, hostname, addresses }: ReturnPathSubject,
): Promise<readonly Check[]> {
  if (addresses.length === 0) return []
  const sender = `postmaster@${domain}`
  const seen = await Promise.all(addresses.map(address => evaluateSpf(asking, { sender, helo: hostname, address })))
  const isRight = seen.every(({ result }) => result === 'pass')
  const advice = isRight ? undefined : await findSpfAdvice(asking, { domain, hostname, addresses })
  return seen.map(({ result, record }, index) => {
    const rest = record ? `; ${record}` : ''
    const found = sayOfDomain('spf.helo.found', { domain, address: addresses[index] ?? '', result, record: rest })
    const level = result === 'pass' ? 'ok' : result === 'temperror' ? 'unknown' : result === 'fail' ? 'fail' : 'warn'
    return check('return-path.spf', { level, found, wanted: 'pass', fix: advice && txtChange(domain, advice) })
  })
}

/** Else SPF counts nothing for DMARC, and all rests on the signature. RFC 9989 §4.4 */
async function checkAligned(
  asking: Asking,
  { returnPath: { domain }, from }: ReturnPathSubject,
): Promise<readonly Check[]> {
  const { result } = await evaluateDmarc(asking, { from, spf: domain, dkim: [] })
  const wanted = say('return-path.aligned.wanted')
  const names = { domain, from }
  if (result === 'temperror') return []
  const isOurs = organisationalDomain(domain) === organisationalDomain(from)
  if (result === 'pass' || (result === 'none' && isOurs))
    return [check('return-path.aligned', { level: 'ok', found: say('return-path.aligned.found', names), wanted })]
  const fix = say(isOurs ? 'return-path.aligned.fix.strict' : 'return-path.aligned.fix', names)
  const level = isOurs ? 'warn' : 'note'
  return [check('return-path.aligned', { level, found: say('return-path.aligned.found.not', names), wanted, fix })]
}
