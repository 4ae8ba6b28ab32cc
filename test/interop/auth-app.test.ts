/** An app whose login nobody here wrote: its link comes by mail into the inbox of `postrider dev`, is followed, and lets its user in. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { openInbox } from '@postrider/core/testing'
import { startInboxWorld } from '../inbox/world.ts'

const APP = join(import.meta.dirname, 'auth-app')

test('a person logs in to an app of Auth.js by the link in a captured mail', { timeout: 120_000 }, async () => {
  await using world = await startInboxWorld()
  const smtp = `smtp://app:anything@127.0.0.1:${world.smtpPort}`
  const app = spawn(process.execPath, ['server.js'], {
    cwd: APP,
    env: { ...process.env, NODE_OPTIONS: '', SMTP_URL: smtp, AUTH_URL: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [port] = (await once(createInterface(app.stdout), 'line')) as [string]
    const url = `http://127.0.0.1:${port}`
    const cookies = new Map<string, string>()
    const ask = async (path: string, form?: Readonly<Record<string, string>>): Promise<Response> => {
      const response = await fetch(new URL(path, url), {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(pair => pair.join('=')).join('; ') },
        ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
      })
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        cookies.set(name, value)
      }
      return response
    }
    const { csrfToken } = (await (await ask('/auth/csrf')).json()) as { csrfToken: string }
    const asked = await ask('/auth/signin/nodemailer', { csrfToken, email: 'anna@example.com' })
    assert.match(asked.headers.get('location') ?? '', /verify-request/, await asked.text())
    const mail = await openInbox(world.url).waitFor({ to: 'anna@example.com', timeout: 30_000 })
    assert.match(mail.subject, /^Sign in to/)
    const link = mail.links.find(({ url: to }) => to.includes('/auth/callback/nodemailer'))
    assert.ok(link, JSON.stringify(mail.links))
    assert.equal(await (await ask('/auth/session')).text(), 'null')
    assert.equal((await ask(link.url)).status, 302)
    const session = (await (await ask('/auth/session')).json()) as { user: { email: string } }
    assert.equal(session.user.email, 'anna@example.com')
    // Its link is good once.
    assert.match((await ask(link.url)).headers.get('location') ?? '', /error=Verification/)
  } finally {
    app.kill()
  }
})
