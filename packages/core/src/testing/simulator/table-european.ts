/** Table, European part: those who turn away strangers, who count connections, and who greylist. */
import type { Behaviour } from './behaviour.ts'
import { DAY, GROWTH, HOUR, MINUTE } from './units.ts'

const NEMESIS = (code: 421 | 554, why: string): string =>
  `${code}-gmx.net (mxgmx117) Nemesis ESMTP Service not available\r\n${code}-${code === 421 ? 'Service unavailable' : 'No SMTP service'}\r\n${code}-${why}\r\n${code} For explanation visit https://postmaster.gmx.net/en/case?c=r0601&i=ip&v={ip}&r={id}`
const GMX_RATE = NEMESIS(
  421,
  'Reject due to policy restrictions. Please try again later. Too many messages have been received in a short period of time.',
)

export const EUROPEAN: Readonly<Record<'gmx' | 't-online' | 'orange' | 'onet' | 'postgrey', Behaviour>> = {
  gmx: {
    host: 'mx00.gmx.net',
    greeting: '220 gmx.net (mxgmx117) Nemesis ESMTP Service ready',
    taken: '250 Requested mail action okay, completed: id={id}',
    tls: { at: 'MAIL', reply: '530 Must issue a STARTTLS command first' },
    blocked: { at: 'CONNECT', reply: NEMESIS(554, 'IP address is black listed.') },
    noReverseName: { at: 'CONNECT', reply: NEMESIS(554, 'Bad DNS PTR resource record.') },
    connections: { most: [4, 10], at: 'CONNECT', reply: NEMESIS(421, 'Too many connections') },
    perConnection: { most: [20, 50] },
    quotas: [
      {
        of: 'address',
        perMs: HOUR,
        first: [40, 600],
        growth: GROWTH,
        restMs: [HOUR, 3 * HOUR],
        at: 'CONNECT',
        reply: GMX_RATE,
      },
      {
        of: 'address',
        perMs: DAY,
        first: [300, 3000],
        growth: GROWTH,
        restMs: [2 * HOUR, 4 * HOUR],
        at: 'CONNECT',
        reply: GMX_RATE,
      },
    ],
    distrusted: { address: { at: 'CONNECT', reply: NEMESIS(554, 'Reject due to policy restrictions.') } },
    unknownUser: { at: 'RCPT', reply: '550 Requested action not taken: mailbox unavailable' },
    fullMailbox: { at: 'RCPT', reply: '552 Requested mail action aborted: exceeded storage allocation' },
    feedback: false,
    source:
      'GMX and WEB.DE Postmaster: error messages, best practices; replies as senders published them in 2025 and 2026',
  },
  't-online': {
    host: 'mx00.t-online.de',
    greeting: '220 mailin62.aul.t-online.de T-Online ESMTP receiver fssmtpd2025 ready.',
    taken: '250 2.0.0 {id} Message accepted.',
    allowList: {
      at: 'CONNECT',
      reply:
        '554 IP={ip} - None/bad reputation. Ask your postmaster for help or to contact tobr@rx.t-online.de for reset. (NOWL)',
    },
    blocked: {
      at: 'CONNECT',
      reply:
        '554 IP={ip} - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.) (BL)',
    },
    noReverseName: {
      at: 'CONNECT',
      reply:
        '554 IP={ip} - Dialup/transient IP not allowed. Use a mailgateway or contact tobr@rx.t-online.de for assistance. (DIAL)',
    },
    connections: { most: [4, 10], at: 'CONNECT', reply: '421 Too many connections from your host - try again later' },
    perConnection: { most: [20, 100] },
    quotas: [],
    distrusted: {
      address: {
        at: 'CONNECT',
        reply:
          '554 IP={ip} - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.) (BL)',
      },
    },
    unknownUser: { at: 'RCPT', reply: '550 5.1.1 <{recipient}> User unknown' },
    fullMailbox: { at: 'RCPT', reply: '552 5.2.2 <{recipient}> Mailbox full' },
    feedback: false,
    source: 'T-Online: postmaster.t-online.de §4.1, and the replies of its hosts at the greeting, 2020 to 2026',
  },
  orange: {
    host: 'smtp-in.orange.fr',
    greeting: '220 mwinf5c04 ESMTP ABO **************************',
    taken: '250 2.0.0 {id} mail accepted for delivery',
    blocked: {
      at: 'CONNECT',
      reply:
        '550 mwinf5c04 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 [102]',
    },
    unauthenticated: { at: 'MESSAGE', reply: '550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]' },
    connections: {
      most: [2, 4],
      at: 'CONNECT',
      reply:
        '421 mwinf5c04 ME Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR004_104 [104]',
    },
    perConnection: {
      most: [50, 100],
      at: 'MAIL',
      reply: '421 4.7.0 Trop de messages dans la session. Too many messages in this session. OFR_109 [109]',
    },
    quotas: [
      {
        of: 'address',
        perMs: DAY,
        first: [250, 2000],
        growth: GROWTH,
        restMs: [HOUR, 4 * HOUR],
        at: 'CONNECT',
        reply:
          '421 mwinf5c04 ME Service refuse. Veuillez essayer plus tard. service refused, please try later. OFR_999 [999]',
      },
      {
        of: 'address',
        perMs: HOUR,
        first: [40, 500],
        growth: GROWTH,
        restMs: [HOUR, 2 * HOUR],
        at: 'CONNECT',
        reply:
          '421 mwinf5c04 ME Service refuse. Veuillez essayer plus tard. service refused, please try later. OFR_999 [999]',
      },
    ],
    distrusted: {
      address: {
        at: 'CONNECT',
        reply:
          '550 mwinf5c04 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 [102]',
      },
    },
    unknownUser: {
      at: 'RCPT',
      reply: '550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]',
    },
    fullMailbox: { at: 'RCPT', reply: '552 5.2.2 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]' },
    feedback: false,
    source: 'Orange: postmaster.orange.fr; public traffic-shaping data; bounces as senders published them',
  },
  onet: {
    host: 'mx.poczta.onet.pl',
    greeting: '220 smtp.poczta.onet.pl ESMTP',
    taken: '250 2.0.0 Ok: queued as {id}',
    blocked: { at: 'CONNECT', reply: '554 5.7.1 Service unavailable; Client host [{ip}] blocked' },
    connections: { most: [5, 10], at: 'CONNECT', reply: '421 4.7.0 Error: too many connections from {ip}' },
    perConnection: { most: [20, 100] },
    quotas: [],
    greylist: {
      waitMs: [14 * MINUTE, 16 * MINUTE],
      at: 'RCPT',
      reply: '450 4.7.1 <{recipient}>: Recipient address rejected: Greylisted for 15 minutes',
    },
    distrusted: {},
    unknownUser: { at: 'RCPT', reply: '550 5.1.1 <{recipient}>: Recipient address rejected: User unknown' },
    fullMailbox: { at: 'RCPT', reply: '452 4.2.2 <{recipient}>: Recipient address rejected: mailbox is full' },
    feedback: false,
    source: 'Momentum: adaptive delivery rules, 2020-03 (greylists for a quarter of an hour)',
  },
  postgrey: {
    host: 'mail.example.test',
    greeting: '220 mail.example.test ESMTP Postfix (Debian/GNU)',
    taken: '250 2.0.0 Ok: queued as {id}',
    blocked: {
      at: 'RCPT',
      reply:
        '554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/{ip}',
    },
    noReverseName: { at: 'RCPT', reply: '450 4.7.25 Client host rejected: cannot find your hostname, [{ip}]' },
    unauthenticated: { at: 'MESSAGE', reply: '550 5.7.1 rejected by DMARC policy for {sender}' },
    connections: {
      most: [20, 50],
      at: 'CONNECT',
      reply: '421 4.7.0 mail.example.test Error: too many connections from {ip}',
    },
    perConnection: { most: [100, 500] },
    quotas: [],
    greylist: {
      waitMs: [5 * MINUTE, 5 * MINUTE],
      at: 'RCPT',
      reply:
        '450 4.2.0 <{recipient}>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.test.html',
    },
    distrusted: {},
    unknownUser: {
      at: 'RCPT',
      reply: '550 5.1.1 <{recipient}>: Recipient address rejected: User unknown in local recipient table',
    },
    fullMailbox: { at: 'MESSAGE', reply: '452 4.3.1 Insufficient system storage' },
    feedback: false,
    source: 'Postfix with postgrey, as Debian installs them: one of the small ones',
  },
}
