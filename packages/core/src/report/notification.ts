/**
 * Notification: what Amazon SES tells by mail, through SNS, as JSON: bounces, complaints, deliveries.
 *
 * Source: Amazon SES developer guide, "Amazon SNS notification contents for Amazon SES".
 */
import type { Action, ReportedRecipient } from '../model/reported-recipient.ts'
import { replyIn, statusIn } from './diagnostic.ts'
import type { MailReport } from './mail-report.ts'
import type { OpenedMail } from './opened-mail.ts'
import { aboutOf } from './original.ts'

type Bag = Readonly<Record<string, unknown>>

const MAX_RECIPIENTS = 1000

export function readNotification(mail: OpenedMail): MailReport | undefined {
  const start = mail.text.indexOf('{"notificationType"')
  if (start < 0) return undefined
  const told = parsed(mail.text.slice(start))
  if (told === undefined) return undefined
  const about = { about: aboutOf(headerOf(bag(told.mail))) }
  const [bounce, complaint, delivery] = [bag(told.bounce), bag(told.complaint), bag(told.delivery)]
  if (complaint !== undefined) {
    const recipients = list(complaint.complainedRecipients).flatMap(one => text(bag(one)?.emailAddress) ?? [])
    const type = text(complaint.complaintFeedbackType) ?? 'abuse'
    const userAgent = text(complaint.userAgent) ?? 'Amazon SES'
    return { kind: 'complaint', type, userAgent, recipients, original: '', ...about }
  }
  const reporter = text(bounce?.reportingMTA ?? delivery?.reportingMTA)?.replace(/^\s*\w+;\s*/, '') ?? ''
  const recipients =
    bounce === undefined
      ? list(delivery?.recipients).flatMap(one =>
          recipientOf(text(one), 'delivered', { said: text(delivery?.smtpResponse) }),
        )
      : list(bounce.bouncedRecipients).flatMap(one => bounced(bag(one)))
  return recipients.length === 0 ? undefined : { kind: 'returned', recipients, reporter, ...about }
}

/** The mail may fold the JSON into lines of a thousand characters. */
function parsed(words: string): Bag | undefined {
  const end = words.search(/\n-{2,}\s*(?:\n|$)/)
  try {
    return bag(JSON.parse(words.slice(0, end < 0 ? words.length : end).replace(/\n\s?/g, '')))
  } catch {
    // No JSON: a mail like any other.
    return undefined
  }
}

function bounced(one: Bag | undefined): readonly ReportedRecipient[] {
  const action = text(one?.action)?.toLowerCase() === 'delayed' ? 'delayed' : 'failed'
  return recipientOf(text(one?.emailAddress), action, { said: text(one?.diagnosticCode), status: text(one?.status) })
}

interface Said {
  readonly said: string | undefined
  readonly status?: string | undefined
}

function recipientOf(
  address: string | undefined,
  action: Action,
  { said = '', status: written = '' }: Said,
): readonly ReportedRecipient[] {
  if (address === undefined) return []
  const diagnostic = said.replace(/^\s*[\w-]{1,20};\s*/, '').slice(0, 2000)
  const [status, reply] = [statusIn(written), replyIn(diagnostic)]
  return [
    { address, action, diagnostic, ...(status !== undefined && { status }), ...(reply !== undefined && { reply }) },
  ]
}

function headerOf(mail: Bag | undefined): string {
  const lines = list(mail?.headers).flatMap(one => {
    const [name, value] = [text(bag(one)?.name), text(bag(one)?.value)]
    return name === undefined || value === undefined ? [] : [`${name}: ${value.replace(/[\r\n]+/g, ' ')}`]
  })
  const to = list(mail?.destination).flatMap(one => text(one) ?? [])
  return [...lines, `To: ${to.join(', ')}`].join('\n')
}

function bag(value: unknown): Bag | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_RECIPIENTS) : []
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 2000) : undefined
}
