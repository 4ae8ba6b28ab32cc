/**
 * The interface in other languages: which one is spoken, that it is whole, and that nothing breaks where texts are longer, or Chinese.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ENGLISH } from '../../packages/relay/web/language/english.ts'
import { violations } from './axe.ts'
import { PAGES } from './page-list.ts'
import { fill } from './town.ts'
import { openWeb, type WebWorld } from './world.ts'

const SMALL = { width: 360, height: 740 }

/** English a third longer, in letters that show where a text did not come from the table. */
function pseudo(text: string): string {
  const letters = text.replace(/\{\w+\}|[aeiou]/g, each => ({ a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú' })[each] ?? each)
  return `${letters}${' lóngér'.repeat(Math.ceil(text.length / 21))}`
}

const PSEUDO = `export const TEXTS = ${JSON.stringify(
  Object.fromEntries(
    Object.entries(ENGLISH).map(([key, text]) => [
      key,
      pseudo(typeof text === 'string' ? text : (text as { readonly other: string }).other),
    ]),
  ),
)}`

/** What is wider than its place: buttons, marks, and the page itself. */
async function tooWide(page: Page): Promise<readonly string[]> {
  return (await page.evaluate(`
    [document.documentElement, ...document.querySelectorAll('button, .button, .mark, h1, h2, label, th, dt, nav a')]
      .filter(each => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline' && each.clientWidth > 1)
      .map(each => each.outerHTML.slice(0, 200) + ' ' + each.scrollWidth + ' > ' + each.clientWidth)`)) as readonly string[]
}

suite('the languages of the interface', () => {
  let world: WebWorld
  before(async () => {
    world = await openWeb()
    await fill(world.town)
    await world.town.send({ to: 'anna@gmail.com', subject: 'Held', hold: 'wrong link' })
    await world.town.relay.mailer.idle()
  })
  after(async () => {
    const { faults } = world
    await world[Symbol.asyncDispose]()
    assert.deepEqual(faults, [])
  })

  const loggedIn = async (): Promise<string> => JSON.stringify(await world.page.context().storageState())

  const inLanguage = async (locale: string): Promise<Page> => {
    const context = await world.browser.newContext({
      locale,
      viewport: SMALL,
      storageState: JSON.parse(await loggedIn()),
    })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    return page
  }

  test('are those of the browser, with its dates and numbers', async () => {
    for (const [locale, title, state] of [
      ['zh-TW', '郵件', '已投遞'],
      ['zh-HK', '郵件', '已投遞'],
      ['zh-CN', '邮件', '已投递'],
      ['de-DE', 'Messages', 'Delivered'],
    ] as const) {
      const page = await inLanguage(locale)
      await world.open('#/messages', page)
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
      await page.getByText(state, { exact: true }).first().waitFor()
      const lang = await page.evaluate('document.documentElement.lang')
      assert.equal(lang, locale === 'de-DE' ? 'en' : locale === 'zh-HK' ? 'zh-TW' : locale)
      if (locale === 'zh-TW') {
        await page.locator('.rows a').first().click()
        await page.locator('.timeline').waitFor()
        assert.match(await page.locator('.pairs').first().innerText(), /20\d\d\/\d+\/\d+ \d\d:\d\d:\d\d/)
      }
      await page.context().close()
    }
  })

  test('are chosen in the settings, and known to another browser of the same user', async () => {
    const { page, open, another } = world
    await open('#/settings')
    await page.getByLabel('Language').selectOption('zh-CN')
    await page.getByRole('heading', { level: 1, name: '设置' }).waitFor()
    const second = await another()
    await second.page.getByRole('heading', { level: 1, name: '总览' }).waitFor()
    assert.deepEqual(second.faults, [])
    await second.context.close()
    await page.getByLabel('语言').selectOption('')
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  })

  for (const locale of ['zh-TW', 'zh-CN'])
    test(`fit a small telephone, and everybody can use them: ${locale}`, async () => {
      const page = await inLanguage(locale)
      for (const [name, hash] of Object.entries(PAGES)) {
        await world.open(hash, page)
        assert.deepEqual(await tooWide(page), [], name)
      }
      for (const hash of ['#/', '#/queue', '#/settings']) {
        await world.open(hash, page)
        assert.deepEqual(await violations(page), [], hash)
      }
      await page.context().close()
    })

  test('may be a third longer than English, and all that is shown comes from the table', async () => {
    const page = await inLanguage('zh-TW')
    await page.route('**/zh-TW-*.js', route => route.fulfill({ contentType: 'text/javascript', body: PSEUDO }))
    for (const [name, hash] of Object.entries(PAGES)) {
      await world.open(hash, page)
      await page.locator('h1', { hasText: 'lóngér' }).waitFor()
      assert.deepEqual(await tooWide(page), [], name)
      const texts = (await page
        .locator('button, .side a, th[scope=col], label, h2')
        .allInnerTexts()) as readonly string[]
      const foreign = texts.filter(text => /[aeiou]{1}\w* \w*[aeiou]/.test(text) && !/[áéíóú]/.test(text))
      assert.deepEqual(foreign, [], name)
    }
    await page.context().close()
  })
})
