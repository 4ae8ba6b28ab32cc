/**
 * Coverage: which lines of the packages the tests have run, from what V8 counted in every process (NODE_V8_COVERAGE).
 *
 * Policy. Types are blanked before a source is run, and every character keeps its place: what V8 says of an offset is true of
 * the source. A line counts when something on it can be run; it is covered when all of that was, in some process. Each package has
 * a floor in coverage.json. It only rises: who covers more raises it.
 *
 * Not here: running the tests (../run.ts). What times, kills or measures processes is not counted.
 */
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readSource } from './source.ts'

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

interface Report {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly { readonly ranges: readonly Range[] }[]
  }[]
}

/** A source file: what of it can be run, and what was. */
interface Covered {
  readonly path: string
  readonly code: string
  readonly ran: Uint8Array
}

export interface FileCoverage {
  readonly path: string
  readonly lines: number
  readonly covered: number
}

/** Of the sources of all packages, those that no test has loaded too. `folder` is what NODE_V8_COVERAGE named. */
export function coverageIn(folder: string, root: string): readonly FileCoverage[] {
  const files = new Map(
    sourcesOf(root).map((path): [string, Covered] => {
      const code = readSource(path, stripTypeScriptTypes(readFileSync(join(root, path), 'utf8'))).code
      return [pathToFileURL(join(root, path)).href, { path, code, ran: new Uint8Array(code.length) }]
    }),
  )
  for (const name of readdirSync(folder)) {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report
    for (const { url, functions } of result) {
      const file = files.get(url)
      if (file !== undefined) add(file.ran, functions)
    }
  }
  return [...files.values()].map(linesOf)
}

function sourcesOf(root: string): readonly string[] {
  return globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
    path => !/\.(?:test|fixture)\.ts$|\/testing\//.test(path),
  )
}

/** An inner range says more than the one around it, and stands behind it when the longer ones come first. */
function add(ran: Uint8Array, functions: Report['result'][number]['functions']): void {
  const here = new Uint8Array(ran.length)
  const ranges = functions.flatMap(({ ranges }) => ranges)
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset)
  for (const { startOffset, endOffset, count } of ranges) here.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  for (let at = 0; at < ran.length; at++) if (here[at] === 1) ran[at] = 1
}

function linesOf({ path, code, ran }: Covered): FileCoverage {
  let [lines, covered, start] = [0, 0, 0]
  for (const line of code.split('\n')) {
    // A bracket or an `else` alone is run by nobody.
    const marks = [...line.matchAll(/[\w$]+/g)].filter(([word]) => word !== 'else')
    if (marks.length > 0) {
      lines++
      if (marks.every(({ index }) => ran[start + index] === 1)) covered++
    }
    start += line.length + 1
  }
  return { path, lines, covered }
}

/** Package to the least part of its lines, in percent. */
export type Floors = Readonly<Record<string, number>>

/** So much above its floor, and the floor should rise. */
const SLACK = 1

export interface CoverageVerdict {
  readonly text: readonly string[]
  readonly ok: boolean
}

/** What is said of each package, and whether all keep their floors. */
export function judgeCoverage(files: readonly FileCoverage[], floors: Floors): CoverageVerdict {
  const text: string[] = []
  let ok = true
  for (const [name, floor] of Object.entries(floors)) {
    const percent = percentOf(files.filter(({ path }) => path.startsWith(`packages/${name}/`)))
    const low = percent < floor
    ok &&= !low
    const advice = low
      ? `below its floor of ${floor} %: test what is new`
      : percent >= floor + SLACK
        ? `raise its floor in test/coverage.json from ${floor} to ${Math.floor(percent * 2) / 2}`
        : `floor ${floor} %`
    text.push(`${name}: ${percent.toFixed(1)} % of lines covered; ${advice}`)
  }
  return { text, ok }
}

function percentOf(files: readonly FileCoverage[]): number {
  const sum = (key: 'lines' | 'covered'): number => files.reduce((total, file) => total + file[key], 0)
  return sum('lines') === 0 ? 100 : (100 * sum('covered')) / sum('lines')
}

/** The files with the most lines that nothing has run. */
export function leastCovered(files: readonly FileCoverage[], count: number): readonly string[] {
  return files
    .toSorted((a, b) => b.lines - b.covered - (a.lines - a.covered))
    .slice(0, count)
    .map(({ path, lines, covered }) => `${path}: ${lines - covered} of ${lines} lines never run`)
}
