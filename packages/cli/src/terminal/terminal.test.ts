import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { suite, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { printFindings } from '../checkup/index.ts'
import { widthOf } from '../language/width.ts'
import { hang, startProgress, type Terminal, table } from './index.ts'

const terminal = (columns?: number): Terminal => ({
  interactive: columns !== undefined,
  plain: true,
  columns,
  write: () => {},
})
const LONG = 'Gmail, Yahoo and Microsoft demand one of bulk senders'
const RECORD = '_dmarc.example.com. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@example.com"'

suite('a text beside something', () => {
  test('goes on below where it began, within the width of the terminal', () => {
    assert.equal(hang(LONG, 4, terminal(34)), 'Gmail, Yahoo and Microsoft\n    demand one of bulk senders')
    for (const columns of [30, 40, 41, 80])
      for (const line of `    ${hang('寄到 Gmail 的信件被退回：反解（PTR）沒有設定，請向主機商申請。', 4, terminal(columns))}`.split(
        '\n',
      )) {
        assert.ok(widthOf(line) <= columns, line)
        assert.doesNotMatch(line, /^ *[，。：）]|[（「]$/)
      }
  })

  test('keeps its lines where nobody looks, and where there is no room', () => {
    assert.equal(hang(`${LONG}\nand so on`, 2, terminal()), `${LONG}\n  and so on`)
    assert.equal(hang(LONG, 16, terminal(30)), LONG)
  })

  test('is not broken where it is to be copied: records and commands', () => {
    for (const copied of [
      RECORD,
      'npx postrider keygen example.com --selector mail2026',
      'mx.example.com. IN A 192.0.2.1',
    ])
      assert.equal(hang(copied, 16, terminal(40)), copied)
  })

  test('is the last column of a table, and the findings of the doctor', () => {
    const [, first = '', second = ''] = table(['id', 'why'], [['a', LONG]], terminal(32)).split('\n')
    assert.deepEqual([first, second], ['a   Gmail, Yahoo and Microsoft', '    demand one of bulk senders'])
    const finding = {
      id: 'dmarc.exists',
      level: 'warn',
      title: 'DMARC record',
      found: LONG,
      wanted: LONG,
      why: LONG,
      fix: RECORD,
    } as const
    const lines = printFindings([finding, { ...finding, level: 'ok' }], terminal(50)).split('\n')
    assert.deepEqual(
      lines.filter(line => line.length > 50),
      [`        fix:    ${RECORD}`],
    )
    assert.ok(lines.includes('        why:    Gmail, Yahoo and Microsoft demand'))
    assert.ok(lines.includes(`${' '.repeat(16)}one of bulk senders`))
  })
})

test('progress leaves nothing behind when it is cleared, however often it began again', async () => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { columns: 80, isTTY: true })
  const progress = await startProgress({ interactive: true, stream, write: text => stream.write(text) }, 'Looking')
  progress.say('one line that stays')
  progress.say('another')
  progress.clear()
  const left = stripVTControlCharacters(String(stream.read())).replaceAll(/Looking\.*/g, '')
  assert.doesNotMatch(left, /[│|]/)
  assert.match(left, /one line that stays\n[\s\S]*another\n/)
})
