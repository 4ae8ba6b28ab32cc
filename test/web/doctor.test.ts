/**
 * The doctor in the browser: what is wrong in the DNS, the record to publish, and green when it is there. And the events, after the relay
 * was started anew.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { dkimRecord, generateDkimKey } from '@postrider/core'
import { createFakeDns, TEST_RANGES } from '@postrider/core/testing'
import { createRelay, type Relay } from '@postrider/relay'
import { healthyZone, V4, V6 } from '../support/healthy-zone.ts'
import { freePorts } from '../support/ports.ts'
import { startBrowser, watch } from './browser.ts'
import { enterFirst } from './world.ts'

const POLICY = 'version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n'

const outside = {
  probe: async () => ({ greeting: '220 mx.google.test ESMTP' }),
  askMailboxes: async ({
    addresses,
  }: {
    readonly addresses: readonly { readonly local: string; readonly domain: string }[]
  }) => ({
    answers: addresses.map(({ local, domain }) => ({
      address: `${local}@${domain}`,
      code: 250,
      reply: '250 2.1.5 Ok',
    })),
  }),
  fetchPolicy: async () => ({ text: POLICY }),
  tryTls: async () => ({ reached: true }),
  askTime: async () => Date.now(),
}

async function openHost(
  folder: string,
  port: number,
  zone: ReturnType<typeof createFakeDns>,
  pem: string,
): Promise<Relay> {
  const relay = await createRelay(
    {
      hostname: 'mail.example.com',
      egress: { publicAddresses: [V4, V6] },
      preflight: 'off',
      queue: { path: join(folder, 'queue.db') },
      dkim: [{ domain: 'example.com', selector: 's1', privateKey: pem }],
      relay: {
        folder,
        listen: ['127.0.0.1:0/plain'],
        senders: ['*@example.com'],
        http: { listen: [`127.0.0.1:${port}/plain`] },
      },
    },
    { resolver: zone, lookout: outside, interfaces: () => [V4, V6], specialRanges: TEST_RANGES, deliver: true },
  )
  await relay.listen()
  return relay
}

test('the page of domains turns green when all of its records are published', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-web-'))
  const [port = 0] = await freePorts('127.0.0.1', 1)
  const { key, pem } = await generateDkimKey({ domain: 'example.com', selector: 's1' })
  const dkim = dkimRecord(key)
  const zone = healthyZone(dkim)
  const dns = createFakeDns({ ...zone, [dkim.name]: { TXT: 'v=DKIM1; p=AAAA' }, '_dmarc.example.com': {} })
  const relay = await openHost(folder, port, dns, pem)
  const browser = await startBrowser()
  try {
    const { page, faults } = await watch(browser, `http://127.0.0.1:${port}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await enterFirst(relay, page)
    await page.goto(`http://127.0.0.1:${port}/ui/#/domains`)
    await page.getByText('Not published yet').waitFor()
    const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })
    assert.match(await row(dkim.name).innerText(), /Another stands there[\s\S]*Stands there now: v=DKIM1; p=AAAA/)
    assert.match(await row('_dmarc.example.com').innerText(), /Missing[\s\S]*"v=DMARC1/)
    assert.match(await page.getByRole('row').filter({ hasText: 'v=spf1' }).innerText(), /"v=spf1 ip4:203\.0\.113\.5/)
    // What is copied for a panel is the text, without the quotes and pieces of a zone file.
    await page.getByRole('button', { name: `Copy the value of ${dkim.name}` }).click()
    await page
      .getByRole('button', { name: `Copy the value of ${dkim.name}` })
      .filter({ hasText: 'Copied' })
      .waitFor()
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), dkim.value)
    await page.getByRole('button', { name: 'Copy all as a zone' }).click()
    await page.getByRole('button', { name: 'Copy all as a zone' }).filter({ hasText: 'Copied' }).waitFor()
    const lines = String(await page.evaluate('navigator.clipboard.readText()'))
    assert.match(lines, new RegExp(`^${RegExp.escape(dkim.name)}\\. IN TXT "v=DKIM1`, 'm'))
    assert.ok([...lines.matchAll(/"([^"]*)"/g)].every(([, text = '']) => text.length <= 255))
    await page.getByRole('button', { name: 'Watch until all is published' }).click()
    dns.set(dkim.name, { TXT: dkim.value })
    dns.set('_dmarc.example.com', zone['_dmarc.example.com'])
    await page.getByText('All is published for example.com.').waitFor({ timeout: 60_000 })
    await page.getByText('All is published', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Examine it' }).click()
    await page.getByText('All is fine.').first().waitFor({ timeout: 60_000 })
    assert.deepEqual(faults, [])
  } finally {
    await browser.close()
    await relay.close({ withinMs: 0 })
    await rm(folder, { recursive: true, force: true })
  }
})

test('the doctor turns green when what it asks for is published, and events go on after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-web-'))
  const [port = 0] = await freePorts('127.0.0.1', 1)
  const { key, pem } = await generateDkimKey({ domain: 'example.com', selector: 's1' })
  const healthy = healthyZone(dkimRecord(key))
  const { '_dmarc.example.com': dmarc, ...without } = healthy
  const dns = createFakeDns(without, { authentic: true })
  let relay = await openHost(folder, port, dns, pem)
  const browser = await startBrowser()
  try {
    const { page, faults } = await watch(browser, `http://127.0.0.1:${port}`)
    await enterFirst(relay, page)
    await page.goto(`http://127.0.0.1:${port}/ui/#/doctor`)
    await page.getByRole('textbox', { name: 'Sender addresses' }).fill('forum@example.com')
    await page.getByRole('button', { name: 'Examine' }).click()
    await page.getByRole('button', { name: 'Watch until all is fine' }).click()
    const row = page.getByRole('row').filter({ hasText: '_dmarc.example.com' })
    assert.match(await row.innerText(), /TXT\s+"v=DMARC1/)
    dns.set('_dmarc.example.com', dmarc)
    await page.getByText('All is fine.').first().waitFor({ timeout: 60_000 })
    assert.equal(await row.count(), 0)

    await page.goto(`http://127.0.0.1:${port}/ui/#/`)
    await page.getByText('Live', { exact: true }).waitFor()
    await relay.close({ withinMs: 0 })
    await page.getByText('Connecting', { exact: true }).waitFor()
    relay = await openHost(folder, port, dns, pem)
    await relay.mailer.send({ from: 'forum@example.com', to: 'delivered@postrider.test', subject: 'After', text: 'x' })
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 30_000 })
    // Also when it happened before the browser was back.
    await page.locator('.tail').getByText('delivered@postrider.test').first().waitFor()
    const thrown = faults.filter(
      fault => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_CONNECTION_RESET|ERR_EMPTY/.test(fault),
    )
    assert.deepEqual(thrown, [])
  } finally {
    await browser.close()
    await relay.close({ withinMs: 0 })
    await rm(folder, { recursive: true, force: true })
  }
})
