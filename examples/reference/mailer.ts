/** Of docs/reference/mailer.md: send once, at a time of its own, and hear how it ended. */
import { createMailer, loadConfig } from '@postrider/core'

const { env } = process
await using mailer = await createMailer(await loadConfig({ env, cwd: process.cwd() }))

const draft = { from: 'shop@sender.test', to: 'you@dest.test', subject: 'Order 1042', text: 'Thank you.\n' }

// The same draft with the same key is one message, however often it is sent.
const first = await mailer.send(draft, { idempotencyKey: 'order-1042' })
const again = await mailer.send(draft, { idempotencyKey: 'order-1042' })
console.log(again.id === first.id, again.duplicate)

const { recipients } = await first.settled()
console.log(recipients.map(({ address, state }) => `${address} ${state}`).join())

// Not before tomorrow, and not at all if it has not gone a day later.
const day = 86_400_000
const reminder = await mailer.send(
  { ...draft, subject: 'Your order comes today' },
  { notBefore: Date.now() + day, expiresAt: Date.now() + 2 * day, priority: 'low' },
)
console.log(await mailer.queue.cancel(reminder.id), 'taken back')

// New keys and limits are taken while it runs; what needs a new mailer is named.
const notTaken = mailer.reload(
  await loadConfig({ env: { ...env, POSTRIDER_QUEUE_CARDS: 'false' }, cwd: process.cwd() }),
)
console.log('needs a restart:', notTaken.join())
