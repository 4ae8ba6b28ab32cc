/**
 * Run: the interop tests against one lab, which is started before the first and ended after the last.
 *
 *   npm run test:interop                 all of them
 *   npm run test:interop -- FILE…        some of them
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { LabUnavailable } from './lab/install.ts'
import { startLab } from './lab/lab.ts'

const SUPPORT = join(import.meta.dirname, '../support')
const REPORTERS = ['spec', join(SUPPORT, 'summary.ts')].flatMap(name => [
  `--test-reporter=${name}`,
  '--test-reporter-destination=stdout',
])

/** An app of others, with a lockfile of its own, so that nothing of it is installed with the rest. */
function installApp(): void {
  const cwd = join(import.meta.dirname, 'auth-app')
  if (!existsSync(join(cwd, 'node_modules'))) execFileSync('npm', ['ci', '--ignore-scripts'], { cwd, stdio: 'inherit' })
}

async function main(files: readonly string[]): Promise<number> {
  installApp()
  const lab = await startLab()
  try {
    const guard = ['deny-network.ts', 'deadline.ts'].flatMap(name => ['--import', join(SUPPORT, name)])
    // One file after the other: they share mailboxes and the patience of the servers.
    const run = ['--test', '--test-concurrency=1', '--test-timeout=240000', ...REPORTERS, ...files]
    const args = ['--conditions=@postrider/source', ...guard, ...run]
    // Four dozen clients, one after the other, are long on a machine that is busy.
    const env = { TEST_FILE_MINUTES: '10', ...process.env, MAIL_LAB_STATE: JSON.stringify(lab.state) }
    const tests = spawn(process.execPath, args, { stdio: 'inherit', env })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => tests.kill(signal))
    const [code] = (await once(tests, 'close')) as [number | null]
    return code ?? 1
  } finally {
    await lab.stop()
  }
}

try {
  const given = process.argv.slice(2)
  process.exitCode = await main(given.length > 0 ? given : globSync(join(import.meta.dirname, '*.test.ts')).sort())
} catch (error) {
  if (!(error instanceof LabUnavailable)) throw error
  process.stderr.write(`the interop tests cannot run here: ${error.message}\n`)
  process.exitCode = 1
}
