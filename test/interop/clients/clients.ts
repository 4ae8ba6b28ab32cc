/**
 * Clients: the mail code of forums, frameworks and command lines, as Debian packages them, and each way they are sent with.
 *
 * Policy. A client is a program that takes everything from MAIL_… variables and ends with 0 when the relay took its message.
 */
import { join } from 'node:path'

export interface Way {
  readonly security: 'starttls' | 'tls' | 'plain'
  readonly method: 'plain' | 'login'
  /** The client does not look at the certificate. */
  readonly unverified?: boolean
}

export interface Wish extends Way {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly caFile: string
}

export interface Client {
  readonly name: string
  readonly ways: readonly Way[]
  command(wish: Wish): readonly string[]
  /** What it reads from standard input. */
  readonly input?: (wish: Wish) => string
}

export const PACKAGES: readonly string[] = [
  ...['php-cli', 'php-mbstring', 'libphp-phpmailer', 'php-symfony-mailer', 'php-swiftmailer', 'php-net-smtp'],
  ...['ruby', 'ruby-mail', 'ruby-actionmailer', 'python3', 'python3-django'],
  ...['libemail-sender-perl', 'libnet-smtp-ssl-perl', 'libauthen-sasl-perl', 'libio-socket-ssl-perl'],
  ...['swaks', 'curl', 'msmtp', 's-nail'],
]

const EVERY: readonly Way[] = [
  { security: 'starttls', method: 'plain' },
  { security: 'starttls', method: 'login' },
  { security: 'tls', method: 'plain' },
  { security: 'tls', method: 'login' },
]
const BOTH: readonly Way[] = [
  { security: 'starttls', method: 'plain' },
  { security: 'tls', method: 'plain' },
]
const UNVERIFIED: Way = { security: 'starttls', method: 'plain', unverified: true }
const IN_THE_CLEAR: Way = { security: 'plain', method: 'login' }

const script = (...command: readonly string[]): (() => readonly string[]) => {
  const file = join(import.meta.dirname, command.at(-1) ?? '')
  return () => [...command.slice(0, -1), file]
}
// Not what a version manager puts before Debian's own, which has Debian's modules.
const [PHP, RUBY, PYTHON, PERL] = ['/usr/bin/php', '/usr/bin/ruby', '/usr/bin/python3', '/usr/bin/perl'] as const

/** A message as it stands in a file, for clients that take one. */
function letter({ from, to, subject, text }: Wish): string {
  const encoded = `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`
  const head = [`From: <${from}>`, `To: <${to}>`, `Subject: ${encoded}`, 'MIME-Version: 1.0']
  const type = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit']
  return `${[...head, ...type, '', text].join('\n')}\n`
}

export const CLIENTS: readonly Client[] = [
  { name: 'PHPMailer', ways: [...EVERY, UNVERIFIED, IN_THE_CLEAR], command: script(PHP, 'phpmailer.php') },
  { name: 'Symfony Mailer', ways: [...BOTH, UNVERIFIED], command: script(PHP, 'symfony.php') },
  { name: 'SwiftMailer', ways: EVERY, command: script(PHP, 'swiftmailer.php') },
  { name: 'PEAR Net_SMTP', ways: EVERY, command: script(PHP, 'net_smtp.php') },
  { name: 'Ruby mail', ways: [...EVERY, UNVERIFIED], command: script(RUBY, 'mail.rb') },
  { name: 'ActionMailer', ways: EVERY, command: script(RUBY, 'actionmailer.rb') },
  { name: 'smtplib', ways: BOTH, command: script(PYTHON, 'smtplib_client.py') },
  { name: 'Django', ways: BOTH, command: script(PYTHON, 'django_client.py') },
  { name: 'Email::Sender', ways: BOTH, command: script(PERL, 'email_sender.pl') },
  {
    name: 'nodemailer',
    ways: [...EVERY, UNVERIFIED, IN_THE_CLEAR],
    command: script(process.execPath, 'nodemailer_client.ts'),
  },
  {
    name: 'swaks',
    ways: [...EVERY, IN_THE_CLEAR],
    command: wish => [
      ...['swaks', '--server', wish.host, '--port', String(wish.port), '--from', wish.from, '--to', wish.to],
      ...['--auth', wish.method.toUpperCase(), '--auth-user', wish.user, '--auth-password', wish.password],
      ...(wish.security === 'starttls' ? ['--tls'] : wish.security === 'tls' ? ['--tls-on-connect'] : []),
      ...['--tls-verify', '--tls-ca-path', wish.caFile, '--data', letter(wish).replaceAll('\n', '\\n')],
    ],
  },
  {
    name: 'curl',
    ways: EVERY,
    command: wish => [
      ...[
        'curl',
        '--silent',
        '--show-error',
        `${wish.security === 'tls' ? 'smtps' : 'smtp'}://${wish.host}:${wish.port}/forum`,
      ],
      ...['--ssl-reqd', '--cacert', wish.caFile, '--user', `${wish.user}:${wish.password}`],
      ...['--login-options', `AUTH=${wish.method.toUpperCase()}`],
      ...['--mail-from', wish.from, '--mail-rcpt', wish.to, '--upload-file', '-'],
    ],
    input: wish => letter(wish).replaceAll('\n', '\r\n'),
  },
  {
    name: 'msmtp',
    ways: EVERY,
    command: wish => [
      ...['msmtp', '--file=/dev/null', `--host=${wish.host}`, `--port=${wish.port}`, `--auth=${wish.method}`],
      ...[
        `--user=${wish.user}`,
        `--passwordeval=printf %s '${wish.password}'`,
        '--tls=on',
        `--tls-trust-file=${wish.caFile}`,
      ],
      ...[`--tls-starttls=${wish.security === 'starttls' ? 'on' : 'off'}`, `--from=${wish.from}`, wish.to],
    ],
    input: letter,
  },
  {
    // It compares certificates with names only, and the relay is called by its address here.
    name: 's-nail',
    ways: BOTH.map(way => ({ ...way, unverified: true })),
    command: wish => {
      const login = `${encodeURIComponent(wish.user)}:${encodeURIComponent(wish.password)}`
      const scheme = wish.security === 'tls' ? 'smtps' : 'smtp'
      const settings = ['v15-compat', 'sendwait', 'ttycharset=utf-8', 'DEAD=/dev/null', 'tls-verify=ignore']
      if (wish.security === 'starttls') settings.push('smtp-use-starttls')
      settings.push(
        `from=${wish.from}`,
        `smtp-auth=${wish.method}`,
        `mta=${scheme}://${login}@${wish.host}:${wish.port}`,
      )
      const options = settings.flatMap(setting => ['-S', setting])
      return ['env', 'MAILRC=/dev/null', 's-nail', '-n', ...options, '-s', wish.subject, wish.to]
    },
    input: wish => `${wish.text}\n`,
  },
]
