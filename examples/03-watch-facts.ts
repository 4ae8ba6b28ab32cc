/**
 * Watch what happens: listeners for this process, and durable facts with a number, which survive a restart.
 */
import { createMailer } from '@postrider/core'

await using mailer = await createMailer({ hostname: 'mail.example.com', queue: { path: ':memory:' }, preflight: 'off' })

mailer.on('deferred', ({ recipient, reply, nextAttemptAt }) => {
  console.log(`${recipient} waits until ${new Date(nextAttemptAt).toISOString()}: ${reply}`)
})

await mailer.send({ from: 'me@example.com', to: 'you@nowhere.invalid', subject: 'Hello', text: 'It works.\n' })

for await (const { number, fact } of mailer.facts({ after: 0 })) {
  console.log(number, fact.kind)
  if (fact.kind === 'bounced' || fact.kind === 'deferred') break
}
