/**
 * Relay: a submission server around one Mailer: rooms built once, listening, and an end that loses nothing.
 *
 * Policy. `close` stops accepting, lets messages that are under way be answered, then finishes the mailer. `reload` takes what
 * may change while sessions are open. Where it listens, its folder and the queue belong to the life of a relay.
 *
 * Not here: building the rooms (rooms.ts), reading configuration (options.ts), keys at first start (first-start.ts).
 */

import { readFileSync } from 'node:fs'
import type { Mailer } from '@postrider/core'
import { MailerError } from '@postrider/core'
import type { Readiness } from './admin/index.ts'
import { startAdmin } from './admin/index.ts'
import type { FirstLogin } from './assembly/first-login.ts'
import { type OwnRoutes, openRelayParts, type RelayParts, type RelaySeams } from './assembly/relay-parts.ts'
import type { Reloaded } from './assembly/reload.ts'
import { prepareSigningKeys } from './assembly/signing-keys.ts'
import { listenAddresses, parseListenAddress } from './config/listen-address.ts'
import { type RelayConfig, type RelayOptions, resolveRelayOptions } from './config/options.ts'
import type { Bound } from './listener/index.ts'
import { letArithmeticGiveWay } from './upkeep/thread-priority.ts'

/**
 * Builds a relay: opens the queue, starts delivery, makes what is missing at a first start (DKIM keys, a certificate). It
 * listens when `listen()` is called.
 * @param options as in postrider.yaml, or what `loadRelayConfig` gave
 * @throws MailerError `invalid-option`, `invalid-key`, `queue-unavailable`, `queue-newer`
 */
export async function createRelay(options: RelayOptions | RelayConfig = {}, seams: RelaySeams = {}): Promise<Relay> {
  const config = isLoaded(options) ? options : await resolveRelayOptions(options, seams.cwd)
  const { config: prepared, told } = await prepareSigningKeys(config, seams)
  return new Relay(await openRelayParts(prepared, seams), { given: config, told, readConfig: seams.readConfig })
}

/** The source of a key that stands in the configuration itself, or that the relay made and keeps in its store. */
const IN_PLACE = /^(?:dkim\.\d+\.privateKey$|rotation:)/

function isLoaded(options: RelayOptions | RelayConfig): options is RelayConfig {
  return 'sections' in options
}

/** Where HTTP is listened for. */
export interface HttpPlace {
  /** The address that is listened on. */
  readonly host: string
  /** The port that is bound, also where 0 asked for any free one. */
  readonly port: number
}

/** The web interface of a relay. */
export interface RelayInterface {
  /** None when nothing listens for HTTP, or `relay.http.interface` is off. */
  readonly urls: readonly string[]
  /** At this start nobody could log in: a link that is good once, for a quarter of an hour. */
  readonly firstLogin?: FirstLogin | undefined
}

interface Start {
  readonly given: RelayConfig
  readonly told: readonly string[]
  readonly readConfig: RelaySeams['readConfig']
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** A relay that runs: its mailer, its listeners, its HTTP. Made by `createRelay`. */
export class Relay {
  readonly #parts: RelayParts
  readonly #bound: Bound[] = []
  readonly #http: HttpPlace[] = []
  /** Before a first start filled in what it lacked. */
  #given: RelayConfig
  readonly #readConfig: () => Promise<RelayConfig>
  #interface: RelayInterface = { urls: [] }
  #adminPort: number | undefined
  #closing: Promise<void> | undefined
  /** What was made at this start and what the operator should publish, line by line. */
  readonly told: readonly string[]

  constructor(parts: RelayParts, { given, told, readConfig }: Start) {
    this.#parts = parts
    this.#given = given
    this.#readConfig = readConfig ?? (async () => this.#given)
    this.told = [...told, ...parts.told]
  }

  /** The mailer inside: its queue, its facts, its explanations. */
  get mailer(): Mailer {
    return this.#parts.mailer
  }

  /** The files that a reload reads, besides the configuration: those of the DKIM keys, as far as they are in files, and of aliases. */
  get readFiles(): readonly string[] {
    const { options, relay } = this.#parts.config
    const { aliasesFile } = relay.inbound
    const keys = options.dkim.map(key => key.source).filter(source => !IN_PLACE.test(source))
    return [...keys, ...(aliasesFile === '' ? [] : [aliasesFile])]
  }

  /** Where it listens. */
  get addresses(): readonly Bound[] {
    return this.#bound
  }

  /** Where it listens for HTTP, in the order of `relay.http.listen`. */
  get httpAddresses(): readonly HttpPlace[] {
    return this.#http
  }

  /** Where it listens for strangers, in the order of `relay.public.listen`. */
  get publicAddresses(): readonly HttpPlace[] {
    return this.#parts.publicServers().map(({ host, port }) => ({ host, port }))
  }

  /** The web interface: where it is, and how somebody comes in who is the first. */
  get interface(): RelayInterface {
    return this.#interface
  }

  /** The port of the admin server, if there is one. */
  get adminPort(): number | undefined {
    return this.#adminPort
  }

  /**
   * Begins to take mail. From then on this process' event loop comes before its libuv threads (priority.ts).
   * @throws MailerError `invalid-option` when an address cannot be had; nothing listens then
   */
  async listen(): Promise<readonly Bound[]> {
    const { config, listener, background } = this.#parts
    await letArithmeticGiveWay()
    try {
      const { listen, inbound } = config.relay
      for (const address of listenAddresses(listen, inbound.listen)) this.#bound.push(await listener.listen(address))
      const { servers, interfaceUrls, firstLogin } = await this.#parts.listenHttp(this.#ownRoutes())
      for (const { host, port } of servers) this.#http.push({ host, port })
      this.#interface = { urls: interfaceUrls, firstLogin }
      await this.#startAdmin()
    } catch (error) {
      await this.close({ withinMs: 0 })
      throw error
    }
    background.start()
    return this.#bound
  }

  /** Whether mail would be accepted now, and what is missing. */
  async readiness(): Promise<Readiness> {
    const readiness = await this.#parts.readiness()
    const listening = this.#bound.length > 0 && this.#closing === undefined
    const detail = listening ? this.#bound.map(({ host, port }) => `${host}:${port}`).join(' ') : 'not listening'
    return {
      ready: readiness.ready && listening,
      checks: [...readiness.checks, { name: 'listeners', ok: listening, detail }],
    }
  }

  /**
   * Takes another configuration without dropping a session: accounts and what they may send, limits, networks, DKIM keys,
   * certificates, aliases, webhooks. Without one it reads the keys of `relay.domains` and the certificates again. Says what needs a restart.
   * @throws MailerError `invalid-option`, `invalid-key`; what was in force stays so
   */
  async reload(config: RelayConfig = this.#given): Promise<Reloaded> {
    const reloaded = await this.#parts.reload(config)
    this.#given = config
    return reloaded
  }

  /** Finishes what is under way, within `withinMs`, then cuts. @param options.withinMs default 30 s */
  async close({ withinMs = 30_000 }: { readonly withinMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#parts.close(withinMs)
    await this.#closing
  }

  /** Cuts everything at once. What was accepted is in the queue file. */
  destroy(reason: unknown = new MailerError('closed', 'the relay is closed')): void {
    this.#closing ??= Promise.resolve()
    this.#parts.destroy(reason)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #ownRoutes(): OwnRoutes {
    return {
      readiness: () => this.readiness(),
      reload: async () => this.reload(await this.#readConfig()),
      version: version(),
      webFolder: new URL('../web-dist/', import.meta.url),
    }
  }

  async #startAdmin(): Promise<void> {
    const { config, metrics, onClose } = this.#parts
    const { listen, token, names } = config.relay.admin
    if (listen === '') return
    const address = parseListenAddress(listen)
    if (address === undefined) {
      throw new MailerError(
        'invalid-option',
        `relay.admin.listen: found ${JSON.stringify(listen)}, wanted address:port`,
        {
          where: 'relay.admin.listen',
          found: listen,
          wanted: 'address:port, such as 127.0.0.1:8025',
        },
      )
    }
    const { host, port } = address
    const server = await startAdmin({
      host,
      port,
      token,
      names: [config.options.hostname, ...names],
      ports: {
        counts: this.#parts.counts,
        metrics,
        readiness: () => this.readiness(),
      },
    })
    this.#adminPort = server.port
    onClose(() => server.close())
  }
}
