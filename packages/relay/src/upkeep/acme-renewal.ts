/**
 * AcmeRenewal: has certificates made by an ACME server and made anew in time.
 *
 * Policy. Off unless configured. A certificate is renewed when a third of its life is left; what fails is tried again after an hour,
 * and the certificate in use stays. Challenges are answered only while an order is under way. The certificate goes into the
 * folder that is watched anyway, so that nothing else needs to know.
 *
 * Not here: the protocol (certificate/acme.ts), which certificate is shown (certificates.ts).
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, type Logger, wrongValue } from '@postrider/core'
import { startChallengeServer } from '../admin/index.ts'
import {
  type CertificatePair,
  type Challenge,
  findPairs,
  makeAccountKey,
  orderCertificate,
} from '../certificate/index.ts'
import { parseListenAddress } from '../config/listen-address.ts'
import { type AcmeSettings, folderOf, type RelayConfig } from '../config/options.ts'
import { startAlpnServer } from '../listener/index.ts'
import { openPoster } from '../webhook/index.ts'

interface RenewalOptions {
  readonly config: RelayConfig
  readonly acme: AcmeSettings
  readonly clock: Clock
  readonly logger: Logger
  /** A new certificate is in its folder. */
  readonly onNew: () => Promise<void>
  /** Challenges of http-01 that are put here are answered, on a listener that is there anyway. */
  readonly answers?: Map<string, string> | undefined
  /** @default orderCertificate */
  readonly order?: typeof orderCertificate
}

/** Answers challenges while an order is under way. */
interface Responder {
  answer(challenge: Challenge): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** Chain and key in one file, so that nobody ever sees one without the other. */
const BUNDLE = 'bundle.pem'
const LOOK_EVERY_MS = 12 * 3_600_000
const AGAIN_AFTER_MS = 3_600_000
/** Of certificates that live 90 days; shorter ones are renewed when a third is left. */
const RENEW_BEFORE_MS = 30 * 86_400_000

export class AcmeRenewal {
  readonly #it: RenewalOptions
  #stop: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()
  #closed = false

  /** @throws MailerError `invalid-option` when the challenge lacks what it needs */
  constructor(options: RenewalOptions) {
    this.#it = options
    if (options.acme.challenge === 'dns-01' && options.acme.dnsHook === '') {
      throw wrongValue('invalid-option', {
        where: 'relay.acme.dnsHook',
        found: 'none, and the challenge is dns-01',
        wanted: 'a URL that sets and clears TXT records',
      })
    }
  }

  start(): void {
    this.#running = this.#look()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stop?.()
    await this.#running
  }

  async #look(): Promise<void> {
    if (this.#closed) return
    let next = LOOK_EVERY_MS
    try {
      if (await this.#isDue()) await this.#order()
    } catch (error) {
      next = AGAIN_AFTER_MS
      this.#it.logger.error(
        { event: 'acme-failed', names: this.#names(), error: (error as Error).message },
        'no certificate from ACME',
      )
    }
    if (this.#closed) return
    this.#stop = this.#it.clock.after(next, () => this.start(), { idle: true })
  }

  #names(): readonly string[] {
    const { acme, config } = this.#it
    return acme.names.length > 0 ? acme.names : [config.options.hostname]
  }

  #folder(): string {
    return join(folderOf(this.#it.config), 'certificates', 'acme')
  }

  /** Found as what is shown is found, so that both always speak of the same file. */
  async #isDue(): Promise<boolean> {
    const names = this.#names().map(name => name.toLowerCase())
    const { pairs } = await findPairs(this.#folder())
    const now = this.#it.clock.now()
    return !pairs.some(pair => {
      const early = Math.min(RENEW_BEFORE_MS, (pair.validTo - pair.validFrom) / 3)
      return names.every(name => pair.names.includes(name)) && pair.validTo - now >= early
    })
  }

  /**
   * Of the certificate before, whatever its names: the first time of the self-signed one, which is shown until then. A TLSA record may name it
   * (RFC 7671 §5.1); who wants another one takes the files away.
   */
  async #key(): Promise<string | undefined> {
    const { pairs } = await findPairs(this.#folder())
    const own = pairs.length > 0 ? pairs : await this.#selfSigned()
    return [...own].sort((a, b) => b.validTo - a.validTo)[0]?.privateKey
  }

  async #selfSigned(): Promise<readonly CertificatePair[]> {
    const { pairs } = await findPairs(dirname(this.#folder()))
    return pairs.filter(({ selfSigned }) => selfSigned)
  }

  async #order(): Promise<void> {
    const { acme, clock, logger, onNew, answers, order = orderCertificate } = this.#it
    await mkdir(this.#folder(), { recursive: true, mode: 0o700 })
    const key = await this.#key()
    const responder = await openResponder(acme, clock, answers)
    try {
      const { certificate, privateKey } = await order({
        directory: acme.directory,
        email: acme.email,
        accountKey: await this.#accountKey(),
        names: this.#names(),
        key,
        kind: acme.challenge,
        now: clock.now(),
        answer: challenge => responder.answer(challenge),
      })
      await this.#keep(`${certificate}\n${privateKey}`)
    } finally {
      await responder.close()
    }
    logger.info({ event: 'acme-certificate', names: this.#names() }, 'a new certificate from ACME')
    await onNew()
  }

  async #accountKey(): Promise<string> {
    const file = join(this.#folder(), 'account-key')
    try {
      return await readFile(file, 'utf8')
    } catch {
      const key = await makeAccountKey()
      await writeFile(file, key, { mode: 0o600 })
      return key
    }
  }

  async #keep(bundle: string): Promise<void> {
    const file = join(this.#folder(), BUNDLE)
    await writeFile(`${file}.new`, bundle, { mode: 0o600, flush: true })
    await rename(`${file}.new`, file)
  }
}

async function openResponder(
  { challenge, listen, dnsHook }: AcmeSettings,
  clock: Clock,
  answers?: Map<string, string>,
): Promise<Responder> {
  if (challenge === 'http-01' && listen === '' && answers !== undefined)
    return { answer: async one => shown(one, answers), close: async () => undefined }
  const usual = challenge === 'tls-alpn-01' ? '[::]:443' : '[::]:80'
  const address = parseListenAddress(listen === '' ? usual : listen)
  if (address === undefined) {
    throw wrongValue('invalid-option', {
      where: 'relay.acme.listen',
      found: JSON.stringify(listen),
      wanted: 'address:port',
    })
  }
  if (challenge === 'dns-01') return dnsResponder(dnsHook, clock)
  if (challenge === 'tls-alpn-01') {
    const server = await startAlpnServer(address)
    return {
      answer: async ({ name, pair }) => {
        const hide = server.show(name, pair!)
        return async () => hide()
      },
      close: () => server.close(),
    }
  }
  const own = new Map<string, string>()
  const server = await startChallengeServer(address, token => own.get(token))
  return { answer: async one => shown(one, own), close: () => server.close() }
}

/** @returns how to take it away */
function shown({ token, answer }: Challenge, answers: Map<string, string>): () => Promise<void> {
  answers.set(token, answer)
  return async () => {
    answers.delete(token)
  }
}

/** The hook answers when the record can be seen. */
async function dnsResponder(url: string, clock: Clock): Promise<Responder> {
  const poster = await openPoster(clock, url)
  const tell = async (action: 'set' | 'clear', { name, answer }: Challenge): Promise<void> => {
    const { status } = await poster.post(JSON.stringify({ action, name: `_acme-challenge.${name}`, value: answer }))
    if (status < 200 || status >= 300) throw new Error(`the DNS hook answered ${status} to ${action}`)
  }
  return {
    answer: async challenge => {
      await tell('set', challenge)
      return () => tell('clear', challenge)
    },
    close: () => poster.close(),
  }
}
