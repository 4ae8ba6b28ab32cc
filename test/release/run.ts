/**
 * Run: makes the tarballs of a release, or says why there can be none.
 *
 *   npm run release -- 1.2.0          checks, builds and packs into ./release
 *   npm run release -- 1.2.0 --check  only checks
 *
 * Policy. Nothing is published and nothing is changed: a person reads what was packed and publishes it. Refused are a working
 * tree with changes, a CHANGELOG that still has entries under Pending or none for this version, and packages whose versions
 * differ from it or from each other's.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { problemsOf } from './problems.ts'

const ROOT = join(import.meta.dirname, '../..')
const PACKAGES = ['core', 'relay', 'cli']

const { positionals, values } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' } } })
const [version = ''] = positionals
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' })

const problems = problemsOf({
  version,
  changelog: read('CHANGELOG.md'),
  manifests: PACKAGES.map(name => JSON.parse(read(`packages/${name}/package.json`))),
  changed: git('status', '--porcelain').split('\n').filter(Boolean),
})
if (problems.length > 0) {
  process.stderr.write(`no release ${version}:\n${problems.map(problem => `- ${problem}\n`).join('')}`)
  process.exit(1)
}
process.stdout.write(`release ${version} may be made of ${git('rev-parse', '--short', 'HEAD').trim()}\n`)
if (!values.check) pack()

function pack(): void {
  const folder = join(ROOT, 'release')
  mkdirSync(folder, { recursive: true })
  execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: 'inherit' })
  for (const name of PACKAGES)
    execFileSync('npm', ['pack', '--pack-destination', folder, `./packages/${name}`], { cwd: ROOT, stdio: 'inherit' })
}
