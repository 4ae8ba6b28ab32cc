/** Run by the package test in a project that has only the published packages: every entry works from dist. */
import { createMailer } from '@postrider/core'
import { postrider } from '@postrider/core/nodemailer'
import { createFakeDns, startFakeMx } from '@postrider/core/testing'
import { createRelay } from '@postrider/relay'
import { createTransport } from 'nodemailer'

const mx = await startFakeMx()
const resolver = createFakeDns({
  'user.example': { MX: ['10 mx.user.example'] },
  'mx.user.example': { A: ['127.0.0.1'] },
})
const options = {
  hostname: 'app.example',
  queue: { path: 'queue.db' },
  preflight: 'off',
  delivery: { port: mx.port, allowPrivateAddresses: true },
}
const draft = { from: 'app@app.example', to: 'someone@user.example', subject: 'Hello', text: 'It works.\n' }

const mailer = await createMailer(options, { resolver })
const receipt = await mailer.send(draft)
const { delivered } = await receipt.settled()
const info = await createTransport(postrider(mailer)).sendMail(draft)
await info.receipt.settled()
await mailer.close()

const relay = await createRelay(
  { ...options, relay: { folder: 'relay', listen: ['127.0.0.1:0'] } },
  { resolver, deliver: false },
)
const [listening] = await relay.listen()
await relay.close()
await mx.close()

process.stdout.write(JSON.stringify({ delivered, arrived: mx.messages.length, relayPort: listening.port }))
