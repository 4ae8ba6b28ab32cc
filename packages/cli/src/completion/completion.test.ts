import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { COMMANDS } from '../command/index.ts'
import { completionScript, manual, placesOf } from './index.ts'

const places = placesOf(COMMANDS, ['en'])

suite('completion in bash', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'postrider-completion-'))
    writeFileSync(join(folder, 'postrider.bash'), completionScript('bash', places))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** What is offered for the last of these words. */
  function offered(...words: readonly string[]): readonly string[] {
    const script = [
      `source ${join(folder, 'postrider.bash')}`,
      `COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`,
      '_postrider; declare -p COMPREPLY',
    ]
    const declared = execFileSync('bash', ['--norc', '-c', script.join('\n')], { encoding: 'utf8' })
    return [...declared.matchAll(/\]="([^"]*)"/g)].map(([, word]) => word!)
  }

  test('offers every command', () => {
    assert.deepEqual(
      offered('postrider', '').filter(word => !word.startsWith('-')),
      COMMANDS.map(({ name }) => name),
    )
  })
  test('offers what stands below a command, wherever flags stand', () => {
    assert.deepEqual(offered('postrider', 'queue', 'li'), ['list'])
    assert.deepEqual(offered('postrider', '--json', 'queue', '--config', 'list', 'sho'), ['show'])
  })
  test('offers the flags of that command, and of no other', () => {
    assert.deepEqual(offered('postrider', 'suppressions', 'list', '--o'), ['--origin'])
    assert.deepEqual(offered('postrider', 'queue', 'list', '--o'), [])
  })
  test('leaves the value of a flag to the shell', () => {
    assert.deepEqual(offered('postrider', 'queue', 'list', '--limit', ''), [])
  })
})

test('what a command says is a word for the shell, whatever stands in it', () => {
  const says = `it's "a" $HOME \`id\` \\ (x): y`
  const odd = placesOf([{ name: 'odd', summary: says, flags: [{ form: '--it', says }] }], ['en'])
  const fish = completionScript('fish', odd)
  assert.ok(fish.includes(String.raw`-d 'it\'s "a" $HOME `))
  const zsh = completionScript('zsh', odd)
  assert.ok(zsh.includes(String.raw`'odd:it'\''s "a" $HOME `))
})

test('the manual has every command and flag', () => {
  const page = manual(places, 'November 30, 2026')
  for (const { path, flags } of places.slice(1)) {
    assert.ok(page.includes(`.Ss postrider ${path.join(' ')}`), path.join(' '))
    for (const { form } of flags) assert.ok(page.includes(`.It ${form.replaceAll('-', '\\-')}`), form)
  }
})
