/**
 * Resolve: checked options to settled ones. Files are read, names normalised, defaults that depend on other keys filled
 * in, and the result frozen.
 *
 * Policy. A key file that cannot be read is refused here and now, not at the first message. One that others on this
 * machine may read is a warning: secrets mounted into containers often are like that, and cannot be otherwise.
 * PEM text that lost its line ends on the way through an environment variable is repaired.
 *
 * Not here: whether the key can sign (sign/), what each key may be (schema.ts).
 */
import { readFile, stat } from 'node:fs/promises'
import { hostname as machineHostname, platform } from 'node:os'
import { resolve } from 'node:path'
import { type Domain, parseDomain, parseServer } from '../model/address.ts'
import { MailerError } from '../model/error.ts'
import { type Kind, requireKeys, requireKind } from '../model/wrong-value.ts'
import type { CheckedOptions, CheckedRoute } from './checked-options.ts'
import { settleEgress } from './egress-shape.ts'
import { linkRootOf, settleHistory } from './feedback-shape.ts'
import type { MailerOptions, ResolvedDkim, ResolvedOptions, ResolvedRoute } from './options.ts'
import { type Path, type Problem, printProblem, problemsOf } from './problem.ts'
import { hasPassword, hasUser, withPassword } from './queue-url.ts'
import type { Resolved } from './resolved.ts'
import { buildSchema, type SchemaExtension } from './schema.ts'
import { check } from './shape.ts'

export interface ResolveContext {
  /** What relative paths are relative to. */
  readonly cwd: string
  /** What this machine calls itself; the default of `hostname`. @default that of the system */
  readonly machineName?: string | undefined
  readonly extension?: SchemaExtension | undefined
}

const CONTEXT = {
  cwd: 'string',
  machineName: 'string',
  extension: 'function',
} as const satisfies Record<keyof ResolveContext, Kind>

/**
 * Checks and settles options given in code.
 * @throws MailerError `invalid-option`, one line for each mistake.
 */
export async function resolveOptions(input: MailerOptions, context: ResolveContext): Promise<Resolved> {
  requireKeys(context, { code: 'invalid-option', where: 'context', kinds: CONTEXT })
  requireKind(context.cwd, 'string', { code: 'invalid-option', where: 'context.cwd' })
  const result = await tryResolve(input, context)
  if (!('problems' in result)) return result
  const [first] = result.problems
  throw new MailerError(
    'invalid-option',
    result.problems.map(problem => `options: ${printProblem(problem)}`).join('\n'),
    {
      where: first!.path.join('.') || 'options',
      found: first!.found,
      wanted: first!.wanted,
      fix: 'correct the value, or leave the key out for its default',
    },
  )
}

/** The same, for callers that know where each key came from. */
export async function tryResolve(
  input: unknown,
  context: ResolveContext,
): Promise<Resolved | { readonly problems: readonly Problem[] }> {
  const schema = buildSchema(context.extension)
  const checked = check(schema, input)
  if ('issues' in checked) return { problems: problemsOf(checked.issues, input, schema.rule.node) }
  const settling: Settling = { problems: [], warnings: [], cwd: context.cwd }
  const options = await settle(checked.value, context.machineName ?? machineHostname(), settling)
  if (options === undefined || settling.problems.length > 0) return { problems: settling.problems }
  const own = new Set(Object.keys(options))
  const sections = Object.fromEntries(Object.entries(checked.value).filter(([key]) => !own.has(key)))
  const historyGiven = checked.value.queue.keepHistoryMs !== undefined
  return { options: freeze(options), sections, warnings: settling.warnings, historyGiven }
}

interface Settling {
  readonly problems: Problem[]
  readonly warnings: string[]
  readonly cwd: string
}

async function settle(
  checked: CheckedOptions,
  machineName: string,
  settling: Settling,
): Promise<ResolvedOptions | undefined> {
  const hostname = settleHostname(checked.hostname, machineName, settling)
  const dkim = await Promise.all(checked.dkim.map((key, index) => settleKey(key, ['dkim', index], settling)))
  const routes = await Promise.all(
    checked.routes.map((route, index) => settleRoute(route, ['routes', index], { checked, settling })),
  )
  const ca = await settleFile(checked.tls.caFile, ['tls', 'caFile'], settling)
  const egress = settleEgress(checked.egress, settling.problems)
  const overflow = await settleOverflow(checked, settling)
  const inMemory = checked.queue.path === ':memory:'
  const path = inMemory ? checked.queue.path : resolve(settling.cwd, checked.queue.path)
  const { cards, keepContentMs, keepContentExcept, keepDialogues } = checked.queue
  const keepHistoryMs = settleHistory(checked.queue.keepHistoryMs, checked.feedback, settling.warnings)
  if (keepContentMs > keepHistoryMs)
    settling.problems.push({
      path: ['queue', 'keepContentMs'],
      found: String(keepContentMs),
      wanted: `at most queue.keepHistoryMs, ${keepHistoryMs}`,
    })
  const { complaints, unsubscribe, unsubscribeUrl } = checked.feedback
  if ((complaints || unsubscribe !== 'as-given') && checked.returnPath.domain === undefined)
    settling.problems.push({
      path: ['feedback', complaints ? 'complaints' : 'unsubscribe'],
      found: 'no returnPath.domain',
      wanted: 'a returnPath.domain, where people answer to',
    })
  const database = await settleDatabase(checked.queue, settling)
  const { cacheFile } = checked.mtaSts
  const policies =
    cacheFile === undefined ? (inMemory ? undefined : `${path}.mta-sts`) : resolve(settling.cwd, cacheFile)
  if (hostname === undefined || settling.problems.length > 0) return undefined
  return {
    hostname,
    egress: { ...egress, ...(overflow && { overflow }) },
    dkim: dkim.filter(key => key !== undefined),
    dns: checked.dns,
    queue: { path, keepHistoryMs, cards, keepContentMs, keepContentExcept, keepDialogues, ...database },
    delivery: checked.delivery,
    routes: routes.filter(route => route !== undefined),
    providers: checked.providers,
    tls: { minimum: checked.tls.minimum, ...(ca === undefined ? {} : { ca }) },
    mtaSts: policies === undefined ? {} : { cacheFile: policies },
    returnPath: checked.returnPath,
    feedback: { ...checked.feedback, unsubscribeUrl: linkRootOf(unsubscribeUrl) },
    tlsrpt: settleTlsReports(checked.tlsrpt, dkim[0]?.domain ?? hostname, dkim.length > 0),
    preflight: checked.preflight,
    notices: { ...checked.notices, from: checked.notices.from ?? `MAILER-DAEMON@${hostname}` },
    limits: checked.limits,
    compose: checked.compose,
  }
}

function settleTlsReports(
  { send, contact, organisation }: CheckedOptions['tlsrpt'],
  domain: Domain,
  hasKeys: boolean,
): ResolvedOptions['tlsrpt'] {
  const address = contact ?? `postmaster@${domain}`
  return {
    // Mail to strangers is nothing that a program does unasked; and RFC 8460 §3 wants it signed.
    send: send ?? (contact !== undefined && hasKeys),
    contact: address,
    organisation: organisation ?? address.slice(address.lastIndexOf('@') + 1),
  }
}

function settleHostname(given: string | undefined, machineName: string, { problems }: Settling): Domain | undefined {
  const name = parseDomain(given ?? machineName)
  // RFC 5321 §2.3.5: only a fully qualified name may stand in EHLO.
  if (typeof name === 'string' && name.includes('.') && !name.startsWith('[')) return name
  const found = `nothing, and this machine calls itself ${JSON.stringify(machineName)}`
  problems.push({ path: ['hostname'], found, wanted: 'a full host name, such as mail.example.com' })
  return undefined
}

async function settleKey(
  key: CheckedOptions['dkim'][number],
  path: Path,
  settling: Settling,
): Promise<ResolvedDkim | undefined> {
  const place = [...path, key.privateKeyFile === undefined ? 'privateKey' : 'privateKeyFile']
  const text = key.privateKey ?? (await settleFile(key.privateKeyFile, place, settling))
  if (text === undefined) return undefined
  const privateKey = repairPem(text)
  if (!privateKey.startsWith('-----BEGIN ')) {
    const found =
      key.privateKeyFile === undefined ? 'a text that is not PEM' : `${key.privateKeyFile}, which is not PEM`
    settling.problems.push({ path: place, found, wanted: 'a private key in PEM, beginning with -----BEGIN' })
    return undefined
  }
  if (key.privateKeyFile !== undefined) await warnIfOpen(resolve(settling.cwd, key.privateKeyFile), settling)
  const domain = parseDomain(key.domain) as Domain
  return {
    domain,
    selector: key.selector.toLowerCase(),
    privateKey,
    source: key.privateKeyFile ?? place.join('.'),
    ...(key.replaces === undefined ? {} : { replaces: key.replaces.toLowerCase() }),
  }
}

/** Line ends written as `\n`, or turned into spaces, are put back. RFC 7468 §2 */
export function repairPem(text: string): string {
  const plain = text.replaceAll('\\r', '').replaceAll('\\n', '\n').trim()
  if (plain.includes('\n')) return `${plain}\n`
  const [, label, body] = /^-----BEGIN ([A-Z0-9 ]+)-----\s+(.+?)\s+-----END \1-----$/.exec(plain) ?? []
  if (label === undefined || body === undefined) return plain
  return `-----BEGIN ${label}-----\n${body.replaceAll(/\s+/g, '\n')}\n-----END ${label}-----\n`
}

async function warnIfOpen(file: string, { warnings }: Settling): Promise<void> {
  const { mode } = await stat(file)
  if (platform() === 'win32' || (mode & 0o077) === 0) return
  const others = mode & 0o007 ? 'everyone on this machine' : 'its group'
  warnings.push(`${file}: found a private key that ${others} may read, wanted mode 600; run: chmod 600 ${file}`)
}

async function settleRoute(
  given: CheckedRoute,
  at: Path,
  { checked: { tls }, settling }: { readonly checked: CheckedOptions; readonly settling: Settling },
): Promise<ResolvedRoute | undefined> {
  const { fillRoute, serviceUser } = await import('./service-route.ts')
  const route = fillRoute(given, { problems: settling.problems, path: at })
  if (route === undefined) return undefined
  const suffix = route.domain.startsWith('.')
  const domain = route.domain === '*' ? '*' : (parseDomain(suffix ? route.domain.slice(1) : route.domain) as Domain)
  const port = route.port ?? (route.implicitTls ? 465 : route.login ? 587 : 25)
  const settled: ResolvedRoute = {
    domain: suffix ? `.${domain}` : domain,
    host: parseServer(route.host) as Domain,
    port,
    tls: route.tls ?? (route.login ? 'verified' : tls.minimum),
    implicitTls: route.implicitTls ?? port === 465,
    concurrency: route.concurrency,
    ...(route.recipients === undefined ? {} : { recipients: route.recipients }),
  }
  if (route.login === undefined) return settled
  const place = [...at, 'login', 'passwordFile']
  const read = route.login.password ?? (await settleFile(route.login.passwordFile, place, settling))
  const password = read?.split(/\r?\n/)[0] ?? ''
  const { method, passwordFile } = route.login
  const login = { user: serviceUser(route.service, route.login.user, password), password, method }
  return {
    ...settled,
    login,
    ...(passwordFile === undefined ? {} : { passwordFile: resolve(settling.cwd, passwordFile) }),
  }
}

async function settleOverflow(
  checked: CheckedOptions,
  settling: Settling,
): Promise<ResolvedOptions['egress']['overflow']> {
  if (checked.egress.overflow === undefined) return undefined
  const { afterMs, ...server } = checked.egress.overflow
  const route = await settleRoute({ domain: '*', ...server }, ['egress', 'overflow'], { checked, settling })
  return route && { ...route, afterMs }
}

/** The connection strings with their password. */
async function settleDatabase(
  { url, directUrl, passwordFile }: CheckedOptions['queue'],
  settling: Settling,
): Promise<Pick<ResolvedOptions['queue'], 'url' | 'directUrl' | 'passwordFile'>> {
  const urls = { ...(url !== undefined && { url }), ...(directUrl !== undefined && { directUrl }) }
  if (passwordFile === undefined) return urls
  const path = ['queue', 'passwordFile']
  if (url === undefined || Object.values(urls).some(each => !hasUser(each) || hasPassword(each))) {
    const found = url === undefined ? 'no queue.url' : 'an address that has a password, or no user'
    settling.problems.push({ path, found, wanted: 'queue.url with a user and without a password' })
    return {}
  }
  const [password = ''] = (await settleFile(passwordFile, path, settling))?.split(/\r?\n/) ?? []
  return {
    url: withPassword(url, password),
    ...(directUrl !== undefined && { directUrl: withPassword(directUrl, password) }),
    passwordFile: resolve(settling.cwd, passwordFile),
  }
}

async function settleFile(file: string | undefined, path: Path, settling: Settling): Promise<string | undefined> {
  if (file === undefined) return undefined
  const absolute = resolve(settling.cwd, file)
  try {
    return await readFile(absolute, 'utf8')
  } catch (error) {
    // Whatever the reason, the operator has to mend the file or its name.
    const why = (error as NodeJS.ErrnoException).code ?? String(error)
    settling.problems.push({
      path,
      found: `${absolute}, which cannot be read (${why})`,
      wanted: 'a file that can be read',
    })
    return undefined
  }
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}
