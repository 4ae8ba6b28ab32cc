/** Completions in zsh and fish as they are, and the manual read by mandoc and groff. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { COMMANDS } from '../../packages/cli/src/command/index.ts'
import { completionScript, placesOf } from '../../packages/cli/src/completion/index.ts'
import { installPackages } from './lab/install.ts'

installPackages(['zsh', 'fish', 'mandoc', 'groff'])

const MANUAL = join(import.meta.dirname, '../../packages/cli/man/postrider.1')
const folder = mkdtempSync(join(tmpdir(), 'postrider-completion-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const places = placesOf(COMMANDS, ['en'])

test('fish offers commands and flags with what they say', () => {
  const script = join(folder, 'postrider.fish')
  writeFileSync(script, completionScript('fish', places))
  const offered = (typed: string): readonly string[] =>
    execFileSync('fish', ['-c', `source ${script}; complete -C '${typed}'`], { encoding: 'utf8' }).split('\n')
  assert.ok(offered('postrider q').some(line => line.startsWith('queue\tList, show')))
  assert.deepEqual(offered('postrider queue list --do').filter(Boolean), [
    '--domain\tonly mail for this recipient domain',
  ])
})

test('zsh completes a line that is typed at its prompt', () => {
  writeFileSync(join(folder, '_postrider'), completionScript('zsh', places))
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PS1=; stty -echo; fpath=(${folder} $fpath); autoload -Uz compinit; compinit -u -D; echo COMPINIT-DONE'
    zpty -r shell out '*COMPINIT-DONE*COMPINIT-DONE*'
    zpty -w -n shell $'postrider suppressions li\\t --origin manual --li\\t 3 # THE-END'
    zpty -r shell out '*THE-END*'
    print -r -- "$out"`
  const typed = execFileSync('zsh', ['-f', '-c', script], { encoding: 'utf8', timeout: 60_000 })
  // What the terminal was told between the words: bold, back.
  const plain = typed.replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]|[\b\r\n]/g, '').replaceAll(/ +/g, ' ')
  assert.match(plain, /postrider suppressions list --origin manual --limit 3 # THE-END/)
})

test('mandoc and groff read the manual without an error', () => {
  const lint = execFileSync('mandoc', ['-T', 'lint', '-W', 'error', MANUAL], { encoding: 'utf8' })
  assert.equal(lint, '')
  const page = execFileSync('groff', ['-mandoc', '-Tutf8', '-ww', MANUAL], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  assert.match(page, /postrider queue list/)
})
