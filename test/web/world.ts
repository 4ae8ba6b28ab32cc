/**
 * World: a town, a browser, and somebody who is logged in to the interface of its relay.
 */
import assert from 'node:assert/strict'
import type { Relay } from '@postrider/relay'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { startBrowser, type Watched, watch } from './browser.ts'
import { openTown, type Town, type TownOptions } from './town.ts'

const PASSWORD = 'correct horse battery'

export interface WebWorld extends AsyncDisposable {
  readonly town: Town
  readonly browser: Browser
  /** The address of the interface. */
  readonly home: string
  readonly page: Page
  readonly faults: readonly string[]
  /** Another browser window of its own, logged in with the password. */
  another(options?: BrowserContextOptions): Promise<Watched>
  /** Goes to a page of the interface, and waits until it shows what it asked for. */
  open(hash: string, page?: Page): Promise<void>
}

export async function openWeb(options: TownOptions = {}): Promise<WebWorld> {
  const town = await openTown(options)
  const browser = await startBrowser()
  const home = `${town.url}/ui/`
  const first = await watch(browser, town.url)
  const close = async (): Promise<void> => {
    await browser.close()
    await town[Symbol.asyncDispose]()
  }
  try {
    await enterFirst(town.relay, first.page)
  } catch (error) {
    await close()
    throw error
  }
  return {
    town,
    browser,
    home,
    ...first,
    another: async more => {
      const watched = await watch(browser, town.url, more)
      await logIn(watched.page, home)
      return watched
    },
    open: async (hash, page = first.page) => {
      await page.goto(`${home}${hash}`)
      await settled(page)
    },
    [Symbol.asyncDispose]: close,
  }
}

/** By the link of the first start, with a password that is chosen. */
export async function enterFirst(relay: Pick<Relay, 'interface'>, page: Page): Promise<void> {
  const link = relay.interface.firstLogin?.url
  assert.ok(link, 'there is a first login')
  await page.goto(link)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
}

async function logIn(page: Page, home: string, user = 'admin'): Promise<void> {
  await page.goto(home)
  await page.getByRole('textbox', { name: 'User' }).fill(user)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  // In whichever language it goes on.
  await page.locator('#menu').waitFor({ state: 'attached' })
}

/** Nothing holds the place of an answer any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  await page.locator('.waiting').first().waitFor({ state: 'detached' })
}
