/** Of docs/reference/queue.md: hold, look, let go, and count. */
import { createMailer, loadConfig } from '@postrider/core'

await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))
const draft = { from: 'shop@sender.test', to: 'you@dest.test', subject: 'Invoice', text: 'See below.\n' }

const receipt = await mailer.send(draft, { notBefore: Date.now() + 3_600_000 })
await mailer.queue.hold(receipt.id, 'waits for a second look')
for (const { id, recipients } of await mailer.queue.list({ state: 'held' }))
  console.log(id === receipt.id, recipients.map(({ state }) => state).join())

await mailer.queue.release(receipt.id)
await mailer.queue.reschedule(receipt.id, Date.now())
await receipt.settled()

const { lines } = await mailer.explain(receipt.id)
for (const { text } of lines) console.log('  ', text)

const { messages } = await mailer.messages.list({ to: 'you@dest.test', limit: 10 })
console.log(messages.length, 'message in the history')
