/** Run by the package test in a project that has only the published packages: every entry works from dist. */
import { gzipSync } from 'node:zlib'
import { createMailer, readTlsReport } from '@postrider/core'
import { RelayError, relayClient } from '@postrider/core/http'
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
// What is loaded late lies in files of its own.
const { checks } = await mailer.preflight('app@app.example')
const { problem } = readTlsReport(gzipSync('not a report'))
await mailer.close()

const relay = await createRelay(
  {
    ...options,
    relay: {
      folder: 'relay',
      listen: ['127.0.0.1:0'],
      webhooks: [{ url: 'https://hooks.example/', secret: `whsec_${'A'.repeat(43)}=`, events: ['delivered'] }],
    },
  },
  { resolver, deliver: false },
)
const [listening] = await relay.listen()
const refusal = await relayClient({ url: 'http://127.0.0.1:1', key: 're_none', tries: 1 })
  .get('0'.repeat(20))
  .catch(error => error)
await relay.close()
await mx.close()

process.stdout.write(
  JSON.stringify({
    delivered,
    arrived: mx.messages.length,
    clockChecked: checks.some(({ id }) => id === 'host.clock'),
    problem: problem.slice(0, problem.indexOf(':')),
    refused: refusal instanceof RelayError && refusal.code,
    relayPort: listening.port,
  }),
)
