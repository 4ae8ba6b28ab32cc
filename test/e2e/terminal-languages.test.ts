/** What the command line tells in each language stands in columns: a Chinese character takes two of them (UAX 11). */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { widthOf } from '../../packages/cli/src/language/width.ts'
import { startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { buildTerminalTown, type TerminalTown } from '../support/terminal-town.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
/** Words of each language that the others do not have. */
const OWN = { en: /accepted|bounced/i, 'zh-TW': /[郵遞寫]/, 'zh-CN': /[邮递写]/ } as const

/** The columns of a terminal, one place each: a wide character is followed by an empty one. */
function columnsOf(line: string): string[] {
  return [...line].flatMap(char => (widthOf(char) === 2 ? [char, ''] : widthOf(char) === 0 ? [] : [char]))
}

/** Where the cells of a heading begin. */
function begins(heading: string): number[] {
  const columns = columnsOf(heading)
  return columns.flatMap((char, at) =>
    at > 1 && char !== ' ' && columns[at - 1] === ' ' && columns[at - 2] === ' ' ? [at] : [],
  )
}

function requireTable(lines: readonly string[], least: number): void {
  const [heading = '', ...rows] = lines
  const starts = begins(heading)
  assert.ok(starts.length >= least && rows.length > 0, `a table: ${lines.join('\n')}`)
  for (const row of rows) {
    const columns = columnsOf(row)
    for (const at of starts)
      assert.ok(
        columns.length <= at || (columns[at - 1] === ' ' && columns[at - 2] === ' ' && columns[at] !== ' '),
        `column ${at} of:\n${heading}\n${row}`,
      )
  }
}

suite('a terminal', () => {
  test('has queue, explain, send and doctor in columns, in each language', async t => {
    await using town = await buildTerminalTown(tempFolder(t))
    for (const lang of ['en', 'zh-TW', 'zh-CN'] as const) {
      const run = (...args: string[]): Promise<string> => says(town, ['--lang', lang, ...args])
      // Below the table stands what there is in all.
      requireTable((await run('queue', 'list')).trimEnd().split('\n').slice(0, -1), 4)
      requireTable((await run('queue', 'show', town.waiting)).trimEnd().split('\n').slice(-2), 3)
      const explained = (await run('explain', town.bounced)).trimEnd().split('\n')
      assert.match(explained.join('\n'), OWN[lang])
      assert.doesNotMatch(explained.join('\n'), /[.。]{2}(?!\.)/)
      assert.deepEqual(
        explained.filter(line => !/^(?:\d{4}-\d\d-\d\d [\d:]{8}Z| {20}) {2}\S/.test(line)),
        [],
      )
      const sent = await run('send', '-f', 'forum@example.com', '--text', 'x', '--wait', 'bounced@postrider.test')
      assert.match(sent, lang === 'en' ? /queued|bounced/ : /[一-鿿]{2}/)
      const doctor = await run('doctor', 'example.com', '--only', 'spf', 'dmarc', 'mx', 'dkim')
      assert.match(doctor, lang === 'en' ? /wanted:/ : /[一-鿿]{4}/)
      const bodies = doctor.split('\n').flatMap(line => /^ {8}(?=\S)[^\s:]+: +/.exec(line) ?? [])
      assert.ok(bodies.length > 4, doctor)
      assert.deepEqual([...new Set(bodies.map(widthOf))], [16], doctor)
    }
  })
})

const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true

test('a terminal of 64 columns breaks what doctor and explain say to fit, and a pipe gets whole lines', {
  skip: hasScript ? false : 'there is no `script` of util-linux on this machine',
}, async t => {
  await using town = await buildTerminalTown(tempFolder(t))
  for (const [lang, command] of [
    ['en', `explain ${town.bounced}`],
    ['zh-CN', `explain ${town.bounced}`],
    ['zh-TW', 'doctor example.com --only dmarc'],
  ] as const) {
    const args = [...command.split(' '), '--lang', lang]
    const whole = (await says(town, args)).trimEnd().split('\n')
    const shown = (await seen(town, args, 64)).trimEnd().split('\n')
    assert.ok(shown.length > whole.length, shown.join('\n'))
    assert.deepEqual(
      shown.filter(line => widthOf(line) > 64 && !/ IN TXT /.test(line)),
      [],
    )
    // Nothing is lost or added but line ends and what they took the place of.
    const bare = (lines: readonly string[]): string => lines.join('').replaceAll(/\s+/g, '')
    assert.equal(bare(shown), bare(whole))
  }
})

/** What a terminal of so many columns shows, without the progress beside it. */
async function seen({ cwd, env }: TerminalTown, args: readonly string[], columns: number): Promise<string> {
  const command = `stty cols ${columns}; '${process.execPath}' '${PROGRAM}' ${args.join(' ')} 2>/dev/null`
  const ended = await startProgram('script', {
    args: ['-qec', command, '/dev/null'],
    cwd,
    env: { TERM: 'xterm', NO_COLOR: '1', ...env },
  }).ended()
  return stripVTControlCharacters(ended.stdout).replaceAll('\r\n', '\n')
}

async function says({ cwd, env }: TerminalTown, args: readonly string[]): Promise<string> {
  const ended = await startProgram(process.execPath, {
    args: [PROGRAM, ...args],
    cwd,
    env: { COLUMNS: '80', NO_COLOR: '1', ...env },
  }).ended()
  return ended.stdout + ended.stderr
}
