/**
 * WebFiles: the files of the web interface, as they were built: a page at `/ui/`, and what it loads below it.
 *
 * Policy. Only what was found when it was first asked for is served, by its name in a list: no path leads out of the folder. What has a
 * hash in its name never changes and is kept by browsers; the page itself is asked for each time, and stands for every path without an
 * extension, for the page knows its own. What was compressed when it was built is told so. The page may load from here alone, runs no
 * script but ours, and stands in no other page. Nothing of it is read before somebody asks.
 *
 * Not here: what the page is (web/), who may ask for what stands behind it (v1/).
 */
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { HttpAnswer, HttpRequest, Route, Site } from '../server/index.ts'

const ROOT = '/ui'
const PAGE = 'index.html'
/** `app-1F2E3D4C.js` */
const HASHED = /[-.][A-Za-z0-9_]{8,}\.\w+$/
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const

type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>

/** @param folder that they were built into */
export function webSite(folder: URL): Site {
  let reading: Promise<Files> | undefined
  const files = (): Promise<Files> => {
    reading ??= readAll(folder)
    return reading
  }
  const route = (path: string, answer: Route['answer']): Route => ({ method: 'GET', path, answer })
  return {
    routes: [
      route('/', async () => plain(302, 'The interface is at /ui/', { location: `${ROOT}/` })),
      route('/inbox', async () => plain(302, 'The inbox is at /ui/#/inbox', { location: `${ROOT}/#/inbox` })),
      route(`${ROOT}/*`, async request => answerWith(await files(), request)),
    ],
    unknown: async (_, allowed) =>
      plain(405, 'Only GET is answered here.', { allow: [...new Set(allowed)].join(', ') || 'GET' }),
    foreignHost: () => plain(421, 'Not under this name: name it in relay.http.names.'),
    failed: () => plain(500, 'An unexpected error occurred.'),
  }
}

/** Also from an empty folder: then there is nothing to serve until it is built. */
async function readAll(folder: URL): Promise<Files> {
  const root = folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`)
  const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = found.filter(entry => entry.isFile())
  const path = decodeURIComponent(root.pathname)
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const full = `${parentPath.replace(/\/$/, '')}/${name}`
        return [full.slice(path.length), new Uint8Array(await readFile(full))] as const
      }),
    ),
  )
}

function answerWith(files: Files, request: HttpRequest): HttpAnswer {
  const asked = request.path.slice(ROOT.length + 1)
  const name = extname(asked) === '' ? PAGE : asked
  const type = TYPES[extname(name)]
  const whole = files.get(name)
  if (whole === undefined || type === undefined)
    return name === PAGE
      ? plain(503, 'The interface was not built. Build it with: npm run build')
      : plain(404, 'There is no such file.')
  const [encoding, body] = encoded(files, name, request.header('accept-encoding') ?? '') ?? [undefined, whole]
  return {
    status: 200,
    type,
    body,
    headers: {
      ...HEADERS,
      vary: 'accept-encoding',
      'cache-control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    },
  }
}

function encoded(files: Files, name: string, accepted: string) {
  const words = accepted.split(',').map(word => word.trim().split(/\s*;\s*/))
  for (const [encoding, suffix] of ENCODINGS) {
    const body = files.get(name + suffix)
    if (body !== undefined && words.some(([word, q]) => word === encoding && !/^q=0(?:\.0*)?$/.test(q ?? '')))
      return [encoding, body] as const
  }
  return undefined
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n`, headers: { ...HEADERS, ...headers } }
}
