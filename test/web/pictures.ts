/**
 * Pictures: the main pages as they are, into docs/images: `npm run pictures`. Of a town with made-up mail, with the browser of the tests.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fill } from './town.ts'
import { openWeb } from './world.ts'

const OUT = join(import.meta.dirname, '../../docs/images')
const WIDE = { width: 1280, height: 860 }
const SMALL = { width: 360, height: 720 }

mkdirSync(OUT, { recursive: true })
await using world = await openWeb()
const { page, open, town } = world
await fill(town)
await town.send({ to: 'anna@gmail.com', subject: 'Your password for the forum', hold: 'the link in it is wrong' })
await town.relay.mailer.idle()

const picture = async (name: string): Promise<void> => {
  await page.waitForTimeout(300)
  await page.screenshot({ path: join(OUT, `${name}.png`) })
}

await page.setViewportSize(WIDE)
await page.emulateMedia({ colorScheme: 'light' })
await open('#/')
await picture('overview')
await open('#/messages')
await picture('messages')
await open('#/messages?q=status%3Abounced')
await page.locator('.rows a').first().click()
await page.locator('.timeline').waitFor()
await picture('message')
await open('#/doctor?of=forum%40abc.mail')
await page.emulateMedia({ colorScheme: 'dark' })
await picture('doctor')
await page.setViewportSize(SMALL)
await open('#/messages')
await picture('messages-small')
