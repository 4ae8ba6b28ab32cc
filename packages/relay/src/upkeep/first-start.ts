/**
 * FirstStart: the DKIM keys a relay needs and does not have, found in an old container's volume or made.
 *
 * Policy. A key that the configuration names is left alone. A domain of `relay.domains` without one gets: the key of the old
 * container (selector `mail`), the key made at an earlier start, or a new RSA key of 2048 bits (every verifier knows it). What was
 * made is said together with the records to publish; nothing is overwritten, ever. A domain that can have no record gets no key.
 *
 * Not here: the records (first-records.ts), the certificate (certificates.ts), whether the records are published (the mailer's preflight, `postrider doctor`).
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { generateDkimKey, MailerError, parseDomain, type ResolvedDkim, recordAdvice, wrongValue } from '@postrider/core'
import { folderOf, type RelayConfig } from '../config/options.ts'
import { type FirstStartSeams, firstRecords } from './first-records.ts'

/** What a first start made. */
export interface FirstStart {
  /** The configuration with what was made: keys, accounts and the certificate. */
  readonly config: RelayConfig
  /** What was made and what to publish, line by line. */
  readonly told: readonly string[]
}

/** Where the old Postfix containers keep their keys. */
const OLD_KEY_FOLDERS = ['/etc/opendkim/domainkeys', '/etc/opendkim/keys'] as const
const OLD_SELECTOR = 'mail'
const SELECTOR = 'postrider'

/**
 * Makes what a first start needs: key, certificate and account.
 * @throws {MailerError} `invalid-key` when a key that is there cannot be used, `invalid-option` when none can be written
 */
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
    if (found) {
      keys.push(found)
      continue
    }
    const why = (await recordAdvice()).whyNowhere(domain)
    if (why !== undefined) {
      told.push(`Made no DKIM key for ${domain}: ${why}`)
      continue
    }
    const made = await makeKey(domain, config)
    keys.push(made)
    told.push(...(await firstRecords(made, config.options, seams)))
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
  return wrongValue('invalid-option', {
    where: 'relay.domains',
    found: JSON.stringify(text),
    wanted: `a domain, such as example.com: ${problem}`,
  })
}
