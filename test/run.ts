/**
 * Run: the tests of `npm test`, on every processor, in as few processes as they bear.
 *
 *   npm test                     everything
 *   npm test -- PATTERN …        the files that these globs find
 *   npm test -- --coverage       everything, and holds the lines that were run against the floors in coverage.json
 *
 * Policy. Starting a process and loading the sources costs half a second for each file, a fifth of a run. So the types are
 * stripped once for all processes and threads (support/stripped.js), except where lines are counted; the files beside the
 * sources, and those that play whole mailers and relays inside a process, share two processes; those that look at a fresh process, and
 * all that start programs of their own, have one each, two at a time. What compares times comes last, alone. What needs a PostgreSQL server is run by `npm run test:postgres`, and here only
 * to count lines. No file is dropped: one that no step takes is taken by the second, and a new
 * folder is run unless it is named below.
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

/** Their files play in the process that they are in, and leave it as they found it. */
const TOGETHER = ['client', 'golden', 'inbox', 'public', 'resend', 'scenario', 'v1'].map(name => `test/${name}/`)

/** Beside those that share, but about a process as it starts, or with one of its own. */
const ALONE: ReadonlySet<string> = new Set([
  // counts what a first import loads
  'packages/core/src/preflight/mailauth-load.test.ts',
  // looks at the threads of its process
  'packages/relay/src/upkeep/thread-priority.test.ts',
])

/** Compares times: nothing else may run beside it. */
const TIMED: ReadonlySet<string> = new Set([
  'packages/core/src/model/address.test.ts',
  'packages/core/src/preflight/hostile-text.test.ts',
  'packages/core/src/preflight/spf-term.test.ts',
  'packages/relay/src/account/account.test.ts',
  'packages/relay/src/admission/rewrite-from.test.ts',
  'packages/relay/src/listener/limits.test.ts',
  'packages/relay/src/listener/pressure.test.ts',
  'test/scenario/close.test.ts',
  'test/scenario/stuck.test.ts',
])

const AT_ONCE = 2
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
const wanted = process.argv.slice(2).filter(argument => argument !== '--coverage')
if (measures && wanted.length > 0) {
  process.stderr.write('--coverage is of all tests: leave the patterns out\n')
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
const timed = files.filter(file => TIMED.has(file))
const shares = (file: string): boolean =>
  ['packages/', ...TOGETHER].some(folder => file.startsWith(folder)) && !/\/postgres[^/]*$/.test(file)
const shared = files.filter(file => shares(file) && !ALONE.has(file) && !TIMED.has(file))
const alone = files.filter(file => !timed.includes(file) && !shared.includes(file))

const folder = mkdtempSync(join(tmpdir(), 'postrider-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const counted = join(folder, 'coverage')
const stripped = measures ? undefined : preloadOfStripped()

const one = { args: ['--test-isolation=none'], minutes: SHARED_MINUTES }
const steps: readonly (readonly Run[])[] = [
  halves(shared).map(half => ({ files: half, ...one })),
  [{ files: alone, args: [`--test-concurrency=${AT_ONCE}`], ...(measures && { minutes: COUNTED_MINUTES }) }],
  [{ files: timed, args: ['--test-concurrency=1'], timed: true }],
]

const results: Counts[] = []
let broken = false
for (const step of steps) {
  const runs = step.filter(run => run.files.length > 0)
  for (const { counts, ok } of await Promise.all(runs.map(run => runTests({ ...run, live: runs.length === 1 })))) {
    results.push(counts)
    broken ||= !ok
  }
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

/** Two lists of about the same size, so that neither waits long for the other. */
function halves(all: readonly string[]): readonly (readonly string[])[] {
  const bySize = all.map(file => ({ file, size: statSync(file).size })).sort((a, b) => b.size - a.size)
  const lists: { size: number; files: string[] }[] = [
    { size: 0, files: [] },
    { size: 0, files: [] },
  ]
  for (const { file, size } of bySize) {
    const [smaller] = lists.toSorted((a, b) => a.size - b.size)
    smaller?.files.push(file)
    if (smaller) smaller.size += size
  }
  return lists.map(list => list.files)
}

/** One run of Node's test runner. Of two at once the output is shown when each ends, so that it can be read. */
async function runTests({
  files,
  args,
  minutes,
  timed,
  live,
}: Run & { readonly live: boolean }): Promise<{ readonly counts: Counts; readonly ok: boolean }> {
  const summary = join(folder, `${results.length}-${files[0]?.replaceAll('/', '_')}.txt`)
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
        ...(stripped === undefined ? {} : { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${stripped}`.trim() }),
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
