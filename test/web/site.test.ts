/**
 * The site as it was built (`npm run site`), in a browser on a telephone of 360 px, in each language: nothing is cut off or pushes the page
 * wider, the menu opens, and the search answers in the language of the page.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startBrowser, watch } from './browser.ts'

const DIST = join(import.meta.dirname, '../../site/dist')
const SMALL = { width: 360, height: 740 }
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}
/** What is asked of the search of each language, and what the first answers have. */
const LANGUAGES = {
  en: { below: '', asked: 'reverse DNS', answer: /Reverse DNS/ },
  'zh-TW': { below: 'zh-TW/', asked: '反解怎麼設', answer: /反解/ },
  'zh-CN': { below: 'zh-CN/', asked: '反向解析', answer: /反向解析/ },
} as const

/** Any server of files will do. */
async function serveSite(): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://site').pathname)
    const file = join(DIST, path.endsWith('/') ? `${path}index.html` : path)
    if (!file.startsWith(DIST) || !existsSync(file)) response.writeHead(404).end()
    else
      response
        .writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
        .end(readFileSync(file))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** What stands out of the page to the right, and what of it cannot be scrolled to where it is. */
async function sticksOut(page: Page): Promise<readonly string[]> {
  return (await page.evaluate(`(() => {
    const wide = document.documentElement.clientWidth
    const scrolls = each => { for (let at = each; at; at = at.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(at).overflowX) && at !== document.documentElement && at !== document.body) return true; return false }
    const out = [...document.querySelectorAll('main *, .VPContent *')]
      .filter(each => each.getBoundingClientRect().right > wide + 1 && each.getClientRects().length > 0 && !scrolls(each))
      .map(each => each.outerHTML.slice(0, 120))
    return [...(document.documentElement.scrollWidth > wide ? ['the page: ' + document.documentElement.scrollWidth] : []), ...out.slice(0, 3)]
  })()`)) as readonly string[]
}

suite('the site on a telephone of 360 px', () => {
  let browser: Browser
  let server: Server
  let origin: string
  before(async () => {
    assert.ok(existsSync(join(DIST, 'index.html')), 'the site is not built: npm run site')
    browser = await startBrowser()
    server = await serveSite()
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    await browser.close()
    server.close()
    server.closeAllConnections()
  })

  for (const [language, { below, asked, answer }] of Object.entries(LANGUAGES)) {
    test(`has every page of the guides whole: ${language}`, async () => {
      const { page, context, faults } = await watch(browser, origin, { viewport: SMALL, locale: language })
      const paths = ['index.html', ...globSync('guides/*.html', { cwd: join(DIST, below) })]
      assert.ok(paths.length > 10, paths.join())
      for (const path of paths) {
        await page.goto(`${origin}/${below}${path}`)
        await page.locator('h1').first().waitFor()
        assert.deepEqual(await sticksOut(page), [], path)
        const { lang, text } = (await page.evaluate(
          `({ lang: document.documentElement.lang, text: document.querySelector('h1').innerText })`,
        )) as { readonly lang: string; readonly text: string }
        assert.match(lang, language === 'en' ? /^en/ : new RegExp(`^${language}$`), path)
        if (path !== 'index.html') assert.equal(/[\u4e00-\u9fff]/.test(text), language !== 'en', `${path}: ${text}`)
      }
      // Whoever looks this way sees what does not fit.
      await page.evaluate(
        `document.querySelector('h1').insertAdjacentHTML('afterend', '<div style="width: 500px">wide</div>')`,
      )
      assert.notDeepEqual(await sticksOut(page), [])
      assert.deepEqual(faults, [])
      await context.close()
    })

    test(`opens its menu, and its search answers: ${language}`, async () => {
      const { page, context, faults } = await watch(browser, origin, { viewport: SMALL, locale: language })
      await page.goto(`${origin}/${below}guides/app.html`)
      await page.locator('.VPNavBarHamburger').click()
      await page.locator('.VPNavScreen').waitFor()
      assert.deepEqual(await sticksOut(page), [])
      await page.locator('.VPNavBarHamburger').click()
      await page.locator('.VPNavBarSearch button').first().click()
      await page.locator('.search-input').fill(asked)
      const first = page.locator('.results .result').first()
      await first.waitFor()
      assert.match(await page.locator('.results').innerText(), answer)
      const box = await first.boundingBox()
      assert.ok(box !== null && box.x >= 0 && box.x + box.width <= SMALL.width, JSON.stringify(box))
      assert.deepEqual(faults, [])
      await context.close()
    })
  }

  test('has the widest pages of the reference whole too', async () => {
    const { page, context } = await watch(browser, origin, { viewport: SMALL })
    for (const path of [
      'reference/mailer.html',
      'reference/queue.html',
      'configuration.html',
      'checks.html',
      'providers.html',
    ]) {
      await page.goto(`${origin}/${path}`)
      await page.locator('h1').first().waitFor()
      assert.deepEqual(await sticksOut(page), [], path)
    }
    await context.close()
  })
})
