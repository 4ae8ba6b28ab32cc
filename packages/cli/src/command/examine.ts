/**
 * Examine: one round of all checks, of each sender and of this host.
 *
 * Not here: what is made of it (diagnose.ts), when it is asked again (watch.ts).
 */
import type { CheckLevel, Mailer, MailerSeams, PublicAddress, Report, Resolver } from '@postrider/core'
import type { RelayConfig } from '@postrider/relay'
import { type Checkup, type Finding, type Selection, select, worstLevel } from '../checkup/index.ts'
import { word } from '../language/words.ts'
import { type Progress, startProgress } from '../terminal/index.ts'
import type { Context } from './command.ts'
import { examineHost } from './host-state.ts'
import { inMemory, openMailerWith } from './mailer.ts'

export interface ExamineOptions {
  readonly senders: readonly string[]
  readonly selection: Selection
  readonly probeHost: string | undefined
}

export interface Means {
  readonly context: Context
  readonly signal: AbortSignal
  /** In place of the one that is configured. */
  readonly resolver?: Resolver
  /** What need not be asked again beyond the DNS. */
  readonly lookout?: MailerSeams['lookout']
}

export interface Examined {
  readonly checkup: Checkup
  readonly publicAddresses: readonly PublicAddress[]
}

export async function examine(
  config: RelayConfig,
  { senders, selection, probeHost }: ExamineOptions,
  { context, signal, resolver, lookout }: Means,
): Promise<Examined> {
  const progress = await startProgress(quiet(context), word('findings.checking', { senders }))
  const { mailer, trouble } = await openAnyMailer(config, {
    ...context.seams,
    ...(resolver === undefined ? {} : { resolver }),
    ...(lookout === undefined ? {} : { lookout: { ...context.seams?.lookout, ...lookout } }),
  })
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
    return { mailer: await openMailerWith(inMemory(config), 'look', seams), trouble: message }
  }
}

function countingProgress(
  progress: Progress,
): (checks: readonly { readonly id: string; readonly level: CheckLevel }[]) => void {
  let done = 0
  const wrong = new Set<string>()
  return checks => {
    done += checks.length
    for (const { id, level } of checks) if (level === 'fail' || level === 'warn') wrong.add(id)
    progress.update(
      wrong.size === 0
        ? word('findings.done', { count: done })
        : word('findings.done-wrong', { count: done, wrong: [...wrong] }),
    )
  }
}

function distinct(reports: readonly Report[]): readonly PublicAddress[] {
  const all = reports.flatMap(({ publicAddresses }) => publicAddresses)
  return all.filter((one, index) => all.findIndex(other => other.address === one.address) === index)
}

/** Progress is for people, on the side: what is piped on must hold the result alone. */
export function quiet(context: Context): Context['err'] {
  const { err, json } = context
  return json || !err.interactive ? { interactive: false, write: () => {} } : err
}
