/**
 * The main job on real mail, on one machine, without network: a DNS server with SPF, DKIM and DMARC records, a mail host with
 * TLS, and between them send(). What arrived is then judged by somebody else.
 *
 *   npm run demo
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMailer, dkimRecord, generateDkimKey } from '@postrider/core'
import { makeAuthority, makeCertificate, startDnsServer } from '@postrider/core/testing'
import { judge } from './judge.ts'
import { startMailHost } from './mail-host.ts'

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

const work = await mkdtemp(join(tmpdir(), 'postrider-demo-'))
const authority = makeAuthority()
const host = await startMailHost({
  address: '127.0.0.1',
  name: 'mx.recipient.example',
  ...makeCertificate({ names: ['mx.recipient.example'], issuer: authority }),
})
await writeFile(join(work, 'ca.pem'), authority.cert)

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

const mailer = await createMailer({
  hostname: 'sender.example',
  dns: { servers: [dns.server] },
  egress: { publicAddresses: ['127.0.0.1'] },
  dkim: [{ domain: 'sender.example', selector: 'demo', privateKey: pem }],
  delivery: { port: host.port, allowPrivateAddresses: true },
  tls: { minimum: 'verified', caFile: join(work, 'ca.pem') },
  queue: { path: join(work, 'queue.db') },
})
mailer.on('*', fact => {
  if (fact.kind === 'routed') say(`  routed     ${fact.domain} to ${fact.hosts.join(', ')}`)
  if (fact.kind === 'session-opened')
    say(`  connected  ${fact.host} ${fact.tls?.protocol} ${fact.tls?.cipher}, certificate ${fact.tls?.verified}`)
  if (fact.kind === 'delivered') say(`  delivered  ${fact.reply} after ${fact.tookMs} ms`)
  if (fact.kind === 'deferred' || fact.kind === 'bounced') say(`  ${fact.kind}   ${fact.detail}`)
})

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

const [outcome, received] = await Promise.all([receipt.settled(), host.next()])
const took = performance.now() - started
const { spf, dkim, dmarc } = await judge(received, dns.server)

say('\n--- the message, as the mail host received it ---')
say(received.bytes.toString('utf8').trimEnd())
say('--- judged by mailauth, through its own DNS client ---')
say(`SPF    ${spf}`)
say(`DKIM   ${dkim}`)
say(`DMARC  ${dmarc}`)
say(`TLS    ${received.client.tls}`)
say(`time   ${took.toFixed(0)} ms from send() to the verdict of the mail host`)

await mailer.close()
await Promise.all([host.close(), dns.close()])
await rm(work, { recursive: true })

const right =
  outcome.delivered && [spf, dkim, dmarc].every(result => result.startsWith('pass')) && received.client.tls !== 'none'
say(right ? '\nAll is right.' : '\nSomething is wrong: see above.')
process.exitCode = right ? 0 : 1
