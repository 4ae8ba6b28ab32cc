/**
 * Install: brings the servers of the lab from the Debian archive.
 *
 * Policy. Packages are downloaded and unpacked below the lab's folder, not installed: no service starts by itself, and a
 * mail server that the machine has stays untouched. What is already unpacked is not fetched again.
 *
 *   node test/interop/lab/install.ts
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEBIAN } from './folders.ts'

/** Groups of packages that may stand together; two mail servers may not. */
const GROUPS: readonly (readonly string[])[] = [
  ['nsd', 'unbound', 'ldnsutils', 'exim4-daemon-light', 'exim4-base', 'libnss-wrapper', 'libresolv-wrapper'],
  [
    'postfix',
    'opendkim',
    'opendkim-tools',
    'python3',
    'python3-dkim',
    'python3-dnspython',
    'openssl',
    'libmail-dkim-perl',
  ],
]

const STAMP = join(DEBIAN, 'packages.json')

/** Why the lab cannot run on this machine, for people. */
export class LabUnavailable extends Error {
  override readonly name: string = 'LabUnavailable'
}

/** Unpacks the servers unless they are there. @throws LabUnavailable */
export function install(): void {
  if (process.getuid?.() !== 0)
    throw new LabUnavailable(
      'the lab starts mail servers on ports 25, 53 and 443 of loopback addresses and must be run as root',
    )
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === JSON.stringify(GROUPS)) return
  if (!has('apt-get') || !has('dpkg-deb'))
    throw new LabUnavailable(
      `the lab takes its servers from the Debian archive, and this machine has no apt-get: ${GROUPS.flat().join(' ')}`,
    )
  rmSync(DEBIAN, { recursive: true, force: true })
  const archives = join(DEBIAN, 'archives')
  mkdirSync(archives, { recursive: true })
  aptGet(['update'], archives)
  aptGet(['download', ...wanted()], archives)
  for (const archive of readdirSync(archives)) execFileSync('dpkg-deb', ['--extract', join(archives, archive), DEBIAN])
  // exim comes with the set-user-id bit; the lab runs it as an ordinary user.
  chmodSync(join(DEBIAN, 'usr/sbin/exim4'), 0o755)
  rmSync(archives, { recursive: true })
  writeFileSync(STAMP, JSON.stringify(GROUPS))
}

/** Installs packages that start no service, such as mail clients, where they are missing. @throws LabUnavailable */
export function installPackages(names: readonly string[]): void {
  const missing = names.filter(name => !isInstalled(name))
  if (missing.length === 0) return
  aptGet(['update'], '/')
  aptGet(['install', '--yes', '--no-install-recommends', ...missing], '/')
}

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' })
  return /^Status: .* installed$/m.test(stdout)
}

/** The packages, and those they need that this machine has not. */
function wanted(): readonly string[] {
  const names = GROUPS.flatMap(group => {
    const plan = aptGet(['install', '--simulate', '--no-install-recommends', ...group], DEBIAN)
    // "Inst name (version" is new, "Inst name [old] (version" an upgrade that nobody asked for
    return [...plan.matchAll(/^Inst (\S+) \(/gm)].map(match => match[1] as string)
  })
  const servers = GROUPS.flat().filter(name => !['python3', 'openssl'].includes(name))
  return [...new Set([...servers, ...names])]
}

function aptGet(args: readonly string[], cwd: string): string {
  try {
    const command = ['-q', '-o', 'APT::Sandbox::User=root', ...args]
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    return execFileSync('apt-get', command, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    throw new LabUnavailable(
      `apt-get ${args.join(' ')} failed:\n${(error as { stderr?: string }).stderr ?? String(error)}`,
    )
  }
}

function has(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, program)))
}

/** The environment in which unpacked programs find their libraries. */
export function unpackedEnvironment(): Record<string, string> {
  const machine = readdirSync(join(DEBIAN, 'usr/lib')).filter(name => name.endsWith('-linux-gnu'))
  const libraries = [
    join(DEBIAN, 'usr/lib'),
    ...machine.map(name => join(DEBIAN, 'usr/lib', name)),
    join(DEBIAN, 'usr/lib/postfix'),
  ]
  return { LD_LIBRARY_PATH: libraries.join(':') }
}

/** The path of an unpacked program. */
export function program(name: string): string {
  const found = ['usr/sbin', 'usr/bin'].map(folder => join(DEBIAN, folder, name)).find(path => existsSync(path))
  if (found === undefined) throw new LabUnavailable(`${name} is not among the unpacked packages`)
  return found
}

/** The path of an unpacked shared library. */
export function library(name: string): string {
  const folders = readdirSync(join(DEBIAN, 'usr/lib')).filter(folder => folder.endsWith('-linux-gnu'))
  const found = folders.map(folder => join(DEBIAN, 'usr/lib', folder, name)).find(path => existsSync(path))
  if (found === undefined) throw new LabUnavailable(`${name} is not among the unpacked packages`)
  return found
}

if (import.meta.main) install()
