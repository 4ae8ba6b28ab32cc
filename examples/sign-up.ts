/**
 * An app to be tested: who signs up gets a code and a link by mail. It sends with `send()`, which hands mail to `postrider dev` while
 * POSTRIDER_DEV_URL is set. Used by 11 and 12.
 */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { send } from '@postrider/core'

const codes = new Map<string, string>()

/** @param home where the app is */
export async function signUp(email: string, home: string): Promise<void> {
  const code = String(randomInt(100_000, 1_000_000))
  codes.set(code, email)
  await send({
    from: 'App <app@app.example>',
    to: email,
    subject: 'Confirm your address',
    text: `Your code is ${code}.\n\nOr open ${home}/confirm?code=${code}\n`,
    html: `<p>Your code is <b>${code}</b>.</p><p><a href="${home}/confirm?code=${code}">Confirm</a></p>`,
  })
}

/** Whose address a code confirms. */
export function confirm(code: string): string | undefined {
  return codes.get(code)
}

const FORM = '<form method="post" action="/"><label>Address <input name="email"></label><button>Sign up</button></form>'

export async function startApp(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer(async (request, response) => {
    const home = `http://${request.headers.host}`
    const { pathname, searchParams } = new URL(request.url ?? '/', home)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (pathname === '/confirm') {
      const isKnown = confirm(searchParams.get('code') ?? '') !== undefined
      response.end(isKnown ? '<h1>Welcome</h1>' : '<h1>No such code</h1>')
    } else if (request.method === 'POST') {
      const body = Buffer.concat(await request.toArray()).toString()
      await signUp(new URLSearchParams(body).get('email') ?? '', home)
      response.end('<h1>Look into your mail</h1>')
    } else response.end(FORM)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}
