/**
 * AutoReply: mail that a program answered with: absence notices, challenges, receipts, and the buttons that unsubscribe.
 *
 * Policy. None of them says anything of an address, so none ever becomes a verdict. Told by what programs say of themselves
 * (RFC 3834 §5, RFC 8098, RFC 2369); by words only where they say nothing and the subject is unmistakable.
 *
 * Not here: mail servers that return mail (bounce-text.ts).
 */
import { decoded, readFields } from '../mime/index.ts'
import type { AutoReplyReport, MailReport } from './mail-report.ts'
import { type OpenedMail, readable } from './opened-mail.ts'
import { aboutOf, addressesIn, originalOf } from './original.ts'

const CHALLENGE =
  /\b(?:not pre-?approved|guest list|waitlisted|allowed list|(?:confirm|verify|authenticate) (?:that you|your (?:e-?mail|message|address)|yourself)|click (?:on )?the (?:following |link|below)[\s\S]{0,200}?(?:deliver|allowed|approve|confirm)|challenge[- ]response|to be (?:added|placed) (?:to|on) (?:the recipient's|my)|this account is protected by|please add yourself)\b/i
const ABSENCE =
  /^\s*(?:(?:re|aw|antw|sv|odp)\s*:\s*)?\[?(?:auto(?:mat\w*)?[ -]?(?:reply|response|antwort|odpowied\w*|svar)|auto:|out of (?:the )?office|away (?:from|until)|abwesen\w*|absence|automatische antwort|automatyczna odpowied|r[ée]ponse automatique|respuesta autom\w*|risposta automatica|resposta autom\w*|автоответ\w*|自動(?:応答|返信|回覆)|自动(?:回复|答复)|不在)/iu
const ANSWERED =
  /\((?:automatic response|auto[- ]?reply|action required)\)\s*$|\bis (?:out of the office|on vacation|away)\b/i

/** A challenge in whatever form, also that of a notification: it wants something done before it delivers. */
export function isChallenge(words: string): boolean {
  return CHALLENGE.test(words)
}

/** A receipt of a person's program. RFC 8098 §3 */
export function readReceipt(mail: OpenedMail): AutoReplyReport | undefined {
  const leaf = mail.leaves.find(({ type }) => /^\s*message\/(?:global-)?disposition-notification\b/i.test(type))
  if (leaf === undefined) return undefined
  const fields = readFields(decoded(leaf).toString('utf8', 0, 64 * 1024))
  const who = fields.find(([name]) => name === 'final-recipient')?.[1] ?? mail.field('from')
  const id = fields.find(([name]) => name === 'original-message-id')?.[1]
  const original = originalOf(mail.leaves) ?? (id === undefined ? undefined : `Message-ID: ${id}`)
  return { kind: 'auto-reply', what: 'read', from: addressesIn(who)[0] ?? '', ...aboutMail(mail, original) }
}

/** @param purpose what the address it was sent to is for, where that is known */
export function readUnsubscribe(mail: OpenedMail, purpose?: 'unsubscribe'): MailReport | undefined {
  const subject = readable(mail.field('subject')).trim()
  const isButton = /^true\b/i.test(mail.field('x-apple-unsubscribe')) || /^unsubscribe$/i.test(subject)
  if (!isButton && purpose === undefined) return undefined
  return { kind: 'unsubscribe', from: addressesIn(mail.field('from'))[0] ?? '', ...aboutMail(mail) }
}

export function readAutoReply(mail: OpenedMail): AutoReplyReport | undefined {
  const subject = readable(mail.field('subject'))
  // RFC 3834 §5.1; before it, programs marked themselves in their own ways.
  const said = /^auto-(?:replied|generated|notified)/i.test(mail.field('auto-submitted').trim())
  const marked =
    said ||
    ['x-autoreply', 'x-autorespond', 'x-auto-response-suppress', 'x-vacation'].some(name => mail.field(name) !== '') ||
    /\b(?:auto_reply|autoreply)\b/i.test(mail.field('precedence') || mail.field('x-precedence'))
  // RFC 3834 §3.3: an answer has no sender that could be answered.
  const nobody = /^\s*<>/.test(mail.field('return-path'))
  const challenge = isChallenge(mail.text) && (marked || ANSWERED.test(subject) || /^\s*re:/i.test(subject))
  if (!marked && !challenge && !ABSENCE.test(subject) && !ANSWERED.test(subject) && !nobody) return undefined
  return {
    kind: 'auto-reply',
    what: challenge ? 'challenge' : 'absence',
    from: addressesIn(mail.field('from'))[0] ?? '',
    ...aboutMail(mail),
  }
}

/** What it answers: the message itself, or In-Reply-To and References. RFC 3834 §3.1.5 */
function aboutMail(
  mail: OpenedMail,
  original: string | undefined = originalOf(mail.leaves),
): Pick<AutoReplyReport, 'about'> {
  const id = /<[^<>\s]{1,900}>/.exec(`${mail.field('in-reply-to')} ${mail.field('references')}`)?.[0]
  const header = original ?? (id === undefined ? undefined : `Message-ID: ${id}`)
  return header === undefined ? {} : { about: aboutOf(header) }
}
