/**
 * Words: what a client of the fuzz says in one connection: the lines of SMTP in any order, whole or damaged, in packets that
 * end anywhere.
 */

/** Octets, or something to wait for: a TLS handshake after what was said so far, or a reply that asks for content. */
export type Packet = Buffer | 'secure' | 'go-ahead'

export interface Speech {
  readonly port: 'starttls' | 'tls' | 'plain'
  readonly packets: readonly Packet[]
  /** How it leaves: with QUIT, in the middle of it all, or by a reset. */
  readonly end: 'quit' | 'close' | 'reset'
}

export type Chance = () => number

const FIXED: readonly string[] = [
  'EHLO forum.example.org',
  'EHLO [127.0.0.1]',
  'EHLO',
  'HELO x',
  'AUTH PLAIN',
  'AUTH LOGIN',
  'AUTH LOGIN Zm9ydW0=',
  'AUTH PLAIN AGZvcnVtAHdyb25n',
  'AUTH XOAUTH2 dXNlcj0B',
  'AUTH CRAM-MD5',
  '=',
  '*',
  'MAIL FROM:<me@sender.test>',
  'MAIL FROM:<me@sender.test> SIZE=99999999999999999999 BODY=8BITMIME',
  'MAIL FROM:<me@sender.test> SMTPUTF8 RET=HDRS ENVID=a+2Bb REQUIRETLS',
  'MAIL FROM:<>',
  'MAIL FROM:<@a,@b:c@d.test>',
  'RCPT TO:<you@dest.test>',
  'RCPT TO:<you@dest.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+2Bb@c.test',
  'RCPT TO:<"a\\>"@[IPv6:::1]>',
  'RCPT TO:<δοκιμή@παράδειγμα.test>',
  'RCPT TO:<a@xn--->',
  'DATA',
  'From: me@sender.test\r\nTo: you@dest.test\r\n\r\nhello',
  'From: a@b, "c\r\n d" <e@f>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x',
  '.',
  '..',
  '\n.\n',
  '\r.\r',
  'RSET',
  'NOOP',
  'VRFY root',
  'HELP',
  'STARTTLS',
  'BDAT 5 LAST\r\nhello',
  'GET / HTTP/1.1\r\nHost: x',
  'PROXY TCP4 1.2.3.4 5.6.7.8 1 2',
  'QUIT',
]

/** What a client says that is allowed to: most of its speeches get further than those of a stranger. */
function manners(chance: Chance, login: string): string[] {
  const lines = ['EHLO forum.example.org']
  if (chance() < 0.8) lines.push(`AUTH PLAIN ${login}`)
  if (chance() < 0.8) lines.push('MAIL FROM:<me@sender.test>', 'RCPT TO:<you@dest.test>', 'DATA')
  if (chance() < 0.7) lines.push('From: me@sender.test\r\nSubject: fuzz\r\n\r\nhello\r\n.')
  return lines
}

export function makeSpeech(chance: Chance, login: string): Speech {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(chance() * all.length)] as T
  const port = pick(['starttls', 'tls', 'plain', 'plain', 'plain', 'plain'] as const)
  const before = port === 'starttls' && chance() < 0.8 ? ['EHLO x', 'STARTTLS'] : []
  const lines = chance() < 0.7 ? manners(chance, login) : []
  for (let more = Math.floor(chance() * 12); more > 0; more--)
    lines.splice(Math.floor(chance() * (lines.length + 1)), 0, pick(FIXED))
  const said = damage(Buffer.from(lines.map(line => `${line}${chance() < 0.95 ? '\r\n' : '\n'}`).join('')), chance)
  const packets = atData(said, chance).flatMap((part): Packet[] =>
    typeof part === 'string' ? [part] : cut(part, chance),
  )
  if (before.length > 0) packets.unshift(...before.map(line => Buffer.from(`${line}\r\n`)), 'secure')
  return { port, packets, end: pick(['quit', 'quit', 'quit', 'close', 'reset'] as const) }
}

/** Most clients wait before they send content. */
function atData(octets: Buffer, chance: Chance): Packet[] {
  const at = octets.indexOf(DATA)
  if (at < 0 || chance() < 0.1) return [octets]
  const end = at + DATA.length
  return [octets.subarray(0, end), 'go-ahead', ...atData(octets.subarray(end), chance)]
}

const DATA = 'DATA\r\n'

/** Flips, repeats, drops, stretches: none in half of all cases. */
function damage(octets: Buffer, chance: Chance): Buffer {
  let damaged = octets
  while (damaged.length > 0 && chance() < 0.5) {
    const at = Math.floor(chance() * damaged.length)
    const length = Math.floor(chance() * 40)
    const [head, hit, tail] = [
      damaged.subarray(0, at),
      damaged.subarray(at, at + length),
      damaged.subarray(at + length),
    ]
    const way = chance()
    if (way < 0.3) damaged = Buffer.concat([head, Buffer.from(hit).map(octet => octet ^ (chance() * 256)), tail])
    else if (way < 0.5) damaged = Buffer.concat([head, tail])
    else if (way < 0.7) damaged = Buffer.concat([head, hit, hit, hit, tail])
    else if (way < 0.8) damaged = Buffer.concat([head, Buffer.alloc(Math.floor(chance() * 20_000), 'x'), tail])
    else if (way < 0.9) damaged = Buffer.concat([head, Buffer.from('\0\r\n.\r\n\xff', 'latin1'), tail])
    else damaged = Buffer.concat([tail, head])
  }
  return damaged
}

function cut(octets: Buffer, chance: Chance): Buffer[] {
  const packets: Buffer[] = []
  for (let from = 0; from < octets.length; ) {
    const to = from + 1 + Math.floor(chance() ** 3 * octets.length)
    packets.push(octets.subarray(from, to))
    from = to
  }
  return packets
}
