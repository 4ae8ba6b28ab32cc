/**
 * Reload: another configuration for a relay that runs.
 *
 * Policy. Everything that can be refused is looked at before anything is taken: accounts, networks, aliases, keys, certificates,
 * webhooks. When something cannot be used, all that was in force stays so, and the log says why. What cannot change while the
 * relay runs is named in the log line. No session is touched: what an open session was told at login holds until it ends.
 *
 * Not here: reading files and variables (options.ts), noticing that they changed (the command `serve`).
 */
import { isDeepStrictEqual } from 'node:util'
import { type Logger, loadDkimKey } from '@postrider/core'
import type { ConfigStore } from '../account/index.ts'
import { accountsOf, type RelayConfig, type RelaySettings } from '../config/options.ts'
import { unsubscribePageOf } from '../config/public-root.ts'
import type { StoredRotations } from '../dkim/index.ts'
import type { Certificates } from '../upkeep/certificates.ts'
import type { FirstStartSeams } from '../upkeep/first-records.ts'
import { prepareFirstStart } from '../upkeep/first-start.ts'
import type { Background } from '../upkeep/warm-preflight.ts'
import type { Dispatcher } from '../webhook/index.ts'
import { currentOf, type RelayContext } from './context.ts'
import { withRotations } from './signing-keys.ts'

/** What came of a reload. */
export interface Reloaded {
  /** What was made and what to publish, line by line. */
  readonly told: readonly string[]
  /** Settings that differ from those in force and need a restart, such as `relay.listen`. */
  readonly needsRestart: readonly string[]
}

export interface ReloadedParts {
  readonly accounts: ConfigStore
  readonly certificates: Certificates
  readonly webhooks: Dispatcher
  readonly background: Background
  readonly rotations: StoredRotations
  /** Those of the start: a new domain asks the same resolver. */
  readonly seams: FirstStartSeams
}

const FIXED: readonly (keyof RelaySettings)[] = ['listen', 'folder', 'accountsFile', 'acme', 'admin', 'capture']

/** Its names, its proxies, how much one key may ask and how long logins last are taken. */
const HTTP_FIXED = ['listen', 'interface', 'requestMs', 'bodyBytes', 'bodiesBytes'] as const

/** One after the other, however fast they are asked for. */
export function reloader(context: RelayContext, parts: ReloadedParts): (given: RelayConfig) => Promise<Reloaded> {
  const first = context.current.config
  let last: Promise<unknown> = Promise.resolve()
  return given => {
    const next = last.then(() => told(context.logger, reload(context, parts, first, given)))
    last = next.catch(() => undefined)
    return next
  }
}

async function reload(
  context: RelayContext,
  { accounts, certificates, webhooks, background, rotations, seams }: ReloadedParts,
  first: RelayConfig,
  given: RelayConfig,
): Promise<Reloaded> {
  const { config: prepared, told } = await prepareFirstStart(pinned(first, given), undefined, seams)
  const config = withRotations(prepared, await rotations.list())
  const current = await currentOf(config)
  for (const { domain, selector, privateKey } of config.options.dkim) loadDkimKey({ domain, selector, pem: privateKey })
  const takeWebhooks = webhooks.prepare(config.relay.webhooks)
  const takeCertificates = await certificates.prepare(config)
  const takeAccounts = await accounts.prepare(accountsOf(config))
  // From here on nothing refuses.
  const { dkim, feedback } = config.options
  const options = { ...given.options, dkim, feedback }
  const needsRestart = [...context.mailer.reload({ options }), ...notTaken(first.relay, given.relay)]
  await context.capture?.releases.reload({ options })
  Object.assign(context.current, current)
  takeAccounts()
  await takeWebhooks()
  await takeCertificates()
  background.look()
  return { told, needsRestart }
}

/** What cannot change is as it was at the start, whatever the new configuration says. */
function pinned(first: RelayConfig, given: RelayConfig): RelayConfig {
  const { hostname, queue } = first.options
  const fixed = Object.fromEntries(FIXED.map(name => [name, first.relay[name]])) as Pick<RelaySettings, 'listen'>
  const listening = { ...given.relay.public, listen: first.relay.public.listen }
  const relay = { ...given.relay, ...fixed, public: listening }
  const { feedback } = given.options
  // A link to a listener that is not there yet leads nowhere.
  const isOwn = feedback.unsubscribeUrl !== undefined && feedback.unsubscribeUrl === unsubscribePageOf(given)
  const page = isOwn ? unsubscribePageOf({ options: { hostname }, relay }) : feedback.unsubscribeUrl
  return {
    ...given,
    options: { ...given.options, hostname, queue, feedback: { ...feedback, unsubscribeUrl: page } },
    relay,
  }
}

function notTaken(first: RelaySettings, now: RelaySettings): readonly string[] {
  const names = FIXED.filter(name => !isDeepStrictEqual(first[name], now[name])).map(name => `relay.${name}`)
  const isOther = first.limits.bodiesMemoryBytes !== now.limits.bodiesMemoryBytes
  const others = HTTP_FIXED.filter(name => !isDeepStrictEqual(first.http[name], now.http[name]))
  const isElsewhere = !isDeepStrictEqual(first.public.listen, now.public.listen)
  if (isElsewhere) names.push('relay.public.listen')
  if (!isDeepStrictEqual(first.inbound.listen, now.inbound.listen)) names.push('relay.inbound.listen')
  return [...names, ...(isOther ? ['relay.limits.bodiesMemoryBytes'] : []), ...others.map(name => `relay.http.${name}`)]
}

async function told(logger: Logger, reloading: Promise<Reloaded>): Promise<Reloaded> {
  try {
    const reloaded = await reloading
    const { needsRestart } = reloaded
    if (needsRestart.length === 0) logger.info({ event: 'reload', needsRestart }, 'configuration taken')
    else
      logger.warn(
        { event: 'reload', needsRestart },
        `configuration taken, except what needs a restart: ${needsRestart.join(', ')}`,
      )
    return reloaded
  } catch (error) {
    logger.error(
      { event: 'reload-refused', problem: (error as Error).message },
      'configuration not taken; the old one stays in force',
    )
    throw error
  }
}
