/**
 * exim: one process as all MX hosts but Postfix's, told apart by the address that was connected to.
 *
 * Policy. It takes any recipient, answers as ANSWERS says, and stores a message byte for byte as it came. It runs as nobody,
 * under the name that libnss_wrapper lends it, with the one capability that port 25 needs.
 */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Daemon } from './daemons.ts'
import { ANSWERS, type Answer, HOSTS } from './hosts.ts'
import { library, program, unpackedEnvironment } from './install.ts'
import { SMTP_PORT } from './places.ts'

/** The account that Debian's exim insists on; it gets nobody's numbers. */
const ACCOUNT = 'Debian-exim'
export const EXIM_ACCOUNT = 65534

const EXIMS = HOSTS.filter(host => host.server === 'exim')

/** The command that runs exim as its own account, and what must be around it. */
export function asExim(folder: string, args: readonly string[]): Pick<Daemon, 'command' | 'env'> {
  writeFileSync(join(folder, 'passwd'), `root:x:0:0::/:\n${ACCOUNT}:x:${EXIM_ACCOUNT}:${EXIM_ACCOUNT}::/:\n`)
  writeFileSync(join(folder, 'group'), `root:x:0:\n${ACCOUNT}:x:${EXIM_ACCOUNT}:\n`)
  const ids = [`--reuid=${EXIM_ACCOUNT}`, `--regid=${EXIM_ACCOUNT}`, '--clear-groups']
  const capability = ['--inh-caps=+net_bind_service', '--ambient-caps=+net_bind_service']
  const wrapper = {
    LD_PRELOAD: library('libnss_wrapper.so'),
    NSS_WRAPPER_PASSWD: join(folder, 'passwd'),
    NSS_WRAPPER_GROUP: join(folder, 'group'),
  }
  return {
    command: ['setpriv', ...ids, ...capability, program('exim4'), ...args],
    env: { ...unpackedEnvironment(), ...wrapper },
  }
}

export function exim(folder: string, { mail, tls }: { readonly mail: string; readonly tls: string }): Daemon {
  for (const part of ['spool', 'log']) mkdirSync(join(folder, part), { recursive: true })
  const config = join(folder, 'exim.conf')
  const hosts = EXIMS.map(
    ({ address, name, certificate }) => `${address}: name=${name} certificate=${certificate ?? 'none'}\n`,
  )
  writeFileSync(join(folder, 'hosts'), hosts.join(''))
  writeFileSync(config, configuration(folder, mail, tls))
  chmodSync(config, 0o644)
  for (const part of ['.', 'spool', 'log']) chownSync(join(folder, part), EXIM_ACCOUNT, EXIM_ACCOUNT)
  const listens = EXIMS.map(({ address }) => ({ address, port: SMTP_PORT }))
  return { name: 'exim', ...asExim(folder, ['-C', config, '-bdf']), listens }
}

function configuration(folder: string, mail: string, tls: string): string {
  return `THIS = \${lookup{$received_ip_address}lsearch{${folder}/hosts}}
NAME = \${extract{name}{THIS}}
CERTIFICATE = \${extract{certificate}{THIS}}

exim_path = ${program('exim4')}
keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
add_environment =
deliver_drop_privilege = true
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/log/exim.pid
log_selector = +all -arguments -pid

local_interfaces = ${EXIMS.map(host => host.address).join(' : ')}
daemon_smtp_ports = ${SMTP_PORT}
primary_hostname = mx.lab.test
smtp_active_hostname = NAME
smtp_banner = $smtp_active_hostname ESMTP
smtp_accept_max = 200
smtp_accept_queue_per_connection = 0

tls_advertise_hosts = \${if eq{CERTIFICATE}{none}{}{*}}
tls_certificate = ${tls}/CERTIFICATE.pem
tls_privatekey = ${tls}/CERTIFICATE.key

accept_8bitmime = true
chunking_advertise_hosts = *
pipelining_advertise_hosts = *
prdr_enable = true
smtputf8_advertise_hosts = *
allow_utf8_domains = true
message_size_limit = 20M

host_lookup =
received_header_text =
rfc1413_query_timeout = 0s
domainlist local_domains = *
acl_smtp_mail = at_mail
acl_smtp_rcpt = at_recipient
acl_smtp_dkim = at_dkim
acl_smtp_data = at_data

begin acl

at_mail:
${statements('sender')}  accept

at_recipient:
${statements('recipient')}  accept

# its own verifier asks the system's resolver, which does not know the lab
at_dkim:
  accept

at_data:
${statements('subject')}  warn logwrite = GOT host=NAME cipher=$tls_in_cipher sni=$tls_in_sni from=<$sender_address> to=$recipients size=$message_size
  accept

begin routers

everybody:
  driver = accept
  transport = maildir

begin transports

maildir:
  driver = appendfile
  directory = ${mail}/$received_ip_address
  maildir_format
  create_directory
  directory_mode = 0755
  mode = 0644
  use_crlf

begin retry

* * F,1m,1m
`
}

const CONDITIONS = {
  recipient: (match: string) => `local_parts = ^${match}`,
  sender: (match: string) => `sender_domains = ${match}`,
  subject: (match: string) => `condition = \${if match{$h_subject:}{${match}}}`,
} as const

function statements(when: Answer['when']): string {
  return ANSWERS.filter(answer => answer.when === when)
    .map(statement)
    .join('')
}

function statement(answer: Answer): string {
  const verb = answer.reply === undefined ? 'warn' : answer.reply.startsWith('4') ? 'defer' : 'deny'
  const lines = [`  ${verb} ${CONDITIONS[answer.when](answer.match)}`]
  if (answer.delaySeconds !== undefined) lines.push(`    delay = ${answer.delaySeconds}s`)
  if (answer.closes) lines.push(`    set acl_c_gone = ${hangUp(answer.reply !== undefined)}`)
  if (answer.reply !== undefined) lines.push(`    message = ${answer.reply}`)
  return `${lines.join('\n')}\n`
}

/** exim hangs up by itself only after a 5xx; here its process ends, a moment after the reply if there is one. */
function hangUp(afterReply: boolean): string {
  const kill = 'kill -KILL $pid'
  return `\${run{/bin/sh -c "${afterReply ? `(sleep 0.1; ${kill}) >/dev/null 2>&1 &` : kill}"}}`
}
