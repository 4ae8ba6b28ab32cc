/**
 * NewestResend: the tests of the Resend contract, by the newest `resend` of the registry in place of the pinned one.
 *
 * Policy. It is fetched here, beforehand: the tests themselves reach nothing but loopback. What they show is told by version.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figures } from './proof.ts'

const TESTS = ['test/resend/sdk*.test.ts', 'test/resend/administration.test.ts', 'test/resend/webhook-forms.test.ts']
const HOOK = './test/proof/newest-resend-hook.ts'

/** What it renders React with, as we have it. */
function rendering(): readonly string[] {
  const { devDependencies = {}, dependencies = {} } = JSON.parse(readFileSync('test/package.json', 'utf8')) as {
    readonly devDependencies?: Readonly<Record<string, string>>
    readonly dependencies?: Readonly<Record<string, string>>
  }
  const known = { ...devDependencies, ...dependencies }
  return Object.keys(known)
    .filter(name => /^(@react-email\/.*)$/.test(name))
    .map(name => `${name}@${known[name]}`)
}

export async function prove(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-resend-'))
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, 'resend@latest', ...rendering()], {
      stdio: 'inherit',
    })
    const about = JSON.parse(readFileSync(join(folder, 'node_modules/resend/package.json'), 'utf8')) as {
      readonly version: string
    }
    const ran = spawnSync(
      process.execPath,
      [
        '--conditions=@postrider/source',
        '--import=./test/support/deny-network.ts',
        `--import=${HOOK}`,
        '--test',
        '--test-reporter=tap',
        ...TESTS.flatMap(pattern => globSync(pattern)),
      ],
      { env: { ...process.env, RESEND_FOLDER: folder }, encoding: 'utf8' },
    )
    const count = (what: string): number => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(ran.stdout)?.[1])
    assert.equal(ran.status, 0, ran.stdout.match(/^\s*not ok .*$/gm)?.join('\n') ?? ran.stderr)
    return { version: about.version, passed: count('pass'), failed: count('fail') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
