/**
 * MailerReports: the part of a mailer that hears what others tell of its mail, and says what they told.
 *
 * Not here: sending (mailer.ts).
 */
import type { MailerParts } from '../assembly/mailer-parts.ts'
import type { Feedback } from '../flow/complaint.ts'
import type { TakenReport } from '../flow/take-report.ts'
import type { TlsDay } from '../model/tls-result.ts'
import { checkKeys, KINDS } from './arguments.ts'
import { type DmarcOverview, readDmarc } from './dmarc.ts'
import { authenticateMail, forwardMail } from './forward-mail.ts'
import { takeFeedback, takeReport } from './late-reports.ts'
import type {
  AuthenticatedMail,
  AuthenticateRequest,
  DmarcRequest,
  ForwardedMail,
  ForwardRequest,
  ReportRequest,
  TakeFeedbackOptions,
  TlsResultsRequest,
} from './requests.ts'
import { readTlsResults } from './tls-results.ts'
import type { WorkUnderWay } from './work-under-way.ts'

export class MailerReports {
  readonly #parts: MailerParts
  readonly #work: WorkUnderWay

  constructor(parts: MailerParts, work: WorkUnderWay) {
    this.#parts = parts
    this.#work = work
  }

  /**
   * Takes a feedback report (ARF, RFC 5965), as mail hosts send it when a recipient calls a message spam: it becomes a durable
   * `complained` fact, and the recipient is not mailed any more.
   * @throws MailerError `invalid-message`, `queue-unavailable`, `closed`
   */
  async feedback(report: Uint8Array, options: TakeFeedbackOptions = {}): Promise<Feedback> {
    checkKeys(options, KINDS.feedback)
    return this.#work.run({}, async () => takeFeedback(report, options, this.#parts))
  }

  /**
   * Takes a mail that tells about mail: what came back, who complained, answered or unsubscribed becomes a fact of its message,
   * and ends the mail to an address where `to` proves it; DMARC and TLS reports are handed back as values.
   * @throws MailerError `invalid-message`, `queue-unavailable`, `closed`
   */
  async takeReport(mail: Uint8Array, options: ReportRequest = {}): Promise<TakenReport> {
    checkKeys(options, KINDS.takeReport)
    return this.#work.run({}, async () => takeReport(mail, options, this.#parts))
  }

  /**
   * What receivers reported in the last days of mail in the name of our domains (DMARC aggregate reports, which `takeReport` takes): do our
   * addresses pass, who else sends, and may the policy be raised. Kept for 400 days.
   * @throws MailerError `invalid-address`
   */
  async dmarc(options: DmarcRequest = {}): Promise<readonly DmarcOverview[]> {
    checkKeys(options, KINDS.dmarc)
    const { store, clock, live, interfaces } = this.#parts
    return readDmarc(options, { store, clock, options: live.options, interfaces })
  }

  /**
   * What sessions showed of TLS in the last days, domain by domain, and what became of the reports (RFC 8460). What was counted
   * in the last half minute may be missing.
   * @throws MailerError `invalid-address`
   */
  async tlsResults(options: TlsResultsRequest = {}): Promise<readonly TlsDay[]> {
    checkKeys(options, KINDS.tlsResults)
    return readTlsResults(options, this.#parts)
  }

  /**
   * Sends a mail that came to an address of yours on to people elsewhere: as it came, with a return address of ours as its MAIL FROM where
   * there are such. `operator` hears of failures; the sender never does. It resolves when it is on disk.
   * @throws MailerError `invalid-address`, `queue-full`, `queue-unavailable`, `closed`
   */
  async forward(mail: Uint8Array, options: ForwardRequest): Promise<ForwardedMail> {
    checkKeys(options, KINDS.forward)
    return this.#work.run({}, async signal => forwardMail(mail, options, this.#parts, signal))
  }

  /**
   * Is a mail that came in what it says to be (SPF, DKIM, DMARC)? Gives it back with what was found as its first field, and without fields
   * that said so in our name before; what the domain of its author wants refused is told, and so is that the DNS did not answer.
   * @throws MailerError `invalid-address`, `invalid-option`, `closed`
   */
  async authenticate(mail: Uint8Array, options: AuthenticateRequest): Promise<AuthenticatedMail> {
    checkKeys(options, KINDS.authenticate)
    return this.#work.run({}, async signal => authenticateMail(mail, options, this.#parts, signal))
  }
}
