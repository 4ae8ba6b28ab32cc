/**
 * Island: two network namespaces joined by one cable: a host that has nothing yet, and the internet that it sees. Addresses
 * look public and ports are the real ones, so that nothing has to be allowed or left out for the test's sake; and nothing
 * can leave.
 *
 * Not here: what runs there (names.ts, hosts.ts).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const HOST4 = '93.184.216.5'
const HOST6 = '2606:2800::5'
/** The mail host of the domain, another big one, the web, and the name server. */
export const INTERNET = {
  mx: '93.184.216.6',
  otherMx: '93.184.216.7',
  web: '93.184.216.20',
  names: '93.184.216.53',
} as const

export type Place = 'host' | 'internet'

export interface Island {
  /** The command that runs another one there. */
  at(place: Place, command: readonly string[]): readonly [string, ...string[]]
  close(): Promise<void>
}

/** With and without a user namespace: what a machine allows differs. */
const WAYS = [['--net'], ['--map-root-user', '--net']] as const

/** Why there can be none here; undefined when there can. */
export function whyNoIsland(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux only'
  return wayHere() === undefined ? 'this machine allows no network namespaces (unshare --net, ip link add)' : undefined
}

function wayHere(): readonly string[] | undefined {
  return WAYS.find(way => spawnSync('unshare', [...way, 'ip', 'link', 'add', 'cable', 'type', 'veth']).status === 0)
}

export async function openIsland(): Promise<Island> {
  const way = wayHere()
  if (way === undefined) throw new Error(whyNoIsland())
  const outer = hold('unshare', way)
  const internet = await said(outer)
  const enterOuter = entering(internet, way)
  const inner = hold(enterOuter[0], [...enterOuter.slice(1), 'unshare', '--net'])
  const host = await said(inner)
  const at: Island['at'] = (place, command) => {
    const [first, ...rest] = entering(place === 'host' ? host : internet, way)
    // What runs there ends with the test, even if that crashes.
    return [first, ...rest, 'setpriv', '--pdeathsig', 'KILL', '--', ...command]
  }
  const run = (place: Place, line: string): void => {
    const [command, ...args] = at(place, ['ip', ...line.split(' ')])
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`ip ${line}: ${stderr}`)
  }
  run('internet', `link add cable type veth peer name eth0 netns ${host}`)
  run('host', `addr add ${HOST4}/24 dev eth0`)
  run('host', `addr add ${HOST6}/64 dev eth0 nodad`)
  run('host', 'link set eth0 up')
  for (const address of Object.values(INTERNET)) run('internet', `addr add ${address}/24 dev cable`)
  run('internet', 'addr add 2606:2800::1/64 dev cable nodad')
  run('internet', 'link set cable up')
  return {
    at,
    close: async () => {
      for (const child of [inner, outer]) {
        child.stdin?.end()
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      }
    },
  }
}

function entering(pid: string, way: readonly string[]): readonly [string, ...string[]] {
  const user = way.length > 1 ? ['--user', '--preserve-credentials'] : []
  return ['nsenter', '--target', pid, ...user, '--net', '--']
}

/** A namespace that lives as long as its standard input. */
function hold(command: string, args: readonly string[]): ChildProcess {
  const keep = ['sh', '-c', 'ip link set lo up && echo $$ && exec cat']
  return spawn(command, [...args, ...keep], { stdio: ['pipe', 'pipe', 'inherit'] })
}

/** Its number, once it is there. */
async function said({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout! })) return line
  throw new Error('the namespace ended before it began')
}
