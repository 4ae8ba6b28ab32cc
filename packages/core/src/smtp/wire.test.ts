import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { SmtpError } from './errors.ts'
import { Wire } from './wire.ts'

interface Ends extends AsyncDisposable {
  readonly wire: Wire
  readonly clock: FakeClock
  /** The server's side. */
  readonly server: Socket
  readonly timers: { count: number }
}

async function open(): Promise<Ends> {
  const listener = createServer({ noDelay: true })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const client = connect({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true })
  const [server] = (await once(listener, 'connection')) as [Socket]
  server.on('error', () => {})
  await (client.connecting ? once(client, 'connect') : undefined)
  const clock = new FakeClock()
  const timers = { count: 0 }
  const counting = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: () => Promise.reject(new Error('a wire does not sleep')),
    after: (ms: number, call: () => void) => {
      timers.count++
      return clock.after(ms, call)
    },
  }
  const wire = new Wire(client, counting)
  return {
    wire,
    clock,
    server,
    timers,
    [Symbol.asyncDispose]: async () => {
      wire.fail('closed', 'over')
      server.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}

function isLoss(code: string, stage: string): (error: unknown) => boolean {
  return error => error instanceof SmtpError && error.loss?.code === code && error.stage === stage
}

test('a deadline for each reply, and one timer for all of them', async () => {
  await using ends = await open()
  for (let round = 0; round < 50; round++) {
    const reply = ends.wire.reply('rcpt', 1000)
    ends.server.write('250 ok\r\n')
    assert.equal((await reply).code, 250)
    await ends.clock.advance(1)
  }
  assert.equal(ends.timers.count, 1)
})

test('the deadline counts from the last question, not from the timer that was armed before', async () => {
  await using ends = await open()
  const first = ends.wire.reply('mail', 1000)
  ends.server.write('250 ok\r\n')
  await first
  await ends.clock.advance(900)
  const second = ends.wire.reply('rcpt', 1000)
  let failed = false
  const watched = assert.rejects(second, isLoss('timeout', 'rcpt')).then(() => {
    failed = true
  })
  await ends.clock.advance(900)
  assert.equal(failed, false)
  await ends.clock.advance(100)
  await watched
})

test('a shorter deadline is kept although a longer one is armed', async () => {
  await using ends = await open()
  const first = ends.wire.reply('mail', 10_000)
  ends.server.write('250 ok\r\n')
  await first
  const second = assert.rejects(ends.wire.reply('ehlo', 10), isLoss('timeout', 'ehlo'))
  await ends.clock.advance(10)
  await second
})

test('a server that drips does not win time', async () => {
  await using ends = await open()
  const reply = assert.rejects(ends.wire.reply('mail', 1000), isLoss('timeout', 'mail'))
  for (const octet of '250-x') {
    ends.server.write(octet)
    await ends.clock.advance(200)
  }
  await reply
})

test('nobody who does not wait is timed out', async () => {
  await using ends = await open()
  const reply = ends.wire.reply('mail', 1000)
  ends.server.write('250 ok\r\n')
  await reply
  await ends.clock.advance(5000)
  assert.equal(ends.wire.failed, false)
})

test('replies that came before the end are still handed out, and then the same failure to everyone', async () => {
  await using ends = await open()
  const event = new Promise<void>(resolve => {
    ends.wire.onEvent = () => {
      if (ends.wire.failed) resolve()
    }
  })
  ends.server.end('250 one\r\n250 two\r\n')
  await event
  assert.equal((await ends.wire.reply('mail', 10)).lines[0], 'one')
  assert.equal((await ends.wire.reply('rcpt', 10)).lines[0], 'two')
  for (const stage of ['data', 'final-dot'] as const)
    await assert.rejects(ends.wire.reply(stage, 10), isLoss('closed', stage))
  ends.wire.send('QUIT\r\n')
})

test('what is no SMTP fails the wire at the stage that waits', async () => {
  await using ends = await open()
  const reply = assert.rejects(ends.wire.reply('ehlo', 10), isLoss('protocol-error', 'ehlo'))
  ends.server.write('hello there\r\n')
  await reply
})

test('nothing that came before TLS can be read after it (RFC 3207 §6)', async () => {
  for (const smuggled of ['250 ok\r\n', '250-', '2']) {
    await using ends = await open()
    const reply = ends.wire.reply('starttls', 10)
    ends.server.write(`220 go\r\n${smuggled}`)
    await reply
    assert.throws(() => ends.wire.detach('starttls'), isLoss('protocol-error', 'starttls'))
    assert.equal(ends.wire.failed, true)
  }
})

test('an aborted signal fails the wire, and one that is let go of does not', async () => {
  await using ends = await open()
  const first = new AbortController()
  ends.wire.obey(first.signal)()
  first.abort()
  assert.equal(ends.wire.failed, false)
  const second = new AbortController()
  ends.wire.obey(second.signal)
  const reply = assert.rejects(ends.wire.reply('mail', 10), isLoss('aborted', 'mail'))
  second.abort()
  await reply
})

test('a reply that was there before its command is no answer to it, even when the server has gone since', async () => {
  for (const gone of [false, true]) {
    await using ends = await open()
    const greeting = ends.wire.reply('greeting', 10)
    const over = new Promise<void>(resolve => {
      ends.wire.onEvent = () => {
        if (!gone || ends.wire.failed) resolve()
      }
    })
    ends.server[gone ? 'end' : 'write']('220 hi\r\n250 believe me\r\n')
    await greeting
    await over
    ends.wire.send('EHLO me\r\n')
    await assert.rejects(ends.wire.reply('ehlo', 10), isLoss(gone ? 'closed' : 'protocol-error', 'ehlo'))
  }
})
