/** What programs for mail do not show of a captured message, asked over HTTP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startInboxWorld } from './world.ts'

test('the html of a message is checked, captured or waiting', {
  timeout: 60_000,
}, async () => {
  await using world = await startInboxWorld({ capture: { scenarios: [{ to: '*', outcome: 'deferred' }] } })
  await world.relay.mailer.send({
    from: 'shop@example.com',
    to: 'a@one.example',
    subject: 'styled',
    text: 'x',
    html: '<p>one</p>\n<p style="display: grid">two</p>',
  })
  const { id } = (await world.ask('GET', '/v1/inbox/wait?to=a@one.example')).body
  const { status, body } = await world.ask('GET', `/v1/inbox/${id}/check`)
  assert.equal(status, 200)
  const grid = body.lacking.find(({ feature }: { feature: string }) => feature === 'css-display-grid')
  assert.deepEqual([grid.lines, grid.times, grid.title], [[2], 1, 'display:grid'])
  assert.ok(grid.lackedBy.some(({ name }: { name: string }) => name === 'Outlook'))
  // It waits, and so its bytes are still in the queue.
  assert.deepEqual((await world.ask('GET', `/v1/messages/${id}/check`)).body, body)
  assert.equal((await world.ask('GET', '/v1/inbox/0000000000-0000000000/check')).status, 404)
})

test('what a browser is not shown of the html is told, and of harmless html nothing is', {
  timeout: 60_000,
}, async () => {
  await using world = await startInboxWorld()
  const leftOut = async (html: string): Promise<unknown> => {
    const { id } = await world.relay.mailer.send({ from: 'shop@example.com', to: 'b@one.example', subject: 's', html })
    await world.relay.mailer.idle()
    return (await world.ask('GET', `/v1/inbox/${id}/left-out`)).body.leftOut
  }
  assert.deepEqual(await leftOut('<p style="color:red">plain</p><img src="https://h.example/a.png">'), [])
  assert.deepEqual(
    await leftOut(`<script>a()</script><p onclick="a()">x</p><a href=" javascript:a()">y</a><iframe></iframe>
      <object></object><form></form><link rel="stylesheet" href="x"><style>@import "y"; @font-face { src: z }</style>
      <meta http-equiv="refresh" content="0;url=x"><video src="v"></video>`),
    [
      { kind: 'scripts', count: 1 },
      { kind: 'handlers', count: 2 },
      { kind: 'frames', count: 2 },
      { kind: 'forms', count: 1 },
      { kind: 'stylesheets', count: 2 },
      { kind: 'refresh', count: 1 },
      { kind: 'media', count: 1 },
      { kind: 'fonts', count: 1 },
    ],
  )
  assert.deepEqual(await leftOut(`<p>${'x'.repeat(1024 * 1024)}</p>`), [{ kind: 'html' }])
})
