/**
 * Host state: the checks of this host itself, gathered from the queue, the files and the configuration.
 */

import { existsSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import type { Mailer } from '@postrider/core'
import type { EndpointState, RelayConfig } from '@postrider/relay'
import {
  checkAliases,
  checkCertificate,
  checkConfigFile,
  checkDisk,
  checkDmarcSeen,
  checkInterface,
  checkKeyFiles,
  checkProvider,
  checkPublic,
  checkQueue,
  checkSecretFiles,
  checkWebhooks,
  type Finding,
  finding,
  lint,
  type SeenEndpoint,
} from '../checkup/index.ts'
import { say } from '../language/commands.ts'
import { examineKeys } from './signing-keys.ts'

export async function examineHost(
  config: RelayConfig,
  { mailer, now, trouble }: { readonly mailer: Mailer; readonly now: number; readonly trouble: string | undefined },
): Promise<readonly Finding[]> {
  const { options, relay, warnings } = config
  const submits = isRelay(config)
  const limits = { now, warnAfterMs: options.delivery.retry.warnAfterMs }
  const queue =
    trouble === undefined
      ? checkQueue(mailer, limits)
      : [
          finding('queue.opens', {
            level: 'fail',
            found: trouble,
            wanted: say('host.queue.wanted'),
            fix: say('host.config.fix'),
          }),
        ]
  const found = await Promise.all([
    lint({ options, warnings, ...(submits ? { relay } : {}) }),
    checkConfigFile(config),
    checkSecretFiles(secretFiles(options)),
    queue,
    trouble === undefined ? checkDmarcSeen(mailer) : [],
    checkDisk(await diskFolder(config, submits)),
    checkKeyFiles(keyFiles(config)),
    submits ? examineKeys(config, now) : [],
    submits ? examineSubmission(config, now) : [],
    relay.http.interface && relay.http.listen.length > 0 ? examineInterface(config) : [],
    examineProvider(config),
    relay.public.listen.length > 0 ? checkPublic(await (await import('@postrider/relay')).lookFromOutside(config)) : [],
    submits ? checkWebhooks(await endpoints(config, mailer), now) : [],
    hasAliases(config) ? checkAliases(async () => (await import('@postrider/relay')).findAliases(config)) : [],
  ])
  return found.flat()
}

/** Whether other mail servers come here. */
function hasAliases({ relay: { inbound } }: RelayConfig): boolean {
  return inbound.listen.length > 0 || inbound.aliasesFile !== ''
}

/** Where this host writes mail, if it does. */
async function diskFolder(config: RelayConfig, submits: boolean): Promise<string | undefined> {
  const { path, url } = config.options.queue
  if (submits) return (await import('@postrider/relay')).placesOf(config).spool
  return url === undefined && path !== ':memory:' ? dirname(path) : undefined
}

/** Whether a relay is meant to run with this configuration, or only a program that sends. */
function isRelay({ relay }: RelayConfig): boolean {
  const { domains, accounts, trustedNetworks, certificates, certificateFolders, acme } = relay
  const named = [domains, accounts, trustedNetworks, certificates, certificateFolders]
  return named.some(list => list.length > 0) || acme !== undefined
}

function keyFiles({ options, relay }: RelayConfig): readonly string[] {
  const signing = options.dkim.map(({ source }) => source).filter(isAbsolute)
  return [...signing, ...relay.certificates.map(({ privateKeyFile }) => privateKeyFile)]
}

async function examineSubmission(config: RelayConfig, now: number): Promise<readonly Finding[]> {
  const { findCertificates } = await import('@postrider/relay')
  const { hostname } = config.options
  const { pairs } = await findCertificates(config)
  const own = pairs.find(({ names }) => names.includes(hostname)) ?? pairs[0]
  const { ca } = config.options.tls
  const authorities = ca === undefined ? [] : [ca]
  return [checkCertificate(own, { hostname, now, authorities }), await accounts(config)]
}

async function accounts(config: RelayConfig): Promise<Finding> {
  const { relay } = config
  const wanted = say('host.accounts.wanted')
  const stored = await storedAccounts(config).catch((error: Error) => error)
  if (stored instanceof Error) {
    return finding('submission.accounts', { level: 'unknown', found: stored.message, wanted })
  }
  const total = relay.accounts.length + stored
  return finding('submission.accounts', {
    level: total === 0 && relay.trustedNetworks.length === 0 ? 'warn' : 'ok',
    found: say('host.accounts.found', { accounts: total, networks: relay.trustedNetworks.length }),
    wanted,
    fix: 'postrider user add NAME',
  })
}

async function storedAccounts(config: RelayConfig): Promise<number> {
  const { openAccounts, placesOf } = await import('@postrider/relay')
  const file = placesOf(config).accountsFile
  // Looking must not make the file.
  if (file !== undefined && !existsSync(file)) return 0
  const store = await openAccounts(config)
  try {
    return (await store.list()).length
  } finally {
    await store.close()
  }
}

async function examineInterface(config: RelayConfig): Promise<readonly Finding[]> {
  // Whoever is let in without a login needs none.
  if (config.relay.capture.enabled && config.relay.capture.anyone) return []
  const { openUsers, placesOf } = await import('@postrider/relay')
  const file = placesOf(config).accountsFile
  // Looking must not make the file.
  if (file !== undefined && !existsSync(file)) return [checkInterface([])]
  try {
    const { users, close } = await openUsers(config)
    return [checkInterface(await users.list().finally(close))]
  } catch (error) {
    const found = (error as Error).message
    return [finding('interface.logins', { level: 'unknown', found, wanted: say('host.accounts.wanted') })]
  }
}

async function examineProvider({ relay: { http } }: RelayConfig): Promise<readonly Finding[]> {
  const { oidc, interface: isServed, listen } = http
  if (oidc === undefined || !isServed || listen.length === 0) return []
  const { lookAtProvider } = await import('@postrider/relay')
  return [await checkProvider(oidc.issuer, () => lookAtProvider(oidc))]
}

/** None where nothing can be known of them: that the store cannot be opened is told of the accounts. */
async function endpoints(config: RelayConfig, mailer: Mailer): Promise<readonly SeenEndpoint[]> {
  const { openWebhooks, placesOf } = await import('@postrider/relay')
  const file = placesOf(config).storeFile
  // Looking must not make the file.
  if (file !== undefined && !existsSync(file)) return []
  const opened = await openWebhooks(config, mailer).catch(() => undefined)
  if (opened === undefined) return []
  const { webhooks, close } = opened
  const seen = async (state: EndpointState): Promise<SeenEndpoint> => {
    const [last] = state.failingSince === undefined ? [] : await webhooks.deliveries(state.id, { limit: 1 })
    return { ...state, ...(last !== undefined && { lastAnswer: last.answer }) }
  }
  try {
    return await Promise.all((await webhooks.list()).map(seen))
  } catch {
    return []
  } finally {
    await close()
  }
}

function secretFiles({ queue, routes, egress }: RelayConfig['options']): readonly string[] {
  const servers: readonly { readonly passwordFile?: string }[] = [
    queue,
    ...routes,
    ...(egress.overflow ? [egress.overflow] : []),
  ]
  return servers.flatMap(({ passwordFile }) => passwordFile ?? [])
}
