/**
 * Logging in at an OpenID provider of others, in the browser; the password beside it; and who came in so, on the page of users.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type OidcWorld, ROLES, startOidcWorld } from '../v1/oidc-world.ts'
import { startBrowser } from './browser.ts'

const PASSWORD = 'correct horse battery'

suite('logging in at a provider', () => {
  let it: OidcWorld
  let browser: Browser
  before(async () => {
    it = await startOidcWorld(ROLES)
    browser = await startBrowser()
  })
  after(async () => {
    await browser.close()
    await it[Symbol.asyncDispose]()
  })

  const window = async (): Promise<Page> => {
    const page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(`${it.world.url}/ui/`)
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor()
    return page
  }
  /** Through the provider's own forms. */
  const enter = async (name: string): Promise<Page> => {
    const page = await window()
    await page.getByRole('link', { name: `Log in with ${new URL(it.issuer.url).host}` }).click()
    await page.locator('input[name=login]').fill(name)
    await page.locator('input[name=password]').fill('x')
    await page.locator('button[type=submit]').click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${it.world.url}/ui/**`)
    return page
  }

  test('lets in whom its claims admit, and says why it cannot be changed here', async () => {
    const page = await enter('anna')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await (await enter('bruno')).getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.goto(`${it.world.url}/ui/#/settings`)
    const row = page.getByRole('row', { name: /bruno@example\.com.*OpenID/ })
    await row.getByText('The OpenID provider says at each login what bruno@example.com may do').waitFor()
    await row.getByRole('button', { name: 'Remove the user bruno@example.com' }).waitFor()
    assert.equal(await row.getByRole('combobox').count(), 0)
    assert.equal(await row.getByRole('checkbox').isDisabled(), true)
    assert.equal(await row.getByRole('button').count(), 1)
    // One that is made here, on the same page, is changed here.
    await page.getByLabel('A new user').fill('zoe')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByLabel('What zoe may do').selectOption('operate')
    const role = async (): Promise<string> => {
      const { users } = (await it.world.ask('GET', '/v1/users')).body
      return users.find(({ name }: { readonly name: string }) => name === 'zoe').role
    }
    while ((await role()) !== 'operate') await page.getByLabel('What zoe may do').waitFor()
  })

  test('says to whom it does not admit that they are not let in', async () => {
    const page = await enter('carl')
    await page.getByRole('alert').waitFor()
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor()
  })

  test('is no condition: a password lets in beside it, and when the provider is gone', async () => {
    const { body } = await it.world.ask('POST', '/v1/users', { body: { name: 'fallback', role: 'admin' } })
    const first = await window()
    await first.goto(body.link)
    await first.getByLabel('New password').fill(PASSWORD)
    await first.getByRole('button', { name: 'Log in', exact: true }).click()
    await first.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await it.issuer[Symbol.asyncDispose]()
    const page = await window()
    await page.getByRole('link', { name: /^Log in with / }).waitFor()
    await page.getByRole('textbox', { name: 'User' }).fill('fallback')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Log in', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  })
})
