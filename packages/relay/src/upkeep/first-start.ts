/**
 * FirstStart: the DKIM keys a relay needs and does not have, found in an old container's volume or made.
 *
 * Policy. A key that the configuration names is left alone. A domain of `relay.domains` without one gets: the key of the old
 * container (selector `mail`), the key made at an earlier start, or a new RSA key of 2048 bits (every verifier knows it). What was
 * made is said together with the records to publish; nothing is overwritten, ever. What is published already is asked for
 * first, so that the SPF and DMARC records that are said keep what their owner wrote.
 *
 * Not here: the certificate (certificates.ts), whether the records are published (the mailer's preflight, `postrider doctor`).
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  createResolver,
  dkimRecord,
  generateDkimKey,
  isAbsence,
  loadDkimKey,
  MailerError,
  type MailerSeams,
  type OpenResolver,
  parseDomain,
  type ResolvedDkim,
  recordAdvice,
  splitTxt,
  systemClock,
} from '@postrider/core'
import { folderOf, type RelayConfig } from '../config/options.ts'

export interface FirstStart {
  readonly config: RelayConfig
  /** What was made and what to publish, line by line. */
  readonly told: readonly string[]
}

/** What a test or an embedder replaces. */
export type FirstStartSeams = Pick<MailerSeams, 'resolver' | 'specialRanges'>

/** Where the old Postfix containers keep their keys. */
const OLD_KEY_FOLDERS = ['/etc/opendkim/domainkeys', '/etc/opendkim/keys'] as const
const OLD_SELECTOR = 'mail'
const SELECTOR = 'postrider'
/** For what is published; a start waits no longer for it. */
const DNS_MS = 3_000

/** @throws {MailerError} `invalid-key` when a key that is there cannot be used, `invalid-option` when none can be written */
export async function prepareFirstStart(
  config: RelayConfig,
  oldFolders: readonly string[] = OLD_KEY_FOLDERS,
  seams: FirstStartSeams = {},
): Promise<FirstStart> {
  const told: string[] = []
  const keys: ResolvedDkim[] = []
  for (const text of config.relay.domains) {
    const domain = parseDomain(text)
    if (typeof domain !== 'string') throw noDomain(text, domain.problem)
    if (config.options.dkim.some(key => key.domain === domain)) continue
    const found = (await oldKey(domain, config.relay.domains, oldFolders)) ?? (await ownKey(domain, config))
    if (found) keys.push(found)
    else {
      const made = await makeKey(domain, config)
      keys.push(made)
      told.push(...(await lines(made, config, seams)))
    }
  }
  if (keys.length === 0) return { config, told }
  return { config: { ...config, options: { ...config.options, dkim: [...config.options.dkim, ...keys] } }, told }
}

/** A key named after the domain, or, when there is one domain, the only key. */
async function oldKey(
  domain: ResolvedDkim['domain'],
  domains: readonly string[],
  folders: readonly string[],
): Promise<ResolvedDkim | undefined> {
  for (const folder of folders) {
    const names = (await keyFilesIn(folder)).filter(name => name.endsWith('.private')).sort()
    const name =
      names.find(name => basename(name, '.private').toLowerCase() === domain) ??
      (domains.length === 1 ? names[0] : undefined)
    if (name === undefined) continue
    const source = join(folder, name)
    return { domain, selector: OLD_SELECTOR, privateKey: await readKey(source), source }
  }
  return undefined
}

/** A folder that is there and cannot be read is no empty folder: a new key would break what is published. */
async function keyFilesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw cannotUse(folder, error as NodeJS.ErrnoException)
  }
}

async function ownKey(domain: ResolvedDkim['domain'], config: RelayConfig): Promise<ResolvedDkim | undefined> {
  const source = keyFile(domain, config)
  const privateKey = await readFile(source, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw cannotUse(source, error)
  })
  return privateKey === undefined ? undefined : { domain, selector: SELECTOR, privateKey, source }
}

async function makeKey(domain: ResolvedDkim['domain'], config: RelayConfig): Promise<ResolvedDkim> {
  const { pem } = await generateDkimKey({ domain, selector: SELECTOR })
  const source = keyFile(domain, config)
  try {
    await mkdir(join(folderOf(config), 'keys'), { recursive: true, mode: 0o700 })
    await writeFile(source, pem, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw cannotUse(source, error as NodeJS.ErrnoException)
  }
  return { domain, selector: SELECTOR, privateKey: pem, source }
}

function keyFile(domain: string, config: RelayConfig): string {
  return join(folderOf(config), 'keys', `${domain}.${SELECTOR}.pem`)
}

async function readKey(source: string): Promise<string> {
  try {
    return await readFile(source, 'utf8')
  } catch (error) {
    throw cannotUse(source, error as NodeJS.ErrnoException)
  }
}

async function lines(
  { domain, selector, privateKey, source }: ResolvedDkim,
  { options }: RelayConfig,
  seams: FirstStartSeams,
): Promise<readonly string[]> {
  const { name, value } = dkimRecord(loadDkimKey({ domain, selector, pem: privateKey }))
  const [spf, dmarc] = await advised(domain, options, seams)
  const unknown = spf === undefined || dmarc === undefined
  const further = [
    ...(spf === undefined ? [] : changed(domain, spf)),
    ...(dmarc === undefined ? [] : changed(`_dmarc.${domain}`, dmarc)),
    ...(unknown ? [`  and what postrider dns ${domain} prints: what stands there could not be found out now`] : []),
  ]
  return [
    `Made a DKIM key for ${domain}: ${source}`,
    'Publish these records:',
    ...txt(name, value),
    ...further,
    'Then look: postrider doctor',
  ]
}

interface Change {
  readonly record: string
  readonly replaces: readonly string[]
}

/** Nothing, where it stands already. */
function changed(name: string, { record, replaces }: Change): readonly string[] {
  if (replaces.length === 1 && replaces[0] === record) return []
  return [...txt(name, record), ...replaces.map(old => `    in place of: ${JSON.stringify(old)}`)]
}

function txt(name: string, value: string): readonly string[] {
  return [
    `  ${name}. IN TXT ${splitTxt(value)
      .map(text => JSON.stringify(text))
      .join(' ')}`,
  ]
}

/** What SPF and DMARC should say, given what is published; undefined where that could not be found out in time. */
async function advised(
  domain: ResolvedDkim['domain'],
  { hostname, egress, dns: { servers, timeoutMs } }: RelayConfig['options'],
  { resolver: given, specialRanges: ranges }: FirstStartSeams,
): Promise<readonly [Change | undefined, Change | undefined]> {
  const limits = { timeoutMs: Math.min(timeoutMs, DNS_MS), cacheEntries: 0, clock: systemClock }
  const resolver = given ?? createResolver({ servers, ...limits })
  const late = new AbortController()
  const cancel = systemClock.after(DNS_MS, () => late.abort(new Error('out of time')))
  const { signal } = late
  const policies = async (): Promise<readonly string[] | undefined> => {
    try {
      const { records } = await resolver.query({ name: `_dmarc.${domain}`, type: 'TXT' }, signal)
      return records.flatMap(record => (record.type === 'TXT' ? [record.strings.join('')] : []))
    } catch (error) {
      // Whatever else went wrong on the way: what stands is not known.
      return isAbsence(error) ? [] : undefined
    }
  }
  try {
    const subject = { domain, hostname, addresses: egress.publicAddresses, ranges }
    const { adviseDmarc, findSpfAdvice } = await recordAdvice()
    const [spf, texts] = await Promise.all([
      // Out of time: what stands is not known.
      findSpfAdvice({ resolver, signal }, subject).catch(() => undefined),
      policies(),
    ])
    return [spf, texts && adviseDmarc(texts, { domain })]
  } finally {
    cancel()
    if (given === undefined && 'close' in resolver) await (resolver as OpenResolver).close()
  }
}

function cannotUse(file: string, cause: NodeJS.ErrnoException): MailerError {
  return new MailerError('invalid-option', `the DKIM key ${file} cannot be read or written (${cause.code})`, {
    where: 'relay.folder',
    found: file,
    wanted: 'a folder this user may read and write',
    fix: `let this user read it (chown or chmod ${file}), or set relay.folder`,
    cause,
  })
}

function noDomain(text: string, problem: string): MailerError {
  return new MailerError('invalid-option', `relay.domains: ${JSON.stringify(text)} is no domain: ${problem}`, {
    where: 'relay.domains',
    found: text,
    wanted: 'a domain, such as example.com',
  })
}
