/**
 * What npm would publish, used as a stranger would: packed, installed into an empty project, imported and run from dist.
 *
 * Policy. The packages must be built (`npm run test:package` does). Third-party packages come from npm's cache or its
 * registry, which is why this does not run with `npm test`; npm is the only one that goes there.
 */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, suite, test } from 'node:test'
import { startDnsServer } from '@postrider/core/testing'
import manifest from '../../package.json' with { type: 'json' }
import testing from '../package.json' with { type: 'json' }
import { type ChildOptions, type Ended, runProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const ROOT = dirname(dirname(import.meta.dirname))
const NAMES = ['core', 'relay', 'cli'] as const
/** Beside the packages: what an app has of its own. */
const OWN = [
  `nodemailer@${testing.devDependencies.nodemailer}`,
  `@types/node@${manifest.devDependencies['@types/node']}`,
]

suite('the packages that npm would publish', () => {
  const folder = tempFolder()
  const project = join(folder, 'project')
  const archives: string[] = []

  async function run(command: string, args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
    const ended = await runProgram(command, { args, cwd: project, ...options })
    assert.equal(ended.code, 0, `${command} ${args.join(' ')}\n${ended.stdout}${ended.stderr}`)
    return ended
  }

  const postrider = (args: readonly string[], options: ChildOptions = {}): Promise<Ended> =>
    run('npx', ['--no-install', 'postrider', ...args], options)

  before(async () => {
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
    for (const name of ['use.js', 'use.ts'])
      copyFileSync(join(import.meta.dirname, 'project', name), join(project, name))
    const workspaces = NAMES.flatMap(name => ['--workspace', `@postrider/${name}`])
    await run('npm', ['pack', '--silent', '--pack-destination', folder, ...workspaces], { cwd: ROOT })
    for (const name of readdirSync(folder)) if (name.endsWith('.tgz')) archives.push(join(folder, name))
    assert.equal(archives.length, NAMES.length)
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--silent', ...archives, ...OWN])
  })

  test('hold what they run, their licence and a word of introduction, and neither sources nor tests', () => {
    for (const name of NAMES) {
      const files = readdirSync(join(project, 'node_modules/@postrider', name), { recursive: true }).map(String)
      for (const wanted of [
        'package.json',
        'README.md',
        'LICENSE',
        name === 'cli' ? 'dist/main.js' : 'dist/index.d.ts',
      ])
        assert.ok(files.includes(wanted), `${name} lacks ${wanted}`)
      assert.deepEqual(
        files.filter(file => /\.test\.|(?<!\.d)\.ts$|^src/.test(file)),
        [],
      )
    }
  })

  test('send, examine, take over a Nodemailer app, play a mail host and listen as a relay, from plain JavaScript', async () => {
    const { stdout } = await run(process.execPath, ['use.js'])
    const { relayPort, ...result } = JSON.parse(stdout) as { relayPort: number }
    assert.deepEqual(result, {
      delivered: true,
      arrived: 2,
      clockChecked: true,
      problem: 'it is not JSON',
      refused: 'unreachable',
    })
    assert.ok(relayPort > 0)
  })

  test('have types for a strict TypeScript project that checks its libraries too', async () => {
    const compilerOptions = {
      target: 'esnext',
      lib: ['esnext'],
      module: 'nodenext',
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }))
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'])
  })

  test('bring the command', async () => {
    const { stdout } = await postrider(['--version'])
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
    assert.match((await postrider(['send', '--help'])).stdout, /--attach/)
  })

  test('bring a command that tells a route', async () => {
    const dns = await startDnsServer({
      'user.example': { MX: ['10 mx.user.example'] },
      'mx.user.example': { A: ['192.0.2.25'] },
    })
    try {
      writeFileSync(
        join(project, 'postrider.yaml'),
        `# Who we are.\nhostname: app.example\ndns:\n  servers: ['${dns.server}'] # ours\n`,
      )
      assert.match((await postrider(['route', 'user.example'])).stdout, /mx\.user\.example.*192\.0\.2\.25/s)
    } finally {
      await dns.close()
    }
  })

  test('name the line of a mistake in postrider.yaml', async () => {
    writeFileSync(join(project, 'postrider.yaml'), '# Who we are.\nhostname: app.example\ndns:\n  server: 192.0.2.53\n')
    const { code, stderr } = await runProgram('npx', {
      args: ['--no-install', 'postrider', 'route', 'user.example'],
      cwd: project,
    })
    assert.equal(code, 78)
    assert.match(stderr, /postrider\.yaml:4: dns\.server: .* wanted dns\.servers/)
  })
})
