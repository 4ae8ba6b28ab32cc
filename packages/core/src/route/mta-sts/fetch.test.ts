import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { suite, type TestContext, test } from 'node:test'
import { systemClock } from '../../ambient/clock.ts'
import type { Domain } from '../../model/address.ts'
import { makeAuthority, makeCertificate } from '../../testing/certificate.ts'
import { createFakeDns, type FakeDns } from '../../testing/fake-dns.ts'
import { type FetchedPolicy, policyFetch } from './fetch.ts'

const domain = 'example.test' as Domain
const HOST = 'mta-sts.example.test'
const forever = new AbortController().signal
const authority = makeAuthority()
const TEXT = 'version: STSv1\nmode: none\nmax_age: 1\n'

interface Host {
  readonly dns: FakeDns
  fetch(options?: { readonly allowPrivateAddresses?: boolean; readonly timeoutMs?: number }): Promise<FetchedPolicy>
}

async function host(t: TestContext, listener: RequestListener, names: readonly string[] = [HOST]): Promise<Host> {
  const server = createServer(makeCertificate({ names, issuer: authority }), listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  const dns = createFakeDns({ [HOST]: { A: '127.0.0.1' } })
  return {
    dns,
    fetch: ({ allowPrivateAddresses = true, timeoutMs = 30_000 } = {}) =>
      policyFetch({
        resolver: dns,
        clock: systemClock,
        allowPrivateAddresses,
        ca: authority.cert,
        port: (server.address() as AddressInfo).port,
        timeoutMs,
      })(domain, forever),
  }
}

const good: RequestListener = (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(TEXT)
const codeOf = (fetched: FetchedPolicy): string => (fetched.kind === 'failed' ? fetched.code : fetched.kind)

suite('fetching a policy (RFC 8461 §3.3)', () => {
  test('asks mta-sts.DOMAIN for the well-known file, at the address that our resolver gives', async t => {
    const it = await host(t, (request, response) => {
      assert.deepEqual([request.headers.host, request.url], [HOST, '/.well-known/mta-sts.txt'])
      good(request, response)
    })
    assert.deepEqual(await it.fetch(), { kind: 'fetched', text: TEXT })
  })

  test('passes an address that is dead', async t => {
    const it = await host(t, good)
    it.dns.set(HOST, { A: ['127.0.0.2', '127.0.0.1'] })
    assert.equal(codeOf(await it.fetch()), 'fetched')
  })

  test('does not go into a private network unless that is allowed', async t => {
    const it = await host(t, () => assert.fail('it was asked'))
    const fetched = await it.fetch({ allowPrivateAddresses: false })
    assert.match(fetched.kind === 'failed' ? fetched.detail : '', /only private addresses/)
  })

  test('tells a wrong certificate from other failures', async t => {
    assert.equal(codeOf(await (await host(t, good, ['example.test'])).fetch()), 'sts-webpki-invalid')
    const redirecting = await host(t, (_, response) =>
      response.writeHead(301, { location: 'https://example.test/' }).end(),
    )
    assert.equal(codeOf(await redirecting.fetch()), 'sts-policy-fetch-error')
    const html = await host(t, (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(TEXT))
    assert.equal(codeOf(await html.fetch()), 'sts-policy-fetch-error')
    const large = await host(t, (_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(65_537)),
    )
    assert.equal(codeOf(await large.fetch()), 'sts-policy-fetch-error')
  })

  test('gives up on a host without address, one that cannot be looked up, and one that is silent', async t => {
    const it = await host(t, () => {})
    assert.equal(codeOf(await it.fetch({ timeoutMs: 1 })), 'sts-policy-fetch-error')
    it.dns.set(HOST, { fail: 'servfail' })
    assert.equal(codeOf(await it.fetch()), 'sts-policy-fetch-error')
    it.dns.set(HOST, undefined)
    assert.equal(codeOf(await it.fetch()), 'sts-policy-fetch-error')
  })
})
