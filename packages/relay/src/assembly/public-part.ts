/**
 * PublicPart: what strangers may look at: where it listens, the links into it, and the challenges that it answers.
 *
 * Policy. Nothing of it is loaded before it listens. Links are made where it is known under which address they are followed.
 *
 * Not here: what is answered (public/), listening itself (server/).
 */
import type { Clock, QueueId } from '@postrider/core'
import { linkKeysOf } from '@postrider/core'
import type { RelayConfig } from '../config/options.ts'
import { publicRootOf } from '../config/public-root.ts'
import { LONGEST_LINK_MS, PublicLinks } from '../link/index.ts'
import { parseHttpAddress } from '../server/http-address.ts'
import type { HttpServer } from '../server/index.ts'
import type { Certificates } from '../upkeep/certificates.ts'
import type { Current, PublicSeen, RelayContext } from './context.ts'

export class PublicPart implements PublicSeen {
  readonly #current: Current
  readonly challenges: Map<string, string> = new Map()
  readonly links: PublicLinks
  #servers: readonly HttpServer[] = []

  constructor(current: Current) {
    this.#current = current
    this.links = new PublicLinks({
      root: () => publicRootOf(current.config, this.#servers),
      keys: () => current.linkKeys(),
    })
  }

  /** Port 80 is its own then. */
  get answersChallenges(): boolean {
    return this.#current.config.relay.public.listen.some(text => parseHttpAddress(text)?.tls === false)
  }

  get servers(): readonly HttpServer[] {
    return this.#servers
  }

  /** All of them or none. @throws MailerError `invalid-option` */
  async listen(context: RelayContext, certificates: Certificates): Promise<void> {
    if (context.current.config.relay.public.listen.length === 0) return
    const { startPublicService } = await import('./public-service.ts')
    this.#servers = await startPublicService(context, certificates)
  }

  async close(withinMs: number, clock: Clock): Promise<void> {
    await Promise.all(this.#servers.map(server => server.close(withinMs, clock)))
  }

  destroy(): void {
    for (const server of this.#servers) server.destroy()
  }
}

/**
 * A link to what became of a message, as a relay of that configuration gives it out, for a week at most; undefined where it has no public
 * part, or signs nothing.
 */
export function timelineLink(config: RelayConfig, id: QueueId, { now, forMs }: LinkTerm): string | undefined {
  const listening = config.relay.public.listen.flatMap(text => parseHttpAddress(text) ?? [])
  const links = new PublicLinks({
    root: () => publicRootOf(config, listening),
    keys: () => linkKeysOf(config.options),
  })
  return links.timeline(id, now + Math.min(forMs, LONGEST_LINK_MS))
}

interface LinkTerm {
  readonly now: number
  readonly forMs: number
}
