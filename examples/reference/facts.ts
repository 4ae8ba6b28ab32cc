/** Of docs/reference/facts.md: listen while it runs, and go on after a restart where you left off. */
import { createMailer, loadConfig } from '@postrider/core'

await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))

const stop = mailer.on('delivered', ({ recipient, reply }) => console.log('heard:', recipient, reply))
const seen = await mailer.newestFact()

const draft = { from: 'shop@sender.test', to: 'you@dest.test', subject: 'Hello', text: 'Hello.\n' }
await (await mailer.send(draft)).settled()
stop()

// Keep the number of the last fact that you have worked off: the next run begins there.
for (const { fact } of await mailer.readFacts({ after: seen })) console.log('read:', fact.kind)
