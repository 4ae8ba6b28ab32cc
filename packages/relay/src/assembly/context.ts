/**
 * RelayContext: what every room of the relay stands on, and the part of it that a reload changes.
 */
import { type Clock, type Logger, linkKeysOf, type Mailer, type ReturnKeys, returnKeysOf } from '@postrider/core'
import type { Prometheus } from '../admin/index.ts'
import { type InNetwork, networkList, trustedNetworks } from '../admission/index.ts'
import { readAliases } from '../config/alias-file.ts'
import type { RelayConfig } from '../config/options.ts'
import type { CaptureService } from '../inbox/index.ts'
import type { PublicLinks } from '../link/index.ts'
import { type AliasIndex, indexAliases } from '../listener/index.ts'
import { inboundSigner } from '../webhook/index.ts'

/** What is in force; rooms ask it each time they need it. */
export interface Current {
  config: RelayConfig
  trusted: InNetwork
  proxies: InNetwork
  returnKeys: ReturnKeys | undefined
  /** Those of the configuration and of its file. */
  aliases: AliasIndex
  /** Made of the DKIM keys when a link is first made or followed. */
  linkKeys: () => readonly Uint8Array[]
  httpProxies: InNetwork
  /** Those of the relay and of the mailer together: asked for several times for each message. */
  limits: RelayConfig['relay']['limits'] & RelayConfig['options']['limits']
}

/** What others know of the public part. */
export interface PublicSeen {
  readonly links: PublicLinks
  /** Of ACME orders that are under way, by their token. */
  readonly challenges: Map<string, string>
  readonly answersChallenges: boolean
}

export interface RelayContext {
  readonly current: Current
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Prometheus
  readonly folder: string
  readonly mailer: Mailer
  readonly publicPart: PublicSeen
  /** Where all mail is captured. */
  readonly capture: CaptureService | undefined
}

/**
 * @throws MailerError `invalid-option` when a network is none, or too large to be trusted, or a secret cannot be read; `invalid-config` for what is wrong with
 *   the file of aliases
 */
export async function currentOf(config: RelayConfig): Promise<Current> {
  const { trustedNetworks: trusted, proxies } = config.relay
  const aliases = await readAliases(config)
  for (const { webhook } of aliases) if (webhook !== undefined) inboundSigner(webhook)
  return {
    ...keyedBy(config),
    trusted: trustedNetworks(trusted, 'relay.trustedNetworks'),
    proxies: networkList(proxies, 'relay.proxies'),
    httpProxies: networkList(config.relay.http.proxies, 'relay.http.proxies'),
    aliases: indexAliases(aliases),
    limits: { ...config.relay.limits, ...config.options.limits },
  }
}

/** What follows from the DKIM keys. */
export function keyedBy(config: RelayConfig): Pick<Current, 'config' | 'returnKeys' | 'linkKeys'> {
  let made: readonly Uint8Array[] | undefined
  return {
    config,
    returnKeys: returnKeysOf(config.options),
    linkKeys: () => {
      made ??= linkKeysOf(config.options)
      return made
    },
  }
}
