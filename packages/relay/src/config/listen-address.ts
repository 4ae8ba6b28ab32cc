/**
 * ListenAddress: `0.0.0.0:587`, `[::]:465/tls`, `127.0.0.1:5870/plain`, `10.0.0.1:587/proxy`.
 *
 * Policy. Without a word TLS is offered with STARTTLS and demanded for login; `tls` speaks it from the first octet (RFC 8314);
 * `plain` allows login without it and does not offer it, for forums on the same host (PHPMailer would insist on a valid
 * certificate when it is offered); `starttls/plain` allows both. `proxy` may be added to each.
 */
import { isIP } from 'node:net'
import type { ListenAddress } from '../listener/index.ts'

/** Undefined when the text is no such address. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, v6, v4, port, words = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([\d.]+|localhost)):(\d{1,5})((?:\/[a-z]+)*)$/.exec(text.trim()) ?? []
  const host = v6 ?? v4
  if (host === undefined || Number(port) > 65535) return undefined
  if (v6 !== undefined ? isIP(v6) !== 6 : v4 !== 'localhost' && isIP(host) !== 4) return undefined
  const given = new Set(words.split('/').slice(1))
  for (const word of given) if (!WORDS.has(word)) return undefined
  if (given.has('tls') && (given.has('plain') || given.has('starttls'))) return undefined
  return {
    host,
    port: Number(port),
    implicitTls: given.has('tls'),
    plainLogin: given.has('plain'),
    startTls: !given.has('tls') && (given.has('starttls') || !given.has('plain')),
    proxy: given.has('proxy'),
  }
}

/** All addresses to listen on; one that stands in both lists takes logins and other mail servers. */
export function listenAddresses(listen: readonly string[], inbound: readonly string[]): readonly ListenAddress[] {
  const read = (texts: readonly string[]) => texts.map(text => ({ text, ...parseListenAddress(text)! }))
  const [own, others] = [read(listen), read(inbound)]
  type Read = (typeof own)[number]
  // Port 0 is another port each time.
  const isSame = (a: Read, b: Read): boolean =>
    a.text === b.text || (a.host === b.host && a.port === b.port && a.port !== 0)
  const both = own.map(one =>
    others.some(other => isSame(one, other)) ? { ...one, inbound: 'with-logins' as const } : one,
  )
  const alone = others.filter(other => !own.some(one => isSame(one, other)))
  return [...both, ...alone.map(one => ({ ...one, inbound: 'alone' as const }))].map(
    ({ text: _, ...address }) => address,
  )
}

const WORDS: ReadonlySet<string> = new Set(['tls', 'starttls', 'plain', 'proxy'])
