/**
 * AskLinks: what answers at the links of a message, asked because somebody said so. The only undici import here.
 *
 * Policy. HEAD first, and GET where HEAD is not taken: of an answer the status is told and nothing of it is read. Redirects are followed one
 * by one, each looked at as the first was: no address is connected to that may not be reached, whatever a name says by then. No
 * cookie, no login and no key goes along. So many links, at once and in so much time; what is left over is told as not asked.
 *
 * Not here: which addresses may be reached (assembly/), how a name is looked up (webhook/address-guard.ts).
 */
import type { Clock } from '@postrider/core'
import type { Agent } from 'undici'
import { guardedLookup, isForbidden, type MayReach } from '../webhook/index.ts'

export const LINK_PROBLEMS = [
  'no-web-address',
  'forbidden',
  'unreachable',
  'certificate',
  'timeout',
  'too-many-redirects',
  'not-asked',
] as const

export interface LinkHop {
  readonly url: string
  readonly status: number
}

export interface AskedLink {
  readonly url: string
  /** Redirects on the way, and the last answer. */
  readonly hops: readonly LinkHop[]
  /** Of the last answer. */
  readonly status?: number
  readonly problem?: (typeof LINK_PROBLEMS)[number]
  readonly detail?: string
  readonly tookMs: number
}

export interface LinkPorts {
  readonly mayReach: MayReach
  readonly clock: Pick<Clock, 'after' | 'monotonic'>
  readonly signal: AbortSignal
}

const MOST_LINKS = 100
const AT_ONCE = 4
const MOST_REDIRECTS = 5
const LINK_WITHIN_MS = 10_000
const ALL_WITHIN_MS = 60_000
const MOST_ADDRESS = 4096
const MOST_DETAIL = 200
/** Servers that know no HEAD say so in many ways; one that is not there says 404 to both. */
const ASK_AGAIN: ReadonlySet<number> = new Set([400, 403, 404, 405, 406, 501])
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** In the order of the links. */
export async function askLinks(urls: readonly string[], ports: LinkPorts): Promise<readonly AskedLink[]> {
  const { Agent } = await import('undici')
  const { mayReach, clock, signal } = ports
  const agent = new Agent({
    connections: 2,
    pipelining: 0,
    maxHeaderSize: 16 * 1024,
    connect: { timeout: LINK_WITHIN_MS, lookup: guardedLookup(mayReach) },
  })
  const over = new AbortController()
  const cancel = clock.after(ALL_WITHIN_MS, () => over.abort())
  const until = AbortSignal.any([signal, over.signal])
  const asked: AskedLink[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < urls.length; at = next++) {
      const url = urls[at] ?? ''
      asked[at] =
        at < MOST_LINKS && !until.aborted
          ? await askLink(url, agent, { ...ports, signal: until })
          : { url, hops: [], problem: 'not-asked', tookMs: 0 }
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    return asked
  } finally {
    cancel()
    await agent.destroy()
  }
}

type Ended = Pick<AskedLink, 'status' | 'problem' | 'detail'>

async function askLink(url: string, agent: Agent, { mayReach, clock, signal }: LinkPorts): Promise<AskedLink> {
  const began = clock.monotonic()
  const late = new AbortController()
  const cancel = clock.after(LINK_WITHIN_MS, () => late.abort())
  const until = AbortSignal.any([signal, late.signal])
  const hops: LinkHop[] = []
  try {
    const ended = await follow(url, hops, { agent, mayReach, signal: until })
    return { url, hops, ...ended, tookMs: took(clock, began) }
  } catch (error) {
    return { url, hops, ...(until.aborted ? { problem: 'timeout' } : problemOf(error)), tookMs: took(clock, began) }
  } finally {
    cancel()
  }
}

interface Following {
  readonly agent: Agent
  readonly mayReach: MayReach
  readonly signal: AbortSignal
}

/** @throws when there is no answer */
async function follow(first: string, hops: LinkHop[], { agent, mayReach, signal }: Following): Promise<Ended> {
  let url = webAddress(first)
  while (url !== undefined) {
    if (isForbidden(url.href, mayReach)) return { problem: 'forbidden' }
    const { status, location } = await answerAt(url, agent, signal)
    hops.push({ url: url.href, status })
    if (!REDIRECTS.has(status) || location === undefined) return { status }
    if (hops.length > MOST_REDIRECTS) return { status, problem: 'too-many-redirects' }
    url = webAddress(location, url)
  }
  return { problem: 'no-web-address' }
}

/** Without login and fragment, which no server needs for this. */
function webAddress(text: string, base?: URL): URL | undefined {
  if (text.length > MOST_ADDRESS || !URL.canParse(text, base)) return undefined
  const url = new URL(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  url.username = ''
  url.password = ''
  url.hash = ''
  return url
}

interface Answer {
  readonly status: number
  readonly location: string | undefined
}

async function answerAt(url: URL, agent: Agent, signal: AbortSignal): Promise<Answer> {
  const head = await asked('HEAD', url, agent, signal)
  return ASK_AGAIN.has(head.status) ? asked('GET', url, agent, signal) : head
}

async function asked(method: 'HEAD' | 'GET', url: URL, agent: Agent, signal: AbortSignal): Promise<Answer> {
  const { statusCode, headers, body } = await agent.request({
    method,
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    headers: { 'user-agent': 'Postrider', accept: '*/*' },
    signal,
  })
  // Its error, if any, is that we read no further.
  body.on('error', () => undefined)
  body.destroy()
  const { location } = headers
  return { status: statusCode, location: typeof location === 'string' ? location : undefined }
}

function problemOf(error: unknown): Ended {
  const { code = '', message = String(error) } = (error ?? {}) as { readonly code?: string; readonly message?: string }
  const detail = message.slice(0, MOST_DETAIL)
  if (/has no address of the public internet$/.test(message)) return { problem: 'forbidden' }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return { problem: 'timeout' }
  const isCertificate = code.startsWith('ERR_TLS_CERT') || /CERT|SIGNATURE|ISSUER/.test(code)
  return { problem: isCertificate ? 'certificate' : 'unreachable', detail }
}

function took(clock: Pick<Clock, 'monotonic'>, began: number): number {
  return Math.max(0, Math.round(clock.monotonic() - began))
}
