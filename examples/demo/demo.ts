/**
 * The main job on real mail, on one machine, without network: a DNS server with SPF, DKIM and DMARC records, a mail host with
 * TLS, and between them Postrider; first an app that calls send(), then a forum that logs in to the relay on a port like 587.
 * What arrived is judged by somebody else.
 *
 *   npm run demo
 *   npm run demo -- --web    leaves the relay running, with its web interface
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMailer, dkimRecord, generateDkimKey, type MailerOptions } from '@postrider/core'
import { makeAuthority, makeCertificate, startDnsServer } from '@postrider/core/testing'
import { postFromForum } from './forum.ts'
import { leaveOpen } from './interface.ts'
import { judge } from './judge.ts'
import { type MailHost, startMailHost } from './mail-host.ts'
import { say, showFact } from './show.ts'

const work = await mkdtemp(join(tmpdir(), 'postrider-demo-'))
const authority = makeAuthority()
const host = await startMailHost({
  address: '127.0.0.1',
  name: 'mx.recipient.example',
  ...makeCertificate({ names: ['mx.recipient.example'], issuer: authority }),
})
const caFile = join(work, 'ca.pem')
await writeFile(caFile, authority.cert)

const { key, pem } = await generateDkimKey({ domain: 'sender.example', selector: 'demo', algorithm: 'rsa-sha256' })
const record = dkimRecord(key)
const dns = await startDnsServer({
  'sender.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'], A: ['127.0.0.1'], MX: ['10 sender.example'] },
  '_dmarc.sender.example': { TXT: ['v=DMARC1; p=reject'] },
  [record.name]: { TXT: [record.value] },
  'recipient.example': { MX: ['10 mx.recipient.example'] },
  'mx.recipient.example': { A: ['127.0.0.1'] },
})
say(`DNS server on ${dns.server}, mail host mx.recipient.example on 127.0.0.1:${host.port}`)

const options: MailerOptions = {
  hostname: 'sender.example',
  dns: { servers: [dns.server] },
  egress: { publicAddresses: ['127.0.0.1'] },
  dkim: [{ domain: 'sender.example', selector: 'demo', privateKey: pem }],
  delivery: { port: host.port, allowPrivateAddresses: true },
  tls: { minimum: 'verified', caFile },
}

say('\n=== an app calls send() ===')
const first = await sendFromApp(options, host)
say('\n=== a forum logs in to the relay ===')
const second = await postFromForum({ ...options, queue: { path: join(work, 'relay.db') } }, work, host)

if (process.argv.includes('--web')) await leaveOpen({ ...options, queue: { path: join(work, 'relay.db') } }, work)
await Promise.all([host.close(), dns.close()])
await rm(work, { recursive: true })
const right = first && second
say(right ? '\nAll is right.' : '\nSomething is wrong: see above.')
process.exitCode = right ? 0 : 1

async function sendFromApp(given: MailerOptions, to: MailHost): Promise<boolean> {
  await using mailer = await createMailer({ ...given, queue: { path: join(work, 'queue.db') } })
  mailer.on('*', showFact)
  const started = performance.now()
  const receipt = await mailer.send({
    from: 'Postrider <hello@sender.example>',
    to: 'you@recipient.example',
    subject: 'It works: grüße aus dem Postamt',
    text: 'Composed, cleared, signed, queued, routed and delivered.\n',
    html: '<p>Composed, cleared, <b>signed</b>, queued, routed and delivered.</p>',
  })
  say(`send()       ${receipt.id} is on disk after ${(performance.now() - started).toFixed(0)} ms`)
  for (const check of receipt.clearance.checks) say(`  ${check.level.padEnd(9)}  ${check.id}: ${check.found}`)
  const [outcome, received] = await Promise.all([receipt.settled(), to.next()])
  say(`time         ${(performance.now() - started).toFixed(0)} ms from send() to the verdict of the mail host`)
  return (await judge(received, dns.server)) && outcome.delivered
}
