/**
 * Postfix: an MX host with TLS, and OpenDKIM behind it, whose opinion of each signature stands in the stored message.
 *
 * Policy. `master` runs directly on a configuration and a queue of its own. Postfix wants accounts named postfix and
 * postdrop; libnss_wrapper lends them, and the environment is handed through to its daemons.
 */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Daemon } from './daemons.ts'
import { DEBIAN } from './folders.ts'
import { HOSTS } from './hosts.ts'
import { library, program, unpackedEnvironment } from './install.ts'
import { type Place, RESOLVER, SMTP_PORT } from './places.ts'

/** Numbers that no account of the machine is likely to have. */
const POSTFIX = 48_025
const POSTDROP = 48_026
const NOBODY = 65534

const HOST = HOSTS.find(host => host.server === 'postfix') as (typeof HOSTS)[number]

const QUEUES = [
  'active',
  'bounce',
  'corrupt',
  'defer',
  'deferred',
  'flush',
  'hold',
  'incoming',
  'private',
  'saved',
  'trace',
]

/** What unpacked Postfix programs need around them. */
export function postfixEnvironment(folder: string): Record<string, string> {
  return {
    ...unpackedEnvironment(),
    MAIL_CONFIG: folder,
    LD_PRELOAD: library('libnss_wrapper.so'),
    NSS_WRAPPER_PASSWD: join(folder, 'passwd'),
    NSS_WRAPPER_GROUP: join(folder, 'group'),
  }
}

/** One Postfix of its own: where it listens, what its main.cf says beyond the necessary, and further lines of master.cf. */
export interface PostfixInstance {
  readonly folder: string
  readonly listen: Place
  readonly main: string
  readonly services?: string
}

export function postfixInstance({ folder, listen, main, services = '' }: PostfixInstance): Daemon {
  writeAccounts(folder)
  writeQueue(folder)
  writeFileSync(join(folder, 'main.cf'), base(folder) + main)
  writeFileSync(
    join(folder, 'master.cf'),
    `${listen.address}:${listen.port} inet n - n - - smtpd\n${MASTER}${services}`,
  )
  return {
    name: 'postfix',
    command: [join(DEBIAN, 'usr/lib/postfix/sbin/master'), '-d', '-c', folder],
    env: postfixEnvironment(folder),
    listens: [listen],
  }
}

export function postfix(
  folder: string,
  { mail, tls }: { readonly mail: string; readonly tls: string },
): readonly Daemon[] {
  const milter = join(folder, 'opendkim.sock')
  const inbox = join(mail, HOST.address)
  mkdirSync(inbox, { recursive: true })
  chownSync(inbox, NOBODY, NOBODY)
  const listen = { address: HOST.address, port: SMTP_PORT }
  const main = mailHost({ mail, tls, milter })
  return [
    { name: 'opendkim', command: openDkim(folder, milter), env: unpackedEnvironment(), listens: [milter] },
    postfixInstance({ folder, listen, main, services: 'virtual unix - n n - - virtual\n' }),
  ]
}

function writeAccounts(folder: string): void {
  const users = [`root:x:0:0::/:`, `postfix:x:${POSTFIX}:${POSTFIX}::/:`, `nobody:x:${NOBODY}:${NOBODY}::/:`]
  const groups = ['root:x:0:', `postfix:x:${POSTFIX}:`, `postdrop:x:${POSTDROP}:`, `nogroup:x:${NOBODY}:`]
  writeFileSync(join(folder, 'passwd'), `${users.join('\n')}\n`)
  writeFileSync(join(folder, 'group'), `${groups.join('\n')}\n`)
}

function writeQueue(folder: string): void {
  const queue = join(folder, 'queue')
  for (const part of ['.', 'pid', ...QUEUES, 'maildrop', 'public']) mkdirSync(join(queue, part), { recursive: true })
  for (const part of QUEUES) {
    chownSync(join(queue, part), POSTFIX, 0)
    chmodSync(join(queue, part), 0o700)
  }
  for (const part of ['maildrop', 'public']) chownSync(join(queue, part), POSTFIX, POSTDROP)
  mkdirSync(join(folder, 'data'), { recursive: true })
  chownSync(join(folder, 'data'), POSTFIX, POSTFIX)
}

const PASSED = 'MAIL_CONFIG LD_LIBRARY_PATH LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP'

/** What every instance needs to run from where it was unpacked. */
function base(folder: string): string {
  return `compatibility_level = 3.7
queue_directory = ${folder}/queue
data_directory = ${folder}/data
command_directory = ${DEBIAN}/usr/sbin
daemon_directory = ${DEBIAN}/usr/lib/postfix/sbin
shlib_directory = ${DEBIAN}/usr/lib/postfix
meta_directory = ${DEBIAN}/etc/postfix
mail_owner = postfix
setgid_group = postdrop
import_environment = ${PASSED}
export_environment = ${PASSED}
maillog_file_prefixes = ${folder}
maillog_file = ${folder}/postfix.log
# of the machine; the address that is listened on stands in master.cf
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
alias_maps =
local_recipient_maps =
smtpd_peername_lookup = no
`
}

interface Wiring {
  readonly mail: string
  readonly tls: string
  readonly milter: string
}

function mailHost({ mail, tls, milter }: Wiring): string {
  return `myhostname = ${HOST.name}
mynetworks =
smtputf8_enable = yes
message_size_limit = 20480000
smtpd_relay_restrictions = permit_auth_destination, reject
smtpd_recipient_limit = 100
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:${HOST.address}/
virtual_mailbox_base = ${mail}
virtual_uid_maps = static:${NOBODY}
virtual_gid_maps = static:${NOBODY}
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${tls}/${HOST.certificate}.pem
smtpd_tls_key_file = ${tls}/${HOST.certificate}.key
smtpd_tls_loglevel = 1
smtpd_tls_received_header = yes
smtpd_milters = unix:${milter}
milter_default_action = tempfail
`
}

// service type private unpriv chroot wakeup maxproc command
const MASTER = `pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`

/** Verifies only, and tells what it thinks of every message. */
function openDkim(folder: string, socket: string): readonly string[] {
  const config = join(folder, 'opendkim.conf')
  const resolver = join(folder, 'opendkim-unbound.conf')
  writeFileSync(
    resolver,
    `server:\n  do-not-query-localhost: no\n  local-zone: "test." nodefault\nforward-zone:\n  name: "."\n  forward-addr: ${RESOLVER.address}@${RESOLVER.port}\n`,
  )
  writeFileSync(
    config,
    `Mode v
Socket local:${socket}
UMask 000
Syslog no
AuthservID ${HOST.name}
AlwaysAddARHeader yes
ResolverConfiguration ${resolver}
`,
  )
  return [program('opendkim'), '-f', '-x', config]
}
