/**
 * A submission relay in a process of yours: what an app hands over by SMTP is signed, queued and delivered.
 *
 *   POSTRIDER_HOSTNAME=mail.example.com POSTRIDER_RELAY_LISTEN=127.0.0.1:2587 \
 *   POSTRIDER_RELAY_ACCOUNTS_0_NAME=forum POSTRIDER_RELAY_ACCOUNTS_0_PASSWORD='a long one' \
 *   POSTRIDER_RELAY_ACCOUNTS_0_SENDERS='*@example.com' node 07-relay-in-process.ts
 */
import { createRelay, loadRelayConfig } from '@postrider/relay'

const relay = await createRelay(await loadRelayConfig({ env: process.env, cwd: process.cwd() }))
for (const line of relay.told) console.log(line)

relay.mailer.on('delivered', ({ recipient, reply }) => console.log(`delivered to ${recipient}: ${reply}`))
for (const { host, port } of await relay.listen()) console.log(`listening on ${host}:${port}`)

process.once('SIGTERM', () => relay.close({ withinMs: 20_000 }))
