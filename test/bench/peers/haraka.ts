/**
 * Haraka as a relay that signs, from npm. It is installed below the lab's folder by the benchmark and is no dependency.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemons } from '../../interop/lab/daemons.ts'
import { labFolder } from '../../interop/lab/folders.ts'
import type { Place } from '../../interop/lab/places.ts'
import type { Peer, RunningPeer, Setting } from './peer.ts'

const PLACE: Place = { address: '127.88.9.5', port: 2587 }
const VERSION = '3.3.4'
const HOME = (): string => labFolder('haraka')
const PROGRAM = (): string => join(HOME(), 'node_modules/Haraka/bin/haraka')

/** Brings Haraka from npm when it is not there yet. */
function install(): void {
  if (existsSync(PROGRAM())) return
  // A parser deep below it asks for patch releases that not every registry has.
  const overrides = { 'encoding-japanese': '^2.2.0', libqp: '^2.1.0' }
  writeFileSync(join(HOME(), 'package.json'), JSON.stringify({ private: true, overrides }))
  const options = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts']
  execFileSync('npm', ['install', ...options, `Haraka@${VERSION}`], {
    cwd: HOME(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

async function start(folder: string, { tls, world }: Setting): Promise<RunningPeer> {
  install()
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  // What `haraka -i` would write.
  cpSync(join(HOME(), 'node_modules/Haraka/config'), join(folder, 'config'), { recursive: true })
  write('config/smtp.ini', `listen=${PLACE.address}:${PLACE.port}\nnodes=0\n`)
  write('config/me', 'relay.bench.test\n')
  write('config/plugins', `${tls ? 'tls\n' : ''}relay\ndkim\nto-sink\n`)
  write('config/relay.ini', '[relay]\nacl=true\n')
  write('config/relay_acl_allow', '127.0.0.0/8\n')
  write('config/dkim.ini', '[sign]\nenabled=true\nselector=bench\ndomain=bench.test\n')
  write('config/dkim/bench.test/selector', 'bench\n')
  copyFileSync(world.dkimKeyFile, join(folder, 'config/dkim/bench.test/private'))
  write('config/outbound.ini', `enable_tls=${tls}\n`)
  write('config/log.ini', 'level=warn\n')
  copyFileSync(world.certificate.key, join(folder, 'config/tls_key.pem'))
  copyFileSync(world.certificate.chain, join(folder, 'config/tls_cert.pem'))
  write(
    'plugins/to-sink.js',
    `exports.hook_get_mx = (next, hmail, domain) =>
  next(OK, { exchange: '${world.sink.address}', port: ${world.sink.port}, priority: 0 })
`,
  )
  mkdirSync(join(folder, 'queue'), { recursive: true })
  const command = [process.execPath, PROGRAM(), '-c', folder]
  const running = await startDaemons(folder, [{ name: 'haraka', command, listens: [PLACE] }])
  return { place: PLACE, stop: running.stop }
}

export const haraka: Peer = {
  name: 'Haraka',
  signs: true,
  version: () => {
    install()
    const manifest = readFileSync(join(HOME(), 'node_modules/Haraka/package.json'), 'utf8')
    return `Haraka ${(JSON.parse(manifest) as { version: string }).version}`
  },
  settings: 'as it comes, its DKIM plugin, logging of warnings only',
  start,
}
