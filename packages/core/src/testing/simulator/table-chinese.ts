/**
 * Table, Chinese part: few messages in a connection, and quotas that are told with 550.
 *
 * Policy. NetEase's codes say where they stand: HL at the connection, MI at MAIL, RP at RCPT, DT at the content.
 */
import type { Behaviour } from './behaviour.ts'
import { DAY, GROWTH, HOUR, MINUTE } from './units.ts'

const QQ = (what: string): string =>
  `550 ${what} frequency limited [{id} IP: {ip}]. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000725`
const NETEASE = (code: string): string =>
  `${code} 163 gzga-mx-mta-g1-1,{id} http://mail.163.com/help/help_spam_16.htm?ip={ip}&hostid=gzga-mx-mta-g1-1&time=1`

export const CHINESE: Readonly<Record<'qq' | 'netease', Behaviour>> = {
  qq: {
    host: 'mx3.qq.com',
    greeting: '220 newxmmxszb6-2.qq.com MX QQ Mail Server.',
    taken: '250 OK: queued as.',
    blocked: {
      at: 'CONNECT',
      reply:
        '550 Connection denied [{id} IP: {ip}]. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20012&&no=1000723',
    },
    unauthenticated: {
      at: 'MESSAGE',
      reply: '550 SPF check failed [{id} IP: {ip}]. https://service.mail.qq.com/detail/122/57',
    },
    connections: { most: [4, 8], at: 'CONNECT', reply: QQ('Connection') },
    perConnection: { most: [8, 20] },
    quotas: [
      {
        of: 'address',
        perMs: MINUTE,
        first: [60, 120],
        growth: GROWTH,
        restMs: [2 * MINUTE, 10 * MINUTE],
        at: 'MAIL',
        reply: QQ('Ip'),
      },
      {
        of: 'address',
        perMs: HOUR,
        first: [40, 400],
        growth: GROWTH,
        restMs: [HOUR, 2 * HOUR],
        at: 'MAIL',
        reply: QQ('Ip'),
      },
      {
        of: 'sender',
        perMs: DAY,
        first: [150, 1500],
        growth: GROWTH,
        restMs: [2 * HOUR, 12 * HOUR],
        at: 'MAIL',
        reply: QQ('Domain'),
      },
    ],
    distrusted: {
      address: {
        at: 'CONNECT',
        reply:
          '550 Connection denied [{id} IP: {ip}]. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20012&&no=1000723',
      },
    },
    unknownUser: {
      at: 'RCPT',
      reply: '550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728',
    },
    fullMailbox: { at: 'RCPT', reply: '552 Mailbox space full [{id} IP: {ip}].' },
    feedback: false,
    source: 'Tencent: QQ Mail postmaster, reasons of refusal; Exmail help (over the minute, the hour, the day)',
  },
  netease: {
    host: '163mx01.mxmail.netease.com',
    greeting: '220 163.com Anti-spam GT for Coremail System (163com[20141201])',
    taken: '250 Mail OK queued as {id}',
    blocked: { at: 'CONNECT', reply: NETEASE('554 HL:IPB') },
    unauthenticated: { at: 'MESSAGE', reply: NETEASE('550 MI:SPF') },
    connections: { most: [4, 8], at: 'CONNECT', reply: NETEASE('421 HL:ICC') },
    perConnection: { most: [7, 20], at: 'MAIL', reply: NETEASE('451 MI:DMC') },
    quotas: [
      {
        of: 'address',
        perMs: HOUR,
        first: [40, 500],
        growth: GROWTH,
        restMs: [15 * MINUTE, HOUR],
        at: 'CONNECT',
        reply: NETEASE('421 HL:IFC'),
      },
      {
        of: 'sender',
        perMs: 15 * MINUTE,
        first: [100, 300],
        growth: GROWTH,
        restMs: [15 * MINUTE, 15 * MINUTE],
        at: 'MAIL',
        reply: NETEASE('451 MI:SFQ'),
      },
      {
        of: 'sender',
        perMs: DAY,
        first: [150, 1500],
        growth: GROWTH,
        restMs: [2 * HOUR, 12 * HOUR],
        at: 'MAIL',
        reply: NETEASE('554 MI:STC'),
      },
    ],
    distrusted: {
      address: { at: 'CONNECT', reply: NETEASE('421 HL:REP') },
      sender: { at: 'MAIL', reply: NETEASE('554 MI:SPB') },
    },
    unknownUser: { at: 'RCPT', reply: '550 Invalid User: {recipient}' },
    fullMailbox: { at: 'RCPT', reply: '552 Requested mail action aborted: mailbox is full' },
    feedback: false,
    source: 'NetEase: mail refusal codes (help.163.com)',
  },
}
