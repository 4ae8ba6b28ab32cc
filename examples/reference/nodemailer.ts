/** Of docs/reference/nodemailer.md: an app of Nodemailer's keeps its messages. */
import { createMailer, loadConfig } from '@postrider/core'
import { postrider } from '@postrider/core/nodemailer'
import { createTransport } from 'nodemailer'

await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))
const transport = createTransport(postrider(mailer))

const message = { from: 'shop@sender.test', to: 'you@dest.test', subject: 'Hello', text: 'Hello.\n' }
const info = await transport.sendMail({ ...message, idempotencyKey: 'order-1042' } as typeof message)
console.log(info.accepted.join(), info.response.slice(0, 23))
console.log((await info.receipt.settled()).recipients[0]?.state)
