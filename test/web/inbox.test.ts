/**
 * The inbox of `postrider dev` in a browser: what an app sends shows up by itself, is looked at from all sides, found and deleted.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createFakeDns, type FakeMx, startFakeMx } from '@postrider/core/testing'
import nodemailer from 'nodemailer'
import { type InboxWorld, startInboxWorld } from '../inbox/world.ts'
import { violations } from './axe.ts'
import { startBrowser, type Watched, watch } from './browser.ts'

const LARGE = `<p>${'long '.repeat(25_000)}</p>`

suite('the inbox', () => {
  let mx: FakeMx
  let world: InboxWorld
  let browser: Awaited<ReturnType<typeof startBrowser>>
  let watched: Watched
  before(async () => {
    mx = await startFakeMx()
    world = await startInboxWorld({
      capture: { mailboxes: [{ name: 'shop', to: '*@shop.example' }], release: ['me@real.example'] },
      options: { delivery: { port: mx.port, allowPrivateAddresses: true } },
      seams: {
        resolver: createFakeDns({
          'real.example': { MX: ['10 mx.real.example'] },
          'mx.real.example': { A: ['127.0.0.1'] },
        }),
      },
    })
    browser = await startBrowser()
    watched = await watch(browser, world.url)
  })
  after(async () => {
    await browser.close()
    await world[Symbol.asyncDispose]()
    await mx.close()
  })

  const send = (mail: object) =>
    nodemailer
      .createTransport({ host: '127.0.0.1', port: world.smtpPort, ignoreTLS: true })
      .sendMail({ from: 'App <app@example.com>', text: 'Hello', ...mail })

  test('is what a browser is shown first, without a login, and grows as mail comes', async () => {
    const { page } = watched
    await page.goto(`${world.url}/inbox`)
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor()
    await page.getByText('Nothing has been captured yet').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    await send({ to: 'anna@example.com', subject: 'Your code', text: 'Your code is 482913.' })
    await page.getByRole('link', { name: 'Your code' }).waitFor()
    assert.match(await page.locator('.rows').innerText(), /New\s+Your code\s+app@example\.com\s*→\s*anna@example\.com/)
    await page.goto(`${world.url}/`)
    await page.waitForURL(/#\/inbox$/)
  })

  test('shows a message from all sides, and what receivers would hold against it', async () => {
    const { page } = watched
    await send({
      to: 'bruno@example.com',
      subject: 'Invoice',
      html: `<div style="display:flex">${LARGE}</div><a href="http://pay.example/1">https://bank.example/login</a><img src="cid:logo@x">`,
      text: undefined,
      attachments: [
        { filename: 'setup.exe', content: 'MZ' },
        { filename: 'l.png', content: 'x', cid: 'logo@x' },
      ],
    })
    await page.goto(`${world.url}/ui/#/inbox`)
    await page.getByRole('link', { name: 'Invoice' }).click()
    await page.getByRole('heading', { level: 1, name: 'Captured message' }).waitFor()
    await page.frameLocator('iframe').getByText('long long').waitFor()
    await page.getByRole('button', { name: /^What receivers may mind \(3\)/ }).click()
    const findings = await page.locator('.mail .checks').innerText()
    assert.match(findings, /Gmail refuses the attachment setup\.exe/)
    assert.match(findings, /125\.\d kB long\. Gmail shows the first 102 KB/)
    assert.match(findings, /A link shows https:\/\/bank\.example\/login and leads to another host/)
    assert.match(findings, /It has html alone/)
    assert.match(findings, /It has no List-Unsubscribe field/)
    assert.match(findings, /One author stands in From/)
    await page.getByRole('button', { name: 'Programs', exact: true }).click()
    const programs = page.locator('.mail .checks')
    await programs.getByText('Not shown by').first().waitFor()
    assert.match(await programs.innerText(), /display:flex\s+line 1\s+Not shown by [^\n]*Outlook \(Windows/)
    await page.getByRole('button', { name: /^Attachments/ }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'setup.exe' }).click()
    assert.equal((await download).suggestedFilename(), 'setup.exe')
    await page.getByRole('button', { name: 'Raw', exact: true }).click()
    await page.getByText('Content-Type: multipart/').first().waitFor()
    await page.getByRole('button', { name: 'Headers', exact: true }).click()
    await page.getByText('Message-ID').waitFor()
    await page.getByText('Delivered').waitFor()
    const ask = await page.getByRole('link', { name: 'Ask about this message' }).getAttribute('href')
    assert.equal(ask, '#/refused?from=app%40example.com&to=bruno%40example.com')
  })

  test('asks links and releases a message when somebody says so, and tells what is not shown', async () => {
    const { page } = watched
    await send({
      to: 'erin@example.com',
      subject: 'Welcome',
      html: `<a href="${world.url}/nowhere">Confirm</a><a href="http://10.9.8.7/">x</a><form></form>`,
    })
    await page.goto(`${world.url}/ui/#/inbox?to=erin`)
    await page.getByRole('link', { name: 'Welcome' }).click()
    await page.getByText('Not shown here, or without effect: 1 form.').waitFor()
    await page.getByRole('button', { name: /^Links/ }).click()
    await page.getByRole('button', { name: 'Ask the links' }).click()
    await page.getByText('not asked: an address of a private network').waitFor()
    await page.locator('.links .mark', { hasText: '404' }).waitFor()
    await page.getByRole('button', { name: 'Release', exact: true }).click()
    const sure = page.getByRole('dialog', { name: 'Send it to me@real.example for real?' })
    await sure.getByText('mx.real.example').waitFor()
    assert.equal(mx.messages.length, 0)
    await sure.getByRole('button', { name: 'Send for real' }).click()
    await page.getByText('It is on its way to me@real.example.').waitFor()
    assert.match(String((await mx.waitFor(1))[0]?.content), /Subject: Welcome/)
  })

  test('is found by filter and mailbox, and deleted by what was found', async () => {
    const { page } = watched
    await send({ to: 'chiara@shop.example', subject: 'Order 1' })
    await send({ to: 'david@shop.example', subject: 'Order 2' })
    await page.goto(`${world.url}/ui/#/inbox`)
    await page.getByRole('link', { name: 'shop', exact: true }).click()
    await page.getByText(/^2 messages;/).waitFor()
    await page.getByLabel('Subject contains').fill('order 1')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByText(/^1 message;/).waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('dialog', { name: 'Delete 1 message?' }).getByRole('button', { name: 'Delete' }).click()
    await page.getByText('1 message is deleted.').waitFor()
    await page.goto(`${world.url}/ui/#/inbox?mailbox=shop`)
    await page.getByText(/^1 message;/).waitFor()
    await page.getByRole('link', { name: 'Order 2' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL(/#\/inbox$/)
    const { body } = await world.ask('GET', '/v1/inbox?mailbox=shop')
    assert.deepEqual([body.total, body.mailboxes], [0, ['shop']])
  })

  test('takes a HELO, a name and a file name for text', async () => {
    const { page } = watched
    const hostile = `<img src=x onerror="document.title='owned'">`
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port: world.smtpPort,
      ignoreTLS: true,
      name: hostile,
    })
    await transport.sendMail({
      from: { name: hostile, address: 'app@example.com' },
      to: { name: hostile, address: 'evil@example.com' },
      subject: hostile,
      text: hostile,
      headers: { [`X-${'Evil'}`]: hostile },
      attachments: [{ filename: `${hostile}.txt`, content: hostile }],
    })
    await page.goto(`${world.url}/ui/#/inbox?to=evil`)
    await page.getByRole('link', { name: '<img src=x' }).click()
    await page.getByRole('heading', { level: 1, name: 'Captured message' }).waitFor()
    for (const side of ['Text', 'Attachments', 'Headers', 'Raw']) {
      await page.getByRole('button', { name: new RegExp(`^${side}`) }).click()
      await page.getByText('<img src=x').first().waitFor()
      assert.equal(await page.locator('main img').count(), 0, side)
    }
    assert.match(await page.title(), /^Captured message/)
  })

  test('can be used by everybody, and fits a small telephone', async () => {
    const { page, faults } = watched
    const { body } = await world.ask('GET', '/v1/inbox?subject=Invoice')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const hash of ['#/inbox', `#/inbox/${body.messages[0].id}`, '#/settings']) {
        await page.goto(`${world.url}/ui/${hash}`)
        await page.locator('.waiting').first().waitFor({ state: 'detached' })
        assert.deepEqual(await violations(page), [], `${hash} ${colorScheme}`)
      }
      for (const side of ['Links', 'Attachments', 'Headers', 'What receivers may mind', 'Programs', 'Raw']) {
        await page.goto(`${world.url}/ui/#/inbox/${body.messages[0].id}`)
        await page.getByRole('button', { name: new RegExp(`^${side}`) }).click()
        await page.waitForTimeout(100)
        assert.deepEqual(await violations(page), [], `${side} ${colorScheme}`)
      }
    }
    await page.setViewportSize({ width: 360, height: 740 })
    for (const hash of ['#/inbox', `#/inbox/${body.messages[0].id}`]) {
      await page.goto(`${world.url}/ui/${hash}`)
      await page.locator('.waiting').first().waitFor({ state: 'detached' })
      const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
      assert.ok(wide <= 360, `${hash} is ${wide} wide`)
    }
    assert.deepEqual(faults, [])
  })
})
