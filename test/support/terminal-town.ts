/**
 * TerminalTown: a folder with a configuration and mail of every kind, and a name server that knows its domain: what a command
 * line has to tell of. Nothing of it leaves: its mail goes to test addresses.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMailer, generateDkimKey, loadConfig } from '@postrider/core'
import { startDnsServer } from '@postrider/core/testing'

export interface TerminalTown extends AsyncDisposable {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** The message that was refused, and one that waits. */
  readonly bounced: string
  readonly waiting: string
}

/** What is missing or wrong is what a newcomer lacks: the SPF record is of another host, DMARC is not there yet. */
const ZONE = {
  'example.com': { SOA: 'here', MX: '10 mx.example.com', TXT: 'v=spf1 ip4:198.51.100.7 -all' },
  'mx.example.com': { A: '203.0.113.6' },
  'mail.example.com': { A: '203.0.113.5' },
} as const

export async function buildTerminalTown(cwd: string): Promise<TerminalTown> {
  const { pem } = await generateDkimKey({ domain: 'example.com', selector: 's1', bits: 2048 })
  writeFileSync(join(cwd, 's1.pem'), pem, { mode: 0o600 })
  writeFileSync(
    join(cwd, 'postrider.yaml'),
    [
      'hostname: mail.example.com',
      'egress: { publicAddresses: [203.0.113.5] }',
      'dkim: [{ domain: example.com, selector: s1, privateKeyFile: s1.pem }]',
      'queue: { path: queue.db }',
      'delivery: { testAddresses: true }',
      'preflight: "off"',
      '',
    ].join('\n'),
  )
  const dns = await startDnsServer(ZONE)
  const env = { POSTRIDER_DNS_SERVERS: dns.server }
  await using mailer = await createMailer(await loadConfig({ env, cwd }))
  const ids: string[] = []
  for (const [to, subject] of [
    ['bounced@postrider.test', 'Your password'],
    ['delivered@postrider.test', '訂單已出貨'],
    ['deferred@postrider.test', '论坛有新回复'],
  ] as const) {
    const receipt = await mailer.send({ from: 'forum@example.com', to, subject, text: 'Hello.' })
    ids.push(receipt.id)
  }
  const held = await mailer.send(
    { from: 'shop@example.com', to: 'anna@example.net', subject: 'Hi', text: 'Hello.' },
    {
      notBefore: Date.now() + 3_600_000,
    },
  )
  await mailer.idle()
  return {
    cwd,
    env,
    bounced: ids[0]!,
    waiting: held.id,
    [Symbol.asyncDispose]: async () => dns.close(),
  }
}
