/**
 * FuzzRequests: whatever may be asked of our own routes and of those of the Resend contract: near what they want, and far from it.
 *
 * Not here: asking it (fuzz.test.ts, proof/http-fuzz.ts).
 */
import type { SchemaNode } from '@postrider/core'
import fc from 'fast-check'
import { V1_ROUTES } from '../../packages/relay/src/v1/table.ts'
import { isOctets } from '../../packages/relay/src/v1/v1-route.ts'

export interface FuzzRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const junk = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: 'binary' }), fc.constantFrom(null, -0, 2 ** 60))
const words = fc.constantFrom(
  'a@dest.example',
  'dest.example',
  'board@abc.mail',
  'read',
  '550 5.1.1 x',
  '10.0.0.0/8',
  '\u0000',
  '%00',
  '__proto__',
)

/** A value that the node would take, more often than not. */
function mostlyGood(node: SchemaNode): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: goodFor(node) }, { weight: 1, arbitrary: junk })
}

function goodFor(node: SchemaNode): fc.Arbitrary<unknown> {
  if (node.const !== undefined) return fc.constant(node.const)
  if (node.enum) return fc.constantFrom(...node.enum)
  if (node.anyOf) return fc.oneof(...node.anyOf.map(mostlyGood))
  switch (node.type) {
    case 'object':
      return objectOf(node)
    case 'array':
      return fc.array(mostlyGood(node.items ?? {}), { maxLength: 4 })
    case 'integer':
      return fc.oneof(fc.integer(), fc.integer({ min: node.minimum ?? 0, max: Math.min(node.maximum ?? 1e6, 1e6) }))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return fc.oneof(words, fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }))
    default:
      return junk
  }
}

function objectOf({ properties = {}, required = [] }: SchemaNode): fc.Arbitrary<unknown> {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([key, node]) => [key, mostlyGood(node)])),
    {
      requiredKeys: [...required],
    },
  )
  const more = fc.option(fc.dictionary(fc.string({ maxLength: 8 }), junk, { maxKeys: 1 }), { freq: 8 })
  return fc.tuple(known, more).map(([object, extra]) => ({ ...(object as object), ...extra }))
}

function queryOf(node: SchemaNode | undefined): fc.Arbitrary<string> {
  const one = (name: string, value: unknown): string =>
    `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(String(value).toWellFormed())}`
  const known = Object.entries(node?.properties ?? {}).map(([name, each]) =>
    mostlyGood(each).map(value => one(name, value)),
  )
  const any = fc
    .tuple(fc.string({ maxLength: 8 }), fc.string({ maxLength: 20 }))
    .map(([name, value]) => one(name, value))
  const part = known.length === 0 ? any : fc.oneof({ weight: 4, arbitrary: fc.oneof(...known) }, any)
  return fc.array(part, { maxLength: 3 }).map(parts => (parts.length === 0 ? '' : `?${parts.join('&')}`))
}

const segment = fc
  .oneof(words, fc.constantFrom('0'.repeat(20), '..', '.', '%ff', '%2e%2e%2f'), fc.string({ maxLength: 30 }))
  .map(text => (text.startsWith('%') ? text : encodeURIComponent(text.toWellFormed())))

const ofRoute = fc.constantFrom(...V1_ROUTES).chain(({ method, path, query, body }) =>
  fc.record<FuzzRequest>({
    method: fc.oneof(
      { weight: 8, arbitrary: fc.constant(method as string) },
      fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
    ),
    path: fc
      .tuple(fc.array(segment, { minLength: 2, maxLength: 2 }), queryOf(query?.rule.node))
      .map(([parts, asked]) => `${path.replaceAll(/:\w+/g, () => parts.pop() ?? '')}${asked}`),
    headers: fc.record(
      {
        'content-type': fc.constantFrom('application/json', 'application/json; charset=x', 'text/plain', ''),
        'last-event-id': fc.constantFrom(
          'x',
          `${'0'.repeat(16)}-${'0'.repeat(20)}`,
          `${'9'.repeat(16)}-${'0'.repeat(20)}`,
        ),
        accept: fc.constantFrom('text/event-stream', '*/*'),
        'x-forwarded-for': fc.constantFrom('1.2.3.4', 'x, y', '::1'),
        cookie: fc.constant('a=b'),
      },
      { requiredKeys: ['content-type'] },
    ) as fc.Arbitrary<Record<string, string>>,
    body: fc.oneof(
      {
        weight: 6,
        arbitrary: (body === undefined || isOctets(body) ? junk : mostlyGood(body.rule.node)).map(
          value => JSON.stringify(value) ?? '',
        ),
      },
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom('', '{', '[', '{"a":1,"a":2}', '{"__proto__":{"x":1}}', `${'['.repeat(5_000)}`),
    ),
  }),
)

const ofNothing = fc.record<FuzzRequest>({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: fc.oneof(
    fc.webPath().map(path => `/v1${path}`),
    fc.constantFrom(
      '/v1',
      '/v1/',
      '//v1//queue',
      '/v1/%00',
      '/v1/../emails',
      '/emails/../v1/keys',
      '/v1/messages/%ff/raw',
    ),
  ),
  headers: fc.constant({}),
  body: fc.string({ unit: 'binary', maxLength: 100 }),
})

export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc.oneof({ weight: 9, arbitrary: ofRoute }, ofNothing)

/** Asks it; what is wrong with the answer, if anything. */
export async function askFuzz(
  url: string,
  key: string,
  { method, path, headers, body }: FuzzRequest,
): Promise<string | undefined> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${key}` },
    ...(method === 'GET' ? {} : { body }),
  })
  const type = response.headers.get('content-type') ?? ''
  if (response.status >= 500) return `${response.status}: ${await response.text()}`
  if (!type.startsWith('application/json')) {
    await response.body?.cancel()
    return response.ok ? undefined : `${response.status} of type ${type}`
  }
  const told = (await response.json()) as {
    readonly statusCode?: number
    readonly message?: string
    readonly name?: string
  }
  if (response.ok) return undefined
  return told.statusCode === response.status && told.message !== '' && told.name !== undefined
    ? undefined
    : JSON.stringify(told)
}
