/**
 * MailpitSite: the part of Mailpit's API that test suites use, on its own paths, so that they change the address alone.
 *
 * Policy. What is asked is read leniently, and answered in Mailpit's words. Who is let in is decided as for our own routes. Html is
 * answered in the sandbox of the inbox.
 *
 * Not here: our own routes (v1/), which tell more; releasing, chaos, checks of html, links and spam.
 */
import type { Mailer } from '@postrider/core'
import type { AccessControl } from '../access-control/index.ts'
import {
  type Captured,
  type CaptureService,
  HARMLESS,
  htmlAnswer,
  type WholeMessage,
  wholeMessage,
} from '../inbox/index.ts'
import type { HttpAnswer, HttpRequest, Route, Site } from '../server/index.ts'
import { listed, shown } from './message.ts'
import { draftOf } from './posted.ts'
import { holds, tagsOf, termsOf } from './search.ts'

export interface MailpitPorts {
  readonly accessControl: Pick<AccessControl, 'admitAny'>
  readonly capture: CaptureService
  readonly mailer: Pick<Mailer, 'send'>
  readonly version: string
}

interface Asked {
  readonly request: HttpRequest
  /** Whose mail is seen; everybody's. */
  readonly account: string | undefined
  readonly ports: MailpitPorts
}

type Work = (asked: Asked) => Promise<HttpAnswer>
type Scope = 'content' | 'operate' | 'send'

const MOST_LISTED = 1000

class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const json = (value: object): HttpAnswer => ({ status: 200, value })
const words = (body: string): HttpAnswer => ({
  status: 200,
  type: 'text/plain; charset=utf-8',
  body,
  headers: HARMLESS,
})

function mails({ account, ports }: Asked): readonly Captured[] {
  return [...ports.capture.inbox.find({ account })]
}

async function wholeOf({ id }: Captured, { ports }: Asked): Promise<WholeMessage | undefined> {
  const raw = await ports.capture.inbox.content(id)
  return raw === undefined ? undefined : wholeMessage(raw)
}

/** By id, or the latest, of those that a query finds. @throws Refused */
async function one(asked: Asked): Promise<Captured> {
  const { params, query } = asked.request
  const id = (params.id ?? '').replace(/\.(?:html|txt)$/, '')
  const found =
    id === 'latest' ? (await search(query.get('query') ?? '', asked))[0] : mails(asked).find(mail => mail.id === id)
  if (found === undefined) throw new Refused(404, 'message not found')
  return found
}

async function opened(asked: Asked): Promise<readonly [Captured, WholeMessage]> {
  const mail = await one(asked)
  const whole = await wholeOf(mail, asked)
  if (whole === undefined) throw new Refused(404, 'message not found')
  mail.isRead = true
  return [mail, whole]
}

async function search(query: string, asked: Asked): Promise<readonly Captured[]> {
  const terms = termsOf(query)
  const found: Captured[] = []
  for (const mail of mails(asked)) if (await holds(mail, terms, () => wholeOf(mail, asked))) found.push(mail)
  return found
}

async function page(found: readonly Captured[], asked: Asked): Promise<HttpAnswer> {
  const { query } = asked.request
  const start = Math.max(0, Number.parseInt(query.get('start') ?? '0', 10) || 0)
  const limit = Math.min(MOST_LISTED, Math.max(0, Number.parseInt(query.get('limit') ?? '50', 10) || 0))
  const all = mails(asked)
  const messages: object[] = []
  for (const mail of found.slice(start, start + limit)) messages.push(listed(mail, await wholeOf(mail, asked)))
  const unread = (list: readonly Captured[]): number => list.filter(({ isRead }) => !isRead).length
  return json({
    total: all.length,
    unread: unread(all),
    count: messages.length,
    messages_count: found.length,
    messages_unread: unread(found),
    start,
    tags: [...new Set(all.flatMap(tagsOf))].sort(),
    messages,
  })
}

interface Posted {
  readonly IDs?: readonly string[]
  readonly Read?: boolean
  readonly Search?: string
}

async function posted({ request }: Asked): Promise<object> {
  const body = await request.body()
  if (typeof body === 'string') throw new Refused(413, 'the body is too large')
  if (body.length === 0) return {}
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw new Refused(400, 'the body is not JSON')
}

/** Of what is changed or deleted: its keys in any case, as Mailpit has them; what is not understood is never everything. @throws Refused */
async function postedKeys(asked: Asked, known: readonly (keyof Posted)[]): Promise<Posted> {
  const entries = Object.entries(await posted(asked)).map(([key, value]): readonly [string, unknown] => {
    const name = known.find(each => each.toLowerCase() === key.toLowerCase())
    if (name === undefined) throw new Refused(400, `unknown key ${key.slice(0, 50)}: it may be ${known.join(', ')}`)
    return [name, value]
  })
  const { IDs = [], Search = '', ...more }: Posted = Object.fromEntries(entries)
  if (!Array.isArray(IDs) || !IDs.every(id => typeof id === 'string')) throw new Refused(400, 'IDs is no list of ids')
  if (typeof Search !== 'string') throw new Refused(400, 'Search is no text')
  return { ...more, IDs, Search }
}

/** Those that are named, or found, or all. */
async function meant({ IDs, Search }: Posted, asked: Asked): Promise<readonly Captured[]> {
  if (Search !== undefined && Search !== '') return search(String(Search), asked)
  const ids = new Set(Array.isArray(IDs) ? IDs : [])
  return ids.size === 0 ? mails(asked) : mails(asked).filter(({ id }) => ids.has(id))
}

async function removed(found: readonly Captured[], { ports }: Asked): Promise<HttpAnswer> {
  for (const { id } of found) await ports.capture.inbox.remove({ id })
  return words('ok')
}

const ROUTES: readonly (readonly [method: Route['method'], path: string, scope: Scope, work: Work])[] = [
  ['GET', '/api/v1/messages', 'content', async asked => page(mails(asked), asked)],
  [
    'GET',
    '/api/v1/search',
    'content',
    async asked => page(await search(asked.request.query.get('query') ?? '', asked), asked),
  ],
  [
    'DELETE',
    '/api/v1/search',
    'operate',
    async asked => {
      const query = asked.request.query.get('query') ?? ''
      if (query.trim() === '') throw new Refused(400, 'no query')
      return removed(await search(query, asked), asked)
    },
  ],
  [
    'DELETE',
    '/api/v1/messages',
    'operate',
    async asked => removed(await meant(await postedKeys(asked, ['IDs']), asked), asked),
  ],
  [
    'PUT',
    '/api/v1/messages',
    'operate',
    async asked => {
      const body = await postedKeys(asked, ['IDs', 'Read', 'Search'])
      for (const mail of await meant(body, asked)) mail.isRead = body.Read === true
      return words('ok')
    },
  ],
  ['GET', '/api/v1/message/:id', 'content', async asked => json(shown(...(await opened(asked))))],
  [
    'GET',
    '/api/v1/message/:id/headers',
    'content',
    async asked => {
      const [, { headers }] = await opened(asked)
      const byName = Map.groupBy(headers, ([name]) => name)
      return json(Object.fromEntries([...byName].map(([name, all]) => [name, all.map(([, value]) => value)])))
    },
  ],
  [
    'GET',
    '/api/v1/message/:id/raw',
    'content',
    async asked => {
      const body = await asked.ports.capture.inbox.stream((await one(asked)).id)
      if (body === undefined) throw new Refused(404, 'message not found')
      return { status: 200, type: 'text/plain; charset=utf-8', body, headers: HARMLESS }
    },
  ],
  [
    'GET',
    '/api/v1/message/:id/part/:part',
    'content',
    async asked => {
      const [, { read }] = await opened(asked)
      const part = read.parts.find(({ number }) => String(number) === asked.request.params.part)
      if (part === undefined) throw new Refused(404, 'part not found')
      const headers = { ...HARMLESS, 'content-disposition': 'attachment' }
      return { status: 200, type: 'application/octet-stream', body: new Uint8Array(part.octets()), headers }
    },
  ],
  ['GET', '/api/v1/tags', 'content', async asked => json([...new Set(mails(asked).flatMap(tagsOf))].sort())],
  ['GET', '/api/v1/info', 'content', async asked => json(info(asked))],
  [
    'POST',
    '/api/v1/send',
    'send',
    async asked => {
      const { id } = await asked.ports.mailer.send(draftOf(await posted(asked)), { signal: asked.request.signal })
      return json({ ID: id })
    },
  ],
  [
    'GET',
    '/view/:id',
    'content',
    async asked => {
      const [, whole] = await opened(asked)
      return asked.request.params.id?.endsWith('.txt') ? words(whole.text) : htmlAnswer(whole)
    },
  ],
]

function info(asked: Asked): object {
  const { inbox } = asked.ports.capture
  const all = mails(asked)
  const tags = Object.fromEntries(
    [...Map.groupBy(all.flatMap(tagsOf), tag => tag)].map(([tag, each]) => [tag, each.length]),
  )
  return {
    Version: asked.ports.version,
    LatestVersion: asked.ports.version,
    Database: 'postrider',
    DatabaseSize: inbox.bytes,
    Messages: all.length,
    Unread: all.filter(({ isRead }) => !isRead).length,
    Tags: tags,
    RuntimeStats: {},
  }
}

export function mailpitSite(ports: MailpitPorts): Site {
  return {
    routes: ROUTES.map(([method, path, scope, work]) => ({
      method,
      path,
      answer: request => answer(scope, work, request, ports),
    })),
    unknown: async () => wrong(404, 'this part of the API of Mailpit is not served'),
    foreignHost: () => wrong(421, 'not under this name'),
    failed: () => wrong(500, 'an unexpected error occurred'),
  }
}

async function answer(scope: Scope, work: Work, request: HttpRequest, ports: MailpitPorts): Promise<HttpAnswer> {
  const caller = await ports.accessControl.admitAny(request, scope)
  if (caller.kind !== 'caller' && caller.kind !== 'session') {
    const isMissing = caller.kind === 'no-key'
    return wrong(
      isMissing ? 401 : 403,
      'not let in',
      isMissing ? { 'www-authenticate': 'Basic realm="postrider"' } : {},
    )
  }
  try {
    return await work({ request, account: caller.account?.name, ports })
  } catch (error) {
    if (error instanceof Refused) return wrong(error.status, error.message)
    const { code, message } = error as { readonly code?: string; readonly message: string }
    return code?.startsWith('invalid-') ? wrong(400, message) : wrong(500, 'an unexpected error occurred')
  }
}

function wrong(status: number, message: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, value: { Error: message }, headers }
}
