/** Table, American part: those who count addresses and domains, and hold what they think of them against both. */
import type { Behaviour, Said } from './behaviour.ts'
import { DAY, GROWTH, HOUR, MINUTE } from './units.ts'

/** Gmail speaks of whom it means, and in lines of some seventy octets. */
function gmailRate(of: string): string {
  return [
    '421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating',
    `421-4.7.28 from your ${of}. To protect our users from spam,`,
    '421-4.7.28 mail sent from your domain has been temporarily rate limited. For more',
    '421-4.7.28 information, go to https://support.google.com/mail/?p=UnsolicitedRateLimitError',
    '421 4.7.28 to review our Bulk Email Senders Guidelines. {id} - gsmtp',
  ].join('\r\n')
}

const GMAIL_DISTRUST = (of: string): Said => ({
  at: 'MESSAGE',
  reply: `550-5.7.1 [{ip}] Gmail has detected that this message is likely\r\n550-5.7.1 suspicious due to the very low reputation of the sending ${of}.\r\n550 5.7.1 To best protect our users from spam, the message has been blocked. {id} - gsmtp`,
})

const GMAIL_REST = [10 * MINUTE, 30 * MINUTE] as const
const YAHOO_SEE = 'see https://postmaster.yahooinc.com/error-codes'
const YAHOO_RATE = `421 4.7.0 [TSS04] Messages from {ip} temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; ${YAHOO_SEE}`
const OUTLOOK_RATE =
  '451 4.7.650 The mail server [{ip}] has been temporarily rate limited due to IP reputation. For e-mail delivery information, see https://aka.ms/postmaster (S775) [Name=Protocol Filter Agent][AGT=PFA][{id}]'
const OUTLOOK_BLOCKED = (why: string): string =>
  `550 5.7.1 Unfortunately, messages from [{ip}] weren't sent. Please contact your Internet service provider since part of their network is on our block list (${why}). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors. [{id}]`
const APPLE_SEE = 'See https://support.apple.com/en-us/HT204137'
const APPLE_RATE = `450 4.7.0 [HCM1] Message deferred. ${APPLE_SEE}`

export const AMERICAN: Readonly<Record<'gmail' | 'outlook' | 'yahoo' | 'apple', Behaviour>> = {
  gmail: {
    host: 'mx.google.com',
    greeting: '220 mx.google.com ESMTP {id} - gsmtp',
    taken: '250 2.0.0 OK  {id} - gsmtp',
    tls: {
      at: 'MAIL',
      reply:
        "421 4.7.29 Your email has been rate limited because this message wasn't sent over a TLS connection. {id} - gsmtp",
    },
    blocked: {
      at: 'MESSAGE',
      reply:
        '550-5.7.1 [{ip}] Our system has detected an unusual rate of unsolicited mail\r\n550 5.7.1 originating from your IP address. Mail sent from it has been blocked. {id} - gsmtp',
    },
    noReverseName: {
      at: 'MESSAGE',
      reply:
        '550-5.7.25 [{ip}] The IP address sending this message does not have a PTR record\r\n550 5.7.25 setup, or the corresponding forward DNS entry does not match the sending IP. {id} - gsmtp',
    },
    unauthenticated: {
      at: 'MESSAGE',
      reply:
        '550-5.7.26 Your email has been blocked because the sender is unauthenticated.\r\n550 5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. {id} - gsmtp',
    },
    connections: {
      most: [5, 20],
      at: 'CONNECT',
      reply: '421 4.7.0 Try again later, closing connection. (EHLO) {id} - gsmtp',
    },
    perConnection: {
      most: [50, 100],
      at: 'MAIL',
      reply: '421 4.7.0 Try again later, closing connection. (MAIL) {id} - gsmtp',
    },
    quotas: [
      {
        of: 'address',
        perMs: DAY,
        first: [200, 2500],
        growth: GROWTH,
        restMs: GMAIL_REST,
        at: 'MESSAGE',
        reply: gmailRate('IP address [{ip} 19]'),
      },
      {
        of: 'address',
        perMs: HOUR,
        first: [40, 600],
        growth: GROWTH,
        restMs: GMAIL_REST,
        at: 'MESSAGE',
        reply: gmailRate('IP address [{ip} 19]'),
      },
      {
        of: 'sender',
        perMs: DAY,
        first: [200, 2500],
        growth: GROWTH,
        restMs: GMAIL_REST,
        at: 'MESSAGE',
        reply: gmailRate('SPF domain [{sender} 36]'),
      },
      {
        of: 'signer',
        perMs: DAY,
        first: [200, 2500],
        growth: GROWTH,
        restMs: GMAIL_REST,
        at: 'MESSAGE',
        reply: gmailRate('DKIM domain [{signer} 36]'),
      },
    ],
    distrusted: { address: GMAIL_DISTRUST('IP address'), sender: GMAIL_DISTRUST('domain') },
    unknownUser: {
      at: 'RCPT',
      reply:
        "550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n550-5.1.1 double-checking the recipient's email address for typos or\r\n550 5.1.1 unnecessary spaces. {id} - gsmtp",
    },
    fullMailbox: {
      at: 'RCPT',
      reply:
        "452-4.2.2 The recipient's inbox is out of storage space. Please direct the\r\n452 4.2.2 recipient to https://support.google.com/mail/?p=OverQuotaTemp {id} - gsmtp",
    },
    feedback: false,
    source:
      'Google: Gmail SMTP errors and codes, email sender guidelines, limits for sending; rates as senders report them, 150 to 2,500 a day',
  },
  outlook: {
    host: 'outlook-com.olc.protection.outlook.com',
    greeting: '220 AMS0EPF0000019C.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready [{id}]',
    taken: '250 2.6.0 {id} [InternalId=1] Queued mail for delivery -> 250 2.1.5',
    blocked: { at: 'MAIL', reply: OUTLOOK_BLOCKED('S3150') },
    unauthenticated: {
      at: 'MESSAGE',
      reply:
        '550 5.7.515 Access denied, sending domain {sender} does not meet the required authentication level. [{id}]',
    },
    connections: {
      most: [10, 500],
      at: 'MAIL',
      reply:
        '421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel [{id}]',
    },
    perConnection: { most: [50, 200] },
    quotas: [
      {
        of: 'address',
        perMs: DAY,
        first: [250, 3000],
        growth: GROWTH,
        restMs: [30 * MINUTE, 2 * HOUR],
        at: 'MAIL',
        reply: OUTLOOK_RATE,
      },
      {
        ...{ of: 'address', perMs: HOUR, first: [40, 800], growth: GROWTH, restMs: [20 * MINUTE, HOUR], at: 'MAIL' },
        reply:
          "421 RP-001 (BAY004-MC1F39) Unfortunately, some messages from {ip} weren't sent. Please try again. We have limits for how many messages can be sent per hour and per day. You can also refer to http://mail.live.com/mail/troubleshooting.aspx#errors.",
      },
    ],
    distrusted: { address: { at: 'MAIL', reply: OUTLOOK_BLOCKED('S3140') } },
    unknownUser: {
      at: 'RCPT',
      reply: '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [{id}]',
    },
    fullMailbox: { at: 'RCPT', reply: '552 5.2.2 Mailbox full. [{id}]' },
    feedback: true,
    source:
      'Microsoft: Outlook.com postmaster, troubleshooting; replies as their senders published them in 2025 and 2026',
  },
  yahoo: {
    host: 'mta7.am0.yahoodns.net',
    greeting: '220 mtaproxy213.free.mail.bf1.yahoo.com ESMTP ready',
    taken: '250 2.0.0 OK {id}',
    blocked: {
      at: 'MAIL',
      reply:
        "553 5.7.1 [BL21] Connections will not be accepted from {ip}, because the ip is in Spamhaus's list; see http://postmaster.yahooinc.com/550-bl23.html",
    },
    unauthenticated: { at: 'MESSAGE', reply: `554 5.7.9 Message not accepted for policy reasons. ${YAHOO_SEE}` },
    connections: {
      most: [5, 30],
      at: 'CONNECT',
      reply: `421 4.7.0 [TS01] Messages from {ip} temporarily deferred due to excessive connections; ${YAHOO_SEE}`,
    },
    // Published: it closes without a word.
    perConnection: { most: [20, 50] },
    quotas: [
      {
        of: 'address',
        perMs: DAY,
        first: [250, 3000],
        growth: GROWTH,
        restMs: [2 * HOUR, 4 * HOUR],
        at: 'MAIL',
        reply: YAHOO_RATE,
      },
      {
        of: 'address',
        perMs: HOUR,
        first: [40, 600],
        growth: GROWTH,
        restMs: [30 * MINUTE, 2 * HOUR],
        at: 'MAIL',
        reply: YAHOO_RATE,
      },
      {
        of: 'sender',
        perMs: DAY,
        first: [250, 3000],
        growth: GROWTH,
        restMs: [2 * HOUR, 4 * HOUR],
        at: 'MESSAGE',
        reply: YAHOO_RATE,
      },
    ],
    distrusted: {
      address: {
        at: 'MAIL',
        reply: `553 5.7.2 [TSS09] All messages from {ip} will be permanently deferred; Retrying will NOT succeed. ${YAHOO_SEE}`,
      },
    },
    unknownUser: {
      at: 'MESSAGE',
      reply:
        "554 delivery error: dd This user doesn't have a yahoo.com account ({recipient}) [0] - mta4209.mail.bf1.yahoo.com",
    },
    fullMailbox: {
      at: 'MESSAGE',
      reply:
        '554 delivery error: dd Sorry your message to {recipient} cannot be delivered. This account is over quota. - mta4209.mail.bf1.yahoo.com',
    },
    feedback: true,
    source: 'Yahoo: SMTP error codes, sender best practices, FAQ (senders.yahooinc.com)',
  },
  apple: {
    host: 'mx01.mail.icloud.com',
    greeting: '220 mx01.mail.icloud.com ESMTP',
    taken: '250 2.0.0 Ok: queued as {id}',
    blocked: {
      at: 'CONNECT',
      reply: '550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip={ip}',
    },
    unauthenticated: {
      at: 'MESSAGE',
      reply: `550 5.7.1 Your message was rejected due to {sender} DMARC policy. ${APPLE_SEE} for more information`,
    },
    connections: { most: [10, 20], at: 'CONNECT', reply: '421 4.7.0 Too many connections from {ip}' },
    perConnection: { most: [5, 20] },
    quotas: [
      {
        of: 'address',
        perMs: DAY,
        first: [300, 3000],
        growth: GROWTH,
        restMs: [15 * MINUTE, HOUR],
        at: 'RCPT',
        reply: APPLE_RATE,
      },
      {
        of: 'address',
        perMs: HOUR,
        first: [40, 600],
        growth: GROWTH,
        restMs: [15 * MINUTE, 30 * MINUTE],
        at: 'RCPT',
        reply: APPLE_RATE,
      },
    ],
    distrusted: {
      sender: {
        at: 'MESSAGE',
        reply:
          '550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137',
      },
    },
    unknownUser: { at: 'RCPT', reply: '550 5.1.1 <{recipient}>: user does not exist' },
    fullMailbox: { at: 'RCPT', reply: '552 5.2.2 <{recipient}>: user is over quota' },
    feedback: false,
    source: 'Apple: postmaster information for iCloud Mail; public traffic-shaping data, 2026-06',
  },
}
