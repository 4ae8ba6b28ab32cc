/** Of docs/reference/relay.md: a relay of your own, asked over its HTTP by a client, and closed. */
import { createRelay, loadRelayConfig } from '@postrider/relay'

await using relay = await createRelay(await loadRelayConfig({ env: process.env, cwd: process.cwd() }))
for (const { host, port } of await relay.listen()) console.log(`takes mail at ${host}:${port}`)

// It has the whole mailer in it.
const draft = { from: 'shop@sender.test', to: 'you@dest.test', subject: 'Hello', text: 'Hello.\n' }
console.log((await (await relay.mailer.send(draft)).settled()).recipients[0]?.state)
