/**
 * Lint: settings that are allowed and still a trap.
 *
 * Policy. Only what nearly nobody means: each line says what happens. What the configuration's own reading warns of comes
 * first; wrong values never get here, because they are refused at start.
 *
 * Not here: who may read key files (files.ts).
 */
import type { ResolvedOptions } from '@postrider/core'
import type { RelaySettings } from '@postrider/relay'
import { type Finding, finding } from './finding.ts'

export interface LintSubject {
  readonly options: ResolvedOptions
  readonly relay?: RelaySettings
  /** Of loadConfig. */
  readonly warnings: readonly string[]
}

interface Trap {
  readonly found: string
  readonly wanted: string
  readonly fix: string
}

/** RFC 5321 §4.5.3.2 */
const LEAST_MINUTES = {
  greetingMs: 5,
  mailMs: 5,
  rcptMs: 5,
  dataMs: 2,
  bodyMs: 3,
  finalDotMs: 10,
} as const

/** Emptied when the machine starts, or by others. */
const VANISHING = /^\/(?:tmp|dev\/shm|var\/tmp)\//

export function lint({ options, relay, warnings }: LintSubject): readonly Finding[] {
  const traps = [...sending(options), ...timeouts(options), ...(relay === undefined ? [] : submission(relay))]
  const told = warnings.filter(text => !text.includes('chmod 600'))
  const findings = [
    ...told.map(found => finding('config.lint', { level: 'warn', found, wanted: 'no warning' })),
    ...traps.map(trap => finding('config.lint', { level: 'warn', ...trap })),
  ]
  return findings.length > 0 ? findings : [finding('config.lint', { level: 'ok', found: 'no trap', wanted: 'none' })]
}

function sending({ preflight, delivery, queue, tls, notices }: ResolvedOptions): Trap[] {
  const traps: Trap[] = []
  if (preflight === 'off')
    traps.push({
      found: 'preflight: off',
      wanted: 'enforce or warn',
      fix: 'leave preflight out: without it, mail that receivers refuse is accepted and comes back later',
    })
  if (delivery.allowPrivateAddresses)
    traps.push({
      found: 'delivery.allowPrivateAddresses: true',
      wanted: 'false, outside tests',
      fix: 'leave it out: with it, anyone who controls an MX record can have mail sent into this network',
    })
  // With queue.url, the path names no queue.
  if (queue.url === undefined && (queue.path === ':memory:' || VANISHING.test(queue.path)))
    traps.push({
      found: `queue.path: ${queue.path}`,
      wanted: 'a folder that survives a restart',
      fix: 'set queue.path: accepted mail is lost there with the machine',
    })
  if (tls.minimum === 'verified')
    traps.push({
      found: 'tls.minimum: verified',
      wanted: 'opportunistic, with MTA-STS and DANE deciding for each domain',
      fix: 'leave it out: most mail hosts have no certificate for their name, and get no mail',
    })
  if (delivery.retry.expireAfterMs < 86_400_000)
    traps.push({
      found: `delivery.retry.expireAfterMs: ${delivery.retry.expireAfterMs}`,
      wanted: 'days (RFC 5321 §4.5.4.1 says 4 to 5)',
      fix: 'leave it out: a receiver that is down over night loses the mail',
    })
  if (notices.to === 'sender' && notices.from.endsWith('@localhost.localdomain'))
    traps.push({
      found: `notices.from: ${notices.from}`,
      wanted: 'an address of a domain of yours',
      fix: 'set hostname, or notices.from',
    })
  return traps
}

function timeouts({ delivery }: ResolvedOptions): Trap[] {
  return Object.entries(LEAST_MINUTES).flatMap(([key, minutes]) => {
    const ms = delivery.timeouts[key as keyof typeof LEAST_MINUTES]
    if (ms >= minutes * 60_000) return []
    return [
      {
        found: `delivery.timeouts.${key}: ${ms}`,
        wanted: `at least ${minutes * 60_000} (RFC 5321 §4.5.3.2)`,
        fix: 'leave it out: slow hosts get the mail twice, or never',
      },
    ]
  })
}

function submission({ trustedNetworks, listen, admin, accounts }: RelaySettings): Trap[] {
  const traps: Trap[] = []
  const wide = trustedNetworks.find(network => /\/0$/.test(network) || /^(?:\d+\.){3}\d+\/[1-7]$/.test(network))
  if (wide !== undefined)
    traps.push({
      found: `relay.trustedNetworks: ${wide}`,
      wanted: 'the networks of your own hosts only',
      fix: 'take it out: this is an open relay',
    })
  const open = listen.find(text => text.includes('/plain') && !/^(?:127\.|\[::1\]|localhost)/.test(text))
  if (open !== undefined)
    traps.push({
      found: `relay.listen: ${open}`,
      wanted: '/plain on loopback only',
      fix: 'take /plain away: passwords cross the network readable',
    })
  if (admin.listen !== '' && admin.token === '' && !/^(?:127\.|\[::1\]|localhost)/.test(admin.listen))
    traps.push({
      found: `relay.admin.listen: ${admin.listen} without a token`,
      wanted: 'loopback, or a token',
      fix: 'set relay.admin.token',
    })
  if (accounts.some(({ password }) => password !== undefined))
    traps.push({
      found: 'relay.accounts: a password in plain text',
      wanted: 'passwordHash, or accounts made with `postrider user add`',
      fix: 'postrider user add NAME',
    })
  return traps
}
