/** Of docs/reference/testing.md: a message that is refused at first, and goes when it is tried again. */
import { createMailer } from '@postrider/core'
import { createFakeDns, FakeClock, startFakeMx } from '@postrider/core/testing'

await using mx = await startFakeMx({
  answer: ({ verb, transaction, connection }) =>
    verb === 'RCPT' && connection === 1 && transaction === 1 ? '450 4.2.1 Greylisted, come back later' : undefined,
})
const resolver = createFakeDns({ 'user.test': { MX: ['10 mx.user.test'] }, 'mx.user.test': { A: ['127.0.0.1'] } })
const clock = new FakeClock(Date.UTC(2026, 0, 5))
await using mailer = await createMailer(
  {
    hostname: 'app.test',
    queue: { path: ':memory:' },
    preflight: 'off',
    delivery: { port: mx.port, allowPrivateAddresses: true },
  },
  { resolver, clock },
)

const draft = { from: 'app@app.test', to: 'someone@user.test', subject: 'Hello', text: 'Hello.\n' }
const deferred = new Promise(resolve => mailer.on('deferred', resolve))
const { id } = await mailer.send(draft)
await deferred
console.log(mx.messages.length)

// It waits for its next attempt, which an operator need not.
await mailer.queue.retry(id)
await mx.waitFor(1)
console.log(mx.messages[0]?.recipients.map(({ address }) => address).join())
