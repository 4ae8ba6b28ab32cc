/** What was mistyped is told in the language of the terminal, with what was meant: commands, options, arguments, and domains of recipients. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')

/** What is typed, and what each language answers on its first lines. */
const TYPED: readonly {
  readonly line: string
  readonly en: string
  readonly 'zh-TW': string
  readonly 'zh-CN': string
}[] = [
  {
    line: 'quee list',
    en: "postrider: unknown command 'quee'\n(Did you mean queue?)",
    'zh-TW': 'postrider: 沒有「quee」這個命令\n（是不是 queue？）',
    'zh-CN': 'postrider: 没有“quee”这个命令\n（是不是 queue？）',
  },
  {
    line: 'queue list --limt 3',
    en: "postrider: unknown option '--limt'\n(Did you mean --limit?)",
    'zh-TW': 'postrider: 沒有「--limt」這個選項\n（是不是 --limit？）',
    'zh-CN': 'postrider: 没有“--limt”这个选项\n（是不是 --limit？）',
  },
  {
    line: 'explain',
    en: "postrider: missing required argument 'id'",
    'zh-TW': 'postrider: 缺少參數「id」',
    'zh-CN': 'postrider: 缺少参数“id”',
  },
  {
    line: 'queue list --limit',
    en: "postrider: option '--limit <n>' argument missing",
    'zh-TW': 'postrider: 選項「--limit <n>」沒有給值',
    'zh-CN': 'postrider: 选项“--limit <n>”没有给值',
  },
  {
    line: 'explain one two',
    en: 'postrider: too many arguments: expected 1, found 2',
    'zh-TW': 'postrider: 參數太多：應為 1 個，給了 2 個',
    'zh-CN': 'postrider: 参数太多：应为 1 个，给了 2 个',
  },
]

suite('a slip at the terminal', () => {
  for (const language of ['en', 'zh-TW', 'zh-CN'] as const)
    test(`is told with what was meant: ${language}`, async t => {
      const cwd = tempFolder(t)
      const env = { LC_ALL: `${language.replace('-', '_')}.UTF-8`, NO_COLOR: '1', POSTRIDER_QUEUE_PATH: 'q.db' }
      const run = (...args: string[]) => startProgram(process.execPath, { args: [PROGRAM, ...args], cwd, env }).ended()
      for (const { line, ...told } of TYPED) {
        const { code, stderr, stdout } = await run(...line.split(' '))
        assert.equal(code, 64, stderr)
        assert.equal(stdout, '')
        assert.ok(stderr.startsWith(`${told[language]}\n`), stderr)
        assert.doesNotMatch(stderr, language === 'en' ? /[\u4e00-\u9fff]/ : /error|Did you|unknown/)
      }
      const sent = ['send', '-f', 'a@example.com', '--text', 'x', 'anna@gmial.com']
      const { stderr } = await startProgram(process.execPath, {
        args: [PROGRAM, ...sent],
        cwd,
        env: {
          ...env,
          POSTRIDER_HOSTNAME: 'mail.example.com',
          POSTRIDER_PREFLIGHT: 'off',
          POSTRIDER_DNS_SERVERS: '127.0.0.1:1',
        },
      }).ended()
      assert.match(stderr, /gmial\.com.*gmail\.com/)
    })
})
