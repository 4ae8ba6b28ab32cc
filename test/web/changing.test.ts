/**
 * What is drawn belongs to what was asked for, at every moment between one question and the next.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openWeb, type WebWorld } from './world.ts'

suite('a page whose question changes', () => {
  let world: WebWorld
  /** The oldest. */
  let first: string
  before(async () => {
    world = await openWeb()
    first = await world.town.send({ to: 'first@club.example', subject: 'The first', hold: 'wrong link' })
    for (const to of ['anna@gmail.com', 'bruno@gmail.com', 'chiara@club.example'])
      await world.town.send({ to, subject: `To ${to}`, hold: 'wrong link' })
  })
  after(async () => {
    const { faults } = world
    await world[Symbol.asyncDispose]()
    assert.deepEqual(faults, [])
  })

  test('means nothing of the queue that was chosen before: neither all of it nor single messages', async () => {
    const { page, open } = world
    await open(`#/queue?domain=gmail.com&state=held&after=${first}`)
    await page.getByRole('checkbox', { name: /Act on all that fit/ }).check()
    await page.getByLabel('Domain').fill('club.example')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('link', { name: 'To chiara@club.example' }).waitFor()
    await page.getByText('0 selected', { exact: true }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Release', exact: true }).isDisabled(), true)
  })

  test('counts no message among the chosen that has left the list', async () => {
    const { page, open, town } = world
    await open('#/queue?domain=gmail.com')
    for (const box of await page.getByRole('checkbox', { name: /To \w+@gmail\.com/ }).all()) await box.check()
    // Each state between is looked at: the one in which the message is gone, and is still counted, must not be.
    const seen = await page.evaluateHandle(`(() => {
      const states = []
      new MutationObserver(() => {
        const rows = document.querySelectorAll('.rows input:checked').length
        states.push(rows + ' of ' + document.querySelector('.bulk [role=status]')?.textContent)
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
      return states
    })()`)
    const [oldest] = await town.relay.mailer.queue.list({ domain: 'gmail.com' })
    assert.ok(oldest)
    await town.relay.mailer.queue.cancel(oldest.id)
    await page
      .getByRole('checkbox', { name: /To \w+@gmail\.com/ })
      .nth(1)
      .waitFor({ state: 'detached' })
    const states = (await seen.jsonValue()) as readonly string[]
    assert.ok(
      states.some(state => /^1 of 1\b/.test(state)),
      states.join('\n'),
    )
    assert.deepEqual(
      states.filter(state => /^1 of 2\b/.test(state)),
      [],
    )
  })

  test('shows no report of the doctor under other addresses than its own', async () => {
    const { page, open } = world
    await open('#/doctor?of=forum%40abc.mail')
    await page.getByRole('heading', { level: 2, name: 'forum@abc.mail' }).waitFor()
    const seen = await page.evaluateHandle(`(() => {
      const states = []
      new MutationObserver(() => {
        const names = [...document.querySelectorAll('h2')].map(each => each.textContent).filter(name => name.includes('@'))
        states.push(document.querySelector('input[name=of]')?.value + ': ' + names.join(' '))
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
      return states
    })()`)
    await page.evaluate(`location.hash = '#/doctor?of=news%40nobody.example'`)
    await page.getByRole('heading', { level: 2, name: 'news@nobody.example' }).waitFor()
    const states = (await seen.jsonValue()) as readonly string[]
    assert.ok(states.some(state => state.startsWith('news@nobody.example: ')))
    assert.deepEqual(
      states.filter(state => state === 'news@nobody.example: forum@abc.mail'),
      [],
    )
  })
})
