/**
 * Snapshot: the public surface of each package as text, kept in git beside this file, so that a change of it is seen in review.
 *
 *   node test/api/snapshot.ts            writes the snapshots
 *   node test/api/snapshot.ts --check    says what differs, and ends with 1
 *
 * Policy. An entry's exported names come first, then every declaration that can be reached from them, each below the module
 * that owns it; comments are left out. What cannot be reached from an entry is not public and may change.
 *
 * Not here: whether the surface is compatible; that is judged by people.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { surfaceOf } from './surface.ts'

const ROOT = dirname(dirname(import.meta.dirname))

interface Entry {
  readonly title: string
  readonly source: string
}

/** The entries of a package's exports map, as their source files. */
function entriesOf(folder: string): readonly Entry[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    exports?: Record<string, string | Record<string, string>>
  }
  return Object.entries(manifest.exports ?? {}).flatMap(([path, conditions]) => {
    const source = typeof conditions === 'string' ? undefined : conditions['@postrider/source']
    if (source === undefined || !existsSync(join(folder, source))) return []
    return [{ title: join(manifest.name, path), source }]
  })
}

/** The snapshot of one package, or nothing when it has no public entry. */
function snapshotOf(folder: string): string | undefined {
  const entries = entriesOf(folder)
  if (entries.length === 0) return undefined
  const out = mkdtempSync(join(tmpdir(), 'postrider-api-'))
  try {
    const options = ['--emitDeclarationOnly', '--removeComments', '--outDir', out]
    execFileSync('tsc', ['-p', join(folder, 'tsconfig.build.json'), ...options], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const parts = entries.map(({ title, source }) => {
      const declarations = join(out, relative('src', source).replace(/\.ts$/, '.d.ts'))
      return `// ${title}\n\n${surfaceOf(declarations, out)}`
    })
    return `${parts.join('\n')}`
  } finally {
    rmSync(out, { recursive: true })
  }
}

function main(check: boolean): number {
  let stale = 0
  for (const folder of globSync('packages/*', { cwd: ROOT }).sort()) {
    const text = snapshotOf(join(ROOT, folder))
    if (text === undefined) continue
    const file = join(import.meta.dirname, `${basename(folder)}.d.ts`)
    const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (known === text) continue
    stale++
    if (!check) writeFileSync(file, text)
    process.stdout.write(
      `${relative(ROOT, file)} ${check ? 'differs from the sources: npm run api, and look at the diff' : 'written'}\n`,
    )
    if (check) process.stdout.write(difference(file, text))
  }
  return check ? stale : 0
}

/** Of a difference that is shown. */
const MOST_LINES = 60

function difference(file: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-api-'))
  try {
    const now = join(folder, 'now')
    writeFileSync(now, text)
    execFileSync('git', ['diff', '--no-index', '--no-color', '-U1', existsSync(file) ? file : '/dev/null', now])
    return ''
  } catch (error) {
    // git diff ends with 1 when there is a difference, which is what is asked for
    const lines = String((error as { stdout?: Buffer }).stdout ?? '').split('\n')
    return [...lines.slice(0, MOST_LINES), lines.length > MOST_LINES ? '…\n' : ''].join('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

process.exitCode = main(process.argv.includes('--check')) > 0 ? 1 : 0
