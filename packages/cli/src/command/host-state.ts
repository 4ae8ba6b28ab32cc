/**
 * Host state: the checks of this host itself, gathered from the queue, the files and the configuration.
 */

import { existsSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import type { Mailer } from '@postrider/core'
import type { RelayConfig } from '@postrider/relay'
import {
  checkCertificate,
  checkConfigFile,
  checkDisk,
  checkKeyFiles,
  checkQueue,
  checkSecretFiles,
  type Finding,
  finding,
  lint,
} from '../checkup/index.ts'
import { say } from '../language/commands.ts'

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
            wanted: 'a queue',
            fix: say('host.config.fix'),
          }),
        ]
  const found = await Promise.all([
    lint({ options, warnings, ...(submits ? { relay } : {}) }),
    checkConfigFile(config),
    checkSecretFiles([options.queue, ...options.routes].flatMap(({ passwordFile }) => passwordFile ?? [])),
    queue,
    checkDisk(await diskFolder(config, submits)),
    checkKeyFiles(keyFiles(config)),
    submits ? examineSubmission(config, now) : [],
  ])
  return found.flat()
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
