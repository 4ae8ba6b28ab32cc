/**
 * Webhooks in the forms of others, as who reads the webhooks of those others reads them: the `resend` package, and Discourse, which
 * finds the mail that bounced by its Message-ID and recipient.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { WebhookEventPayload } from 'resend'
import { FROM, startResendWorld, TO } from './world.ts'

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`

async function startReceiver() {
  const told: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    told.push({ headers: request.headers, body })
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    told,
    url: `http://127.0.0.1:${port}/hook`,
    waitFor: async (count: number) => {
      while (told.length < count) await new Promise(setImmediate)
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

test('the resend package proves and reads what is told, one event for each recipient', async () => {
  await using receiver = await startReceiver()
  const events = ['queued', 'delivered', 'bounced', 'complained'] as const
  const webhooks = [{ url: receiver.url, secret: SECRET, format: 'resend' as const, events }]
  await using world = await startResendWorld({ relay: { webhooks } })
  const { data } = await world.resend.emails.send({
    from: FROM,
    to: [TO, 'bounced@resend.dev'],
    cc: 'complained@resend.dev',
    subject: 'Three of them',
    text: 'Hi',
    tags: [{ name: 'kind', value: 'test' }],
  })
  await receiver.waitFor(5)
  const read = receiver.told.map(({ headers, body }): WebhookEventPayload => {
    const header = (name: string): string => String(headers[`svix-${name}`])
    return world.resend.webhooks.verify({
      payload: body,
      headers: { id: header('id'), timestamp: header('timestamp'), signature: header('signature') },
      webhookSecret: SECRET,
    })
  })
  const about = read.flatMap(event =>
    'email_id' in event.data && 'to' in event.data ? [[event.type, ...event.data.to]] : [],
  )
  assert.deepEqual(
    about.toSorted(),
    [
      ['email.bounced', 'bounced@resend.dev'],
      ['email.complained', 'complained@resend.dev'],
      ['email.delivered', TO],
      ['email.delivered', 'complained@resend.dev'],
      ['email.sent', TO, 'bounced@resend.dev', 'complained@resend.dev'],
    ].toSorted(),
  )
  for (const { data: told } of receiver.told.map(({ body }) => JSON.parse(body))) {
    assert.equal(told.email_id, data?.id)
    assert.equal(told.from, FROM)
    assert.equal(told.subject, 'Three of them')
    assert.deepEqual(told.tags, { kind: 'test' })
  }
})

test('Discourse finds the mail that bounced, and counts it against whom it bounced for', async () => {
  await using receiver = await startReceiver()
  const webhooks = [{ url: receiver.url, secret: SECRET, format: 'postmark' as const }]
  await using world = await startResendWorld({ relay: { webhooks } })
  const log = [
    { message_id: 'topic/1@forum.example', to_address: 'bounced@resend.dev' },
    { message_id: 'topic/1@forum.example', to_address: TO },
  ]
  await world.resend.emails.send({
    from: FROM,
    to: log.map(row => row.to_address),
    subject: 'A digest',
    text: 'Hi',
    headers: { 'Message-ID': '<topic/1@forum.example>' },
  })
  await receiver.waitFor(2)
  const scored = receiver.told.flatMap(({ body }) => {
    const { MessageID, Email, Type } = JSON.parse(body)
    if (!['HardBounce', 'SoftBounce', 'SpamNotification', 'SpamComplaint'].includes(Type)) return []
    return log.filter(row => row.message_id === MessageID && row.to_address === Email)
  })
  assert.deepEqual(scored, [log[0]])
})
