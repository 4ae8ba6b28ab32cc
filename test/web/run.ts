/**
 * Run: the tests of the web interface in a browser, `npm run test:web`: builds the interface, and the site where it is not built, brings
 * the browser where it is missing, and runs them.
 *
 * Policy. On Debian as root the browser and fonts for Chinese are installed; elsewhere they must be there. One file after the other: each has
 * a browser.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ROOT = dirname(dirname(import.meta.dirname))
const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FONTS = '/usr/share/fonts/opentype/noto'

if (!existsSync(PROGRAM) || !existsSync(FONTS)) {
  const apt = (...args: string[]): void =>
    void execFileSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  apt('-q', 'update')
  apt('-q', 'install', '--yes', '--no-install-recommends', 'chromium', 'fonts-noto-cjk')
}

execFileSync(process.execPath, ['--conditions=@postrider/source', join(ROOT, 'packages/relay/web/build.ts')], {
  stdio: 'inherit',
})

if (!existsSync(join(ROOT, 'site/dist/index.html')))
  execFileSync(process.execPath, [join(ROOT, 'site/build.ts')], { stdio: 'inherit' })

const files = globSync(process.argv.length > 2 ? process.argv.slice(2) : 'test/web/*.test.ts', { cwd: ROOT }).sort()
const { status } = spawnSync('npm', ['run', 'test:files', '--', '--test-concurrency=1', ...files], {
  cwd: ROOT,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
