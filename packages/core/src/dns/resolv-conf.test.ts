import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { parseResolvConf, readResolvConf } from './resolv-conf.ts'
import { parseServer } from './server.ts'

suite('resolv.conf', () => {
  test('gives its first three name servers, in order, without comments', () => {
    const text =
      '# by hand\nnameserver 192.0.2.1 ; first\nsearch example.com\n nameserver\t2001:db8::1\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n'
    assert.deepEqual(parseResolvConf(text), { servers: ['192.0.2.1', '[2001:db8::1]', '192.0.2.3'], trustAd: false })
  })

  test('is believed when it says trust-ad', () => {
    assert.equal(parseResolvConf('nameserver 192.0.2.1\noptions edns0 trust-ad\n').trustAd, true)
  })

  test('without servers, or missing, means the one on this machine', () => {
    assert.deepEqual(parseResolvConf('nameserver not-an-address\n').servers, ['127.0.0.1'])
    assert.deepEqual(readResolvConf('/nonexistent/resolv.conf').servers, ['127.0.0.1'])
  })

  test('of any content gives servers that can be asked, and never throws', () => {
    const line = fc.oneof(
      fc.string(),
      fc.ipV4().map(ip => `nameserver ${ip}`),
      fc.ipV6().map(ip => `nameserver ${ip}`),
    )
    fc.assert(
      fc.property(fc.array(line), lines => {
        const { servers } = parseResolvConf(lines.join('\n'))
        assert.ok(servers.length >= 1 && servers.length <= 3)
        for (const server of servers) parseServer(server)
      }),
    )
  })
})
