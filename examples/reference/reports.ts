/** Of docs/reference/reports.md: a reader called a message spam, and is not mailed again. */
import { createMailer, loadConfig } from '@postrider/core'
import { feedbackReport } from '@postrider/core/testing'

await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))
const draft = { from: 'shop@sender.test', to: 'you@dest.test', subject: 'Offer', text: 'Buy.\n' }
const { id, messageId } = await mailer.send(draft)
await mailer.idle()

// As the mail host of the reader sends it to your feedback address.
const date = new Date().toUTCString()
const original = `Message-ID: ${messageId}\r\nDate: ${date}\r\nFrom: shop@sender.test\r\n\r\n`
await mailer.feedback(feedbackReport({ original, recipient: 'you@dest.test' }))
console.log((await mailer.explain(id)).facts.map(({ fact }) => fact.kind).includes('complained'))
console.log((await mailer.suppressions.find('you@dest.test'))?.origin)
