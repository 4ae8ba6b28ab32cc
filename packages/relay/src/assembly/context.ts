/**
 * RelayContext: what every room of the relay stands on, and the part of it that a reload changes.
 */
import type { Clock, Logger, Mailer } from '@postrider/core'
import { type InNetwork, networkList, trustedNetworks } from '../admission/index.ts'
import type { RelayConfig } from '../config/options.ts'
import type { Prometheus } from '../http/index.ts'

/** What is in force; rooms ask it each time they need it. */
export interface Current {
  config: RelayConfig
  trusted: InNetwork
  proxies: InNetwork
  httpProxies: InNetwork
  /** Those of the relay and of the mailer together: asked for several times for each message. */
  limits: RelayConfig['relay']['limits'] & RelayConfig['options']['limits']
}

export interface RelayContext {
  readonly current: Current
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Prometheus
  readonly folder: string
  readonly mailer: Mailer
}

/** @throws MailerError `invalid-option` when a network is none, or too large to be trusted */
export function currentOf(config: RelayConfig): Current {
  const { trustedNetworks: trusted, proxies } = config.relay
  return {
    config,
    trusted: trustedNetworks(trusted, 'relay.trustedNetworks'),
    proxies: networkList(proxies, 'relay.proxies'),
    httpProxies: networkList(config.relay.http.proxies, 'relay.http.proxies'),
    limits: { ...config.relay.limits, ...config.options.limits },
  }
}
