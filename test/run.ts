/**
 * Run: the tests of `npm test`, on every processor, in as few processes as they bear.
 *
 *   npm test                     everything but what compares times
 *   npm test -- PATTERN …        the files that these globs find
 *   npm test -- --timing         what compares times, alone (`npm run test:timing`)
 *   npm test -- --coverage       everything, and holds the lines that were run against the floors in coverage.json
 *
 * Policy. Starting a process and loading the sources costs half a second for each file, a third of a run. So the types are
 * stripped once for all processes and threads (support/stripped.js), except where lines are counted, and files share a few
 * processes, which they leave as they found it; the few that look at a fresh process have one each. Three processes run at
 * once: one of them waits more than it computes. What compares times is called NAME.timing.test.ts and has a command of its
 * own, because nothing else may run beside it. What needs a PostgreSQL server is run by `npm run test:postgres`, and here only
 * to count lines. No file is dropped: a new one shares a process unless it is named below.
 *
 * Not here: what counts as covered (support/coverage.ts), which hosts a test may reach (support/deny-network.ts), how long a file
 * may take (support/deadline.ts).
 */
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { coverageIn, type Floors, judgeCoverage, leastCovered } from './support/coverage.ts'
import { preloadOfStripped } from './support/strip.ts'

const EVERYTHING = ['packages/*/{src,web}/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts']
/** Folders with a command of their own, for what they need: a build, published suites, other servers. */
const ELSEWHERE = ['conformance', 'container', 'guides', 'interop', 'package', 'site', 'web'].map(
  name => `test/${name}/**`,
)
/** With a command of their own too, and run here where lines are counted, which theirs are part of. */
const POSTGRES = 'test/*/postgres*.test.ts'

/** About a process as it starts, or with one of its own. What needs a server has one too, or all servers would run to the end. */
const ALONE: ReadonlySet<string> = new Set([
  // speaks another language from then on
  'test/errors.test.ts',
  // counts what a first import loads
  'packages/core/src/preflight/mailauth-load.test.ts',
  // looks at the threads of its process
  'packages/relay/src/upkeep/thread-priority.test.ts',
])

/** Compares times: nothing else may run beside it. */
const TIMED = /\.timing\.test\.ts$/

/** One more than CI has processors. */
const AT_ONCE = 3
/** More than run at once, so that none is long, and none keeps the others waiting at the end. */
const SHARED_PROCESSES = 6
/** Where lines are counted everything takes longer. */
const COUNTED_MINUTES = 10
/** In shared processes a file's own limit would end its neighbours, so they get as much as all of them may take. */
const SHARED_MINUTES = 20

interface Run {
  readonly files: readonly string[]
  readonly args: readonly string[]
  readonly minutes?: number
  /** Counting slows what is timed. */
  readonly timed?: true
}

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const measures = process.argv.includes('--coverage')
const compares = process.argv.includes('--timing')
const wanted = process.argv.slice(2).filter(argument => !['--coverage', '--timing'].includes(argument))
if (wanted.length + Number(measures) + Number(compares) > 1 && (measures || compares)) {
  process.stderr.write('--coverage and --timing are of all tests: leave the patterns out\n')
  process.exit(1)
}
const files = (
  wanted.length > 0
    ? globSync(wanted, { exclude: ['**/node_modules/**'] })
    : globSync(EVERYTHING, { exclude: ['**/node_modules/**', ...ELSEWHERE, ...(measures ? [] : [POSTGRES])] })
).sort()
if (files.length === 0) {
  process.stderr.write(`no test file: ${wanted.join(' ')}\n`)
  process.exit(1)
}
const timed = files.filter(file => TIMED.test(file))
const alone = files.filter(file => ALONE.has(file) || /\/postgres[^/]*$/.test(file))
const shared = files.filter(file => !alone.includes(file) && !timed.includes(file))

const folder = mkdtempSync(join(tmpdir(), 'postrider-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const counted = join(folder, 'coverage')
const stripped = measures ? undefined : preloadOfStripped()

const one = { args: ['--test-isolation=none'], minutes: SHARED_MINUTES }
const untimed: readonly Run[] = [
  ...dealt(shared).map(files => ({ files, ...one })),
  { files: alone, args: ['--test-concurrency=2'], ...(measures && { minutes: COUNTED_MINUTES }) },
]
const runs = [
  ...(compares ? [] : untimed),
  ...(compares || wanted.length > 0 ? [{ files: timed, args: ['--test-concurrency=1'], timed: true } as const] : []),
].filter(run => run.files.length > 0)

const results: Counts[] = []
let broken = false
const waiting = runs.filter(run => !run.timed)
const lanes = Array.from({ length: AT_ONCE }, async () => {
  for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) await take(run)
})
await Promise.all(lanes)
for (const run of runs.filter(run => run.timed)) await take(run)

async function take(run: Run): Promise<void> {
  const { counts, ok } = await runTests({ ...run, live: runs.length === 1 })
  results.push(counts)
  broken ||= !ok
}

const sum = (key: keyof Counts): number => results.reduce((total, counts) => total + counts[key], 0)
const skipped = sum('skipped')
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
if (measures && !coverageHolds()) broken = true
if (broken || sum('failed') > 0) process.exitCode = 1

function coverageHolds(): boolean {
  const root = dirname(import.meta.dirname)
  const files = coverageIn(counted, root)
  const floors = JSON.parse(readFileSync(join(import.meta.dirname, 'coverage.json'), 'utf8')) as Floors
  const { text, ok } = judgeCoverage(files, floors)
  process.stdout.write(`\n${[...text, ...leastCovered(files, 10)].join('\n')}\n`)
  return ok
}

/** One list for each process, with as many files of each folder as the others, and as large ones. */
function dealt(all: readonly string[]): readonly (readonly string[])[] {
  const dealing = all
    .map(file => ({ file, folder: dirname(file), size: statSync(file).size }))
    .sort((a, b) => a.folder.localeCompare(b.folder) || b.size - a.size)
  return Array.from({ length: SHARED_PROCESSES }, (_, turn) =>
    dealing.filter((_, index) => index % SHARED_PROCESSES === turn).map(({ file }) => file),
  )
}

/** One run of Node's test runner. Of several at once the output is shown when each ends, so that it can be read. */
async function runTests({
  files,
  args,
  minutes,
  timed,
  live,
}: Run & { readonly live: boolean }): Promise<{ readonly counts: Counts; readonly ok: boolean }> {
  const summary = join(folder, `${files[0]?.replaceAll('/', '_')}.txt`)
  const child = spawn(
    process.execPath,
    [
      '--conditions=@postrider/source',
      // What a test holds is counted without what nobody collected yet of those before it.
      '--expose-gc',
      '--test-timeout=180000',
      '--import=./test/support/deny-network.ts',
      '--import=./test/support/deadline.ts',
      ...(measures ? ['--import=./test/support/count-threads.ts'] : []),
      '--test',
      ...args,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=./test/support/summary.ts',
      `--test-reporter-destination=${summary}`,
      ...files,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...(stripped === undefined
          ? {}
          : {
              NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${stripped}`.trim(),
            }),
        ...(minutes === undefined ? {} : { TEST_FILE_MINUTES: String(minutes) }),
        ...(measures && timed === undefined ? { NODE_V8_COVERAGE: counted } : {}),
      },
    },
  )
  const output: Buffer[] = []
  const take = (chunk: Buffer): unknown => (live ? process.stdout.write(chunk) : output.push(chunk))
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  process.stdout.write(Buffer.concat(output))
  return { counts: countsOf(summary), ok: code === 0 }
}

function countsOf(summary: string): Counts {
  const text = readFileSync(summary, 'utf8')
  const found = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/.exec(text)
  // A run that ended before it could count has failed.
  if (found === null) return { passed: 0, failed: 1, skipped: 0 }
  const [, passed, failed, skipped = 0] = found
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) }
}
