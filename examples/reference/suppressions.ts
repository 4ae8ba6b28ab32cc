/** Of docs/reference/suppressions.md: stop mailing an address, and begin again. */
import { createMailer, loadConfig } from '@postrider/core'

await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))

await mailer.suppressions.add({ address: 'gone@dest.test', note: 'asked by phone' })
const draft = { from: 'shop@sender.test', to: 'gone@dest.test', subject: 'Hello', text: 'Hello.\n' }
const { recipients } = await (await mailer.send(draft)).settled()
console.log(recipients[0]?.state, recipients[0]?.detail)

for await (const { address, origin, note } of mailer.suppressions.all()) console.log(address, origin, note)

console.log(await mailer.queue.unsuppress('gone@dest.test'), (await mailer.suppressions.list()).length)
