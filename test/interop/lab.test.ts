/** The lab itself is sane: its servers answer as zones.ts and hosts.ts say, before anything of ours is tried in it. */
import assert from 'node:assert/strict'
import { Resolver } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { before, suite, test } from 'node:test'
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer'
import { HOSTS, MTA_STS } from './lab/hosts.ts'
import { type Lab, useLab } from './lab/lab.ts'
import { POLICIES, SMTP_PORT } from './lab/places.ts'
import { dkimpy, openDkim } from './lab/verifiers.ts'

let lab: Lab
before(async () => {
  lab = await useLab()
})

suite('names', () => {
  const ask = (): Resolver => {
    const resolver = new Resolver({ timeout: 3_000, tries: 1 })
    resolver.setServers([lab.resolver])
    return resolver
  }
  test('a signed zone is answered', async () => {
    const hosts = await ask().resolveMx('good.test')
    assert.deepEqual(hosts.map(({ exchange }) => exchange).sort(), ['mx1.good.test', 'mx2.good.test'])
  })
  test('bogus, expired and silent zones are failures, not absences', async () => {
    for (const zone of ['bogus.test', 'expired.test'])
      await assert.rejects(ask().resolveMx(zone), { code: 'ESERVFAIL' }, zone)
    await assert.rejects(ask().resolveMx('lame.test'), /ETIMEOUT|ESERVFAIL/)
  })
  test('a name outside the lab does not exist', async () => {
    await assert.rejects(ask().resolve4('example.com'), { code: 'ENOTFOUND' })
  })
  test('a long answer comes whole', async () => {
    assert.equal((await ask().resolveMx('many.big.test')).length, 60)
  })
  test('TLSA records fit the certificates that were made', async () => {
    const [record] = await ask().resolveTlsa('_25._tcp.mx1.good.test')
    assert.equal(record?.certUsage, 3)
  })
})

suite('mail', () => {
  const to = (address: string, options: { signed?: boolean } = {}): Transporter =>
    createTransport({
      host: address,
      port: SMTP_PORT,
      name: 'relay.good.test',
      tls: { rejectUnauthorized: false },
      ...(options.signed
        ? { dkim: { domainName: 'good.test', keySelector: 'sel1', privateKey: readFileSync(lab.dkim.rsa, 'utf8') } }
        : {}),
    })
  const draft = (subject: string): SendMailOptions => ({
    from: 'someone@good.test',
    to: 'user@good.test',
    subject,
    text: 'hello\n',
  })

  for (const host of HOSTS)
    test(`${host.name} takes a message ${host.certificate ? 'over TLS' : 'without TLS'}`, async () => {
      const subject = `sane ${host.name}`
      await to(host.address).sendMail(draft(subject))
      const { bytes } = await lab.arrival(host.name, `Subject: ${subject}`)
      assert.ok(bytes.includes('hello'))
      if (host.server === 'exim') {
        const line = lab.eximLog().findLast(line => line.includes(`host=${host.name}`)) ?? ''
        assert.equal(/ cipher=TLS/.test(line), host.certificate !== undefined, line)
      } else assert.match(bytes.toString(), /using TLSv1\.[23]/)
    })

  test('exim answers as its table says', async () => {
    const send = (address: string, subject: string): Promise<unknown> =>
      to('127.88.0.11').sendMail({ ...draft(subject), to: address })
    await assert.rejects(send('nouser1@good.test', 'x'), { responseCode: 550 })
    await assert.rejects(send('grey1@good.test', 'x'), { responseCode: 451 })
    await assert.rejects(send('user@good.test', 'REJECTDATA'), { responseCode: 554 })
    await assert.rejects(send('vanish1@good.test', 'x'), /closed|reset/i)
  })
  test('OpenDKIM behind Postfix and dkimpy both verify a foreign signature, and see a broken one', async () => {
    await to('127.88.0.17', { signed: true }).sendMail(draft('signed by another'))
    const { bytes } = await lab.arrival('mx.postfix.test', 'signed by another')
    assert.deepEqual(openDkim(bytes), [
      { result: 'pass', domain: 'good.test', selector: 'sel1', algorithm: 'rsa-sha256' },
    ])
    assert.deepEqual(await dkimpy(bytes), openDkim(bytes))
    const [broken] = await dkimpy(Buffer.from(bytes.toString('latin1').replace('hello', 'jello'), 'latin1'))
    assert.match(broken?.result ?? '', /fail|error/)
  })
})

suite('policies', () => {
  for (const [domain, policy] of Object.entries(MTA_STS))
    test(`mta-sts.${domain} answers ${policy.redirect ? 'with a redirect' : 'with its policy'}`, async () => {
      const host = `mta-sts.${domain}`
      const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; text: string }>()
      const options = {
        host: POLICIES.address,
        port: POLICIES.port,
        servername: host,
        headers: { host },
        path: '/.well-known/mta-sts.txt',
        ca: readFileSync(lab.caFile),
      }
      request(options, response => {
        let text = ''
        response.on('data', part => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode, text }))
      })
        .on('error', reject)
        .end()
      assert.deepEqual(await promise, policy.redirect ? { status: 302, text: '' } : { status: 200, text: policy.text })
    })
})
