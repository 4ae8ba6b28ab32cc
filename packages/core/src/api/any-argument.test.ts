/**
 * Every public function, given whatever JavaScript can give it: what it throws is a MailerError, and where the value is to blame it
 * says where, found, wanted and fix.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import * as core from '../index.ts'
import { MailerError } from '../model/error.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { ANYTHING, like, VALUE } from './anything.fixture.ts'
import { createMailer } from './create-mailer.ts'
import type { Mailer } from './mailer.ts'

const OPTIONS = { hostname: 'mail.a.example', preflight: 'off', queue: { path: ':memory:' } } as const
const DRAFT = { from: 'me@a.example', to: 'you@b.example', text: 'hello' }
const RAW = Buffer.from('From: me@a.example\r\n\r\nhello\r\n')
const ENVELOPE = { from: 'me@a.example', to: ['you@b.example'] }
const ID = '0'.repeat(20)

const DRAFTS = like({ ...DRAFT, cc: [], headers: {}, listUnsubscribe: {}, attachments: [{}], calendar: {}, tags: {} })
const ENVELOPES = like({ ...ENVELOPE, ret: 'full', envid: 'x' })
const MOMENTS = like({ idempotencyKey: 'x', notBefore: 0, expiresAt: 1e13, priority: 'low' })
const SELECTIONS = fc.oneof(
  fc.constant(ID),
  like({ domain: 'b.example', from: 'me@a.example', state: 'held', account: 'a' }),
)
const SIGNALS = like({ signal: new AbortController().signal })
const SUPPRESSIONS = like({ address: 'a@b.example', note: 'x', origin: 'manual', until: 1e13 })

interface Calls {
  /** What it may be given. */
  readonly given: readonly fc.Arbitrary<unknown>[]
  readonly call: (mailer: Mailer, ...given: never[]) => unknown
  readonly runs: number
}
const calls = (given: readonly fc.Arbitrary<unknown>[], call: Calls['call'], runs = 150): Calls => ({
  given,
  call,
  runs,
})

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
  feedback: calls([fc.oneof(fc.constant(RAW), VALUE), like({ suppress: true })], (m, raw, options) =>
    m.feedback(raw, options),
  ),
  explain: calls([VALUE], (m, id) => m.explain(id)),
  route: calls([fc.oneof(fc.constant('b.example'), VALUE), SIGNALS], (m, domain, options) => m.route(domain, options)),
  tlsResults: calls([like({ days: 7, domain: 'b.example', limit: 10 })], (m, options) => m.tlsResults(options)),
  preflight: calls(
    [fc.oneof(fc.constant('a@a.example'), VALUE), like({ probeHost: 'x.example', onChecks: () => {} })],
    (m, address, options) => m.preflight(address, options),
  ),
  clearance: calls([like({ envelopeFrom: null, from: ['me@a.example'] }), SIGNALS], (m, sender, options) =>
    m.clearance(sender, options),
  ),
  verify: calls([SIGNALS], (m, options) => m.verify(options)),
  suppression: calls([VALUE], (m, address) => m.suppression(address)),
  facts: calls([like({ after: 0 })], (m, options) => m.facts(options)),
  readFacts: calls([like({ after: 0, limit: 10 })], (m, options) => m.readFacts(options)),
  record: calls([like({ kind: 'webhook-dropped', at: 0, count: 1 })], (m, fact) => m.record(fact)),
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
    // Each opens a queue.
    20,
  ),
  destroy: calls([VALUE], async (_, reason) => (await open()).destroy(reason), 20),
}

const QUEUE: Readonly<Record<string, Calls>> = {
  list: calls([like({ domain: 'b.example', state: 'held', limit: 10, after: ID })], (m, filter) =>
    m.queue.list(filter),
  ),
  show: calls([VALUE], (m, id) => m.queue.show(id)),
  content: calls([fc.oneof(fc.constant(ID), VALUE)], (m, id) => m.queue.content(id)),
  counts: calls([], m => m.queue.counts()),
  server: calls([], m => m.queue.server()),
  pausedSites: calls([], m => m.queue.pausedSites()),
  pausesFor: calls([fc.oneof(VALUE, fc.array(VALUE)), SIGNALS], (m, domains, options) =>
    m.queue.pausesFor(domains, options),
  ),
  recentFacts: calls([VALUE], (m, since) => m.queue.recentFacts(since)),
  flush: calls([SELECTIONS], (m, which) => m.queue.flush(which)),
  retry: calls([SELECTIONS], (m, which) => m.queue.retry(which)),
  hold: calls([SELECTIONS, fc.oneof(fc.constant('why'), VALUE)], (m, which, because) => m.queue.hold(which, because)),
  release: calls([SELECTIONS], (m, which) => m.queue.release(which)),
  cancel: calls([SELECTIONS], (m, which) => m.queue.cancel(which)),
  reschedule: calls([fc.oneof(fc.constant(ID), VALUE), VALUE], (m, id, at) => m.queue.reschedule(id, at)),
  unsuppress: calls([VALUE], (m, address) => m.queue.unsuppress(address)),
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

const FILTERS = like({
  state: 'held',
  to: 'a@b.example',
  domain: 'b.example',
  from: 'x',
  account: 'x',
  tags: { a: 'b' },
  via: 'sdk',
  messageId: '<x@y>',
  subject: 'x',
  since: 0,
  before: 1e13,
  limit: 10,
  after: ID,
})
const MESSAGES: Readonly<Record<string, Calls>> = {
  list: calls([FILTERS], (m, filter) => m.messages.list(filter)),
  all: calls([FILTERS], (m, filter) => Array.fromAsync(m.messages.all(filter))),
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
  readTlsReport: [VALUE],
  resolveOptions: [like(OPTIONS), like({ cwd: '.', machineName: 'x.example', extension: () => ({}) })],
  reverseName: [VALUE],
  specialRange: [VALUE],
  splitTxt: [VALUE],
  tlsaRecord: [like({ host: 'mail.a.example', port: 25, pem: '' })],
}
const OF_OURS: readonly string[] = [
  'addressesIn',
  'channelName',
  // Their values are unknown, and what they say of them is their answer.
  'checkShape',
  'dkimRecord',
  'isAbsence',
  'isWorse',
  'printAddress',
  'printProblem',
  'printSpecial',
  'problemsOf',
  'recordAdvice',
  'schemaOf',
  'send',
  'summariseReport',
  'suppressionText',
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

function methodsOf(it: object): readonly string[] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(it)).filter(name => name !== 'constructor')
}

suite('whatever it is given, it throws nothing but MailerErrors that say where, found, wanted and fix:', () => {
  for (const [name, table] of Object.entries({
    mailer: MAILER,
    'mailer.queue': QUEUE,
    'mailer.suppressions': LIST,
    'mailer.messages': MESSAGES,
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
