import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { runProgram } from './child.ts'
import { coverageIn, judgeCoverage, leastCovered } from './coverage.ts'
import { tempFolder } from './folder.ts'

const SOURCE = `interface Shape {
  /** § */
  readonly side: number
}

export function area({ side }: Shape): number {
  if (side < 0) throw new Error('§')
  return side * side
}

export function never(): number {
  return 1
}
`

/** A tree with one source, and what V8 counted in a process for each of these scripts. */
async function measured(...scripts: readonly string[]) {
  const root = tempFolder()
  const source = join(root, 'packages/core/src')
  mkdirSync(source, { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(source, 'area.ts'), SOURCE)
  writeFileSync(join(source, 'area.test.ts'), 'never.counted()\n')
  const folder = join(root, 'coverage')
  mkdirSync(folder)
  for (const script of scripts) {
    const code = `const it = await import(${JSON.stringify(pathToFileURL(join(source, 'area.ts')).href)})\n${script}`
    const { code: exit, stderr } = await runProgram(process.execPath, {
      args: ['--input-type=module', '-e', code],
      cwd: root,
      env: { ...process.env, NODE_V8_COVERAGE: folder },
    })
    assert.equal(exit, 0, stderr)
  }
  return coverageIn(folder, root)
}

suite('coverage', () => {
  test('types and brackets are no lines; a line is covered when all of it was run', async () => {
    assert.deepEqual(await measured('it.area({ side: 2 })'), [
      { path: 'packages/core/src/area.ts', lines: 5, covered: 2 },
    ])
  })
  test('what one process has run and another has not is covered', async () => {
    const [file] = await measured('it.area({ side: 2 })', 'try { it.area({ side: -1 }) } catch {}', 'it.never()')
    assert.deepEqual([file?.lines, file?.covered], [5, 5])
  })
  test('a file that nothing has loaded is not covered', async () => {
    const files = await measured()
    assert.equal(files[0]?.covered, 0)
    assert.deepEqual(leastCovered(files, 3), ['packages/core/src/area.ts: 5 of 5 lines never run'])
  })
  test('below its floor a package fails, well above it the floor is to be raised', () => {
    const files = [{ path: 'packages/core/src/a.ts', lines: 100, covered: 90 }]
    assert.deepEqual(judgeCoverage(files, { core: 90.5 }), {
      ok: false,
      text: ['core: 90.0 % of lines covered; below its floor of 90.5 %: test what is new'],
    })
    assert.equal(judgeCoverage(files, { core: 89.5 }).ok, true)
    assert.match(judgeCoverage(files, { core: 80 }).text[0] ?? '', /raise its floor .* from 80 to 90$/)
  })
})
