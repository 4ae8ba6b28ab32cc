/**
 * Whether everybody can use the pages: what axe finds, in both themes; where the room is small; where texts are longer, or Chinese.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { violations } from './axe.ts'
import { PAGES } from './page-list.ts'
import { fill } from './town.ts'
import { openWeb, type WebWorld } from './world.ts'

suite('the pages', () => {
  let world: WebWorld
  before(async () => {
    world = await openWeb()
    await fill(world.town)
    await world.town.send({ to: 'anna@gmail.com', subject: 'Held', hold: 'wrong link' })
  })
  after(async () => {
    const { faults } = world
    await world[Symbol.asyncDispose]()
    assert.deepEqual(faults, [])
  })

  const all = async (of: (name: string, page: Page) => Promise<void>, page = world.page): Promise<void> => {
    for (const [name, hash] of Object.entries(PAGES)) {
      await world.open(hash, page)
      await of(name, page)
    }
    for (const state of ['bounced', 'held']) {
      await world.open(`#/messages?q=status%3A${state}`, page)
      await page.locator('.rows a').first().click()
      await page.locator('.timeline').waitFor()
      for (const summary of await page.locator('.dialogue summary').all()) await summary.click()
      await of(`a message that is ${state}`, page)
    }
  }

  for (const theme of ['light', 'dark'] as const)
    test(`show nothing to axe when they are ${theme}`, async () => {
      await world.page.emulateMedia({ colorScheme: theme })
      const found: string[] = []
      await all(async (name, page) => {
        found.push(...(await violations(page)).map(each => `${name}: ${each}`))
      })
      assert.deepEqual(found, [])
    })

  test('are no wider than a small telephone', async () => {
    await world.page.setViewportSize({ width: 360, height: 740 })
    await all(async (name, page) => {
      const wide = await page.evaluate('document.documentElement.scrollWidth')
      assert.ok(Number(wide) <= 360, `${name} is ${wide} wide`)
    })
  })
})
