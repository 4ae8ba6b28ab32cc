import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { systemClock } from '../ambient/clock.ts'
import type { Domain } from '../model/address.ts'
import type { RecipientAnswer } from '../model/evidence.ts'
import type { Job } from '../model/job.ts'
import { makeAuthority, makeCertificate } from '../testing/certificate.ts'
import { type FakeMx, startFakeMx } from '../testing/fake-mx.ts'
import { type HopOptions, hopTo, jobFor } from '../testing/parcel.ts'
import { SmtpError } from './errors.ts'
import { Session } from './session.ts'
import { defaultTimeouts } from './timeouts.ts'
import { TlsTrust } from './tls.ts'
import { TlsSessions } from './tls-sessions.ts'
import { type Transaction, transact } from './transaction.ts'

const never = new AbortController().signal
const authority = makeAuthority()
const trust = new TlsTrust(authority.cert)

function openSession(mx: Pick<FakeMx, 'name' | 'address' | 'port'>, options: HopOptions = {}): Promise<Session> {
  const tlsSessions = new TlsSessions(systemClock)
  return Session.open(
    hopTo(mx, options),
    { clock: systemClock, timeouts: defaultTimeouts, trust, tlsSessions },
    {},
    never,
  )
}

function transactionOf(content: Buffer, recipients: readonly string[], options: Partial<Job> = {}): Transaction {
  const job = jobFor(content, recipients, options)
  const { reversePath, facts, requireTls, ret, envid } = job
  return {
    reversePath,
    recipients: job.recipients,
    facts,
    content,
    requireTls,
    ...(ret === undefined ? {} : { ret }),
    ...(envid === undefined ? {} : { envid }),
    enterFinalDot: () => () => {},
  }
}

const small = Buffer.from('Subject: hi\r\n\r\nhello\r\n')

test('with PIPELINING a message is two writes: the envelope with DATA, and the text with its final dot', async () => {
  const chunks: string[] = []
  const replies = ['250-mx\r\n250 PIPELINING\r\n', '250 ok\r\n250 ok\r\n354 go\r\n', '250 taken\r\n']
  const server = createServer({ noDelay: true }, (socket: Socket) => {
    socket.on('error', () => {})
    socket.write('220 mx\r\n')
    socket.on('data', chunk => {
      chunks.push(chunk.toString())
      socket.write(replies.shift() ?? '221 bye\r\n')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const session = await openSession({ name: 'mx.example.test', address: '127.0.0.1', port }, { level: 'none' })
  await transact(session, transactionOf(small, ['a@example.test']), [], never)
  await session.quit()
  server.close()
  assert.deepEqual(chunks.slice(1, 3), [
    'MAIL FROM:<from@sender.example.test>\r\nRCPT TO:<a@example.test>\r\nDATA\r\n',
    'Subject: hi\r\n\r\nhello\r\n.\r\n',
  ])
})

test('what a sender wants to hear is passed on where DSN is offered (RFC 3461 §4)', async () => {
  await using mx = await startFakeMx({ certificate: false })
  const session = await openSession(mx)
  const asked = transactionOf(small, ['a@example.test'], { ret: 'full', envid: 'abc' })
  const [recipient] = asked.recipients
  assert.ok(recipient)
  const recipients = [{ ...recipient, notify: ['success'] as const, originalRecipient: 'rfc822;b@example.test' }]
  await transact(session, { ...asked, recipients }, [], never)
  await session.quit()
  assert.equal(mx.messages[0]?.fromParameters, `SIZE=${small.length} RET=FULL ENVID=abc`)
  assert.deepEqual(mx.messages[0]?.recipients, [
    { address: 'a@example.test', parameters: 'NOTIFY=SUCCESS ORCPT=rfc822;b@example.test' },
  ])
})

test('and it is not said where DSN is not offered', async () => {
  await using mx = await startFakeMx({ certificate: false, capabilities: [] })
  const session = await openSession(mx)
  await transact(session, transactionOf(small, ['a@example.test'], { ret: 'full', envid: 'abc' }), [], never)
  await session.quit()
  assert.equal(mx.messages[0]?.fromParameters, '')
})

test('the null reverse-path is sent as <>', async () => {
  await using mx = await startFakeMx({ certificate: false })
  const session = await openSession(mx)
  await transact(session, transactionOf(small, ['a@example.test'], { reversePath: null }), [], never)
  await session.quit()
  assert.equal(mx.messages[0]?.from, '')
})

test('REQUIRETLS is said where it is offered, and nothing is sent where it is not (RFC 8689 §4.2.1)', async () => {
  const certificate = makeCertificate({ names: ['mx.example.test'], issuer: authority })
  const verify = { by: 'pkix', names: ['mx.example.test' as Domain] } as const
  for (const offered of [true, false]) {
    await using mx = await startFakeMx({ certificate, capabilities: offered ? ['REQUIRETLS'] : [] })
    const session = await openSession(mx, { verify, requireTls: true })
    const sent = transact(session, transactionOf(small, ['a@example.test'], { requireTls: true }), [], never)
    if (offered) await sent
    else await assert.rejects(sent, error => error instanceof SmtpError && error.loss?.code === 'requiretls-missing')
    assert.equal(session.phase, 'ready')
    await session.quit()
    assert.deepEqual(
      mx.messages.map(message => message.fromParameters),
      offered ? ['REQUIRETLS'] : [],
    )
  }
})

test('REQUIRETLS is not said over a connection that nobody verified', async () => {
  await using mx = await startFakeMx({ capabilities: ['REQUIRETLS'] })
  const session = await openSession(mx, { level: 'encrypted' })
  await assert.rejects(
    transact(session, transactionOf(small, ['a@example.test'], { requireTls: true }), [], never),
    error => error instanceof SmtpError && error.loss?.code === 'requiretls-missing',
  )
  await session.quit()
})

test('a notice asks for REQUIRETLS where it can, and goes without it where it cannot (RFC 8689 §5)', async () => {
  const certificate = makeCertificate({ names: ['mx.example.test'], issuer: authority })
  for (const offered of [true, false]) {
    await using mx = await startFakeMx({ certificate, capabilities: offered ? ['REQUIRETLS'] : [] })
    const session = await openSession(mx, { level: 'opportunistic' })
    const notice = transactionOf(small, ['a@example.test'], { requireTls: true, reversePath: null })
    await transact(session, notice, [], never)
    await session.quit()
    assert.deepEqual(
      mx.messages.map(message => message.fromParameters),
      [offered ? 'REQUIRETLS' : ''],
    )
  }
})

test('a large message with many dots arrives byte for byte, over plain TCP and over TLS', async () => {
  const line = `.${'x'.repeat(70)}\r\n`
  const large = Buffer.from(`Subject: big\r\n\r\n${line.repeat(20_000)}`)
  for (const certificate of [false, undefined] as const) {
    await using mx = await startFakeMx(certificate === undefined ? {} : { certificate })
    const session = await openSession(mx)
    await transact(session, transactionOf(large, ['a@example.test']), [], never)
    await session.quit()
    assert.ok(mx.messages[0]?.content.equals(large))
  }
})

test('a large message without dots is sent in blocks and not copied', async () => {
  const large = Buffer.alloc(3_000_000, 'abcdefghij\r\n')
  await using mx = await startFakeMx({ certificate: false })
  const session = await openSession(mx)
  await transact(session, transactionOf(large, ['a@example.test']), [], never)
  await session.quit()
  assert.ok(mx.messages[0]?.content.equals(large))
})

test('a server that refuses a large message before its end has answered it, and is left', async () => {
  const large = Buffer.alloc(30_000_000, 'abcdefghij\r\n')
  await using mx = await startFakeMx({
    dialogues: [
      'S: 220 hi\nC: EHLO *\nS: 250 hi\nC: MAIL*\nS: 250 ok\nC: RCPT*\nS: 250 ok\nC: DATA\nS: 354 go\n-- octets\nS: 552 5.3.4 too big\n-- octets\nC: never\n',
    ],
  })
  const session = await openSession(mx)
  const answers: RecipientAnswer[] = []
  const enterFinalDot = (): never => assert.fail('there is no final dot')
  await transact(session, { ...transactionOf(large, ['a@example.test']), enterFinalDot }, answers, never)
  assert.deepEqual(
    answers.map(({ stage, reply }) => [stage, reply.code]),
    [['body', 552]],
  )
  assert.equal(session.phase, 'broken')
})

test('the mark of the final dot is set before the dot and taken back after the reply', async () => {
  const events: string[] = []
  await using mx = await startFakeMx({
    certificate: false,
    answer: ({ verb }) => {
      if (verb === 'MESSAGE' || verb === 'DATA') events.push(verb)
      return undefined
    },
  })
  const session = await openSession(mx)
  const enterFinalDot = (): (() => void) => {
    events.push('enter')
    return () => events.push('leave')
  }
  await transact(session, { ...transactionOf(small, ['a@example.test']), enterFinalDot }, [], never)
  await session.quit()
  assert.deepEqual(events, ['DATA', 'enter', 'MESSAGE', 'leave'])
})

test('a final dot that may not be sent any more is not sent: the connection is cut, and nobody is answered', async () => {
  await using mx = await startFakeMx({ certificate: false })
  const session = await openSession(mx)
  const answers: RecipientAnswer[] = []
  const transaction = { ...transactionOf(small, ['a@example.test']), enterFinalDot: () => undefined }
  await assert.rejects(transact(session, transaction, answers, never), error => {
    assert.ok(error instanceof SmtpError)
    return error.stage === 'body' && error.loss?.code === 'aborted'
  })
  assert.equal(session.phase, 'broken')
  assert.deepEqual([answers, mx.messages], [[], []])
})

test('no mark is set when nobody was accepted', async () => {
  await using mx = await startFakeMx({
    certificate: false,
    answer: ({ verb }) => (verb === 'RCPT' ? '550 no' : undefined),
  })
  const session = await openSession(mx)
  const enterFinalDot = (): never => assert.fail('there is no final dot')
  await transact(session, { ...transactionOf(small, ['a@example.test']), enterFinalDot }, [], never)
  assert.equal(session.phase, 'ready')
  await session.quit()
})

test('to be told to stop cuts the connection at once', async () => {
  const controller = new AbortController()
  await using mx = await startFakeMx({
    certificate: false,
    answer: ({ verb }) => {
      if (verb !== 'RCPT') return undefined
      controller.abort()
      return new Promise<undefined>(() => {})
    },
  })
  const session = await openSession(mx)
  await assert.rejects(
    transact(session, transactionOf(small, ['a@example.test']), [], controller.signal),
    error => error instanceof SmtpError && error.loss?.code === 'aborted',
  )
  assert.equal(session.phase, 'broken')
})

test('a session that is busy lends itself to nobody else', async () => {
  await using mx = await startFakeMx({ certificate: false })
  const session = await openSession(mx)
  const first = transact(session, transactionOf(small, ['a@example.test']), [], never)
  await assert.rejects(transact(session, transactionOf(small, ['b@example.test']), [], never), /cannot go from busy/)
  await first
  await session.quit()
})
