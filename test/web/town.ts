/**
 * Town: a relay with mail of some hours in it, between a DNS and mail hosts on loopback that answer as large ones do. What it shows is
 * made up; how it came about is not: each message was accepted, tried and judged.
 */
import { createFakeDns, type FakeMx, type FakeMxOptions, startFakeMx, type ZoneLiteral } from '@postrider/core/testing'
import type { RelaySeams } from '../../packages/relay/src/assembly/relay-parts.ts'
import { startTestRelay, type TestRelay, USER } from '../../packages/relay/src/testing/test-relay.ts'

const HOSTS = {
  'gmail.com': 'gmail-smtp-in.l.google.com',
  'outlook.example': 'outlook-example.mail.protection.outlook.com',
  'yahoo.example': 'mta5.am0.yahoodns.net',
  'club.example': 'mx.club.example',
} as const
const ADDRESS = '127.0.0.1'

const ZONE: ZoneLiteral = {
  ...Object.fromEntries(Object.entries(HOSTS).map(([domain, host]) => [domain, { MX: [`10 ${host}`] }])),
  ...Object.fromEntries(Object.values(HOSTS).map(host => [host, { A: [ADDRESS] }])),
  'abc.mail': { MX: ['10 mx.abc.mail'], TXT: [`v=spf1 ip4:${ADDRESS} -all`] },
  'mx.abc.mail': { A: [ADDRESS] },
  // Nobody writes there but who looks at its first words.
  'evil.example': { MX: ['10 mx.evil.example'] },
  'mx.evil.example': { A: [ADDRESS] },
}

/** What each of them says to a recipient. */
export const REPLIES = {
  'nobody@gmail.com':
    "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces.",
  'full@outlook.example': '452 4.2.2 The email account that you tried to reach is over quota',
  'grey@club.example': '451 4.7.1 Greylisting in action, please come back later',
  'blocked@outlook.example': '550 5.7.1 Service unavailable; client [203.0.113.5] blocked using Spamhaus',
  'gone@club.example': '550 5.1.1 <gone@club.example>: Recipient address rejected: User unknown',
}

const SUBJECTS = [
  'Reply to “Winter route over the pass”',
  'Your password for the forum',
  'Weekly digest: 14 new topics',
  'Anna mentioned you in “Maps and tracks”',
  'Confirm your address',
  'Invoice 2026-1187',
  '歡迎加入論壇',
  'Your export is ready',
] as const

const NAMES = ['anna', 'bruno', 'chiara', 'david', 'elif', 'farid', 'grace', 'hanna', 'ines', 'jan', 'kaito', 'lea']

export interface Town extends AsyncDisposable {
  readonly relay: TestRelay['relay']
  readonly folder: string
  readonly url: string
  readonly mx: FakeMx
  readonly dns: ReturnType<typeof createFakeDns>
  /** What is said to a recipient, or to a command. */
  readonly replies: Map<string, string>
  send(mail: Mail): Promise<string>
}

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly account?: string
  readonly from?: string
  readonly hold?: string
  readonly html?: string
  readonly tags?: Readonly<Record<string, string>>
  /** The name of a file. */
  readonly attachment?: string
}

type Heard = Parameters<NonNullable<FakeMxOptions['answer']>>[0]

export interface TownOptions {
  readonly relay?: object
  readonly seams?: RelaySeams
  readonly options?: object
}

export async function openTown({ relay, seams, options }: TownOptions = {}): Promise<Town> {
  const replies = new Map<string, string>(Object.entries(REPLIES))
  const answer = ({ verb, address = '' }: Heard) => replies.get(verb === 'RCPT' ? address : verb)
  const mx = await startFakeMx({ name: 'mx.club.example', answer })
  const dns = createFakeDns(ZONE)
  const test = await startTestRelay(
    {
      delivery: { port: mx.port, allowPrivateAddresses: true },
      egress: { publicAddresses: ['127.0.0.1'] },
      ...options,
      relay: { http: { listen: ['127.0.0.1:0/plain'] }, ...relay },
    },
    { resolver: dns, deliver: true, ...seams },
  )
  const send = async (mail: Mail): Promise<string> => sendTo(test, mail)
  return {
    relay: test.relay,
    folder: test.folder,
    url: `http://127.0.0.1:${test.relay.httpAddresses[0]?.port}`,
    replies,
    mx,
    dns,
    send,
    [Symbol.asyncDispose]: async () => {
      await test[Symbol.asyncDispose]()
      await mx.close()
    },
  }
}

async function sendTo({ relay }: TestRelay, mail: Mail): Promise<string> {
  const { to, subject, account = USER, from = 'Forum <forum@abc.mail>', hold, html, tags = {}, attachment } = mail
  const body = html ?? `Hello,\r\n\r\n${subject}\r\n`
  const bytes = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=`,
    'Date: Mon, 30 Nov 2026 12:00:00 +0000',
    `Content-Type: ${html === undefined ? 'text/plain' : 'text/html'}; charset=utf-8`,
    'Content-Transfer-Encoding: 8bit',
    ...(attachment === undefined ? [] : [`Content-Disposition: attachment; filename="${attachment}"`]),
    '',
    body,
  ].join('\r\n')
  const receipt = await relay.mailer.accept(
    Buffer.from(bytes),
    { from: 'forum@abc.mail', to: [to] },
    { account, via: 'smtp', tags, ...(hold !== undefined && { notBefore: Date.now() + 3_600_000 }) },
  )
  if (hold !== undefined) await relay.mailer.queue.hold(receipt.id, hold)
  return receipt.id
}

/** Some sixty messages, of every state. */
export async function fill(town: Town): Promise<void> {
  const domains = Object.keys(HOSTS)
  for (let at = 0; at < 48; at++) {
    const name = NAMES[at % NAMES.length]
    const domain = domains[(at * 7) % domains.length]
    await town.send({ to: `${name}@${domain}`, subject: SUBJECTS[at % SUBJECTS.length] ?? '' })
  }
  for (const [at, to] of Object.keys(REPLIES).entries())
    await town.send({ to, subject: SUBJECTS[(at + 1) % SUBJECTS.length] ?? '', account: 'shop' })
}
