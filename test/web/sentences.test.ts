/**
 * What the relay tells in sentences, in the language of the page: what checks found, what became of a message and why, whether mail would
 * be refused, and what was wrong with what was asked. English are only quotations: what mail hosts said, and what is typed.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { fill, REPLIES } from './town.ts'
import { openWeb, type WebWorld } from './world.ts'

/** Three English words in a row. */
const ENGLISH = /\p{Script=Latin}{2,}(?:,? [a-z]{2,}){2,}/u
const COMMAND = /\bpostrider .*$/
const NOWHERE = 'nobody.example'

/** What is not quoted: texts of the page without commands, records, the dialogue and what hosts said. */
async function ownTexts(page: Page): Promise<readonly string[]> {
  for (const summary of await page.locator('main details:not([open]) > summary').all()) await summary.click()
  const texts = (await page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
    const found = []
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement
      if (parent.closest('.dialogue pre, code, textarea, input, .reply, .subject') === null) found.push(walker.currentNode.data)
    }
    return found
  })()`)) as readonly string[]
  return texts
}

async function english(page: Page): Promise<readonly string[]> {
  const quoted = Object.values(REPLIES).map(reply => reply.slice(0, 60))
  const texts = await ownTexts(page)
  assert.ok(texts.some(text => /\p{Script=Han}/u.test(text)))
  return texts
    .flatMap(text => text.split('\n'))
    .map(line =>
      quoted.reduce((left, reply) => (left.includes(reply) ? left.slice(0, left.indexOf(reply)) : left), line),
    )
    .filter(line => ENGLISH.test(line.replace(COMMAND, '')))
}

suite('what the relay tells', () => {
  let world: WebWorld
  let page: Page
  before(async () => {
    world = await openWeb()
    await fill(world.town)
    await world.town.send({ to: 'anna@gmail.com', subject: '', hold: '連結有誤' })
    await world.town.send({ to: 'x@no.example', subject: '' })
    await world.town.relay.mailer.idle()
    const context = await world.browser.newContext({
      locale: 'zh-TW',
      storageState: JSON.parse(JSON.stringify(await world.page.context().storageState())),
    })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
  })
  after(async () => {
    const { faults } = world
    await world[Symbol.asyncDispose]()
    assert.deepEqual(faults, [])
  })

  test('of a message is in the language of the page, whatever became of it', async () => {
    const { messages } = await world.town.relay.mailer.messages.list({ limit: 500 })
    const byEnd = new Map(
      messages.map(each => [
        `${each.held ?? ''} ${each.recipients[0]?.state} ${each.recipients[0]?.lastReply ?? ''}`,
        each,
      ]),
    )
    assert.ok(byEnd.size >= 7, [...byEnd.keys()].join())
    for (const { id, recipients } of byEnd.values()) {
      await world.open(`#/messages/${id}`, page)
      await page.locator('.timeline li').first().waitFor()
      assert.deepEqual(await english(page), [], recipients[0]?.address ?? id)
    }
  })

  test('of senders by the doctor is in the language of the page', async () => {
    for (const address of ['forum@abc.mail', `news@${NOWHERE}`]) {
      await world.open(`#/doctor?of=${encodeURIComponent(address)}`, page)
      await page.locator('.checks li').first().waitFor()
      assert.deepEqual(await english(page), [], address)
    }
  })

  test('of mail that is not sent is in the language of the page', async () => {
    for (const from of ['forum@abc.mail', `news@${NOWHERE}`]) {
      const query = new URLSearchParams({ from, to: 'anna@gmail.com nobody@gmail.com x@no.example' })
      await world.open(`#/refused?${query}`, page)
      await page.locator('.verdict').waitFor()
      assert.deepEqual(await english(page), [], from)
    }
  })

  test('against what was asked is in the language of the page', async () => {
    await world.open('#/refused?from=forum', page)
    const problem = page.getByRole('alert')
    await problem.waitFor()
    assert.match(await problem.innerText(), /from：目前："forum"；應為：/)
    assert.deepEqual(await english(page), [])
  })

  test('of mail hosts and addresses is in the language of the page', async () => {
    for (const hash of ['#/', '#/queue', '#/providers', '#/suppressions', '#/webhooks', '#/accounts', '#/settings']) {
      await world.open(hash, page)
      assert.deepEqual(await english(page), [], hash)
    }
  })
})
