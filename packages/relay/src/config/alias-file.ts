/**
 * AliasFile: the names of `relay.inbound.aliasesFile`, in the format of aliases(5).
 *
 * Policy. Each name leads to people elsewhere: nothing here has a mailbox, runs a program or writes a file, so whatever would need one is
 * refused with its line, and so is a name that is there twice or goes round. All that is wrong is told at once, and none of the file is
 * taken then: mail for a name that was left out would be refused. A name of the configuration comes before one of the file.
 *
 * Not here: what becomes of mail to a name (listener/aliases.ts), which domains the names hold in (options.ts). RFC 5321 §3.9.1.
 */
import { readFile } from 'node:fs/promises'
import { MailerError, parseAddress } from '@postrider/core'
import type { InboundEndpoint } from '../webhook/index.ts'
import { follow } from './alias-graph.ts'
import type { RelayConfig } from './options.ts'

/** A name that takes mail, and who gets it. */
export interface Alias {
  /** A local part such as `postmaster`, for every domain that mail is taken for, or a whole address. */
  readonly name: string
  /** Who gets it, each as `local@domain`; empty when it is posted to a webhook. */
  readonly to: readonly string[]
  /** Where its mail is posted to in place of people. */
  readonly webhook?: InboundEndpoint | undefined
}

interface Entry {
  readonly name: string
  readonly targets: readonly string[]
  readonly line: number
}

interface Problem {
  /** undefined: it stands in `relay.inbound.aliases`. */
  readonly line: number | undefined
  readonly found: string
  readonly wanted: string
}

const MOST_BYTES = 4 * 1024 * 1024
const MOST_NAMES = 10_000
/** As one alias of the configuration may have. */
const MOST_PEOPLE = 50
const NAME = /^[\w!#$%&'*+/=?^`{|}~.-]{1,64}(?:@[a-z0-9.-]{1,253})?$/i

interface Elsewhere {
  readonly form: RegExp
  readonly found: (target: string) => string
  readonly wanted: string
}

/** What a delivery agent would do on this host, by how it is written, and what to write in its place. */
const ELSEWHERE: readonly Elsewhere[] = [
  {
    form: /^\|/,
    found: target => `a program (${target})`,
    wanted: 'an address: no program is run here; a webhook (relay.inbound.aliases) takes its place',
  },
  { form: /^:include:/i, found: target => `a list in another file (${target})`, wanted: 'its addresses in this file' },
  {
    form: /^:/,
    found: target => `an instruction to a mail server (${target})`,
    wanted: 'an address; a name that is left out is refused',
  },
  { form: /^(?:\.{0,2}|~)\//, found: target => `a file (${target})`, wanted: 'an address: no mail is kept here' },
  {
    form: /^\\/,
    found: target => `a mailbox of this host (${target})`,
    wanted: 'an address: nobody has a mailbox here',
  },
  { form: /^\+/, found: target => `a network map (${target})`, wanted: 'its names in this file' },
]

/** All names that the configuration and its file have; the first of a name holds. @throws MailerError `invalid-config` */
export async function readAliases({
  relay,
  options,
}: Pick<RelayConfig, 'relay' | 'options'>): Promise<readonly Alias[]> {
  const { aliases, aliasesFile } = relay.inbound
  const text = aliasesFile === '' ? '' : await textOf(aliasesFile)
  // Mail of other domains that are signed for may well go elsewhere; that of these comes here.
  const domains = [options.returnPath.domain ?? options.hostname, options.hostname]
  return [...aliases, ...parseAliases(text, { file: aliasesFile, known: aliases, domains })]
}

/** What is around a text. */
export interface AliasPlace {
  readonly file: string
  /** Names that stand elsewhere, which those of the text may lead to. */
  readonly known?: readonly Alias[]
  /** Where mail to a name comes to us. */
  readonly domains?: readonly string[]
}

/**
 * The names of a text in the format of aliases(5), each with the addresses that it leads to in the end.
 * @throws MailerError `invalid-config`, one line for each mistake
 */
export function parseAliases(text: string, { file, known = [], domains = [] }: AliasPlace): readonly Alias[] {
  const problems: Problem[] = []
  const entries = new Map<string, Entry>()
  for (const { text: logical, line } of logicalLines(text)) {
    const entry = readEntry(logical, line)
    const before = 'name' in entry ? entries.get(entry.name) : undefined
    if (!('name' in entry)) problems.push(entry)
    else if (before === undefined) entries.set(entry.name, entry)
    else problems.push({ line, found: `${entry.name} again, as in line ${before.line}`, wanted: 'each name once' })
  }
  if (entries.size > MOST_NAMES)
    problems.push({ line: 1, found: `${entries.size} names`, wanted: `${MOST_NAMES} at most` })
  if (problems.length > 0) throw refusal(file, problems)
  const { found, problems: others } = followed([...entries.values()], known, domains)
  if (others.length > 0) throw refusal(file, others)
  return found
}

async function textOf(file: string): Promise<string> {
  try {
    const bytes = await readFile(file)
    if (bytes.length <= MOST_BYTES) return new TextDecoder().decode(bytes)
    throw refusal(file, [{ line: 1, found: `${bytes.length} octets`, wanted: `${MOST_BYTES} at most` }])
  } catch (cause) {
    if (MailerError.is(cause)) throw cause
    const found = `a file that cannot be read (${(cause as NodeJS.ErrnoException).code})`
    const wanted = 'a file in the format of aliases(5), or no relay.inbound.aliasesFile'
    throw new MailerError('invalid-config', `${file}: found ${found}, wanted ${wanted}`, {
      ...{ where: file, found, wanted, cause },
      fix: 'make the file readable, or leave relay.inbound.aliasesFile out',
    })
  }
}

/** A line that begins with a space goes on with the one above; empty lines and comments in between end nothing. */
function logicalLines(text: string): readonly { readonly text: string; readonly line: number }[] {
  const lines: { text: string; line: number }[] = []
  for (const [index, one] of text.split(/\r?\n/).entries()) {
    const last = lines.at(-1)
    if (/^\s*(?:#|$)/.test(one)) continue
    if (/^\s/.test(one) && last !== undefined) last.text += one
    else lines.push({ text: one, line: index + 1 })
  }
  return lines
}

function readEntry(text: string, line: number): Entry | Problem {
  const wanted = 'name: address, address'
  // `"John Doe": john@example.com`: quotes keep what they hold together.
  const [whole = '', quoted, plain = ''] = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^":]*?))\s*:/.exec(text) ?? []
  const name = (quoted?.replaceAll(/\\(.)/g, '$1') ?? plain).toLowerCase()
  if (whole === '') return { line, found: `${JSON.stringify(text.slice(0, 80))}, without a colon`, wanted }
  if (!NAME.test(name)) return { line, found: `the name ${JSON.stringify(name.slice(0, 80))}`, wanted }
  const targets = (text.slice(whole.length).match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []).map(unwrap).filter(Boolean)
  if (targets.length === 0) return { line, found: `${name} with nobody behind it`, wanted }
  for (const target of targets) {
    const local = ELSEWHERE.find(({ form }) => form.test(target))
    if (local !== undefined) return { line, found: local.found(target.slice(0, 80)), wanted: local.wanted }
    const address = target.includes('@') ? parseAddress(target) : undefined
    if (address !== undefined && 'problem' in address)
      return { line, found: `${target.slice(0, 80)}: ${address.problem}`, wanted: 'an address' }
  }
  return { name, targets, line }
}

/** What stands in quotes as a whole, or in angle brackets, without them. */
function unwrap(text: string): string {
  const [, quoted, angled] = /^(?:"((?:[^"\\]|\\.)*)"|<(.*)>)$/.exec(text.trim()) ?? []
  return quoted?.replaceAll(/\\(.)/g, '$1').trim() ?? angled?.trim() ?? text.trim()
}

/** All that is there is followed, also what the configuration says: what leads round there is lost as well. */
function followed(
  entries: readonly Entry[],
  known: readonly Alias[],
  domains: readonly string[],
): { readonly found: readonly Alias[]; readonly problems: readonly Problem[] } {
  // What is posted has no addresses that another name could lead to.
  const outside = known
    .filter(({ webhook }) => webhook === undefined)
    .map(({ name, to }) => ({ name: name.toLowerCase(), targets: to, line: undefined }))
  const ours = new Set(domains.map(domain => domain.toLowerCase()))
  const { people, circles, unknown } = follow([...outside, ...entries], { domains: ours, most: MOST_PEOPLE })
  const problems: Problem[] = unknown.map(({ node: { line }, target }) => {
    const wanted = `an address, or a line ${target.toLowerCase()}: address`
    return { line, found: `${target}, a name that no line has`, wanted }
  })
  for (const { name, line } of circles)
    problems.push({ line, found: `${name}, which leads back to itself`, wanted: 'names that lead to an address' })
  const found = entries.map(entry => ({ name: entry.name, to: people.get(entry) ?? [] }))
  entries.forEach(({ name, line }, at) => {
    if ((found[at]?.to.length ?? 0) > MOST_PEOPLE)
      problems.push({
        line,
        found: `${name} with more than ${MOST_PEOPLE} addresses`,
        wanted: `${MOST_PEOPLE} at most`,
      })
  })
  return { found, problems }
}

function refusal(file: string, problems: readonly Problem[]): MailerError {
  const sorted = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
  const [{ line, found, wanted }] = sorted as [Problem]
  const place = (at: number | undefined): string => (at === undefined ? 'relay.inbound.aliases' : `${file}:${at}`)
  const text = sorted.map(each => `${place(each.line)}: found ${each.found}, wanted ${each.wanted}`).join('\n')
  return new MailerError('invalid-config', text, {
    ...{ where: place(line), found, wanted },
    fix:
      line === undefined
        ? 'correct the value, or leave the key out for its default'
        : `correct line ${line} of ${file}`,
  })
}
