import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { publicSite } from './site.ts'
import { policyText } from './well-known.ts'

const nothing = (): never => assert.fail('it was asked')
const site = publicSite({
  mailer: { takeReport: nothing, suppression: nothing, explain: nothing, messages: {} as never },
  clock: { now: () => 0 },
  logger: {} as never,
  challenges: new Map([['token', 'token.thumbprint']]),
  returnKeys: () => undefined,
  unsubscribeSuppresses: () => true,
  linkKeys: () => [],
  mtaSts: () => ({ domains: [], mode: 'testing', mx: [], maxAgeMs: 0 }),
  hostname: () => 'mail.abc.mail',
})

type Asked = Partial<Pick<HttpRequest, 'params' | 'query'>> & { readonly via?: HttpRequest['client']['via'] }

async function ask(
  method: string,
  path: string,
  { via = 'plain', params = {}, query }: Asked = {},
): Promise<HttpAnswer> {
  const request = {
    method,
    path,
    params,
    query: query ?? new URLSearchParams(),
    header: (name: string) => (name === 'host' ? 'links.abc.mail:80' : undefined),
    client: { via },
  } as HttpRequest
  const form = path.replace(/(?<=^\/\w+\/|challenge\/)\w+$/, ':token')
  const route = site.routes.find(each => each.method === method && each.path === form)
  return route === undefined ? site.unknown(request, []) : route.answer(request)
}

suite('in plain text that others can read', () => {
  test('who looks is led to the same address encrypted, whatever it is', async () => {
    for (const path of ['/timeline/x', '/unsubscribe/x', '/attachment/x', '/.well-known/mta-sts.txt', '/v1/messages']) {
      const { status, headers } = await ask('GET', path, { query: new URLSearchParams('a=b') })
      assert.deepEqual([status, headers?.location], [308, `https://links.abc.mail${path}?a=b`])
    }
  })
  test('who clicks is refused: nothing is told twice in plain text', async () => {
    assert.equal((await ask('POST', '/unsubscribe/x')).status, 403)
  })
  test('a challenge of ACME is answered, and no other one (RFC 8555 §8.3)', async () => {
    const path = '/.well-known/acme-challenge/'
    const answered = await ask('GET', `${path}token`, { params: { token: 'token' } })
    assert.deepEqual([answered.status, 'body' in answered && answered.body], [200, 'token.thumbprint'])
    assert.equal((await ask('GET', `${path}other`, { params: { token: 'other' } })).status, 404)
  })
})

test('where nothing can be proved every link is foreign', async () => {
  for (const path of ['/timeline/x', '/unsubscribe/x', '/attachment/x'])
    assert.equal((await ask('GET', path, { via: 'tls', params: { token: 'x' } })).status, 404, path)
})

test('a policy names the host itself where no MX is named (RFC 8461 §3.2)', () => {
  const text = policyText({ mode: 'testing', mx: [], maxAgeMs: 7 * 86_400_000 }, 'mail.abc.mail')
  assert.equal(text, 'version: STSv1\r\nmode: testing\r\nmx: mail.abc.mail\r\nmax_age: 604800\r\n')
})
