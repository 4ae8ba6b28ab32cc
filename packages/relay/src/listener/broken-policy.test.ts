/**
 * An error of our own costs the connection in which it happened, and nothing else.
 */
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { suite, test } from 'node:test'
import { systemClock } from '@postrider/core'
import { connectRaw, plain } from '../testing/raw-client.ts'
import { Body, MemoryBudget } from './body.ts'
import { Listener } from './listener.ts'
import type { Ending, SmtpPolicy } from './smtp-policy.ts'

const LIMITS = {
  softErrors: 10,
  hardErrors: 20,
  errorDelayMs: 0,
  idleMs: 60_000,
  idleBeforeLoginMs: 60_000,
  loginWithinMs: 60_000,
  bodyIdleMs: 60_000,
  bodyMs: 60_000,
}

type Verb = 'connected' | 'login' | 'mail' | 'rcpt' | 'body' | 'message'

/** A listener whose house fails in one verb. */
async function listening(broken: Verb) {
  const ends: Ending[] = []
  const budget = new MemoryBudget(1 << 20)
  const sound: SmtpPolicy = {
    hostname: 'mail.abc.mail',
    methods: ['PLAIN'],
    messageBytes: 1000,
    connected: () => undefined,
    login: async ({ user }) => ({ name: user, senders: [] }) as never,
    mail: () => undefined,
    rcpt: () => undefined,
    body: () => new Body({ limitBytes: 1000, memoryBytes: 1000, folder: tmpdir(), budget }),
    message: async () => ({ code: 250, text: 'queued' }),
    ended: (_, how) => ends.push(how),
  }
  const fail = (): never => {
    throw new TypeError(`${broken} is broken`)
  }
  const listener = new Listener({
    policy: { ...sound, [broken]: fail },
    clock: systemClock,
    contexts: () => undefined,
    limits: () => LIMITS,
    isProxy: () => () => false,
    isTrusted: () => () => false,
  })
  const { port } = await listener.listen({
    host: '127.0.0.1',
    port: 0,
    implicitTls: false,
    plainLogin: true,
    startTls: false,
    proxy: false,
  })
  return { port, ends, [Symbol.asyncDispose]: () => listener.close({ withinMs: 0 }) }
}

suite('an error of our own ends its connection and not the process', () => {
  const fatal: unknown[] = []
  process.on('uncaughtException', error => fatal.push(error))
  process.on('unhandledRejection', error => fatal.push(error))

  for (const verb of ['connected', 'login', 'mail', 'rcpt', 'body', 'message'] as const) {
    test(`in ${verb}`, async () => {
      await using it = await listening(verb)
      using client = await connectRaw({ port: it.port })
      const says = [
        'EHLO me',
        `AUTH PLAIN ${plain('a', 'b')}`,
        'MAIL FROM:<a@abc.mail>',
        'RCPT TO:<b@dest.example>',
        'DATA',
        'Subject: x\r\n\r\nx\r\n.',
      ]
      const replies = [await client.reply()]
      for (const line of says) replies.push(await client.ask(line))
      const last = replies.filter(reply => reply !== '').at(-1) ?? ''
      if (verb !== 'connected') assert.match(last, /^451 4\.3\.0 /)
      while (it.ends.length === 0) await new Promise(setImmediate)
      assert.match(it.ends[0]!.because, /is broken/)
      assert.deepEqual(fatal, [])
    })
  }
})
