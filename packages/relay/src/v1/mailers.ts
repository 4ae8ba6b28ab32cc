/**
 * Mailers: which mailer a message is in: that of the relay or, where mail is captured, that of what was released.
 *
 * Not here: that one (inbox/releases.ts).
 */
import {
  type Mailer,
  MailerError,
  type MessageFilter,
  type MessagePage,
  type QueueCounts,
  type QueueEntry,
  type QueueFilter,
} from '@postrider/core'
import type { V1Ports } from './v1-route.ts'

type MailerPorts = Pick<V1Ports, 'mailer' | 'capture'>

export interface Found {
  readonly entry: QueueEntry
  readonly mailer: Mailer
}

/** That of the relay is the first. */
export async function mailersOf({ mailer, capture }: MailerPorts): Promise<readonly [Mailer, ...Mailer[]]> {
  const released = await capture()?.releases.mailer()
  return released === undefined ? [mailer] : [mailer, released]
}

/** undefined where no mailer has it. @throws MailerError `invalid-option` for what is no id */
export async function findMessage(id: string, ports: MailerPorts): Promise<Found | undefined> {
  for (const mailer of await mailersOf(ports)) {
    const entry = await mailer.queue.show(id).catch(unlessUnknown)
    if (entry !== undefined) return { entry, mailer }
  }
  return undefined
}

/** Newest first, of all of them. */
export async function lookThrough(filter: MessageFilter, ports: MailerPorts): Promise<MessagePage> {
  const [page, ...others] = await eachOf(ports, ({ messages }) => messages.list(filter))
  if (others.length === 0) return page
  const pages = [page, ...others]
  // Down to here each of them was looked through.
  const reached = pages
    .flatMap(({ next }) => next ?? [])
    .sort()
    .at(-1)
  const found = pages
    .flatMap(({ messages }) => messages)
    .filter(({ id }) => reached === undefined || id >= reached)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
  const messages = found.slice(0, filter.limit)
  const next = messages.length < found.length ? messages.at(-1)?.id : reached
  return { messages, ...(next !== undefined && { next }) }
}

/** What waits in all of them, oldest first. */
export async function waitingIn(filter: QueueFilter, ports: MailerPorts): Promise<readonly QueueEntry[]> {
  const pages = await eachOf(ports, ({ queue }) => queue.list(filter))
  return pages
    .flat()
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, filter.limit)
}

/** As they were some seconds ago; of what was released, which is little, as they are. */
export async function countsOf(ports: MailerPorts & Pick<V1Ports, 'counts'>): Promise<QueueCounts> {
  const own = await ports.counts()
  const released = await (await ports.capture()?.releases.mailer())?.queue.counts()
  if (released === undefined) return own
  const accepted = [own, released].flatMap(({ oldestAcceptedAt }) => oldestAcceptedAt ?? [])
  return {
    ...own,
    messages: own.messages + released.messages,
    recipients: own.recipients + released.recipients,
    due: own.due + released.due,
    running: own.running + released.running,
    held: own.held + released.held,
    ...(accepted.length > 0 && { oldestAcceptedAt: Math.min(...accepted) }),
  }
}

async function eachOf<T>(ports: MailerPorts, read: (mailer: Mailer) => Promise<T>): Promise<readonly [T, ...T[]]> {
  const [first, ...others] = await mailersOf(ports)
  return [await read(first), ...(await Promise.all(others.map(read)))]
}

function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof MailerError) || error.code !== 'unknown-message') throw error
  return undefined
}
