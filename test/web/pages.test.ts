/**
 * The pages of the interface, as somebody uses them: found, read, released, lifted; two windows at once; by keyboard alone; and nothing that
 * a sender or a mail host wrote is more than text.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { fill } from './town.ts'
import { openWeb, type WebWorld } from './world.ts'

/** Does something in a page that takes it for more than text. */
const HOSTILE = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202e{say}`

const titleOf = async (page: Page): Promise<string> => page.title()

suite('the web interface', () => {
  let world: WebWorld
  before(async () => {
    world = await openWeb()
    await fill(world.town)
  })
  after(async () => {
    const { faults } = world
    await world[Symbol.asyncDispose]()
    assert.deepEqual(faults, [])
  })

  test('finds a message by what is typed, and says why it was refused and what was said', async () => {
    const { page, open } = world
    await open('#/messages')
    await page.getByRole('searchbox').fill('to:nobody@gmail.com status:bounced')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=to%3Anobody/)
    await page.locator('.list[aria-busy=false]').waitFor()
    assert.equal(await page.getByRole('list', { name: 'Messages, newest first' }).getByRole('link').count(), 1)
    await page.getByRole('list', { name: 'Messages, newest first' }).getByRole('link').click()
    await page.getByRole('heading', { name: 'What happened, and why' }).waitFor()
    const text = await page.locator('main').innerText()
    assert.match(text, /There is no such mailbox/)
    assert.match(text, /550 5\.1\.1 The email account/)
    assert.match(text, /postrider explain [0-9A-Z]{20}/)
    await page.getByText('SMTP dialogue').first().click()
    assert.match(await page.locator('.dialogue pre').innerText(), /RCPT TO:<nobody@gmail\.com>/)
  })

  test('says which word is none, and asks for nothing', async () => {
    const { page, open } = world
    await open('#/messages?q=statsu%3Aheld')
    assert.match(await page.getByRole('alert').innerText(), /statsu: is no word/)
    assert.equal(await page.getByRole('list', { name: 'Messages, newest first' }).count(), 0)
  })

  test('releases ten of eleven held messages, after it has said how many', async () => {
    const { page, open, town } = world
    for (let at = 0; at < 11; at++)
      await town.send({ to: `lea+${at}@gmail.com`, subject: `Held ${at}`, hold: 'wrong link' })
    await open('#/queue?state=held')
    const boxes = page.getByRole('checkbox', { name: /^Select Held/ })
    await boxes.first().waitFor()
    assert.equal(await boxes.count(), 11)
    for (let at = 0; at < 10; at++) await boxes.nth(at).check()
    await page.getByRole('button', { name: 'Release', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Release 10 messages?' })
    await dialog.getByRole('button', { name: 'Release', exact: true }).click()
    await page.getByText('10 messages are released.').waitFor()
    assert.equal((await town.relay.mailer.queue.list({ state: 'held' })).length, 1)
  })

  test('says that a page cannot be shown, and shows the others', async () => {
    const { page, faults, context } = await world.another()
    await page.route(/\/v1\/suppressions/, route => route.fulfill({ json: { suppressions: null } }))
    await page.goto(`${world.home}#/suppressions`)
    await page.getByRole('alert').getByText('This page cannot be shown.').waitFor()
    // The next page may not stand under the fault of the last for a moment either, so each state between is looked at.
    const seen = await page.evaluateHandle<string[]>(`(() => {
      const states = []
      new MutationObserver(() => {
        const alert = document.querySelector('[role=alert]') === null ? '' : ' with an alert'
        states.push(document.querySelector('h1')?.textContent + alert)
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
      return states
    })()`)
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
    const states = await seen.jsonValue()
    assert.ok(states.includes('Settings'), states.join())
    assert.ok(!states.includes('Settings with an alert'), states.join())
    assert.ok(faults.length > 0 && faults.every(fault => /^(?:thrown|console): /.test(fault)), faults.join())
    await context.close()
  })

  test('lifts a suppression, and the address is mailed again', async () => {
    const { page, open, town } = world
    await open('#/suppressions')
    await page.getByRole('button', { name: 'Lift the suppression of nobody@gmail.com' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Lift' }).click()
    await page.getByText('nobody@gmail.com may be mailed again.').waitFor()
    assert.equal(await town.relay.mailer.suppressions.find('nobody@gmail.com'), undefined)
  })

  test('says of a sender and recipients what would be refused, and where mail goes', async () => {
    const { page, open } = world
    await open('#/refused')
    await page.getByLabel('From').fill('forum@abc.mail')
    await page.getByLabel('To', { exact: true }).fill('anna@gmail.com gone@club.example x@no.example')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByText('It would be refused.').waitFor()
    await page.getByText('gmail-smtp-in.l.google.com').waitFor()
    const text = await page.locator('main').innerText()
    assert.match(text, /Suppressed until .*There is no such mailbox/)
    assert.match(text, /no\.example does not exist/)
  })

  test('shows in two windows at once what happens', async () => {
    const { page, open, another, town } = world
    const second = await another()
    await open('#/')
    await open('#/messages', second.page)
    for (const each of [page, second.page]) await each.getByText('Live', { exact: true }).waitFor()
    await town.send({ to: 'anna@gmail.com', subject: 'In both' })
    await page.locator('.tail').getByText('anna@gmail.com').first().waitFor()
    await second.page.getByRole('button', { name: /^Show \d+ new message/ }).click()
    await second.page.getByRole('link', { name: 'In both' }).waitFor()
    assert.deepEqual(second.faults, [])
    await second.context.close()
  })

  test('takes what a sender or a mail host wrote for text, wherever it stands', async () => {
    const { page, open, town } = world
    // A host that was not spoken to yet.
    town.replies.set('evil@evil.example', `550 5.1.1 ${HOSTILE}`)
    town.replies.set('EHLO', `250-${HOSTILE}\r\n250-8BITMIME\r\n250 SMTPUTF8`)
    const id = await town.send({
      to: 'evil@evil.example',
      subject: HOSTILE,
      from: `"${HOSTILE.replaceAll('"', '')}" <forum@abc.mail>`,
      tags: { [HOSTILE.slice(0, 40)]: HOSTILE },
      attachment: HOSTILE.replaceAll('"', ''),
    })
    await town.relay.mailer.idle()
    await town.send({ to: 'evil2@club.example', subject: HOSTILE, hold: HOSTILE })
    for (const hash of ['#/messages', '#/', '#/queue', '#/providers', '#/suppressions', `#/messages/${id}`]) {
      await open(hash)
      assert.equal(await page.locator('img, main script').count(), 0, hash)
      assert.doesNotMatch(await titleOf(page), /owned/, hash)
    }
    await open('#/providers')
    const windows = page.getByRole('region', { name: 'Where mail goes now' })
    await windows.getByRole('columnheader', { name: 'At once' }).waitFor()
    assert.match(await windows.innerText(), /mx\.evil\.example\s.*\d+ of 10\t/)
    await open(`#/messages/${id}`)
    for (const summary of await page.locator('.dialogue summary').all()) await summary.click()
    assert.match(await page.locator('main').innerText(), /<img src=x onerror/)
    assert.match(await page.locator('.dialogue pre').first().innerText(), /250-"><img src=x onerror/)
    town.replies.delete('EHLO')
    await open(`#/messages?q=${encodeURIComponent(HOSTILE)}`)
    await open(`#/${encodeURIComponent(HOSTILE)}`)
    assert.doesNotMatch(await titleOf(page), /owned/)
  })

  test('is used by keyboard alone', async () => {
    const { page, open, town } = world
    const id = await town.send({ to: 'keys@gmail.com', subject: 'By keyboard', hold: 'wrong link' })
    await open('#/queue')
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.className'), 'skip')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1')
    await open(`#/messages/${id}`)
    await page.getByRole('button', { name: 'Release', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    // The focus is in the dialog, on what comes first there; Escape leaves it, and nothing was done.
    assert.equal(await page.evaluate(`document.activeElement.closest('dialog') !== null`), true)
    await page.keyboard.press('Escape')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Release')
    assert.equal((await town.relay.mailer.queue.show(id)).held, 'wrong link')
    await page.locator('dialog form').waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('1 message is released.').waitFor()
    await page.locator('.side').getByRole('link', { name: 'Providers' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Providers' }).waitFor()
    await page.waitForTimeout(50)
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Providers')
  })

  test('ends with the session, in whichever window', async () => {
    const { page, open, another } = world
    const second = await another()
    await open('#/settings')
    await page
      .getByRole('button', { name: /^End the session of admin/ })
      .first()
      .click()
    await page.getByText('Ended.').waitFor()
    await second.page.reload()
    await second.page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor()
    assert.deepEqual(second.faults, [])
    await second.context.close()
  })

  test('says without JavaScript that it is off', async () => {
    const context = await world.browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(world.home)
    assert.match(await page.locator('body').innerText(), /JavaScript is off/)
    await context.close()
  })

  test('is painted within a second, as the browser measures it', async () => {
    // What else this machine does is not ours: the best of three rounds counts.
    let median = Number.POSITIVE_INFINITY
    for (let round = 0; round < 3 && median > 1000; round++) median = Math.min(median, await paintMs(world))
    assert.ok(median <= 1000, `${median.toFixed(0)} ms`)
  })
})

/** The median of ten. */
async function paintMs(world: WebWorld): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < 10; at++) {
    // Cold cache: each context has its own.
    const context = await world.browser.newContext()
    const page = await context.newPage()
    await page.goto(world.home)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const [paint] = (await page.evaluate(
      `performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime)`,
    )) as readonly number[]
    times.push(paint ?? Number.POSITIVE_INFINITY)
    await context.close()
  }
  return times.sort((a, b) => a - b)[5] ?? 0
}
