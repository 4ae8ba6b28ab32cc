/**
 * The container of the relay, built from its Dockerfile without a container engine and started from its root file system as
 * an engine would: read-only, as its own user, with only the old Postfix container's two variables.
 *
 *   npm run test:container        as root, on Debian; elsewhere it says why it cannot run, and is skipped
 *
 * Policy. buildah builds with chroot isolation on a base that has Debian's essential packages, made by mmdebstrap, and Node
 * and npm of this machine: what the Dockerfile expects of its base and no more. A network namespace of its own stands for the engine's.
 * Not shown here: the healthcheck's timer, restart policies and volumes of an engine.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { installPackages } from '../interop/lab/install.ts'

const ROOT = join(import.meta.dirname, '../..')
const BASE = 'localhost/postrider-base:test'
const IMAGE = 'localhost/postrider:test'
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt'
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const folder = mkdtempSync(join(tmpdir(), 'postrider-container-'))
const made: (() => void)[] = []
let rootfs = ''

function run(command: string, ...args: readonly string[]): string {
  const env = { ...process.env, PATH: `${process.env.PATH}:${PATH}`, BUILDAH_ISOLATION: 'chroot' }
  return execFileSync(command, args, { cwd: ROOT, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

/** Why a container can be neither built nor started here. */
function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'a container is built and started by root only'
  if (spawnSync('apt-get', ['--version']).status !== 0)
    return "its base comes from Debian's archive: there is no apt-get"
  if (spawnSync('unshare', ['--mount', '--net', 'true']).status !== 0)
    return 'this machine lets nobody make namespaces, or has no unshare'
  return undefined
}

/** Done in this order at the end, the last one first. */
function later(undo: () => void): void {
  made.push(undo)
}

function build(): void {
  // Swaks recommends what TLS takes, and recommended packages are not installed.
  installPackages(['buildah', 'mmdebstrap', 'swaks', 'libnet-ssleay-perl', 'iproute2'])
  makeBase()
  const options = ['--network', 'host', '--format', 'docker', '--build-arg', `NODE_IMAGE=${BASE}`, ...npmCache()]
  run('buildah', 'build', ...options, '--file', 'packages/relay/Dockerfile', '--tag', IMAGE, '.')
  later(() => run('buildah', 'rmi', IMAGE))
  const container = run('buildah', 'from', IMAGE)
  later(() => run('buildah', 'rm', container))
  rootfs = run('buildah', 'mount', container)
  run('mount', '--bind', rootfs, rootfs)
  later(() => run('umount', rootfs))
  run('mount', '-o', 'remount,bind,ro', rootfs)
  run('mount', '-t', 'tmpfs', '-o', 'uid=10001,mode=0700', 'tmpfs', join(rootfs, 'var/lib/postrider'))
  later(() => run('umount', join(rootfs, 'var/lib/postrider')))
}

/** What npm has fetched for this checkout it need not fetch for the container. */
function npmCache(): readonly string[] {
  const cache = join(run('npm', 'config', 'get', 'cache'), '_cacache')
  return existsSync(cache) ? ['--volume', `${cache}:/root/.npm/_cacache`] : []
}

/** Debian, Node and npm. */
function makeBase(): void {
  const container = run('buildah', 'from', 'scratch')
  const base = run('buildah', 'mount', container)
  // passwd has the useradd of the Dockerfile.
  const include = '--include=ca-certificates,libatomic1,libstdc++6,passwd'
  run('mmdebstrap', '--quiet', '--mode=root', '--variant=essential', include, 'bookworm', base)
  copyFileSync(realpathSync(process.execPath), join(base, 'usr/local/bin/node'))
  const npm = join(dirname(realpathSync(run('which', 'npm'))), '..')
  mkdirSync(join(base, 'usr/local/lib/node_modules'), { recursive: true })
  cpSync(npm, join(base, 'usr/local/lib/node_modules/npm'), { recursive: true })
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(base, 'usr/local/bin', name))
  // The build fetches packages: it trusts whom this machine trusts.
  if (existsSync(AUTHORITIES)) copyFileSync(AUTHORITIES, join(base, AUTHORITIES))
  run('buildah', 'config', '--env', `PATH=${PATH}`, '--env', `NODE_EXTRA_CA_CERTS=${AUTHORITIES}`, container)
  run('buildah', 'commit', '--quiet', '--rm', container, BASE)
  later(() => run('buildah', 'rmi', BASE))
}

/** In a network of its own, where ports below 1024 are everyone's as in Docker. */
const SCENE = `
set -e
ip link set lo up
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
export PATH=${PATH}
inside() { chroot --userspec=10001:10001 "$1" sh -c "cd /var/lib/postrider && exec $2"; }
env -i PATH=$PATH NODE_ENV=production POSTRIDER_QUEUE_PATH=/var/lib/postrider/queue.db \\
  POSTRIDER_RELAY_ADMIN_LISTEN=127.0.0.1:8025 POSTRIDER_RELAY_ADMIN_TOKEN=secret maildomain=mail.abc.example smtp_user=board@abc.example:secret \\
  chroot --userspec=10001:10001 "$1" sh -c 'cd /var/lib/postrider && exec postrider serve' > "$2/log" 2>&1 &
relay=$!
healthy() { inside "$1" "node -e \\"fetch('http://127.0.0.1:8025/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))\\""; }
for try in $(seq 60); do healthy "$1" && break; sleep 0.5; done
healthy "$1" && echo healthy
touch "$1/written" 2>/dev/null && echo 'the root file system is writable'
for way in '--port 587 --tls' '--port 25' '--port 465 --tlsc'; do
  swaks --server 127.0.0.1 $way --auth PLAIN --auth-user board@abc.example --auth-password secret \\
    --from board@mail.abc.example --to user@dest.example --silent 2 >> "$2/swaks" 2>&1 && echo "sent $way"
done
kill -TERM $relay
wait $relay && echo 'stopped'
`

const reason = obstacle()

suite('the container', { skip: reason ?? false }, () => {
  before(build)
  after(() => {
    for (const undo of made.toReversed()) undo()
    rmSync(folder, { recursive: true, force: true })
  })
  test('starts with two variables, read-only and as nobody, takes mail on three ports and stops when told', () => {
    writeFileSync(join(folder, 'scene.sh'), SCENE)
    const said = run('unshare', '--net', 'bash', join(folder, 'scene.sh'), rootfs, folder).split('\n')
    assert.deepEqual(said, ['healthy', 'sent --port 587 --tls', 'sent --port 25', 'sent --port 465 --tlsc', 'stopped'])
    const log = run('cat', join(folder, 'log'))
    assert.match(log, /postrider\._domainkey\.mail\.abc\.example\. IN TXT/)
    assert.match(log, /self-signed certificate/)
    assert.doesNotMatch(log, /secret|PRIVATE KEY/)
  })
  test('runs as a user that is not root and keeps its files to itself', () => {
    const config = JSON.parse(run('buildah', 'inspect', '--type', 'image', IMAGE)) as {
      OCIv1: { config: { User: string } }
    }
    assert.equal(config.OCIv1.config.User, '10001:10001')
    assert.equal(run('stat', '-c', '%u %a', join(rootfs, 'var/lib/postrider/keys')), '10001 700')
  })
})
