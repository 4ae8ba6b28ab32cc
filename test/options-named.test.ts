/** An option that the program speaks of, in a fix, an error or a description, is one that there is. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CHECKS } from '@postrider/core'
import { relaySchema } from '@postrider/relay'
import { STATE_CHECKS } from '../packages/cli/src/language/state-checks.ts'
import { optionRows } from '../packages/core/src/config/index.ts'

const ROOT = join(import.meta.dirname, '..')
const SECTIONS =
  'egress|dkim|dns|queue|delivery|feedback|routes|tls|mtaSts|tlsrpt|preflight|notices|limits|compose|providers|outcome|relay'
/** A section, a dot, and keys below it. */
const NAME = new RegExp(
  `(?<![\\w.@/-])(?:${SECTIONS})(?:\\[\\])?\\.[a-z][A-Za-z]*(?:(?:\\[\\])?\\.[a-z][A-Za-z]*)*`,
  'g',
)
/** Whatever stands in quotes; a sentence has a space in it. */
const TEXT = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g

test('every option that a sentence of the program names exists', async () => {
  const rows = await optionRows(relaySchema)
  const checks = [...Object.keys(CHECKS), ...Object.keys(STATE_CHECKS)]
  const known = new Set([...rows.flatMap(({ key }) => prefixes(key.replaceAll('[]', ''))), ...checks])
  const unknown: string[] = []
  for (const file of globSync('packages/*/src/**/*.ts', { cwd: ROOT })) {
    if (/\.(?:test|fixture)\.ts$|\/testing\//.test(file)) continue
    for (const [sentence] of code(readFileSync(join(ROOT, file), 'utf8'))
      .matchAll(TEXT)
      .filter(([text]) => text.includes(' ')))
      for (const [name] of sentence.replace(/\$\{[^}]*\}/g, '…').matchAll(NAME))
        if (!known.has(name.replaceAll('[]', ''))) unknown.push(`${file}: ${name}`)
  }
  assert.deepEqual(unknown, [])
})

/** Without comments and imports, where names are those of files and functions. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*(?:\/\/|import |export .* from ).*$/gm, '')
}

function prefixes(key: string): readonly string[] {
  const parts = key.split('.')
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'))
}
