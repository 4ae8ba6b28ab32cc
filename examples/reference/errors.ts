/** Of docs/reference/errors.md: tell what you can mend from what the internet did. */
import { createMailer, loadConfig, MailerError } from '@postrider/core'

await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))

// Thrown: a value of yours is wrong. Nothing was queued.
try {
  await mailer.send({ from: 'shop@sender.test', to: 'nobody', subject: 'Hello', text: 'Hello.\n' })
} catch (error) {
  if (!MailerError.is(error)) throw error
  console.log(error.code, error.where, error.found, error.wanted)
}

// Told: it was queued, and the other side refused.
const draft = { from: 'shop@sender.test', to: 'missing@refuses.test', subject: 'Hello', text: 'Hello.\n' }
const { recipients } = await (await mailer.send(draft)).settled()
for (const { state, code, reply } of recipients) console.log(state, code, reply)
