/**
 * Under pressure: floods, slow rooms behind us, full disks. Every reply comes within a second or is 4xx, and nothing that was
 * not queued is acknowledged.
 */
import assert from 'node:assert/strict'
import { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { suite, type TestContext, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createFakeDns } from '@postrider/core/testing'
import { hashSecret } from '../account/index.ts'
import { connectRaw, plain, type RawClient } from '../testing/raw-client.ts'
import { startTestRelay, type TestRelay, USER } from '../testing/test-relay.ts'

const FROM = 'board@abc.mail'
const MESSAGES = 10
/** Of whom the relay cannot ask ahead: the message is the first that needs an answer. */
const ANYONE = ['*']

/** Octets held outside the heap, garbage left out. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().arrayBuffers
}

async function send(client: RawClient, from: string = FROM): Promise<string> {
  const toData = await client.askAll(`MAIL FROM:<${from}>`, 'RCPT TO:<a@dest.example>', 'DATA')
  // What is refused before is the answer; the message would be read as commands.
  return toData.startsWith('354') ? client.ask(`From: ${from}\r\n\r\nhello\r\n.`) : toData
}

suite('a login flood', () => {
  test('starves neither the event loop nor those who are logged in', async () => {
    const accounts = [{ name: USER, passwordHash: await hashSecret('s3cret pass') }]
    // On a busy machine the attackers' first answers take so long that the friend has sent thousands of messages by then.
    const unlimited = { messagesPerMinute: 0, messagesPerHour: 0, recipientsPerMinute: 0, recipientsPerHour: 0 }
    await using it = await startTestRelay({
      relay: { accounts, limits: { unauthenticatedPerMinute: 0, account: unlimited } },
    })
    using friend = await it.login()
    let over = false
    const answers: string[] = []
    const flood: RawClient[] = []
    const attackers = Array.from({ length: 60 }, async (_, at) => {
      const client = await connectRaw({ port: it.plain, localAddress: `127.0.1.${at + 1}` })
      flood.push(client)
      await client.reply()
      await client.ask('EHLO x')
      const user = at % 2 === 0 ? USER : `nobody${at}`
      while (!over) {
        const answer = await client.ask(`AUTH PLAIN ${plain(user, 'wrong')}`)
        if (answer === '') return
        answers.push(answer.slice(0, 3))
      }
      client.destroy()
    })
    const verified = (): number => answers.filter(code => code === '535').length
    const meanwhile: number[] = []
    const loopMs: number[] = []
    // The flood is at its height when all attackers are there and some have had their turn: the others stand in line.
    while (meanwhile.length < MESSAGES || flood.length < 60 || answers.length < 10) {
      const [before, used] = [verified(), process.threadCpuUsage()]
      assert.match(await send(friend), /^250 /)
      meanwhile.push(verified() - before)
      loopMs.push(process.threadCpuUsage(used).user / 1000)
    }
    over = true
    // Their last verifications are nobody's business.
    for (const client of flood) client.destroy()
    await Promise.all(attackers)
    assert.ok(
      answers.every(code => code === '535' || code === '454' || code === '421'),
      [...new Set(answers)].join(),
    )
    // A verification takes 60 ms of processor time: of 60 attackers none may stand before a message, nor in the event loop.
    assert.ok(
      (meanwhile.toSorted((a, b) => a - b)[Math.floor(meanwhile.length / 2)] as number) < 4,
      `verified meanwhile: ${meanwhile.join()}`,
    )
    assert.ok(Math.max(...loopMs) < 500, `the event loop worked for ${loopMs.join()} ms`)
  })
})

suite('a mailer that is slow', () => {
  test('a sender whose DNS does not answer is told to come back in time, and nothing is queued', async () => {
    const resolver = createFakeDns({ 'abc.mail': { fail: 'silent' } })
    await using it = await startTestRelay(
      { preflight: 'enforce', relay: { senders: ANYONE, limits: { replyWithinMs: 100 } } },
      { resolver },
    )
    using client = await it.login()
    const since = performance.now()
    assert.match(await send(client), /^451 4\.3\.2 /)
    // Here it takes 100 ms; without a limit it takes for ever.
    assert.ok(performance.now() - since < 20_000)
    assert.deepEqual(await it.queued(), [])
  })
  test('a sender that receivers would refuse is told which record to publish', async () => {
    const resolver = createFakeDns({
      'abc.mail': { MX: ['10 mail.abc.mail'], TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
      'mail.abc.mail': { A: ['198.51.100.1'] },
    })
    await using it = await startTestRelay(
      {
        preflight: 'enforce',
        egress: { publicAddresses: ['198.51.100.1'] },
        relay: { limits: { replyWithinMs: 3000 } },
      },
      { resolver },
    )
    using client = await it.login()
    const reply = await send(client)
    assert.match(reply, /^550 5\.7\.\d+ /)
    assert.match(reply, /v=spf1/)
    assert.ok(reply.length < 256)
  })
  test('no more messages are taken than may be under way', async () => {
    const resolver = createFakeDns({ 'abc.mail': { fail: 'silent' } })
    await using it = await startTestRelay(
      { preflight: 'enforce', relay: { senders: ANYONE, limits: { replyWithinMs: 2000, maxConcurrentMessages: 1 } } },
      { resolver },
    )
    using one = await it.login()
    using two = await it.login()
    await one.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
    await two.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>')
    one.send(`From: ${FROM}\r\n\r\nhello\r\n.\r\n`)
    assert.match(await two.ask('DATA'), /^451 4\.3\.2 /)
    assert.match(await one.reply(), /^451 4\.3\.2 /)
  })
})

suite('a disk that is full', () => {
  test('a message is refused at MAIL, and the relay is not ready', async () => {
    await using it = await startTestRelay({ relay: { limits: { freeDiskBytes: 1024 ** 4 } } })
    using client = await it.login()
    assert.match(await client.ask(`MAIL FROM:<${FROM}>`), /^452 4\.3\.1 /)
    const readiness = await it.relay.readiness()
    assert.equal(readiness.ready, false)
    assert.deepEqual(
      readiness.checks.filter(check => !check.ok).map(check => check.name),
      ['disk'],
    )
  })
})

suite('a disk that will be full', () => {
  const MIB = 1024 ** 2
  /** A relay on a disk that has room for messages of so many octets. */
  async function withRoomFor(t: TestContext, bytes: number): Promise<TestRelay> {
    const free = { bsize: 1, bavail: 64 * MIB + 2 * bytes }
    t.mock.method(promises, 'statfs', async () => free)
    syncBuiltinESMExports()
    t.after(() => {
      t.mock.restoreAll()
      syncBuiltinESMExports()
    })
    return startTestRelay({ relay: { limits: { freeDiskBytes: 64 * MIB } } })
  }
  const mail = (client: RawClient, size: number): Promise<string> => client.ask(`MAIL FROM:<${FROM}> SIZE=${size}`)

  test('takes a small message and not a large one that was announced', async t => {
    await using it = await withRoomFor(t, 24 * MIB)
    using client = await it.login()
    assert.match(await mail(client, 25 * MIB), /^452 4\.3\.1 /)
    assert.match(await send(client), /^250 /)
  })
  test('takes one of two messages that have no room together, whether or not they were announced', async t => {
    await using it = await withRoomFor(t, 3 * MIB)
    using one = await it.login()
    using two = await it.login()
    using three = await it.login()
    assert.match(await mail(two, 2 * MIB), /^250 /)
    await two.ask('RCPT TO:<a@dest.example>')
    assert.match(await mail(one, 2 * MIB), /^250 /)
    assert.match(await one.askAll('RCPT TO:<a@dest.example>', 'DATA'), /^354 /)
    assert.match(await two.ask('DATA'), /^452 4\.3\.1 /)
    await three.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
    three.send(`From: ${FROM}\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(25_000)}`)
    assert.match(await three.ask('.'), /^452 4\.3\.1 /)
    assert.match(await one.ask(`From: ${FROM}\r\n\r\nhello\r\n.`), /^250 /)
  })
})

suite('many clients', () => {
  test('hundreds of connections with half a message each cost little memory', async () => {
    await using it = await startTestRelay({
      relay: { limits: { bodiesMemoryBytes: 4 * 1024 * 1024, connectionsPerAddress: 1000 } },
    })
    const clients: RawClient[] = []
    for (let times = 0; times < 200; times++) clients.push(await it.login())
    const before = heldBytes()
    const half = Buffer.from(`From: ${FROM}\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(14_000)}`)
    await Promise.all(
      clients.map(async client => {
        await client.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
        client.send(half)
      }),
    )
    using other = await it.login()
    assert.match(await send(other), /^250 /)
    const grown = (heldBytes() - before) / 1024 ** 2
    assert.ok(grown < 60, `${grown} MiB for ${(200 * half.length) / 1024 ** 2} MiB of halves`)
    for (const client of clients) client.destroy()
  })
  test('a client that reads no replies is not read from any more', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    client.socket.pause()
    const lines = Buffer.from('HELP\r\n'.repeat(10_000))
    for (let times = 0; times < 300; times++) client.socket.write(lines)
    using other = await it.login()
    for (let times = 0; times < 200; times++) assert.match(await other.ask('NOOP'), /^250 /)
    assert.ok(client.socket.writableLength > 1024 ** 2, `${client.socket.writableLength} octets wait`)
  })
})
