/**
 * Session: a client that is logged in to the relay and hands over one message after the other, as fast or as slowly as told.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { connectRaw, plain, type RawClient } from '../../packages/relay/src/testing/raw-client.ts'
import type { Entry, Ledger } from './ledger.ts'
import { RELAY } from './place.ts'

export const LOGIN = { user: 'forum', password: 'a password of the soak' } as const
export const SENDER = 'me@sender.test'

export type Security = 'starttls' | 'tls' | 'plain'

/** @throws when it cannot connect or log in */
export async function logIn(security: Security, port: number): Promise<RawClient> {
  const client = await connectRaw({ host: RELAY, port, tls: security === 'tls' })
  try {
    await expect(client.reply(), '220')
    await expect(client.ask('EHLO forum.sender.test'), '250')
    if (security === 'starttls') {
      await expect(client.ask('STARTTLS'), '220')
      await client.startTls()
      await expect(client.ask('EHLO forum.sender.test'), '250')
    }
    await expect(client.ask(`AUTH PLAIN ${plain(LOGIN.user, LOGIN.password)}`), '235')
    return client
  } catch (error) {
    client.destroy()
    throw error
  }
}

async function expect(reply: Promise<string>, code: string): Promise<void> {
  const said = await reply
  if (!said.startsWith(code)) throw new Error(said === '' ? 'the connection has ended' : said)
}

export function contentFor({ recipient, number }: Entry, octets: number): string {
  const head = `From: Forum <${SENDER}>\r\nTo: <${recipient}>\r\nSubject: n${number}\r\n\r\n`
  const line = `${'A line of the message, and .dots. in it. '.repeat(2)}\r\n`
  return head + line.repeat(Math.max(1, Math.ceil((octets - head.length) / line.length)))
}

/** The commands before the content. `false`: it was refused, which stands in the ledger. */
export async function introduce(client: RawClient, entry: Entry): Promise<boolean> {
  for (const [line, wanted] of [
    [`MAIL FROM:<${SENDER}>`, '250'],
    [`RCPT TO:<${entry.recipient}>`, '250'],
    ['DATA', '354'],
  ] as const) {
    const said = await client.ask(line)
    if (said.startsWith(wanted)) continue
    Object.assign(entry, { answer: 'refused', said: said === '' ? 'the connection has ended' : said })
    if (said !== '') await client.ask('RSET')
    return false
  }
  return true
}

/** Ends the message and hears what becomes of it. */
export async function finish(client: RawClient, entry: Entry, ledger: Ledger): Promise<void> {
  const since = performance.now()
  client.send('.\r\n')
  const said = await client.reply()
  if (said === '') {
    entry.answer = 'unknown'
    return
  }
  // Of a big message most octets are still on their way when the last ones are written.
  if (entry.habit !== 'big') ledger.waited(performance.now() - since, said)
  entry.answer = said.startsWith('250') ? 'accepted' : 'refused'
  if (entry.answer === 'refused') entry.said = said
}

export async function transact(client: RawClient, entry: Entry, ledger: Ledger, octets: number): Promise<void> {
  if (!(await introduce(client, entry))) return
  client.send(contentFor(entry, octets))
  await finish(client, entry, ledger)
}

/** A few octets at a time, as over a line that is nearly dead. */
export async function drip(
  client: RawClient,
  text: string,
  { octets, everyMs }: { readonly octets: number; readonly everyMs: number },
): Promise<void> {
  for (let at = 0; at < text.length; at += octets) {
    client.send(text.slice(at, at + octets))
    await sleep(everyMs)
  }
}
