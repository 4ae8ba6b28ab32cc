/**
 * Diagnose: what `doctor` does: all checks, shown, and watched until nothing is wrong.
 *
 * Policy. The exit code tells the worst: 0 ok or note, 1 warn, 2 fail, 75 when something could not be told. `--watch` asks
 * again until nothing is wrong: then the name servers of the domains themselves are asked, not what others remember of them.
 *
 * Not here: the checks (core's preflight, checkup/), how they look on paper (checkup/print.ts).
 */
import type { CheckLevel, Mailer, MailerSeams, PublicAddress, Report } from '@postrider/core'
import type { RelayConfig } from '@postrider/relay'
import {
  type Authoritative,
  authoritativeResolver,
  type Checkup,
  type Finding,
  printCheckup,
  type Selection,
  STATE_CHECKS,
  select,
  unknownWords,
  worstLevel,
} from '../checkup/index.ts'
import { type ExitCode, type Progress, startProgress, writeJson } from '../terminal/index.ts'
import { type Context, type Input, listFlag, textFlag, UsageError } from './command.ts'
import { examineHost } from './host-state.ts'
import { exitCodeOfLevel } from './level.ts'
import { openMailerWith, readOptionsWithKeys } from './mailer.ts'
import { senderOf, sendingDomains } from './senders.ts'

/** Between two rounds of --watch: at the TTL of what was seen, but no sooner than servers like and people have patience. */
const LEAST_PAUSE_S = 10
const LONGEST_PAUSE_S = 30

interface Wishes {
  readonly senders: readonly string[]
  readonly selection: Selection
  readonly probeHost: string | undefined
}

export async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const selection = { only: listFlag(input, 'only'), skip: listFlag(input, 'skip') }
  await refuseUnknown(selection)
  const config = await readOptionsWithKeys(input, context)
  const senders = (input.args.length > 0 ? input.args : sendingDomains(config)).map(senderOf)
  const wishes: Wishes = { senders, selection, probeHost: textFlag(input, 'probe') }
  return diagnose(config, wishes, { context, signal, watch: input.flags.watch === true })
}

interface Manner {
  readonly context: Context
  readonly signal: AbortSignal
  readonly watch: boolean
}

/** Runs the checks and shows them, and again while they are watched. */
export async function diagnose(config: RelayConfig, wishes: Wishes, manner: Manner): Promise<ExitCode> {
  const { context, signal, watch } = manner
  const first = await examine(config, wishes, { context, signal })
  show(first.checkup, context)
  if (!watch || isGreen(first.checkup)) return exitCodeOfLevel(first.checkup.worst)
  return watchUntilGreen(config, wishes, { ...manner, before: first })
}

async function watchUntilGreen(
  config: RelayConfig,
  wishes: Wishes,
  { context, signal, before }: Manner & { readonly before: Examined },
): Promise<ExitCode> {
  const { systemClock } = await import('@postrider/core')
  const addresses = before.publicAddresses.map(({ address }) => address)
  // Known from the first round: nobody else has to be asked again.
  const egress = { ...config.options.egress, publicAddresses: addresses }
  const settled = { ...config, options: { ...config.options, egress } }
  const resolver = await openAuthoritative(settled, wishes.senders)
  let last = before.checkup
  let pause = LEAST_PAUSE_S
  try {
    while (!isGreen(last)) {
      const progress = await startProgress(
        quiet(context),
        `wrong: ${amiss(last).join(', ')}; asking again in ${pause} s`,
      )
      await (context.seams?.clock ?? systemClock).sleep(pause * 1000, signal).catch(() => {})
      progress.clear()
      if (signal.aborted) break
      const { checkup } = await examine(settled, wishes, { context, signal, resolver })
      if (context.json || amiss(checkup).join() !== amiss(last).join()) show(checkup, context)
      last = checkup
      pause = Math.max(resolver.takeTtl(LONGEST_PAUSE_S), LEAST_PAUSE_S)
    }
    return exitCodeOfLevel(last.worst)
  } finally {
    await resolver.close()
  }
}

interface Examined {
  readonly checkup: Checkup
  readonly publicAddresses: readonly PublicAddress[]
}

async function examine(
  config: RelayConfig,
  { senders, selection, probeHost }: Wishes,
  { context, signal, resolver }: { context: Context; signal: AbortSignal; resolver?: Authoritative },
): Promise<Examined> {
  const progress = await startProgress(quiet(context), `checking ${senders.join(', ')}`)
  const { mailer, trouble } = await openAnyMailer(
    config,
    resolver === undefined ? context.seams : { ...context.seams, resolver },
  )
  try {
    const tell = countingProgress(progress)
    const [reports, state] = await Promise.all([
      Promise.all(senders.map(sender => mailer.preflight(sender, { signal, probeHost, onChecks: tell }))),
      examineHost(config, { mailer, now: context.now(), trouble }),
    ])
    const all: Checkup = {
      schema: 1,
      at: new Date(context.now()).toISOString(),
      senders: reports.map(({ of, publicAddresses, checks, providers }) => ({
        of,
        publicAddresses,
        checks,
        providers,
      })),
      state,
      worst: worstLevel([...reports.flatMap(({ checks }): readonly Finding[] => checks), ...state]),
    }
    return { checkup: select(all, selection), publicAddresses: distinct(reports) }
  } finally {
    progress.clear()
    await mailer.close()
  }
}

/** With a queue that cannot be opened everything else can still be checked. */
async function openAnyMailer(
  config: RelayConfig,
  seams: MailerSeams = {},
): Promise<{ readonly mailer: Mailer; readonly trouble: string | undefined }> {
  try {
    return { mailer: await openMailerWith(config, 'look', seams), trouble: undefined }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code !== 'queue-unavailable' && code !== 'queue-newer') throw error
    const { mtaSts: _, ...options } = config.options
    const inMemory = { ...config, options: { ...options, mtaSts: {}, queue: { ...options.queue, path: ':memory:' } } }
    return { mailer: await openMailerWith(inMemory, 'look', seams), trouble: message }
  }
}

async function openAuthoritative({ options }: RelayConfig, senders: readonly string[]): Promise<Authoritative> {
  const { createResolver, isAbsence, systemClock } = await import('@postrider/core')
  const { servers, timeoutMs, trustAd } = options.dns
  const ordinary = createResolver({ servers, timeoutMs, trustAd, cacheEntries: 0, clock: systemClock })
  const resolver = authoritativeResolver({
    ordinary,
    open: addresses =>
      createResolver({ servers: addresses, timeoutMs: 5000, trustAd: false, cacheEntries: 0, clock: systemClock }),
    domains: [...senders.map(sender => sender.slice(sender.lastIndexOf('@') + 1)), options.hostname],
    isAbsence,
  })
  return { ...resolver, close: async () => void (await Promise.all([resolver.close(), ordinary.close()])) }
}

function countingProgress(
  progress: Progress,
): (checks: readonly { readonly id: string; readonly level: CheckLevel }[]) => void {
  let done = 0
  const wrong = new Set<string>()
  return checks => {
    done += checks.length
    for (const { id, level } of checks) if (level === 'fail' || level === 'warn') wrong.add(id)
    progress.update(`${done} checks done${wrong.size === 0 ? '' : `, wrong: ${[...wrong].join(', ')}`}`)
  }
}

function distinct(reports: readonly Report[]): readonly PublicAddress[] {
  const all = reports.flatMap(({ publicAddresses }) => publicAddresses)
  return all.filter((one, index) => all.findIndex(other => other.address === one.address) === index)
}

async function refuseUnknown({ only, skip }: Selection): Promise<void> {
  if (only.length + skip.length === 0) return
  const { CHECKS } = await import('@postrider/core')
  const unknown = unknownWords([...only, ...skip], [...Object.keys(CHECKS), ...Object.keys(STATE_CHECKS)])
  if (unknown.length > 0) throw new UsageError(`no check is called ${unknown.join(' or ')}; docs/checks.md lists them`)
}

function show(checkup: Checkup, context: Context): void {
  if (context.json) writeJson(context.out, checkup)
  else context.out.write(printCheckup(checkup, context.out))
}

/** Progress is for people, on the side: what is piped on must hold the result alone. */
function quiet(context: Context): Context['err'] {
  const { err, json } = context
  return json || !err.interactive ? { interactive: false, write: () => {} } : err
}

function amiss({ senders, state }: Checkup): readonly string[] {
  const all = [...senders.flatMap(({ checks }) => checks), ...state]
  return [...new Set(all.filter(({ level }) => level === 'warn' || level === 'fail').map(({ id }) => id))]
}

function isGreen(checkup: Checkup): boolean {
  return amiss(checkup).length === 0
}
