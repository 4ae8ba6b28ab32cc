/**
 * Run: the long proofs, by name: `npm run proof -- queue-model --minutes=10 --seed=7`. Each writes its figures, with the date,
 * into test/results/NAME.json.
 *
 * Policy. A proof fails loudly and writes nothing then. What is short enough to run each time stands in `npm test`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { say } from '../support/say.ts'
import type { Figures, ProofOptions } from './proof.ts'

type Proof = (options: ProofOptions) => Promise<Figures>

const PROOFS: Readonly<Record<string, () => Promise<{ readonly prove: Proof }>>> = {
  failover: () => import('./failover.ts'),
  'http-fuzz': () => import('./http-fuzz.ts'),
  'http-memory': () => import('./http-memory.ts'),
  history: () => import('./history.ts'),
  'idle-connections': () => import('./idle-connections.ts'),
  migration: () => import('./migration.ts'),
  statistics: () => import('./statistics.ts'),
  web: () => import('./web.ts'),
  'queue-model': () => import('./queue-model.ts'),
  'newest-resend': () => import('./newest-resend.ts'),
  year: () => import('./year.ts'),
}

const RESULTS = join(import.meta.dirname, '..', 'results')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})
const [name = ''] = positionals
const load = PROOFS[name]
if (load === undefined) {
  process.stderr.write(`there is no proof ${JSON.stringify(name)}; there are: ${Object.keys(PROOFS).join(', ')}\n`)
  process.exit(2)
}
const options = { minutes: Number(values.minutes), seed: Number(values.seed) }
const { prove } = await load()
const figures = await prove(options)
await mkdir(RESULTS, { recursive: true })
const result = { proof: name, date: new Date().toISOString().slice(0, 10), ...options, ...figures }
await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
say(JSON.stringify(result))
