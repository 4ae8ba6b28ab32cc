/**
 * InboxAsked: which captured mail is meant, within what the caller may see.
 */
import { kinds as k, type Shape } from '@postrider/core'
import type { Caller } from '../access-control/index.ts'
import type { Captured, CaptureService, InboxFilter } from '../inbox/index.ts'
import { accountFor } from './messages.ts'
import { QUEUE_ID, text, time } from './shapes.ts'
import { invalid, notFound } from './v1-error.ts'
import type { V1Ports } from './v1-route.ts'

type Optional<T> = Shape<T | undefined>

type InboxKeys = {
  readonly to: Optional<string>
  readonly from: Optional<string>
  readonly subject: Optional<string>
  readonly account: Optional<string>
  readonly tag: Optional<string>
  readonly mailbox: Optional<string>
  readonly unread: Optional<boolean>
  readonly since: Optional<number>
  readonly before: Optional<number>
  readonly after: Optional<string>
}

export const INBOX_FILTER: InboxKeys = {
  to: text('A recipient, of the envelope or the header, or part of one; `*` stands for anything.').optional(),
  from: text('The sender, likewise.').optional(),
  subject: text('Part of it.').optional(),
  account: text('Who submitted it.').optional(),
  tag: text('`name`, or `name=value`.').optional(),
  mailbox: text('A name of `relay.capture.mailboxes`.').optional(),
  unread: k.boolean().describe('Nobody opened it.').optional(),
  since: time('Captured then or later.').optional(),
  before: time('Captured before.').optional(),
  after: QUEUE_ID.describe('Accepted after this message.').optional(),
}

type AskedInbox = { readonly [Name in Exclude<keyof InboxFilter, 'mailbox' | 'id'>]?: InboxFilter[Name] } & {
  readonly mailbox?: string | undefined
}

/** @throws V1Error 404 where mail is delivered */
export function captureOf({ capture }: V1Ports): CaptureService {
  const service = capture()
  if (service === undefined) throw notFound('mail is delivered here: there is an inbox with relay.capture alone')
  return service
}

/** @throws V1Error 403, 422 */
export function filterOf({ mailbox: name, ...asked }: AskedInbox, caller: Caller, ports: V1Ports): InboxFilter {
  const { mailboxes } = captureOf(ports)
  const mailbox = name === undefined ? undefined : mailboxes.find(each => each.name === name)
  if (name !== undefined && mailbox === undefined)
    throw invalid({
      where: 'mailbox',
      found: JSON.stringify(name.slice(0, 100)),
      wanted:
        mailboxes.length === 0 ? 'none: none is configured' : `one of ${mailboxes.map(each => each.name).join(', ')}`,
      fix: 'name it in relay.capture.mailboxes',
    })
  return { ...asked, account: accountFor(asked.account, caller), mailbox }
}

/** Its octets. @throws V1Error 404 when it is not there, another's, or not kept any more */
export async function contentOf(id: string, caller: Caller, ports: V1Ports): Promise<Buffer> {
  const raw = await captureOf(ports).inbox.content(mailOf(id, caller, ports).id)
  if (raw === undefined) throw notFound(`${id} is not kept any more`)
  return raw
}

/** @throws V1Error 404 when it is not there, or another's */
export function mailOf(id: string, { account }: Caller, ports: V1Ports): Captured {
  const mail = captureOf(ports).inbox.get(id)
  if (mail === undefined || (account !== undefined && mail.account !== account.name))
    throw notFound(`no message ${JSON.stringify(id.slice(0, 40))} was captured, or it is not kept any more`)
  return mail
}
