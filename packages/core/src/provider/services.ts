/**
 * Services: those who carry mail for others after a login, and what each wants of who hands it over.
 *
 * Policy. A row says what the service publishes: hosts, ports, the user name where it is the same for everyone, and how much one
 * message may be. TLS is always verified. A figure that a service does not publish stands in no row.
 *
 * Not here: which service is used (config/), who takes mail for their own users (table.ts), what one has to arrange with a
 * service (docs/guides/port-25.md).
 */
import type { ServiceId } from './provider.ts'

export interface Service {
  /** As the service calls itself, such as `Amazon SES`. */
  readonly name: string
  /** By region, the one that is meant without a region first; `{region}` stands for any. A service without regions has `''`. */
  readonly hosts: Readonly<Record<string, string>>
  /** Where it speaks TLS from the first octet (RFC 8314 §3.3). */
  readonly tlsPorts: readonly number[]
  /** Where it offers STARTTLS (RFC 3207). */
  readonly startTlsPorts: readonly number[]
  /** Who logs in, where that is the same for everyone; `password`: what is given as the password is the name, too. */
  readonly user?: { readonly is: string } | 'password'
  /** The largest message it takes, as it is sent. */
  readonly messageBytes?: number
  /** The most recipients of one transaction. */
  readonly recipients?: number
  /** Where the row is from, and of what month. */
  readonly source: string
  /** The month in which a stored copy of that was read again and the row compared with it, and what of the row it did not show. Absent: not since. */
  readonly checked?: {
    readonly in: string
    readonly not?: readonly ('hosts' | 'messageBytes' | 'recipients')[]
  }
}

/** Any region that a name can have. */
export const ANY_REGION = '{region}'
const MB = 1_000_000

export const SERVICES: Readonly<Record<ServiceId, Service>> = {
  ses: {
    name: 'Amazon SES',
    hosts: { [ANY_REGION]: 'email-smtp.{region}.amazonaws.com' },
    tlsPorts: [465, 2465],
    startTlsPorts: [587, 2587, 25],
    messageBytes: 40 * MB,
    recipients: 50,
    source: 'docs.aws.amazon.com/ses/latest/dg/smtp-connect.html and quotas.html, 2026-11',
    checked: { in: '2026-12' },
  },
  postmark: {
    name: 'Postmark',
    hosts: { '': 'smtp.postmarkapp.com' },
    tlsPorts: [],
    startTlsPorts: [587, 2525, 25],
    user: 'password',
    messageBytes: 10 * MB,
    recipients: 50,
    source: 'postmarkapp.com/developer/user-guide/send-email-with-smtp, 2026-11',
    checked: { in: '2026-12' },
  },
  resend: {
    name: 'Resend',
    hosts: { '': 'smtp.resend.com' },
    tlsPorts: [465, 2465],
    startTlsPorts: [587, 2587, 25],
    user: { is: 'resend' },
    messageBytes: 40 * MB,
    recipients: 50,
    source: 'resend.com/docs/send-with-smtp, 2026-11',
    checked: { in: '2026-12', not: ['messageBytes', 'recipients'] },
  },
  brevo: {
    name: 'Brevo',
    hosts: { '': 'smtp-relay.brevo.com' },
    tlsPorts: [465],
    startTlsPorts: [587, 2525],
    source: 'developers.brevo.com/docs/smtp-integration, 2026-11',
    checked: { in: '2026-12' },
  },
  sendgrid: {
    name: 'SendGrid',
    hosts: { global: 'smtp.sendgrid.net', eu: 'smtp.eu.sendgrid.net' },
    tlsPorts: [465],
    startTlsPorts: [587, 2525, 25],
    user: { is: 'apikey' },
    messageBytes: 30 * MB,
    recipients: 1000,
    source: 'twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api, 2026-11',
    checked: { in: '2026-12', not: ['hosts', 'messageBytes', 'recipients'] },
  },
  mailgun: {
    name: 'Mailgun',
    hosts: { us: 'smtp.mailgun.org', eu: 'smtp.eu.mailgun.org' },
    tlsPorts: [465],
    startTlsPorts: [587, 2525, 25],
    messageBytes: 25 * MB,
    recipients: 1000,
    source: 'documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp, 2026-11',
    checked: { in: '2026-12', not: ['hosts', 'recipients'] },
  },
  mailjet: {
    name: 'Mailjet',
    hosts: { '': 'in-v3.mailjet.com' },
    tlsPorts: [465],
    startTlsPorts: [587, 2525, 588, 80, 25],
    source: 'dev.mailjet.com/smtp-relay/configuration, 2026-11',
  },
  sparkpost: {
    name: 'SparkPost',
    hosts: { us: 'smtp.sparkpostmail.com', eu: 'smtp.eu.sparkpostmail.com' },
    tlsPorts: [],
    startTlsPorts: [587, 2525],
    user: { is: 'SMTP_Injection' },
    source: 'developers.sparkpost.com/api/smtp, 2026-11',
    checked: { in: '2026-12' },
  },
  aliyun: {
    name: 'Alibaba Cloud Direct Mail',
    hosts: {
      'cn-hangzhou': 'smtpdm.aliyun.com',
      'ap-southeast-1': 'smtpdm-ap-southeast-1.aliyuncs.com',
      'us-east-1': 'smtpdm-us-east-1.aliyuncs.com',
      'eu-central-1': 'smtpdm-eu-central-1.aliyuncs.com',
    },
    tlsPorts: [465],
    startTlsPorts: [80, 25],
    messageBytes: 15 * MB,
    source: 'alibabacloud.com/help/direct-mail, SMTP endpoints, and how to send attachments by SMTP, 2026-06',
    checked: { in: '2026-12' },
  },
  tencent: {
    name: 'Tencent Cloud SES',
    hosts: {
      'ap-hongkong': 'smtp.qcloudmail.com',
      'ap-singapore': 'sg-smtp.qcloudmail.com',
      'ap-guangzhou': 'gz-smtp.qcloudmail.com',
    },
    tlsPorts: [465],
    startTlsPorts: [],
    source: 'tencentcloud.com/document/product/1084/44457, SMTP service address, 2026-11',
    checked: { in: '2026-12' },
  },
}

/** Its host in that region; undefined when it has none there. */
export function serviceHost({ hosts }: Service, region: string | undefined): string | undefined {
  const any = hosts[ANY_REGION]
  if (any !== undefined)
    return region !== undefined && /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(region)
      ? any.replace(ANY_REGION, region)
      : undefined
  if (region === undefined) return Object.values(hosts)[0]
  return region !== '' && Object.hasOwn(hosts, region) ? hosts[region] : undefined
}
