/**
 * Watch what happens: listeners for this process, and durable facts with a number, which survive a restart.
 *
 *   POSTRIDER_HOSTNAME=mail.example.com node 03-watch-facts.ts me@example.com you@example.net
 */
import { createMailer, loadConfig } from '@postrider/core'

const [from = 'me@example.com', to = 'you@example.net'] = process.argv.slice(2)
await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))

mailer.on('session-opened', ({ host, tls }) => {
  console.log(`  connected to ${host}: ${tls === undefined ? 'without TLS' : tls.protocol}`)
})

const { id } = await mailer.send({ from, to, subject: 'Hello', text: 'It works.\n' })

// Who keeps the last number he has seen goes on there after a restart.
for await (const { number, fact } of mailer.facts({ after: 0 })) {
  console.log(number, fact.kind)
  if (fact.messageId === id && ['delivered', 'bounced', 'deferred'].includes(fact.kind)) break
}
