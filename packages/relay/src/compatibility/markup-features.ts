/**
 * MarkupFeatures: which features of html an element asks its reader's program for, by the names that caniemail gives them.
 *
 * Not here: its styles (style-features.ts), who has a feature (clients.json).
 */

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6']
const SEMANTICS = [
  'article',
  'aside',
  'details',
  'figcaption',
  'figure',
  'footer',
  'header',
  'main',
  'mark',
  'nav',
  'section',
  'summary',
  'time',
]

/** Elements that are named otherwise than `html-NAME`. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  'html-h1-h6': HEADINGS,
  'html-image-maps': ['map', 'area'],
  'html-lists': ['ul', 'ol', 'dl'],
  'html-semantics': SEMANTICS,
}
const OWN_NAME =
  'abbr acronym address audio base bdi blockquote body code del dfn dialog div form hr img link marquee meter object p picture pre progress rp rt ruby select small span strike strong style svg table textarea video wbr'
const ELEMENTS: ReadonlyMap<string, string> = new Map([
  ...OWN_NAME.split(' ').map(name => [name, `html-${name}`] as const),
  ...Object.entries(NAMED).flatMap(([feature, names]) => names.map(name => [name, feature] as const)),
])

/** Attributes, wherever they stand. */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ...'align background cellpadding cellspacing dir height hidden lang popover required role srcset target valign width aria-describedby aria-hidden aria-label aria-labelledby aria-live'
    .split(' ')
    .map(name => [name, `html-${name}`] as const),
  ['loading', 'html-loading-attribute'],
  ['inert', 'css-inert-attribute'],
])

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    apng: 'apng',
    avif: 'avif',
    bmp: 'bmp',
    gif: 'gif',
    heic: 'heif',
    heif: 'heif',
    ico: 'ico',
    jpeg: 'jpg',
    jpg: 'jpg',
    mp4: 'mp4',
    png: 'png',
    svg: 'svg',
    'svg+xml': 'svg',
    tif: 'tiff',
    tiff: 'tiff',
    webp: 'webp',
  }),
)
const BUTTONS = ['reset', 'submit']
const INPUTS = ['checkbox', 'hidden', 'radio', 'reset', 'submit', 'text']
/** As much of an address as says what it is. */
const MOST_ADDRESS = 2000

type Attributes = Readonly<Record<string, string>>

export function* markupFeatures(name: string, attributes: Attributes): Iterable<string> {
  const element = ELEMENTS.get(name)
  if (element !== undefined) yield element
  for (const attribute of Object.keys(attributes)) {
    const feature = ATTRIBUTES.get(attribute)
    if (feature !== undefined) yield feature
  }
  const type = attributes.type?.toLowerCase() ?? (name === 'input' ? 'text' : 'submit')
  if (name === 'button' && BUTTONS.includes(type)) yield `html-button-${type}`
  if (name === 'input' && INPUTS.includes(type)) yield `html-input-${type}`
  if (name === 'meta' && /^(?:supported-)?color-schemes?$/i.test(attributes.name ?? '')) yield 'html-meta-color-scheme'
  if (name === 'a' && attributes.href !== undefined) yield* linkFeatures(attributes.href.trimStart())
  if (name === 'img' && attributes.src !== undefined) yield* imageFeatures(attributes.src.trim().slice(0, MOST_ADDRESS))
}

function* linkFeatures(href: string): Iterable<string> {
  if (/^#./.test(href)) yield 'html-anchor-links'
  if (/^mailto:/i.test(href)) yield 'html-mailto-links'
}

function* imageFeatures(src: string): Iterable<string> {
  const [, inline] = /^data:image\/([\w+.-]{1,20})/i.exec(src) ?? []
  if (inline !== undefined) yield 'image-base64'
  const [, ending] = /\.(\w{2,4})(?:[?#]|$)/.exec(src.replace(/[?#].*$/s, '')) ?? []
  const type = TYPES.get((inline ?? ending ?? '').toLowerCase())
  if (type !== undefined) yield `image-${type}`
}
