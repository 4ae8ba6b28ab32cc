/**
 * Inbound, for tests: a relay that receives what comes back, another mail server that brings it, and a bounce.
 */
import assert from 'node:assert/strict'
import { connectRaw, type RawClient } from '../testing/raw-client.ts'
import type { TestRelay } from '../testing/test-relay.ts'
import { startThroughRelay } from '../testing/through.ts'

export const RETURN: { readonly domain: string; readonly keys: readonly string[] } = {
  domain: 'bounces.abc.mail',
  keys: ['a secret of sixteen and more'],
}
export const TO: string = 'gone@dest.example'
export const LISTEN: readonly string[] = ['127.0.0.1:0/plain', '127.0.0.1:0', '127.0.0.1:0/tls']
export const INBOUND: string = '127.0.0.1:0/starttls'

type Options = Parameters<typeof startThroughRelay>[0]
export function start(options: Options = {}): ReturnType<typeof startThroughRelay> {
  return startThroughRelay({
    returnPath: RETURN,
    ...options,
    relay: { listen: LISTEN, inbound: { listen: [INBOUND] }, ...options?.relay },
  })
}

/** The listener that stands after those of the relay. */
export async function mxOf(test: TestRelay): Promise<RawClient> {
  const client = await connectRaw({ port: test.relay.addresses.at(-1)!.port })
  await client.reply()
  await client.ask('EHLO mx.dest.example')
  return client
}

export async function submit(
  test: TestRelay,
  { from = 'board@abc.mail', to = [TO] }: { readonly from?: string; readonly to?: readonly string[] } = {},
): Promise<void> {
  using client = await test.login()
  await client.ask(`MAIL FROM:<${from}>`)
  for (const one of to) await client.ask(`RCPT TO:<${one}>`)
  await client.ask('DATA')
  assert.match(await client.ask('From: board@abc.mail\r\nSubject: hello\r\n\r\nhello\r\n.'), /^250 /)
}

export function bounce(address: string): string {
  return `From: MAILER-DAEMON@mx.dest.example
To: sender
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It came back.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.dest.example

Final-Recipient: rfc822; ${address}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.dest.example
Diagnostic-Code: smtp; 550 5.1.1 <${address}>: Recipient address rejected: User unknown

--b--
.`.replaceAll('\n', '\r\n')
}

export async function deliver(client: RawClient, to: string, content: string): Promise<string> {
  await client.ask('MAIL FROM:<>')
  const answer = await client.ask(`RCPT TO:<${to}>`)
  if (!answer.startsWith('250')) {
    await client.ask('RSET')
    return answer
  }
  await client.ask('DATA')
  return client.ask(content)
}
