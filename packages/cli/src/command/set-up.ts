/**
 * SetUp: what `init` does: keys, accounts, postrider.yaml, records, doctor.
 *
 * Policy. Safe to run again: keys and accounts that are there stay, settings that stand are kept, and what would change in
 * the file is shown before it is written. Nothing is written before every answer is there and right, and what stands is.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { RelayConfig } from '@postrider/relay'
import { say } from '../language/commands.ts'
import { printPlan } from '../records/index.ts'
import {
  addSettings,
  type ExistingConfig,
  keyFileFor,
  lineDiff,
  type RouteSettings,
  readExistingConfig,
  type Settings,
} from '../setup/index.ts'
import { askWhether, EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import { type Answers, gatherAnswers } from './answers.ts'
import { type Context, type Input, textFlag } from './command.ts'
import { diagnose } from './diagnose.ts'
import { hostFlag } from './flag-values.ts'
import { readOptions, readOptionsWithKeys } from './mailer.ts'
import { planFor } from './publish.ts'
import { senderOf } from './senders.ts'
import type { ServiceAnswers } from './service-answers.ts'
import { addUsers } from './user-accounts.ts'

export async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const file = resolve(context.cwd, textFlag(input, 'config') ?? context.env.POSTRIDER_CONFIG ?? 'postrider.yaml')
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const existing = await readExistingConfig(before)
  const mx = await hostFlag(input, 'mx')
  const probeHost = await hostFlag(input, 'probe')
  const answers = await gatherAnswers(input, context, existing)
  if (before !== '') await requireSound(file, { input, context, hostname: answers.hostname })
  const tell = context.json ? () => {} : (text: string): void => context.out.write(`${text}\n`)
  for (const kept of differing(answers, existing)) tell(kept)

  const settings = await makeKeys(file, { answers, existing }, tell)
  if (!(await writeConfig(file, { before, after: await addSettings(before, settings) }, { input, context, tell }))) {
    return EXIT.usage
  }
  const config = await readOptionsWithKeys({ ...input, flags: { ...input.flags, config: file } }, context)
  const users = await addUsers(config, answers.users)
  for (const { name, password } of users)
    tell(password === undefined ? say('init.account-kept', { name }) : say('init.account', { name, password }))
  await showRecords(config, { mx, context, domains: answers.domains }, signal)
  if (context.json) writeJson(context.out, { event: 'set-up', config: file, ...settings, users })
  if (input.flags.doctor === false) return EXIT.ok
  tell('')
  const options = {
    senders: answers.domains.map(senderOf),
    selection: { only: [], skip: [] },
    probeHost,
  }
  return diagnose(config, options, { context, signal, watch: false })
}

/** What stands is right, or nothing is added to it. @throws MailerError `invalid-config` */
async function requireSound(
  file: string,
  { input, context, hostname }: { readonly input: Input; readonly context: Context; readonly hostname: string },
): Promise<void> {
  await readOptions({ ...input, flags: { ...input.flags, config: file } }, context, hostname)
}

/** What was asked for and is not done, because something else stands there. */
function differing({ hostname, service }: Answers, existing: ExistingConfig): readonly string[] {
  const kept = existing.hostname
  return [
    ...(kept === undefined || kept === hostname ? [] : [say('init.hostname-kept', { kept, hostname })]),
    ...(existing.sendsThrough && service !== undefined ? [say('init.route-kept', { service: service.service })] : []),
  ]
}

type Tell = (text: string) => void

async function makeKeys(
  file: string,
  { answers, existing }: { readonly answers: Answers; readonly existing: ExistingConfig },
  tell: Tell,
): Promise<Settings> {
  const { domains, folder, selector } = answers
  const base = dirname(file)
  const at = resolve(base, folder)
  const keys: Settings['keys'][number][] = []
  for (const domain of domains) {
    if (existing.keyDomains.includes(domain)) {
      tell(say('init.key-kept', { domain }))
      continue
    }
    const path = join(at, 'keys', `${domain}.${selector}.pem`)
    const { made } = await keyFileFor(path, { domain, selector })
    tell(say('init.key-at', { domain, state: say(`init.key-at.${made ? 'made' : 'kept'}`), path }))
    keys.push({ domain, selector, privateKeyFile: shown(base, path) })
  }
  await mkdir(at, { recursive: true, mode: 0o750 })
  return {
    hostname: answers.hostname,
    domains,
    keys,
    queue: shown(base, join(at, 'queue.db')),
    publicAddresses: answers.addresses,
    ...(answers.service === undefined || existing.sendsThrough ? {} : { route: routeOf(answers.service, base) }),
  }
}

function routeOf({ service, region, user, passwordFile }: ServiceAnswers, base: string): RouteSettings {
  return {
    service,
    ...(region === undefined ? {} : { region }),
    login: { ...(user === undefined ? {} : { user }), passwordFile: shown(base, passwordFile) },
  }
}

/** Paths in the file are relative to the file. */
function shown(base: string, path: string): string {
  const short = relative(base, path)
  return short.startsWith('..') || isAbsolute(short) ? path : `./${short}`
}

async function writeConfig(
  file: string,
  { before, after }: { readonly before: string; readonly after: string },
  { input, context, tell }: { readonly input: Input; readonly context: Context; readonly tell: Tell },
): Promise<boolean> {
  if (after === before) {
    tell(say('init.unchanged', { file }))
    return true
  }
  tell(`${file}:\n${lineDiff(before, after)}`)
  const asks = input.flags.yes !== true && context.out.interactive && context.stdin.isTTY === true
  if (before !== '' && asks && (await askWhether(say('init.ask.write'), true)) !== true) return false
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, after)
  return true
}

async function showRecords(
  config: RelayConfig,
  {
    mx,
    context,
    domains,
  }: { readonly mx: string | undefined; readonly context: Context; readonly domains: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  const options = {
    mx,
    dmarc: undefined,
    reports: undefined,
    addresses: [],
    specialRanges: context.seams?.specialRanges,
  }
  for (const domain of domains) {
    const plan = await planFor(config, { domain, wanted: options }, signal)
    if (context.json) writeJson(context.out, { event: 'records', ...plan })
    else context.out.write(say('init.publish', { domain, records: printPlan(plan, 'zone') }))
  }
}
