/**
 * A relay on a free port of loopback, configured by variables; says where it listens, and lives until it is killed.
 */
import { createRelay, loadRelayConfig } from '@postrider/relay'

const relay = await createRelay(await loadRelayConfig({ env: process.env, cwd: process.cwd() }))
const [bound] = await relay.listen()
process.stdout.write(`listening on ${bound?.port}\n`)
