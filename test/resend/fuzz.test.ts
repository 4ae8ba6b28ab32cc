/**
 * Whatever is posted, asked and claimed in headers, the answer is JSON in the form of the contract and no fault of ours.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { FROM, startResendWorld, TO } from './world.ts'

const world = await startResendWorld({ relay: { http: { requestsPerSecond: 0 } } }, { deliver: false })
after(() => world[Symbol.asyncDispose]())

const NAMES = new Set([
  'application_error',
  'concurrent_idempotent_requests',
  'daily_quota_exceeded',
  'invalid_attachment',
  'invalid_idempotency_key',
  'invalid_idempotent_request',
  'invalid_parameter',
  'method_not_allowed',
  'missing_required_field',
  'not_found',
  'rate_limit_exceeded',
  'restricted_api_key',
  'validation_error',
])

const junk = fc.jsonValue({ maxDepth: 3 })
const or = (good: unknown) => fc.oneof({ weight: 4, arbitrary: fc.constant(good) }, junk, fc.string({ unit: 'binary' }))
const attachment = fc.record(
  { content: or('aGk='), filename: or('a.txt'), path: junk, content_type: or('text/plain') },
  { requiredKeys: [] },
)
const email = fc.record(
  {
    from: or(FROM),
    to: or([TO]),
    cc: or('b@dest.example'),
    bcc: junk,
    reply_to: or('c@dest.example'),
    subject: or('x'),
    html: or('<p>x</p>'),
    text: or('x'),
    headers: fc.oneof(junk, fc.dictionary(fc.string(), fc.string({ unit: 'binary' }))),
    tags: fc.oneof(junk, fc.array(fc.record({ name: or('a'), value: or('b') }))),
    scheduled_at: or('in 1 min'),
    attachments: fc.oneof(junk, fc.array(attachment, { maxLength: 3 })),
  },
  { requiredKeys: ['from', 'to', 'text'] },
)
const body = fc.oneof(
  email.map(value => JSON.stringify(value)),
  fc.array(email, { maxLength: 4 }).map(value => JSON.stringify(value)),
  junk.map(value => JSON.stringify(value)),
  fc.string({ unit: 'binary' }),
)
const path = fc.oneof(
  fc.constantFrom(
    '/emails',
    '/emails/batch',
    '/emails/x/cancel',
    '//emails',
    '/domains',
    '/%00',
    '/emails/%ff',
    '/emails/..',
  ),
  fc.webPath(),
  fc
    .tuple(fc.constantFrom('limit', 'after', 'before'), fc.string())
    .map(([name, value]) => `/emails?${name}=${encodeURIComponent(value)}`),
)
const token = fc.constantFrom('strict', 'permissive', '')
const printable = fc.string({ maxLength: 300 }).map(text => text.replaceAll(/[^\x20-\x7e]/g, ''))

test('no request has an answer of 500 or more, or one that an SDK cannot read', async () => {
  globalThis.gc?.()
  const heap = process.memoryUsage().heapUsed
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT'),
        path,
        body,
        token,
        key: printable,
        type: printable,
      }),
      async ({ method, path, body, token, key, type }) => {
        const response = await fetch(`${world.url}${path}`, {
          method,
          redirect: 'manual',
          headers: {
            authorization: `Bearer ${world.key}`,
            'idempotency-key': key,
            'x-batch-validation': token,
            'content-type': type,
          },
          ...(method === 'GET' ? {} : { body }),
        })
        // The root leads people to the web interface, which is no part of the contract.
        if (response.status === 302 && response.headers.get('location') === '/ui/') return
        const told = (await response.json()) as {
          readonly name: string
          readonly statusCode: number
          readonly message: string
        }
        assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
        assert.ok(response.status < 500, `${response.status} ${told.message}`)
        if (response.ok) return
        assert.ok(NAMES.has(told.name), told.name)
        assert.equal(told.statusCode, response.status)
        assert.ok(told.message.length > 0)
      },
    ),
    { numRuns: 400 },
  )
  globalThis.gc?.()
  assert.ok(process.memoryUsage().heapUsed - heap < 256 * 1024 * 1024)
  assert.deepEqual(
    world.log.filter(({ event }) => event === 'http-failed'),
    [],
  )
})
