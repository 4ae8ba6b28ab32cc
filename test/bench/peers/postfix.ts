/**
 * Postfix as a relay, alone and with OpenDKIM: as the guides have it (a milter over TCP), and tuned (a milter over a local
 * socket, more parallel deliveries, less logging).
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Daemon, startDaemons } from '../../interop/lab/daemons.ts'
import { program, unpackedEnvironment } from '../../interop/lab/install.ts'
import type { Place } from '../../interop/lab/places.ts'
import { postfixInstance } from '../../interop/lab/postfix.ts'
import type { Peer, RunningPeer, Setting } from './peer.ts'

type Signing = 'none' | 'documented' | 'tuned'

const PLACES: Readonly<Record<Signing, Place>> = {
  none: { address: '127.88.9.1', port: 2587 },
  documented: { address: '127.88.9.2', port: 2587 },
  tuned: { address: '127.88.9.3', port: 2587 },
}
const MILTER: Place = { address: '127.0.0.1', port: 8891 }

const TUNED = `default_process_limit = 200
smtp_destination_concurrency_limit = 100
initial_destination_concurrency = 20
in_flow_delay = 0
smtpd_client_connection_count_limit = 0
smtp_connection_reuse_time_limit = 300s
`

function start(signing: Signing): Peer['start'] {
  return async (folder: string, setting: Setting): Promise<RunningPeer> => {
    mkdirSync(folder, { recursive: true })
    const socket = join(folder, 'opendkim.sock')
    const milter = signing === 'documented' ? `inet:${MILTER.address}:${MILTER.port}` : `unix:${socket}`
    const main = `myhostname = relay.bench.test
mynetworks = 127.0.0.0/8
relayhost = [${setting.world.sink.address}]:${setting.world.sink.port}
smtpd_client_connection_count_limit = 0
${setting.tls ? tlsLines(setting) : ''}${signing === 'tuned' ? TUNED : ''}${signing === 'none' ? '' : `smtpd_milters = ${milter}\nmilter_default_action = tempfail\n`}`
    const daemons = [postfixInstance({ folder, listen: PLACES[signing], main })]
    if (signing !== 'none') daemons.unshift(openDkim(folder, setting, signing === 'documented' ? MILTER : socket))
    const running = await startDaemons(folder, daemons)
    return { place: PLACES[signing], stop: running.stop }
  }
}

function tlsLines({ world: { certificate } }: Setting): string {
  return `smtpd_tls_security_level = may
smtpd_tls_chain_files = ${certificate.key}, ${certificate.chain}
smtp_tls_security_level = encrypt
smtp_tls_session_cache_database = btree:$data_directory/smtp_scache
`
}

function openDkim(folder: string, { world: { dkimKeyFile } }: Setting, listens: Place | string): Daemon {
  const config = join(folder, 'opendkim.conf')
  // It refuses a key that others may read, and, unless told otherwise, one below a folder that others may write.
  const key = join(folder, 'dkim.pem')
  copyFileSync(dkimKeyFile, key)
  chmodSync(key, 0o600)
  const socket = typeof listens === 'string' ? `local:${listens}` : `inet:${listens.port}@${listens.address}`
  writeFileSync(
    config,
    `Mode s
Domain bench.test
Selector bench
KeyFile ${key}
RequireSafeKeys no
Canonicalization relaxed/relaxed
OversignHeaders From
InternalHosts 127.0.0.0/8
UMask 000
Syslog no
Socket ${socket}
`,
  )
  return {
    name: 'opendkim',
    command: [program('opendkim'), '-f', '-x', config],
    env: unpackedEnvironment(),
    listens: [listens],
  }
}

function version(): string {
  const env = { ...process.env, ...unpackedEnvironment() }
  const line = execFileSync(program('postconf'), ['-d', 'mail_version'], { env, encoding: 'utf8' })
  return `Postfix ${line.split('=')[1]?.trim()}`
}

const withOpenDkim = (): string => {
  const env = { ...process.env, ...unpackedEnvironment() }
  const text = execFileSync(program('opendkim'), ['-V'], { env, encoding: 'utf8' })
  return `${version()}, OpenDKIM ${/v([\d.]+)/.exec(text)?.[1]}`
}

export const postfix: Peer = {
  name: 'Postfix, no DKIM',
  signs: false,
  version,
  settings: 'as it comes',
  start: start('none'),
}
export const postfixOpenDkim: Peer = {
  name: 'Postfix + OpenDKIM',
  signs: true,
  version: withOpenDkim,
  settings: 'milter over TCP, as the guides have it',
  start: start('documented'),
}
export const postfixOpenDkimTuned: Peer = {
  name: 'Postfix + OpenDKIM, tuned',
  signs: true,
  version: withOpenDkim,
  settings: `milter over a local socket; ${TUNED.trim().replaceAll('\n', ', ')}`,
  start: start('tuned'),
}
