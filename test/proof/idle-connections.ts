/**
 * IdleConnections: 3,000 strangers of 300 addresses hold connections open, say nothing, and come back whenever one is cut. Somebody who
 * has logged in before is served at once, again after 20 s of it, and all the time between.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectRaw, type RawClient } from '../../packages/relay/src/testing/raw-client.ts'
import { startTestRelay, type TestRelay } from '../../packages/relay/src/testing/test-relay.ts'
import type { Figures } from './proof.ts'

const ADDRESSES = 300
const EACH = 10
const SECONDS = 20
const SERVED_WITHIN_MS = 2_000

export async function prove(): Promise<Figures> {
  await using it = await startTestRelay()
  const earlier = await it.login()
  await earlier.ask('QUIT')
  earlier.end()
  const siege = new AbortController()
  const strangers = Array.from({ length: ADDRESSES * EACH }, (_, at) => besiege(it.plain, at, siege.signal))
  await sleep(3_000)
  const waits: number[] = []
  let refusals = 0
  const end = performance.now() + SECONDS * 1000
  do {
    const since = performance.now()
    assert.match(await sendOne(it), /^250 /)
    waits.push(Math.round(performance.now() - since))
    await sleep(500)
  } while (performance.now() < end)
  siege.abort()
  for (const times of await Promise.all(strangers)) refusals += times
  assert.ok(Math.max(...waits) < SERVED_WITHIN_MS, `served after ${waits.join()} ms`)
  const cameBack = refusals - strangers.length
  assert.ok(cameBack > 0, 'the places were never all taken')
  return { strangers: strangers.length, cameBack, messages: waits.length, slowestMs: Math.max(...waits) }
}

/** A whole visit: connection, login, message. */
async function sendOne(it: TestRelay): Promise<string> {
  using friend = await it.login()
  await friend.askAll('MAIL FROM:<board@abc.mail>', 'RCPT TO:<you@dest.example>', 'DATA')
  return await friend.ask('From: board@abc.mail\r\n\r\nhello\r\n.')
}

/** How often this stranger has connected. */
async function besiege(port: number, at: number, signal: AbortSignal): Promise<number> {
  const localAddress = `127.${10 + Math.floor(at / EACH / 100)}.0.${1 + (Math.floor(at / EACH) % 100)}`
  let times = 0
  let client: RawClient | undefined
  signal.addEventListener('abort', () => client?.destroy(), { once: true })
  while (!signal.aborted) {
    times++
    client = await connectRaw({ port, localAddress }).catch(() => undefined)
    // Says nothing, and hears when it is cut.
    while (client !== undefined && (await client.reply()) !== '' && !signal.aborted);
    await sleep(200, undefined, { signal }).catch(() => undefined)
  }
  return times
}
