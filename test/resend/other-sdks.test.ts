/**
 * Requests as the SDKs of other languages write them: base paths, headers, spellings and encodings of each, answered as each needs it.
 *
 * Policy. Written down from their sources, in the versions that are named; where a language's SDK has a peculiarity, its row has it. What all
 * of them rely on is asked of every answer: JSON that is not empty, three fields in an error, names that each of them knows, plain numbers
 * in the headers of the rate.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { request as httpRequest } from 'node:http'
import { after, suite, test } from 'node:test'
import { MAIL, RECORDED, type Told } from './other-sdks.ts'
import { startResendWorld } from './world.ts'

/** What PHP, .NET, Python and the others have in common: of another name some take an error for a success. */
const NAMES = [
  'application_error',
  'concurrent_idempotent_requests',
  'daily_quota_exceeded',
  'internal_server_error',
  'invalid_access',
  'invalid_api_key',
  'invalid_attachment',
  'invalid_from_address',
  'invalid_idempotency_key',
  'invalid_idempotent_request',
  'invalid_parameter',
  'method_not_allowed',
  'missing_api_key',
  'missing_required_field',
  'monthly_quota_exceeded',
  'not_found',
  'rate_limit_exceeded',
  'restricted_api_key',
  'security_error',
  'validation_error',
]
suite('a request of', async () => {
  const world = await startResendWorld()
  after(() => world[Symbol.asyncDispose]())
  const { mx, relay } = world

  for (const { sdk, method = 'POST', path, headers = {}, body, chunked, status = 200, holds } of RECORDED) {
    test(`${sdk}: ${method} ${path}${status === 200 ? '' : ` (${status})`}`, async () => {
      const { data } = await world.resend.emails.send({ ...MAIL, scheduledAt: 'in 1 hour' })
      const told = await say(path.replace(':id', data?.id ?? ''), {
        method,
        headers: { authorization: `Bearer ${world.key}`, ...headers },
        text: body === undefined ? undefined : JSON.stringify(body),
        isChunked: chunked === true,
      })
      assert.equal(told.status, status, JSON.stringify(told.body))
      assert.match(String(told.headers['content-type']), /^application\/json/)
      for (const name of ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'])
        assert.match(String(told.headers[name]), /^\d+$/, name)
      if (status !== 200) {
        assert.equal(told.body.statusCode, status)
        assert.ok(NAMES.includes(told.body.name) && typeof told.body.message === 'string', told.body.name)
      }
      await relay.mailer.idle()
      holds?.(told, mx.messages.at(-1)?.content.toString('latin1') ?? '')
    })
  }

  interface Said {
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly text: string | undefined
    readonly isChunked: boolean
  }

  /** `fetch` sends no body with a GET, and puts paths right. */
  function say(path: string, { method, headers, text, isChunked }: Said): Promise<Told> {
    const { promise, resolve, reject } = Promise.withResolvers<Told>()
    const length = text === undefined || isChunked ? {} : { 'content-length': String(Buffer.byteLength(text)) }
    const { hostname: host, port } = new URL(world.url)
    const sent = httpRequest(
      { host, port, path, method, headers: { ...headers, ...length }, agent: false },
      response => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          const { statusCode = 0, headers: answered } = response
          resolve({ status: statusCode, headers: answered, body: JSON.parse(Buffer.concat(parts).toString('utf8')) })
        })
      },
    )
    sent.on('error', reject)
    // Two pieces, so that it is in chunks.
    if (text !== undefined && isChunked) sent.write(text.slice(0, 10))
    sent.end(isChunked ? text?.slice(10) : text)
    return promise
  }
})
