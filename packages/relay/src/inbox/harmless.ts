/**
 * Harmless: how what others wrote is answered to a browser: in a sandbox, where nothing of it runs, nothing is fetched, no form is sent,
 * and no page may frame it but ours.
 *
 * Policy. It is shown unchanged, but for what a policy cannot forbid: what opens a connection before the policy is asked is no such element
 * any more. Images of others are fetched when somebody asks for them, and nothing else ever is. What is shown in other colours has its
 * questions about them answered: the browser answers them by those of its reader's desk. All of it is one pass over so much html and
 * so many images that nobody else waits for it, and what is beyond is told.
 */
import type { ReadHtml, WholeMessage } from './whole-message.ts'

const policyWith = (images: string): string =>
  `sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`

export const HARMLESS: Readonly<Record<string, string>> = {
  'content-security-policy': policyWith('data:'),
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

/** Tells what of a large message is not shown: `html` past its first MiB, and `images`. */
const LEFT_OUT = 'x-postrider-left-out'

export interface HtmlView {
  /** With the images of others. */
  readonly remote?: boolean | undefined
  /** What `prefers-color-scheme` is answered. */
  readonly scheme?: Scheme | undefined
  /** As programs show it that turn light mail dark: images stay as they are. */
  readonly inverted?: boolean | undefined
}

export const SCHEMES = ['light', 'dark'] as const
type Scheme = (typeof SCHEMES)[number]

const INVERTED =
  '<style>img,svg,video,canvas,[background],[style*="url("]{filter:invert(1) hue-rotate(180deg)!important}</style>'

/** As the HTTP server takes it. */
export interface HtmlAnswer {
  readonly status: 200
  readonly type: 'text/html; charset=utf-8'
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** The html of a message as an answer. */
export function htmlAnswer({ html, read }: ReadHtml, view: HtmlView = {}): HtmlAnswer {
  const { remote = false, inverted = false, scheme } = view
  const { shown, lacking } = withOwnImages(answered(withoutConnectors(html.slice(0, MOST_HTML)), scheme), read)
  const leftOut = beyond(html, lacking).join(', ')
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    // The colours themselves are inverted by the page around it, which is what the eye sees as well.
    body: inverted ? `${shown}${INVERTED}` : shown,
    headers: {
      ...HARMLESS,
      ...(remote && { 'content-security-policy': policyWith('data: http: https:') }),
      ...(leftOut !== '' && { [LEFT_OUT]: leftOut }),
    },
  }
}

/** Which of its bounds a message exceeds. */
export function boundsOf({ html, read }: ReadHtml): readonly ('html' | 'images')[] {
  return beyond(html, withOwnImages(html.slice(0, MOST_HTML), read).lacking)
}

function beyond(html: string, lacksImages: boolean): readonly ('html' | 'images')[] {
  return [...(html.length > MOST_HTML ? (['html'] as const) : []), ...(lacksImages ? (['images'] as const) : [])]
}

/** For `<link rel=preconnect>` and for frames browsers connect before they ask the policy. Programs for mail show none of these. */
function withoutConnectors(html: string): string {
  return html.replace(/<(?=(?:link|i?frame|frameset|object|embed|portal|fencedframe)[\s/>])/gi, '<x-')
}

const ALWAYS = '(min-width:0)'
const NEVER = '(max-width:0)'

function answered(html: string, scheme: Scheme | undefined): string {
  if (scheme === undefined) return html
  return html.replace(/\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi, (_, asked: string) =>
    asked.toLowerCase() === scheme ? ALWAYS : NEVER,
  )
}

/** As long as the html that a browser is given may be, before its images. */
export const MOST_HTML: number = 1024 * 1024
const LARGEST_IMAGE = 2 * 1024 * 1024
const MOST_IMAGES = 50
/** Of all images together, as often as each is shown: a small message that shows one many times would be gigabytes. */
const MOST_OF_IMAGES = 8 * 1024 * 1024

/** So many addresses of images are looked at. */
const MOST_ADDRESSES = 1000

interface WithImages {
  readonly shown: string
  /** Images that are in the message are not shown somewhere. */
  readonly lacking: boolean
}

/** `cid:` addresses become the images themselves, in one pass: the sandbox has no origin that could fetch them. RFC 2392 */
function withOwnImages(html: string, { parts }: WholeMessage['read']): WithImages {
  const images = new Map<string, WholeMessage['read']['parts'][number]>()
  for (const part of parts)
    if (part.contentId !== undefined && /^image\/(?:png|jpeg|gif|webp)$/.test(part.type) && !images.has(part.contentId))
      images.set(part.contentId, part)
  if (images.size === 0) return { shown: html, lacking: false }
  const made = new Map<string, string>()
  const addresses = /\bcid:([^\s"'<>(),&]{1,998})/gi
  let shown = ''
  let done = 0
  let lacking = false
  let room = MOST_OF_IMAGES
  let looked = 0
  for (let at = addresses.exec(html); at !== null; at = addresses.exec(html)) {
    looked += 1
    if (looked > MOST_ADDRESSES) {
      lacking = true
      break
    }
    const [address, asked = ''] = at
    const id = images.has(asked) ? asked : unescaped(asked)
    const image = images.get(id)
    if (image === undefined) continue
    let data = made.get(id)
    if (data === undefined && made.size < MOST_IMAGES && image.encodedBytes <= Math.min(LARGEST_IMAGE, room)) {
      data = `data:${image.type};base64,${image.octets().toString('base64')}`
      made.set(id, data)
    }
    if (data === undefined || data.length > room) {
      lacking = true
      continue
    }
    room -= data.length
    shown += html.slice(done, at.index) + data
    done = at.index + address.length
  }
  return { shown: shown + html.slice(done), lacking }
}

/** Addresses are escaped where they would not be URLs otherwise. RFC 2392 §2 */
function unescaped(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
