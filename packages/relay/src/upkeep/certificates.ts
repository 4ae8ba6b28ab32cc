/**
 * Certificates: what the relay shows to clients: from files, folders and ACME, or one it makes for itself; kept ready as TLS
 * contexts and made anew when files change.
 *
 * Not here: finding and watching files (certificate/certificate-store.ts), the handshake (listener/tls.ts), orders (acme-renewal.ts).
 */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Clock, type Logger, wrongValue } from '@postrider/core'
import {
  type CertificatePair,
  type CertificateSources,
  CertificateStore,
  makeSelfSigned,
} from '../certificate/index.ts'
import { certificateFolders, folderOf, type RelayConfig } from '../config/options.ts'
import { secureContext, type TlsContexts } from '../listener/index.ts'

interface CertificatesOptions {
  readonly config: RelayConfig
  readonly clock: Clock
  readonly logger: Logger
}

export class Certificates {
  readonly #clock: Clock
  readonly #logger: Logger
  #config: RelayConfig
  #certificates: CertificateStore
  #contexts: TlsContexts | undefined
  #fallback: CertificatePair | undefined

  constructor({ config, clock, logger }: CertificatesOptions) {
    this.#config = config
    this.#clock = clock
    this.#logger = logger
    this.#certificates = this.#storeOf(config)
  }

  /** That of `contexts.fallback`. */
  get fallback(): CertificatePair | undefined {
    return this.#fallback
  }

  /** For the handshakes to come. */
  get contexts(): TlsContexts | undefined {
    return this.#contexts
  }

  /** Reads what there is, makes one when there is none, and follows changes. Says what it made. */
  async open(): Promise<readonly string[]> {
    const found = await this.#certificates.reload()
    const told = found.length > 0 ? [] : [await this.#makeOne()]
    this.#certificates.follow()
    return told
  }

  /**
   * Makes sure that what another configuration names can be used; the function that is returned takes it.
   * @throws MailerError `invalid-option`
   */
  async prepare(config: RelayConfig): Promise<() => Promise<void>> {
    const changed = !isDeepStrictEqual(sourcesOf(config), sourcesOf(this.#config))
    if (changed) await requireReadable(config, this.#clock)
    return async () => {
      this.#config = config
      if (changed) {
        this.#certificates.close()
        this.#certificates = this.#storeOf(config)
        this.#certificates.follow()
      }
      await this.#certificates.reload()
    }
  }

  /** Reads all of them again. */
  async reload(): Promise<void> {
    await this.#certificates.reload()
  }

  close(): void {
    this.#certificates.close()
  }

  /** For readiness. */
  check(now: number): { readonly name: string; readonly ok: boolean; readonly detail: string } {
    const first = this.#certificates.pairs[0]
    if (first === undefined) return { name: 'certificate', ok: false, detail: 'there is none' }
    const until = new Date(first.validTo).toISOString().slice(0, 10)
    return { name: 'certificate', ok: first.validTo > now, detail: `${first.source}, valid to ${until}` }
  }

  #storeOf(config: RelayConfig): CertificateStore {
    return new CertificateStore({
      sources: sourcesOf(config),
      clock: this.#clock,
      onChange: pairs => this.#take(pairs),
      onProblem: problem => this.#logger.warn({ event: 'certificate-problem', problem }, 'certificate problem'),
    })
  }

  async #makeOne(): Promise<string> {
    const folder = join(folderOf(this.#config), 'certificates')
    const certificateFile = join(folder, 'self-signed.crt')
    const { hostname } = this.#config.options
    const privateKeyFile = join(folder, 'self-signed.key')
    await makeSelfSigned({ names: [hostname], certificateFile, privateKeyFile, now: this.#clock.now() })
    await this.#certificates.reload()
    return `Made a self-signed certificate for ${hostname}: ${certificateFile}. Clients that verify refuse it; put a real one into ${folder}.`
  }

  #take(pairs: readonly CertificatePair[]): void {
    const usable = pairs.flatMap(pair => {
      try {
        return [{ pair, context: secureContext(pair) }]
      } catch (error) {
        this.#logger.warn(
          { event: 'certificate-problem', source: pair.source, problem: (error as Error).message },
          'certificate problem',
        )
        return []
      }
    })
    const shown = usable.find(({ pair }) => covers(pair, this.#config.options.hostname)) ?? usable[0]
    if (shown === undefined) return
    const fallback = shown.context
    this.#fallback = shown.pair
    const byName = new Map(
      usable.toReversed().flatMap(({ pair, context }) => pair.names.map(name => [name, context] as const)),
    )
    this.#contexts = { fallback, byName }
    this.#logger.info({ event: 'certificates', names: [...byName.keys()] }, 'certificates in use')
  }
}

function sourcesOf(config: RelayConfig): CertificateSources {
  return { files: config.relay.certificates, folders: certificateFolders(config) }
}

/** Certificates that are named, not found in a folder. */
async function requireReadable({ relay }: RelayConfig, clock: Clock): Promise<void> {
  const problems: string[] = []
  const onProblem = (problem: string): void => {
    problems.push(problem)
  }
  await new CertificateStore({
    sources: { files: relay.certificates, folders: [] },
    clock,
    onChange: () => {},
    onProblem,
  }).reload()
  if (problems.length === 0) return
  throw wrongValue('invalid-option', {
    where: 'relay.certificates',
    found: problems.join('; '),
    wanted: 'certificates and keys in PEM that can be read',
  })
}

function covers(pair: CertificatePair, name: string): boolean {
  return pair.names.includes(name) || pair.names.includes(`*${name.slice(name.indexOf('.'))}`)
}
