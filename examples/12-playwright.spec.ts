/**
 * Test what an app sends, with Playwright: from the form in the browser, through the mail, to the page that its link opens.
 *
 *   npx postrider dev
 *   POSTRIDER_DEV_URL=http://127.0.0.1:8025 npx playwright test 12-playwright
 */
import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { openInbox } from '@postrider/core/testing'
import { startApp } from './sign-up.ts'

const inbox = openInbox(process.env.POSTRIDER_DEV_URL)

test('who signs up is let in by the link in the mail', async ({ page }) => {
  const app = await startApp()
  try {
    const to = `chiara+${randomUUID()}@user.example`
    await page.goto(app.url)
    await page.getByLabel('Address').fill(to)
    await page.getByRole('button', { name: 'Sign up' }).click()
    await expect(page.getByRole('heading')).toHaveText('Look into your mail')

    const mail = await inbox.waitFor({ to })
    await page.goto(mail.links.find(({ text }) => text === 'Confirm')?.url ?? '')
    await expect(page.getByRole('heading')).toHaveText('Welcome')
  } finally {
    app.close()
  }
})
