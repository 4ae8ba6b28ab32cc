/** The program in the languages of its readers: by variable and flag, whole in a terminal, and never where a program reads. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { widthOf } from '../../packages/cli/src/language/width.ts'
import { startProgram } from '../support/child.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const ended = await startProgram(process.execPath, {
    args: [PROGRAM, ...args],
    env: { COLUMNS: '80', ...env },
  }).ended()
  return ended.stdout + ended.stderr
}

suite('the program', () => {
  test('speaks the language of LANG, and that of --lang before it', async () => {
    assert.match(await run(['queue', '--help'], { LANG: 'zh_TW.UTF-8' }), /列出、顯示、立即投遞/)
    assert.match(await run(['--lang', 'zh-CN', 'queue', '--help'], { LANG: 'zh_TW.UTF-8' }), /列出、显示、立即投递/)
    assert.match(await run(['queue', '--help'], { LANG: 'xx_XX.UTF-8' }), /List, show, flush/)
  })
  test('says what a reply means in it, and keeps JSON as it is', async () => {
    const reply = ['classify', '550 5.1.1 user unknown']
    assert.match(await run(reply, { LC_ALL: 'zh_TW.UTF-8' }), /user-unknown: 沒有這個信箱。/)
    assert.equal(
      await run([...reply, '--json'], { LC_ALL: 'zh_TW.UTF-8' }),
      await run([...reply, '--json'], { LC_ALL: 'C' }),
    )
  })
  test('refuses a language that it does not speak', async () => {
    assert.match(await run(['--lang', 'tlh', 'queue', 'list']), /--lang is tlh\n {2}fix: one of en, zh-TW, zh-CN/)
  })
  test('says what is wrong with a configuration and how to mend it, and keeps JSON as it is', async () => {
    const wrong = { POSTRIDER_HOSTNAME: 'mail.a.test', POSTRIDER_DELIVERY_PORT: 'abc' }
    assert.match(
      await run(['queue', 'list'], { LANG: 'zh_TW.UTF-8', ...wrong }),
      /POSTRIDER_DELIVERY_PORT: delivery\.port：目前："abc"；應為：1 到 65535 的整數\n {2}修正：修正這個值/,
    )
    assert.match(
      await run(['queue', 'list', '--json'], { LANG: 'zh_TW.UTF-8', ...wrong }),
      /found "abc", wanted a whole number from 1 to 65535\n {2}fix: correct the value/,
    )
  })
  test('fits a terminal of 80 columns, where a Chinese character takes two', async () => {
    for (const lang of ['zh-TW', 'zh-CN']) {
      const lines = (await run(['--lang', lang, 'dns', '--help'])).split('\n')
      assert.deepEqual(
        lines.filter(line => widthOf(line) > 80 && !/^ {2}postrider /.test(line)),
        [],
      )
    }
  })
})
