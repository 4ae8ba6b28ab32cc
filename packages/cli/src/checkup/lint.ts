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
import { say } from '../language/checkup.ts'
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
    ...told.map(found => finding('config.lint', { level: 'warn', found, wanted: say('lint.wanted') })),
    ...traps.map(trap => finding('config.lint', { level: 'warn', ...trap })),
  ]
  return findings.length > 0
    ? findings
    : [finding('config.lint', { level: 'ok', found: say('lint.found'), wanted: 'none' })]
}

function sending({ preflight, delivery, queue, tls, notices }: ResolvedOptions): Trap[] {
  const traps: Trap[] = []
  if (preflight === 'off')
    traps.push({
      found: 'preflight: off',
      wanted: say('lint.preflight.wanted'),
      fix: say('lint.preflight.fix'),
    })
  if (delivery.allowPrivateAddresses)
    traps.push({
      found: 'delivery.allowPrivateAddresses: true',
      wanted: say('lint.private.wanted'),
      fix: say('lint.private.fix'),
    })
  // With queue.url, the path names no queue.
  if (queue.url === undefined && (queue.path === ':memory:' || VANISHING.test(queue.path)))
    traps.push({
      found: `queue.path: ${queue.path}`,
      wanted: say('lint.queue.wanted'),
      fix: say('lint.queue.fix'),
    })
  if (tls.minimum === 'verified')
    traps.push({
      found: 'tls.minimum: verified',
      wanted: say('lint.tls.wanted'),
      fix: say('lint.tls.fix'),
    })
  if (delivery.retry.expireAfterMs < 86_400_000)
    traps.push({
      found: `delivery.retry.expireAfterMs: ${delivery.retry.expireAfterMs}`,
      wanted: say('lint.expiry.wanted'),
      fix: say('lint.expiry.fix'),
    })
  if (notices.to === 'sender' && notices.from.endsWith('@localhost.localdomain'))
    traps.push({
      found: `notices.from: ${notices.from}`,
      wanted: say('lint.notices.wanted'),
      fix: say('lint.notices.fix'),
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
        wanted: say('lint.timeouts.wanted', { least: minutes * 60_000 }),
        fix: say('lint.timeouts.fix'),
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
      wanted: say('lint.networks.wanted'),
      fix: say('lint.networks.fix'),
    })
  const open = listen.find(text => text.includes('/plain') && !/^(?:127\.|\[::1\]|localhost)/.test(text))
  if (open !== undefined)
    traps.push({
      found: `relay.listen: ${open}`,
      wanted: say('lint.plain.wanted'),
      fix: say('lint.plain.fix'),
    })
  if (admin.listen !== '' && admin.token === '' && !/^(?:127\.|\[::1\]|localhost)/.test(admin.listen))
    traps.push({
      found: say('lint.admin.found', { listen: admin.listen }),
      wanted: say('lint.admin.wanted'),
      fix: 'set relay.admin.token',
    })
  if (accounts.some(({ password }) => password !== undefined))
    traps.push({
      found: say('lint.password.found'),
      wanted: say('lint.password.wanted'),
      fix: 'postrider user add NAME',
    })
  return traps
}
