/** Every dependency has a line in its decision, with the file that owns it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { sourcesBelow } from './support/source.ts'

const ROOT = dirname(import.meta.dirname)
const PLACES = [
  '.',
  'packages/core',
  'packages/relay',
  'packages/cli',
  'examples',
  'test',
  'test/interop/auth-app',
  'site',
]
const KINDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const

type Manifest = { readonly [K in (typeof KINDS)[number]]?: Readonly<Record<string, string>> }

const page = readFileSync(join(ROOT, 'docs/decisions/0006-dependencies.md'), 'utf8')
/** The code in each cell of each row of a table: packages, then owners. */
const rowsOf = (text: string): readonly (readonly (readonly string[])[])[] =>
  text
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => line.split('|').map(cell => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string)))
const [atRunTime = [], forDevelopment = []] = page.split('For development:').map(rowsOf)
const named = [...atRunTime, ...forDevelopment].flatMap(([, packages = []]) => packages)

const manifests = PLACES.map(place => JSON.parse(readFileSync(join(ROOT, place, 'package.json'), 'utf8')) as Manifest)
const used = new Set(
  manifests
    .flatMap(manifest => KINDS.flatMap(kind => Object.keys(manifest[kind] ?? {})))
    .filter(name => !name.startsWith('@postrider/')),
)

test('every dependency has a line that says why it is there, and every line has a dependency', () => {
  assert.deepEqual([...named].sort(), [...used].sort())
})

test('versions are exact, except of what an app brings itself', () => {
  const loose = manifests.flatMap(manifest =>
    KINDS.filter(kind => kind !== 'peerDependencies').flatMap(kind =>
      Object.entries(manifest[kind] ?? {}).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
    ),
  )
  assert.deepEqual(loose, [])
})

test('the owner files of a dependency are those that the decision names', () => {
  const sources = PLACES.filter(place => place.startsWith('packages/')).flatMap(place => sourcesBelow(ROOT, place))
  const shipped = sources.filter(({ path }) => !path.endsWith('.test.ts') && !path.includes('/testing/'))
  for (const [, [name = ''] = [], owners = []] of atRunTime) {
    const importers = shipped.filter(({ imports }) =>
      imports.some(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`)),
    )
    assert.deepEqual(importers.map(({ path }) => path).sort(), [...owners].sort(), name)
  }
})
