/**
 * The page of webhooks, as somebody uses it: an endpoint is tried, what it answered is read, it is stopped and started.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { violations } from './axe.ts'
import { openWeb } from './world.ts'

test('the page of webhooks tries an endpoint, shows what it answered, stops and starts it', async t => {
  const statuses = [204, 503]
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(statuses.shift() ?? 204).end())
  }).listen(0, '127.0.0.1')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const webhooks = [{ url: `${origin}/secret`, secret: `whsec_${btoa('x'.repeat(24))}`, events: ['delivered'] }]
  await using world = await openWeb({ relay: { webhooks } })
  const { page, open } = world
  await open('#/webhooks')
  const text = await page.locator('main').innerText()
  assert.match(text, /Told of/)
  assert.doesNotMatch(text, /secret|whsec/)

  for (const told of ['It took a test event.', 'It did not take a test event: status 503']) {
    await page.getByRole('button', { name: `Test: ${origin}` }).click()
    await page.getByText(told).waitFor()
  }
  await page.getByText('What it answered').click()
  const log = page.getByRole('table', { name: `What ${origin} answered` })
  await log.waitFor()
  assert.deepEqual(
    (await log.getByRole('row').allInnerTexts()).slice(1).map(row => /status 503|taken/.exec(row)?.[0]),
    ['status 503', 'taken'],
  )

  await page.getByRole('button', { name: `Stop: ${origin}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByText('Stopped by hand').waitFor()
  assert.deepEqual(await violations(page), [])
  await page.getByRole('button', { name: `Start: ${origin}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText('Stopped by hand').waitFor({ state: 'detached' })
  await page.setViewportSize({ width: 360, height: 740 })
  assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 360)
  assert.deepEqual(world.faults, [])
})
