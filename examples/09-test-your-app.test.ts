/**
 * Test an app that sends mail: a mail host and a DNS server of its own, on loopback, and nothing mocked in between.
 *
 *   node --test 09-test-your-app.test.ts
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMailer, type Mailer } from '@postrider/core'
import { createFakeDns, startFakeMx } from '@postrider/core/testing'

/** The app. */
async function resetPassword(mailer: Mailer, to: string): Promise<void> {
  await mailer.send({
    from: 'app@app.example',
    to,
    subject: 'Reset your password',
    text: 'https://app.example/reset\n',
  })
}

test('a password reset reaches its user', async () => {
  await using mx = await startFakeMx()
  const resolver = createFakeDns({
    'user.example': { MX: ['10 mx.user.example'] },
    'mx.user.example': { A: ['127.0.0.1'] },
  })
  await using mailer = await createMailer(
    {
      hostname: 'app.example',
      queue: { path: ':memory:' },
      preflight: 'off',
      delivery: { port: mx.port, allowPrivateAddresses: true },
    },
    { resolver },
  )
  await resetPassword(mailer, 'someone@user.example')
  await mailer.idle()
  assert.match(mx.messages[0]?.content.toString() ?? '', /Subject: Reset your password/)
})
