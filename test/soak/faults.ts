/**
 * Faults: what goes wrong in each tenth of a soak.
 *
 * Policy. A fault begins when a tenth of its time is over and ends at seven tenths, so that every row of the table has the
 * time after it too. The first tenth is for warming up, the last one is calm.
 */
import type { Clients } from './clients.ts'
import type { World } from './world.ts'

export interface Fault {
  readonly name: string
  begin?(world: World, clients: Clients): Promise<void> | void
  end?(world: World): Promise<void> | void
}

const SLOW_CLIENTS = 150
const [first, second] = [0, 1] as const

const kill =
  (...which: readonly number[]) =>
  async ({ sinks }: World): Promise<void> => {
    for (const at of which) await sinks[at]?.kill()
  }
const start =
  (...which: readonly number[]) =>
  async ({ sinks }: World): Promise<void> => {
    for (const at of which) await sinks[at]?.start()
  }

export const KILLED = 'relay killed'

export const FAULTS: readonly Fault[] = [
  { name: 'none: warming up' },
  {
    name: KILLED,
    begin: async ({ relay }, clients) => {
      await relay.kill()
      clients.pause()
      await relay.start()
    },
  },
  { name: 'first MX down', begin: kill(first), end: start(first) },
  { name: 'DNS silent', begin: world => world.breakNames('silent'), end: world => world.breakNames(undefined) },
  { name: 'both MX down', begin: kill(first, second), end: start(first, second) },
  { name: 'disk full', begin: ({ disk }) => disk.fill(), end: ({ disk }) => disk.free() },
  {
    name: 'DNS says SERVFAIL',
    begin: world => world.breakNames('servfail'),
    end: world => world.breakNames(undefined),
  },
  {
    name: 'MX hang, slow clients',
    begin: ({ sinks }, clients) => {
      for (const sink of sinks) sink.freeze()
      clients.wave(SLOW_CLIENTS)
    },
    end: ({ sinks }) => {
      for (const sink of sinks) sink.thaw()
    },
  },
  {
    name: 'disk full, second MX down',
    begin: async world => {
      await kill(second)(world)
      world.disk.fill()
    },
    end: async world => {
      world.disk.free()
      await start(second)(world)
    },
  },
  { name: 'none' },
]
