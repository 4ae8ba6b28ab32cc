/**
 * Test what an app sends, with Vitest: the mail is waited for by the server, and is there whole, with its codes and links.
 *
 *   npx postrider dev
 *   POSTRIDER_DEV_URL=http://127.0.0.1:8025 npx vitest run 11-vitest
 */
import { randomUUID } from 'node:crypto'
import { openInbox } from '@postrider/core/testing'
import { expect, test } from 'vitest'
import { confirm, signUp } from './sign-up.ts'

const inbox = openInbox(process.env.POSTRIDER_DEV_URL)

test('who signs up gets a code that confirms the address', async () => {
  // An address of its own: tests that run at the same time do not see each other's mail.
  const to = `anna+${randomUUID()}@user.example`
  await signUp(to, 'https://app.example')
  const mail = await inbox.waitFor({ to, subject: 'Confirm' })
  expect(mail.codes).toHaveLength(1)
  expect(confirm(mail.codes[0] ?? '')).toBe(to)
  expect(mail.links.map(({ url }) => url)).toContain(`https://app.example/confirm?code=${mail.codes[0]}`)
})

test('who signs up twice gets two codes', async () => {
  const to = `bruno+${randomUUID()}@user.example`
  await signUp(to, 'https://app.example')
  const first = await inbox.waitFor({ to })
  await signUp(to, 'https://app.example')
  const second = await inbox.waitFor({ to, after: first.id })
  expect(second.codes).not.toEqual(first.codes)
})
