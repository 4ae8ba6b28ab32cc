import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { createMailer } from './create-mailer.ts'

test('a route is shown without what logs in, also where the user name is the password', async () => {
  for (const route of [
    { service: 'postmark', login: { password: 'SECRET-TOKEN' } },
    { host: 'mx.example.net', login: { user: 'SECRET-TOKEN', password: 'SECRET-TOKEN' } },
  ]) {
    const clock = new FakeClock()
    const dns = createFakeDns({
      'smtp.postmarkapp.com': { A: '203.0.113.5' },
      'mx.example.net': { A: '203.0.113.6' },
    })
    await using mailer = await createMailer(
      {
        hostname: 'mail.a.example',
        preflight: 'off',
        queue: { path: ':memory:' },
        routes: [{ domain: '*', ...route } as never],
      },
      { clock, resolver: dns },
    )
    const found = await mailer.route('b.example')
    assert.equal(found.kind, 'route')
    assert.doesNotMatch(JSON.stringify(found), /SECRET/)
    const [hop] = found.kind === 'route' ? found.hops : []
    assert.equal(hop?.login?.user, '****')
  }
})
