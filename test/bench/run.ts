/**
 * Run: the benchmarks, one after the other, with a machine to themselves.
 *
 *   npm run bench                    all of them; results are kept and docs/performance.md is written
 *   npm run bench -- relay send      some of them
 *   npm run bench -- relay --runs=3  fewer runs of each relay
 *   npm run bench -- relay --plain   without the half that is measured over TLS
 *   npm run bench -- --quick         a taste: little load, nothing kept
 *   npm run bench -- parts --profile  a CPU profile of each part as well
 *   npm run bench -- pairs --base=FOLDER  what this build costs beside the one of another checkout; see pairs.ts
 */
import { LabUnavailable } from '../interop/lab/install.ts'
import { benchCluster } from './cluster.ts'
import { benchFairness } from './fairness.ts'
import { benchFootprint } from './footprint.ts'
import { benchHttp } from './http.ts'
import { writePage } from './page.ts'
import { benchPairs } from './pairs.ts'
import { benchParts } from './parts.ts'
import { benchQueue } from './queue.ts'
import { benchRelay } from './relay.ts'
import { type Effort, say } from './results.ts'
import { benchSend } from './send.ts'

const BENCHES: Readonly<Record<string, (effort: Effort) => Promise<void>>> = {
  footprint: benchFootprint,
  parts: benchParts,
  send: benchSend,
  relay: benchRelay,
  http: benchHttp,
  fairness: benchFairness,
  queue: benchQueue,
  cluster: benchCluster,
}

/** Run only when they are named. */
const ON_DEMAND: Readonly<Record<string, (effort: Effort) => Promise<void>>> = { pairs: benchPairs }

const flags = process.argv.slice(2).filter(arg => arg.startsWith('--'))
const wanted = process.argv.slice(2).filter(arg => !arg.startsWith('--'))
const all = { ...BENCHES, ...ON_DEMAND }
const unknown = wanted.find(name => !(name in all))
if (unknown !== undefined) {
  process.stderr.write(`there is no benchmark "${unknown}": ${Object.keys(all).join(', ')}\n`)
  process.exit(64)
}
const given = (name: string): string | undefined =>
  flags.find(flag => flag.startsWith(`--${name}=`))?.slice(name.length + 3)
const runs = Number(given('runs'))
const base = given('base')
const rename = given('rename')
const effort: Effort = {
  quick: flags.includes('--quick'),
  profile: flags.includes('--profile'),
  plain: flags.includes('--plain'),
  ...(runs > 0 ? { runs } : {}),
  ...(base === undefined ? {} : { base }),
  ...(rename === undefined ? {} : { rename: Object.fromEntries(rename.split(',').map(pair => pair.split(':'))) }),
}
try {
  for (const [name, bench] of Object.entries(wanted.length > 0 ? all : BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    say(`\n== ${name}`)
    await bench(effort)
  }
  if (!effort.quick) writePage()
} catch (error) {
  if (!(error instanceof LabUnavailable)) throw error
  process.stderr.write(`the benchmarks cannot run here: ${error.message}\n`)
  process.exitCode = 1
}
