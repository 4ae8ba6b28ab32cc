/**
 * The process of Postrider's relay in a benchmark: options as JSON in its first argument, SIGTERM ends it.
 */
import { createRelay, type RelayOptions } from '@postrider/relay'

const relay = await createRelay(JSON.parse(process.argv[2] ?? '{}') as RelayOptions)
await relay.listen()
process.on('SIGTERM', () => void relay.close({ withinMs: 2_000 }))
