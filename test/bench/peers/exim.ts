/**
 * Exim as a relay that signs.
 */
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { startDaemons } from '../../interop/lab/daemons.ts'
import { asExim, EXIM_ACCOUNT } from '../../interop/lab/exim.ts'
import { DEBIAN } from '../../interop/lab/folders.ts'
import { program } from '../../interop/lab/install.ts'
import type { Place } from '../../interop/lab/places.ts'
import type { Peer, RunningPeer, Setting } from './peer.ts'

const PLACE: Place = { address: '127.88.9.4', port: 2587 }

async function start(folder: string, setting: Setting): Promise<RunningPeer> {
  for (const part of ['.', 'spool', 'log']) mkdirSync(join(folder, part), { recursive: true })
  const key = join(folder, 'dkim.pem')
  copyFileSync(setting.world.dkimKeyFile, key)
  chmodSync(key, 0o644)
  const config = join(folder, 'exim.conf')
  writeFileSync(config, configuration(folder, setting, key))
  chmodSync(config, 0o644)
  for (const part of ['.', 'spool', 'log']) chownSync(join(folder, part), EXIM_ACCOUNT, EXIM_ACCOUNT)
  const daemon = { name: 'exim', ...asExim(folder, ['-C', config, '-bdf', '-q1m']), listens: [PLACE] }
  const running = await startDaemons(folder, [daemon])
  return { place: PLACE, stop: running.stop }
}

function configuration(folder: string, { tls, world: { sink, certificate } }: Setting, key: string): string {
  const tlsMain = `tls_advertise_hosts = *\ntls_certificate = ${certificate.chain}\ntls_privatekey = ${certificate.key}\n`
  return `exim_path = ${program('exim4')}
keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
add_environment =
deliver_drop_privilege = true
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/log/exim.pid
local_interfaces = ${PLACE.address}
daemon_smtp_ports = ${PLACE.port}
primary_hostname = relay.bench.test
smtp_accept_max = 400
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = at_recipient
${tls ? tlsMain : 'tls_advertise_hosts =\n'}
begin acl
at_recipient:
  accept hosts = 127.0.0.0/8
begin routers
everything:
  driver = manualroute
  route_list = * ${sink.address}
  transport = out
  self = send
begin transports
out:
  driver = smtp
  port = ${sink.port}
  dkim_domain = bench.test
  dkim_selector = bench
  dkim_private_key = ${key}
  dkim_canon = relaxed
${tls ? '  hosts_require_tls = *\n' : ''}begin retry
* * F,1m,1s
`
}

export const exim: Peer = {
  name: 'Exim',
  signs: true,
  // `exim --version` wants the account that only a started one is lent.
  version: () => {
    const text = readFileSync(join(DEBIAN, 'usr/share/doc/exim4-daemon-light/changelog.Debian.gz'))
    return `Exim ${/\(([\d.]+)/.exec(gunzipSync(text).toString())?.[1]}`
  },
  settings: 'more connections accepted (smtp_accept_max, …_per_connection)',
  start,
}
