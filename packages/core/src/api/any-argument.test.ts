/**
 * Every public function, given whatever there is, throws MailerErrors alone, which say where, found, wanted and fix of the value.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import * as core from '../index.ts'
import { MailerError } from '../model/error.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { type Calls, calls, QUEUE } from './any-argument-queue.fixture.ts'
import {
  ANYTHING,
  FILTERS,
  FORWARDS,
  ID,
  INCOMING,
  like,
  MOMENTS,
  methodsOf,
  SIGNALS,
  SUPPRESSIONS,
  VALUE,
} from './anything.fixture.ts'
import { createMailer } from './create-mailer.ts'
import type { Mailer } from './mailer.ts'

const OPTIONS = { hostname: 'mail.a.example', preflight: 'off', queue: { path: ':memory:' } } as const
const DRAFT = { from: 'me@a.example', to: 'you@b.example', text: 'hello' }
const RAW = Buffer.from('From: me@a.example\r\n\r\nhello\r\n')
const ENVELOPE = { from: 'me@a.example', to: ['you@b.example'] }

const DRAFTS = like({ ...DRAFT, cc: [], headers: {}, listUnsubscribe: {}, attachments: [{}], calendar: {}, tags: {} })
const ENVELOPES = like({ ...ENVELOPE, ret: 'full', envid: 'x' })

const MAILER: Readonly<Record<string, Calls>> = {
  send: calls([DRAFTS, MOMENTS], (m, draft, options) => m.send(draft, options)),
  sendMany: calls([fc.oneof(VALUE, fc.array(DRAFTS, { maxLength: 2 })), MOMENTS], async (m, drafts, options) => {
    for (const result of await m.sendMany(drafts, options)) if (!result.ok) throw result.error
  }),
  compose: calls([DRAFTS, SIGNALS], (m, draft, options) => m.compose(draft, options)),
  accept: calls(
    [fc.oneof(fc.constant(RAW), VALUE), ENVELOPES, MOMENTS, VALUE, VALUE],
    async (m, raw, envelope, options, ...others) => {
      const [check, prepend] = others
      await m.accept(RAW, ENVELOPE, { check: () => check, prepend: () => prepend } as never).catch(requireMailerError)
      await m.accept(raw, envelope, options)
    },
  ),
  stats: calls([like({ from: 0, to: 10, by: 'hour', site: 'google', account: 'a', limit: 10 })], (m, query) =>
    m.stats(query),
  ),
  takeReport: calls([VALUE, like({ to: 'b1-x@a.example', kinds: ['dmarc'] })], (m, raw, options) =>
    m.takeReport(raw, options),
  ),
  feedback: calls([fc.oneof(fc.constant(RAW), VALUE), like({ suppress: true })], (m, raw, to) => m.feedback(raw, to)),
  explain: calls([VALUE], (m, id) => m.explain(id)),
  route: calls([fc.oneof(fc.constant('b.example'), VALUE), SIGNALS], (m, domain, options) => m.route(domain, options)),
  tlsResults: calls([like({ days: 7, domain: 'b.example', limit: 10 })], (m, options) => m.tlsResults(options)),
  preflight: calls(
    [fc.oneof(fc.constant('a@a.example'), VALUE), like({ probeHost: 'x.example', onChecks: () => {} })],
    (m, address, options) => m.preflight(address, options),
  ),
  forward: calls([VALUE, FORWARDS], (m, mail, options) => m.forward(mail, options)),
  authenticate: calls([VALUE, INCOMING], (m, mail, options) => m.authenticate(mail, options)),
  dmarc: calls([like({ days: 1, domain: 'a.example' })], (m, options) => m.dmarc(options)),
  clearance: calls([like({ envelopeFrom: null, from: ['me@a.example'] }), SIGNALS], (m, sender, options) =>
    m.clearance(sender, options),
  ),
  verify: calls([SIGNALS], (m, options) => m.verify(options)),
  suppression: calls([VALUE], (m, address) => m.suppression(address)),
  facts: calls([like({ after: 0 })], (m, options) => m.facts(options)),
  readFacts: calls([like({ after: 0, limit: 10 })], (m, options) => m.readFacts(options)),
  record: calls(
    [
      fc.oneof(
        like({ kind: 'webhook-dropped', at: 0, count: 1 }),
        like({ kind: 'dkim-key-stage', at: 0, domain: 'a.example', stage: 'publish', selectors: [], former: [] }),
      ),
    ],
    (m, fact) => m.record(fact),
  ),
  newestFact: calls([], m => m.newestFact()),
  on: calls([fc.oneof(fc.constant('delivered'), VALUE), VALUE], (m, kind, listener) =>
    (m.on(kind, listener) as () => void)(),
  ),
  reload: calls(
    [fc.oneof(VALUE, like({ options: { hostname: 'x', dkim: [], queue: {}, delivery: {}, limits: {} } }))],
    (m, config) => m.reload(config),
  ),
  idle: calls([], () => {}),
  close: calls(
    [like({ withinMs: 1000 })],
    async (_, options) => {
      const other = await open()
      try {
        await other.close(options)
      } finally {
        other.destroy()
      }
    },
    20, // each opens a queue
  ),
  destroy: calls([VALUE], async (_, reason) => (await open()).destroy(reason), 20),
}

const LIST: Readonly<Record<string, Calls>> = {
  list: calls([like({ origin: 'manual', limit: 10, after: 'a@b.example' })], (m, filter) =>
    m.suppressions.list(filter),
  ),
  all: calls([like({ origin: 'manual' })], (m, filter) => Array.fromAsync(m.suppressions.all(filter))),
  find: calls([VALUE], (m, address) => m.suppressions.find(address)),
  add: calls([SUPPRESSIONS], (m, entry) => m.suppressions.add(entry)),
  addMany: calls([fc.oneof(VALUE, fc.array(SUPPRESSIONS, { maxLength: 2 }))], (m, entries) =>
    m.suppressions.addMany(entries),
  ),
  remove: calls([VALUE], (m, address) => m.suppressions.remove(address)),
}

const MESSAGES: Readonly<Record<string, Calls>> = {
  content: calls([fc.oneof(fc.constant(ID), VALUE)], (m, id) => m.messages.content(id)),
  list: calls([FILTERS], (m, filter) => m.messages.list(filter)),
  all: calls([FILTERS], (m, filter) => Array.fromAsync(m.messages.all(filter))),
  erase: calls([VALUE, like({ by: 'me', suppressions: true })], (m, address, options) =>
    m.messages.erase(address, options),
  ),
  findByKey: calls([VALUE, like({ account: 'a' })], (m, key, options) => m.messages.findByKey(key, options)),
}
const TOGETHER = like({ idempotencyKey: 'x', fingerprint: 'f', startWithinMs: 1000, priority: 'low' })
const ONE_OF_BATCH = like({ raw: RAW, envelope: ENVELOPE, options: { tags: {} }, place: 1 })
const BATCH: Readonly<Record<string, Calls>> = {
  send: calls([fc.oneof(VALUE, fc.array(DRAFTS, { maxLength: 2 })), TOGETHER], (m, drafts, options) =>
    m.batch.send(drafts, options),
  ),
  accept: calls([fc.oneof(VALUE, fc.array(ONE_OF_BATCH, { maxLength: 2 })), TOGETHER], (m, messages, options) =>
    m.batch.accept(messages, options),
  ),
  find: calls([VALUE, VALUE, like({ account: 'a' })], (m, key, places, options) => m.batch.find(key, places, options)),
}

const EXPORTED: Readonly<Record<string, unknown>> = core
/** The queue of a mailer is a file in this folder by default. */
const withoutFiles = (options: unknown): unknown =>
  options === undefined || (typeof options === 'object' && options !== null)
    ? { ...options, queue: OPTIONS.queue }
    : options

/** By name; what takes only what another function of ours gave is not among them, nor `send`, which opens the mailer of the process. */
const FUNCTIONS: Readonly<Record<string, readonly fc.Arbitrary<unknown>[]>> = {
  // No large ones that could be had: they would be.
  allocateMessage: [
    fc.oneof(
      ANYTHING.filter(it => typeof it !== 'number'),
      fc.constantFrom(-1, 0.5, 100, 2 ** 40),
    ),
  ],
  classifyReply: [fc.oneof(fc.constant('550 5.1.1 no'), VALUE), like({ host: 'b.example', stage: 'rcpt' })],
  createMailer: [like(OPTIONS).map(withoutFiles), like({ cwd: '.', deliver: false })],
  createResolver: [
    like({ servers: ['127.0.0.1'], timeoutMs: 1, trustAd: true, cacheEntries: 0, https: {}, clock: new FakeClock() }),
  ],
  generateDkimKey: [like({ domain: 'a.example', selector: 's1', algorithm: 'ed25519-sha256', bits: 512 })],
  isPublicAddress: [VALUE],
  isSelector: [VALUE],
  isTestDomain: [VALUE],
  isUnmatched: [VALUE],
  jsonSchema: [VALUE],
  loadConfig: [like({ env: {}, cwd: '/nowhere', machineName: 'x.example', extension: () => ({}) })],
  loadDkimKey: [like({ domain: 'a.example', selector: 's1', pem: '' })],
  normaliseReply: [VALUE],
  parseAddress: [VALUE],
  parseDomain: [VALUE],
  queueIdOf: [fc.oneof(fc.constant('019a417a-02e9-7d39-ad75-960000000000'), VALUE)],
  queueIdTime: [fc.oneof(fc.constant(ID), VALUE)],
  readTlsReport: [VALUE],
  resolveOptions: [like(OPTIONS), like({ cwd: '.', machineName: 'x.example', extension: () => ({}) })],
  reverseName: [VALUE],
  specialRange: [VALUE],
  splitTxt: [VALUE],
  tellIn: [
    fc.oneof(fc.constant('zh-TW'), VALUE),
    fc.oneof(
      fc.constant(() => 'told'),
      VALUE,
    ),
  ],
  tlsaRecord: [like({ host: 'mail.a.example', port: 25, pem: '' })],
  uuidOf: [fc.oneof(fc.constant(ID), VALUE)],
}
const LATE = ['mailReader', 'queueCopies', 'recordAdvice', 'sendingServices', 'suppressionText'] as const
const OF_OURS: readonly string[] = [
  ...[...LATE, 'addressesIn', 'channelName', 'linkKeysOf', 'printReturnAddress', 'readReturnAddress', 'returnKeysOf'],
  // Their values are unknown, and what they say of them is their answer.
  'checkShape',
  'dkimRecord',
  'isAbsence',
  'isWorse',
  'printAddress',
  'printProblem',
  'printSpecial',
  'problemsOf',
  'schemaOf',
  'send',
  'summariseReport',
  'worstOf',
  'wrongValue',
]

function open(): Promise<Mailer> {
  return createMailer(OPTIONS, { clock: new FakeClock(), deliver: false, resolver: createFakeDns({}) })
}

function requireMailerError(error: unknown): void {
  assert.ok(MailerError.is(error), `a MailerError, not ${(error as Error)?.stack ?? String(error)}`)
  const { code, message, where, found, wanted, fix } = error
  if (!/^(?:invalid-|unknown-|too-many-|message-too-)/.test(code)) return
  for (const [name, part] of Object.entries({ where, found, wanted, fix }))
    assert.ok(typeof part === 'string' && part !== '', `${code}: ${message}: it does not say ${name}`)
}

suite('whatever it is given, it throws nothing but MailerErrors that say where, found, wanted and fix:', () => {
  for (const [name, table] of Object.entries({
    mailer: MAILER,
    'mailer.queue': QUEUE,
    'mailer.suppressions': LIST,
    'mailer.messages': MESSAGES,
    'mailer.batch': BATCH,
  }))
    for (const [method, { given, call, runs }] of Object.entries(table))
      test(`${name}.${method}()`, async () => {
        await using mailer = await open()
        await fc.assert(
          fc.asyncProperty(fc.tuple(...given), async values => {
            try {
              await call(mailer, ...(values as never[]))
            } catch (error) {
              requireMailerError(error)
            }
          }),
          { numRuns: runs },
        )
      })

  test('each public method is among them', async () => {
    await using mailer = await open()
    assert.deepEqual(methodsOf(mailer).toSorted(), Object.keys(MAILER).toSorted())
    assert.deepEqual(methodsOf(mailer.queue).toSorted(), Object.keys(QUEUE).toSorted())
    assert.deepEqual(methodsOf(mailer.messages).toSorted(), Object.keys(MESSAGES).toSorted())
    assert.deepEqual(methodsOf(mailer.batch).toSorted(), Object.keys(BATCH).toSorted())
    assert.deepEqual(methodsOf(mailer.suppressions).toSorted(), Object.keys(LIST).toSorted())
  })

  for (const [name, given] of Object.entries(FUNCTIONS))
    test(`${name}()`, async () => {
      const called = EXPORTED[name] as (...values: unknown[]) => unknown
      await fc.assert(
        fc.asyncProperty(fc.tuple(...given), async values => {
          try {
            const it = await called(...values)
            if (name === 'createMailer') (it as Mailer).destroy()
            if (name === 'createResolver') await (it as core.OpenResolver).close()
          } catch (error) {
            requireMailerError(error)
          }
        }),
        { numRuns: 100 },
      )
    })

  test('each public function is among them, or takes only what is of ours', () => {
    const isFunction = (it: unknown): boolean =>
      typeof it === 'function' && !/^class /.test(Function.prototype.toString.call(it))
    const named = Object.entries(EXPORTED).flatMap(([name, it]) => (isFunction(it) ? [name] : []))
    assert.deepEqual(named.toSorted(), [...Object.keys(FUNCTIONS), ...OF_OURS].toSorted())
  })
})
