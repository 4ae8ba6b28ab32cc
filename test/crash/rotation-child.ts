/**
 * A relay that turns DKIM keys, configured by variables, whose name servers are on loopback; says what it tells of the keys, where it
 * listens, and lives until it is killed. It delivers nothing.
 *
 * Arguments: the name servers by their address, as JSON.
 */
import { createResolver, type Logger, systemClock } from '@postrider/core'
import { createRelay, loadRelayConfig } from '@postrider/relay'

const servers = JSON.parse(process.argv[2] ?? '{}') as Readonly<Record<string, string>>
const nothing = (): void => undefined
const say = (fields: Readonly<Record<string, unknown>>): void => {
  if (fields.fact === 'dkim-key-stage') process.stdout.write(`${String(fields.domain)} ${String(fields.stage)}\n`)
}
const logger: Logger = { debug: nothing, info: say, warn: nothing, error: nothing, child: () => logger }
const relay = await createRelay(await loadRelayConfig({ env: process.env, cwd: process.cwd() }), {
  deliver: false,
  logger,
  nameServer: address => createResolver({ servers: [servers[address] ?? ''], cacheEntries: 0, clock: systemClock }),
})
const [bound] = await relay.listen()
process.stdout.write(`listening on ${bound?.port}\n`)
