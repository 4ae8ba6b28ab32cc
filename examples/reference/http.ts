/** Of docs/reference/http.md: send over HTTP, look, and take back. RELAY_URL and RELAY_KEY name a relay. */
import { RelayError, relayClient } from '@postrider/core/http'

const { RELAY_URL: url = 'http://127.0.0.1:8025', RELAY_KEY: key = '' } = process.env
const relay = relayClient({ url, key })

const draft = { from: 'app@abc.mail', to: 'someone@dest.example', subject: 'Hello', text: 'Hello.\n' }
const id = await relay.send(draft, { idempotencyKey: `hello-${process.pid}`, notBefore: Date.now() + 3_600_000 })
const { recipients } = await relay.get(id)
console.log(recipients.map(({ address, state }) => `${address} ${state}`).join())
console.log(await relay.cancel(id))

try {
  await relay.get('nothing')
} catch (error) {
  if (!(error instanceof RelayError)) throw error
  console.log(error.code)
}
