/**
 * Footprint: what a user installs and waits for: the packages as npm would publish them, their size, the time an import takes
 * beyond bare Node, the command line's answer, and the memory of a relay that has nothing to do.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { labFolder } from '../interop/lab/folders.ts'
import { startProgram } from '../support/child.ts'
import { complains } from '../support/complains.ts'
import { build, FIRST_LINE, givenByPostrider, installInto, pack } from './built.ts'
import { type Effort, keep, say } from './results.ts'
import { median, rounded } from './statistics.ts'

export interface FootprintFigures {
  readonly bareNodeMs: number
  /** Beyond bare Node. */
  readonly importCoreMs: number
  readonly versionCommandMs: number
  /** node_modules of a production install of core. */
  readonly coreInstallMiB: number
  readonly corePackages: number
  readonly idleRelayRssMiB: number
  /** The same started by the command, which reads a file of configuration and writes a log. */
  readonly idleServeRssMiB: number
}

const IDLE_MS = 5_000

export async function benchFootprint({ quick }: Effort): Promise<void> {
  const folder = labFolder('bench', 'footprint')
  rmSync(folder, { recursive: true, force: true })
  build()
  const archives = pack(join(folder, 'archives'))
  const core = installInto(join(folder, 'core'), archives.slice(0, 1))
  const all = installInto(join(folder, 'all'), archives)
  const times = quick ? 3 : 21
  const bareNodeMs = startUp(core, ['--input-type=module', '--eval', ''], times)
  const importing = startUp(core, ['--input-type=module', '--eval', `import '@postrider/core'`], times)
  const figures: FootprintFigures = {
    bareNodeMs,
    importCoreMs: rounded(importing - bareNodeMs),
    versionCommandMs: startUp(all, ['node_modules/@postrider/cli/bin/postrider.js', '--version'], times),
    coreInstallMiB: rounded(
      Number(execFileSync('du', ['-sk', join(core, 'node_modules')], { encoding: 'utf8' }).split('\t')[0]) / 1024,
    ),
    corePackages: countPackages(join(core, 'node_modules')),
    idleRelayRssMiB: await idleRelay(all),
    idleServeRssMiB: await idleServe(all),
  }
  say(
    `  import of core ${figures.importCoreMs} ms over bare Node (${figures.bareNodeMs} ms); postrider --version ${figures.versionCommandMs} ms`,
  )
  say(
    `  production install of core ${figures.coreInstallMiB} MiB, ${figures.corePackages} packages; idle relay ${figures.idleRelayRssMiB} MiB, as postrider serve ${figures.idleServeRssMiB} MiB`,
  )
  if (!quick) keep<FootprintFigures>('footprint', figures)
}

/** The median wall time of a process from start to end. */
function startUp(cwd: string, args: readonly string[], times: number): number {
  const samples = Array.from({ length: times }, () => {
    const started = performance.now()
    execFileSync(process.execPath, args, { cwd, stdio: 'ignore' })
    return performance.now() - started
  })
  return rounded(median(samples))
}

function countPackages(folder: string): number {
  const names = readdirSync(folder, { withFileTypes: true }).filter(
    entry => entry.isDirectory() && !entry.name.startsWith('.'),
  )
  return names.reduce((sum, { name }) => sum + (name.startsWith('@') ? countPackages(join(folder, name)) : 1), 0)
}

async function idleRelay(folder: string): Promise<number> {
  const script = join(folder, 'idle.js')
  writeFileSync(
    script,
    `${FIRST_LINE}import { createRelay } from '@postrider/relay'
const folder = ${JSON.stringify(join(folder, 'relay'))}
const relay = await createRelay({ hostname: 'relay.bench.test', queue: { path: ${JSON.stringify(join(folder, 'idle.db'))} }, preflight: 'off', relay: { folder, listen: ['127.0.0.1:0'] } })
await relay.listen()
console.error('listening')
`,
  )
  return settledRss([script], folder)
}

async function idleServe(folder: string): Promise<number> {
  const cwd = join(folder, 'serve')
  mkdirSync(cwd)
  writeFileSync(
    join(cwd, 'postrider.yaml'),
    'hostname: relay.bench.test\npreflight: off\nqueue: { path: queue.db }\nrelay: { listen: ["127.0.0.1:0"] }\n',
  )
  return settledRss([join(folder, 'node_modules/@postrider/cli/bin/postrider.js'), 'serve'], cwd)
}

/** Of a program that has said that it listens, and has done nothing since. */
async function settledRss(args: readonly string[], cwd: string): Promise<number> {
  const { flags, env } = givenByPostrider()
  const child = startProgram(process.execPath, { args: [...flags, ...args], env, cwd })
  try {
    await complains(child, /listening/)
    await sleep(IDLE_MS)
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return rounded(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024)
  } finally {
    await child.stop()
  }
}
