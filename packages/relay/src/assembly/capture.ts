/**
 * Capturing: what a relay that captures all mail has beside its parts, and whom it lets in.
 *
 * Policy. Where everybody is let in without a token, nothing listens beyond this machine. A name that somebody logs in with is their
 * account, and so their mailbox. The mailer of what is released writes no mail of its own: whoever it would go to is on no list.
 */
import { timingSafeEqual } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createMailer, isPublicAddress, MailerError, type MailerSeams } from '@postrider/core'
import { type Account, accountName, type Credential } from '../account/index.ts'
import { networkList } from '../admission/index.ts'
import { parseListenAddress } from '../config/listen-address.ts'
import { folderOf, type RelayConfig } from '../config/options.ts'
import { type CaptureOptions, CaptureService, markQueue } from '../inbox/index.ts'
import { isLoopback, parseHttpAddress } from '../server/http-address.ts'
import type { Current, RelayContext } from './context.ts'

/** Who shows a key, or nothing, where everybody is let in. */
const ANYONE = 'dev'

/** Before anything of this queue is delivered. @throws MailerError `invalid-option` */
export async function openCapture(
  current: Pick<Current, 'config'>,
  seams: CaptureSeams,
): Promise<CaptureService | undefined> {
  const { config } = current
  const { clock, logger } = seams
  const { queue } = config.options
  const { enabled, messages, bytes, ageMs, mailboxes, scenarios } = config.relay.capture
  if (enabled) requireSafe(config)
  if (queue.url === undefined) {
    const waiting = async (): Promise<number> => {
      await using looking = await createMailer(config, { deliver: false, clock })
      return (await looking.queue.counts()).messages
    }
    await markQueue({ path: queue.path, isCapturing: enabled, waiting })
  }
  if (!enabled) return undefined
  const bounds = { messages, bytes, ageMs }
  const folder = folderOf(config)
  const release = releaseOf(current, folder, seams)
  const mayReach = (address: string): boolean => isPublicAddress(address) || isOurs(current.config)(address)
  return CaptureService.open({ folder, bounds, mailboxes, scenarios, release, mayReach, clock, logger })
}

/** What was released and waits since the last time goes on. */
export async function resumeReleases({ capture, folder }: Pick<RelayContext, 'capture' | 'folder'>): Promise<void> {
  if (existsSync(join(folder, RELEASED))) await capture?.releases.open()
}

type CaptureSeams = Omit<MailerSeams, 'clock' | 'logger' | 'metrics'> & Required<Pick<MailerSeams, 'clock' | 'logger'>>

/** The queue of what is released: nothing that is captured comes into it. */
const RELEASED = 'released.db'

function releaseOf(current: Pick<Current, 'config'>, folder: string, seams: CaptureSeams): CaptureOptions['release'] {
  return {
    allowed: current.config.relay.capture.release,
    open: barred => {
      const { config } = current
      const { queue, notices, tlsrpt } = config.options
      const options = {
        ...config.options,
        queue: { ...queue, path: join(folder, RELEASED) },
        notices: { ...notices, to: 'nobody' as const },
        tlsrpt: { ...tlsrpt, send: false },
      }
      // Its queue is its own.
      const { store: _store, ...others } = seams
      return createMailer({ ...config, options }, { ...others, barred })
    },
  }
}

/**
 * Whoever may ask a relay that listens on this machine alone is on this machine, and may as well ask what else is there. One that is asked by
 * a proxy, or by another name, is asked by others too.
 */
function isOurs(config: RelayConfig): (address: string) => boolean {
  const { capture, http } = config.relay
  const isAlone = openListener(config) === undefined && http.proxies.length === 0 && http.names.length === 0
  const loopback = isAlone ? ['127.0.0.0/8', '::1'] : []
  return networkList([...loopback, ...capture.linkNetworks], 'relay.capture.linkNetworks')
}

function requireSafe({ options, relay }: RelayConfig): void {
  if (options.queue.url !== undefined)
    throw wrong('queue.url', 'a database', 'a file', 'captured mail is in a queue of its own: name it in queue.path')
  if (!relay.capture.anyone || relay.capture.token !== '') return
  const open = openListener({ relay })
  if (open === undefined) return
  const fix = 'listen on 127.0.0.1, or set relay.capture.token'
  throw wrong('relay.capture.anyone', `a listener at ${open}`, 'listeners on loopback alone, or a token', fix)
}

/** The first that others than this machine can reach. */
function openListener({ relay }: Pick<RelayConfig, 'relay'>): string | undefined {
  const hosts = [
    ...relay.listen.map(text => ({ text, host: parseListenAddress(text)?.host })),
    ...relay.http.listen.map(text => ({ text, host: parseHttpAddress(text)?.host })),
  ]
  return hosts.find(({ host }) => host === undefined || !isLoopback(host))?.text
}

function wrong(where: string, found: string, wanted: string, fix: string): MailerError {
  return new MailerError('invalid-option', `${where}: found ${found}, wanted ${wanted}`, { where, found, wanted, fix })
}

/** Undefined where logins and keys are checked as ever. */
export function anyoneOf({ relay }: RelayConfig): Anyone | undefined {
  const { enabled, anyone, token } = relay.capture
  if (!enabled || !anyone) return undefined
  const isRight = (shown: string | undefined): boolean => token === '' || (shown !== undefined && isSame(shown, token))
  const accountOf = (name: string): Account => ({ name: accountName(name) || ANYONE, senders: ['*'] })
  return {
    login: credential =>
      isRight(credential.kind === 'password' ? credential.password : credential.token)
        ? accountOf(credential.user)
        : undefined,
    key: shown => (isRight(shown) ? accountOf(ANYONE) : undefined),
  }
}

export interface Anyone {
  readonly login: (credential: Credential) => Account | undefined
  readonly key: (shown: string | undefined) => Account | undefined
}

function isSame(shown: string, token: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}
