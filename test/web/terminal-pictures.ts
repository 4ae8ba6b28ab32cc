/**
 * TerminalPictures: what the command line says in 繁體中文 and 简体中文, in a real terminal of 80 columns, into docs/images: part of
 * `npm run pictures`. tmux is the terminal: what is drawn is what it shows, cell by cell, with its colours.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildTerminalTown, type TerminalTown } from '../support/terminal-town.ts'
import { startBrowser } from './browser.ts'

const OUT = join(import.meta.dirname, '../../docs/images')
const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
const COLUMNS = 80
const FONTS = { 'zh-TW': 'Noto Sans Mono CJK TC', 'zh-CN': 'Noto Sans Mono CJK SC' } as const
/** As most terminals have them. */
const COLOURS: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
}

const folder = mkdtempSync(join(tmpdir(), 'postrider-terminal-'))
try {
  await using town = await buildTerminalTown(folder)
  const browser = await startBrowser()
  for (const lang of ['zh-TW', 'zh-CN'] as const) {
    const commands = [
      ['terminal-doctor', 'doctor example.com --only spf.all dmarc dkim.length mx.resolves', 24],
      ['terminal-queue', `queue list`, 8],
      ['terminal-explain', `explain ${town.bounced}`, 14],
    ] as const
    for (const [name, command, rows] of commands) {
      const page = await browser.newPage({ viewport: { width: 760, height: 100 }, deviceScaleFactor: 2 })
      await page.setContent(drawn(await shown(town, { command, lang, rows }), { command, font: FONTS[lang] }))
      await page.locator('pre').screenshot({ path: join(OUT, `${name}-${lang}.png`) })
      await page.close()
    }
  }
  await browser.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

interface Shot {
  readonly command: string
  readonly lang: string
  readonly rows: number
}

/** The screen when the command has ended, with its colours. */
async function shown({ cwd, env }: TerminalTown, { command, lang, rows }: Shot): Promise<string> {
  const socket = ['-L', `postrider-${process.pid}`]
  const settings = Object.entries({ ...env, LC_ALL: `${lang.replace('-', '_')}.UTF-8` }).map(
    ([key, value]) => `${key}=${value}`,
  )
  const line = `env ${settings.join(' ')} ${process.execPath} ${PROGRAM} ${command}; tmux ${socket.join(' ')} wait-for -S done; cat`
  // Its name server is in this process, which must not stand still meanwhile.
  const tmux = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('tmux', [...socket, ...args], { cwd, encoding: 'utf8' })).stdout
  await tmux('-u', 'new-session', '-d', '-x', String(COLUMNS), '-y', String(rows), line)
  try {
    await tmux('wait-for', 'done')
    return (await tmux('capture-pane', '-p', '-e')).trimEnd()
  } finally {
    await tmux('kill-server')
  }
}

function drawn(screen: string, { command, font }: { readonly command: string; readonly font: string }): string {
  let colour = ''
  const body = screen
    .split(/\u001b\[([\d;]*)m/)
    .map((part, index) => {
      if (index % 2 === 0) return `<span style="color:${colour}">${escaped(part)}</span>`
      const code = part
        .split(';')
        .map(Number)
        .findLast(each => each in COLOURS || each === 0 || each === 39)
      if (code !== undefined) colour = COLOURS[code] ?? ''
      return ''
    })
    .join('')
  // A wide character of this font is exactly two of its narrow ones.
  return `<body style="margin:0"><pre style="margin:0;padding:16px;width:80ch;background:#0d1117;color:#e6edf3;font:15px/1.5 '${font}'"><span style="color:#8b949e">$ postrider ${escaped(command)}</span>\n${body}</pre>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
