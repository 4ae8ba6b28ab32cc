/**
 * Inbound: what comes to the domain of return addresses and is about no message: DMARC reports, and the question of the doctor.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { feedbackReport } from '@postrider/core/testing'
import { bounce, deliver, mxOf, start, submit, TO } from './inbound.fixture.ts'

const dmarcReport = ({ id = '1', domain = 'abc.mail', at = Date.now() } = {}): string =>
  `From: noreply@dest.example
Subject: Report Domain: ${domain}
Content-Type: text/xml

<feedback><report_metadata><org_name>dest.example</org_name><report_id>${id}</report_id><date_range><begin>${Math.floor(at / 1000)}</begin><end>1</end></date_range></report_metadata>
<policy_published><domain>${domain}</domain><p>none</p></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>3</count><policy_evaluated><dkim>pass</dkim><spf>pass</spf></policy_evaluated></row><identifiers><header_from>${domain}</header_from></identifiers></record></feedback>
.`.replaceAll('\n', '\r\n')
const TLS_REPORT = `From: noreply@dest.example
Subject: Report Domain: abc.mail Submitter: dest.example Report-ID: <1>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=tlsrpt; boundary=b

--b
Content-Type: application/tlsrpt+json

${JSON.stringify({ 'organization-name': 'x', 'report-id': '1', 'date-range': { 'start-datetime': '2026-11-30T00:00:00Z', 'end-datetime': '2026-11-30T23:59:59Z' }, policies: [] })}
--b--
.`.replaceAll('\n', '\r\n')

suite('inbound, of no message', () => {
  test('answers in one transaction what the doctor asks: 250 for an address of ours, 550 for one that nobody made', async () => {
    await using it = await start()
    await submit(it)
    const [sent] = await it.mx.waitFor(1)
    using client = await mxOf(it)
    assert.match(await client.ask('MAIL FROM:<>'), /^250 /)
    assert.match(await client.ask(`RCPT TO:<${sent!.from}>`), /^250 /)
    assert.match(await client.ask('RCPT TO:<nobody-made-this-address@bounces.abc.mail>'), /^550 /)
  })
  test('DMARC reports come to one address without a proof, which takes nothing else', async () => {
    await using it = await start()
    using client = await mxOf(it)
    const report = dmarcReport()
    assert.match(await deliver(client, 'reports@bounces.abc.mail', bounce(TO)), /^550 /)
    assert.match(await deliver(client, 'Reports@bounces.abc.mail', report), /^250 /)
    assert.match(await deliver(client, 'reports@abc.mail', report), /^550 /)
    assert.deepEqual(
      (await it.relay.mailer.dmarc()).map(({ domain, messages }) => [domain, messages]),
      [['abc.mail', 3]],
    )
  })
  test('what is refused there changes nothing, whatever message it names', async () => {
    await using it = await start()
    await submit(it)
    const [sent] = await it.mx.waitFor(1)
    const original = sent!.content.toString('latin1')
    const id = sent!.from.slice(3, 23).toUpperCase()
    const told = async () => (await it.relay.mailer.explain(id)).facts.map(({ fact }) => fact.kind)
    for (let tries = 0; tries < 200 && !(await told()).includes('delivered'); tries++)
      await new Promise(resolve => setTimeout(resolve, 20))
    using client = await mxOf(it)
    const complaint = `${feedbackReport({ original, recipient: TO }).toString('latin1')}\r\n.`
    const [header] = original.split('\r\n\r\n')
    const traced = `--b\r\nContent-Type: text/rfc822-headers\r\n\r\n${header}\r\n\r\n--b--\r\n.`
    const returned = bounce(TO).replace('--b--\r\n.', traced)
    for (const forged of [complaint, returned, TLS_REPORT])
      assert.match(await deliver(client, 'reports@bounces.abc.mail', forged), /^550 5\.7\.1 /)
    assert.deepEqual(await told(), ['queued', 'delivered'])
  })
  test('a report that is not counted is not taken: of nobody, of last year, or of a day that is full', async () => {
    await using it = await start()
    using client = await mxOf(it)
    const bring = (report: string) => deliver(client, 'reports@bounces.abc.mail', report)
    assert.match(await bring(dmarcReport({ domain: 'other.test' })), /^550 /)
    assert.match(await bring(dmarcReport({ at: Date.now() - 365 * 86_400_000 })), /^550 /)
    const day = await it.relay.mailer.dmarc()
    assert.deepEqual(day, [])
    for (let id = 0; id < 200; id++) {
      const report = Buffer.from(dmarcReport({ id: `${id}` }))
      assert.equal((await it.relay.mailer.takeReport(report)).counted, 'counted')
    }
    assert.match(await bring(dmarcReport({ id: '7' })), /^250 /)
    assert.match(await bring(dmarcReport({ id: 'one more' })), /^452 4\.2\.2 /)
  })
})
