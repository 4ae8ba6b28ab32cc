/**
 * StyleFeatures: which features of CSS a style asks its reader's program for, by the names that caniemail gives them.
 *
 * Not here: how styles are read (styles.ts), who has a feature (clients.json).
 */

/** Properties that are named otherwise than `css-NAME`. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  'css-block-inline-size': ['block-size'],
  'css-border-inline-block-individual': [
    'border-block-end',
    'border-block-start',
    'border-inline-end',
    'border-inline-start',
  ],
  'css-border-inline-block-longhand': [
    'border-block-color',
    'border-block-style',
    'border-block-width',
    'border-inline-color',
    'border-inline-style',
    'border-inline-width',
  ],
  'css-border-inline-block': ['border-block', 'border-inline'],
  'css-border-radius-logical': [
    'border-end-end-radius',
    'border-end-start-radius',
    'border-start-end-radius',
    'border-start-start-radius',
  ],
  'css-border': ['border-top', 'border-right', 'border-bottom', 'border-left'],
  'css-border-radius': [
    'border-bottom-left-radius',
    'border-bottom-right-radius',
    'border-top-left-radius',
    'border-top-right-radius',
  ],
  'css-column-layout-properties': [
    'column-fill',
    'column-rule',
    'column-rule-color',
    'column-rule-style',
    'column-rule-width',
    'column-span',
    'column-width',
    'columns',
  ],
  'css-gap': ['column-gap', 'row-gap', 'grid-gap'],
  'css-grid-template': ['grid-template-areas', 'grid-template-columns', 'grid-template-rows'],
  'css-inset': ['inset-block', 'inset-inline'],
  'css-left-right-top-bottom': ['left', 'right', 'top', 'bottom'],
  'css-margin-block-start-end': ['margin-block-end', 'margin-block-start'],
  'css-margin-inline-block': ['margin-block', 'margin-inline'],
  'css-margin-inline-start-end': ['margin-inline-end', 'margin-inline-start'],
  'css-margin': ['margin-top', 'margin-right', 'margin-bottom', 'margin-left'],
  'css-overflow': ['overflow-x', 'overflow-y'],
  'css-padding-block-start-end': ['padding-block-end', 'padding-block-start'],
  'css-padding-inline-block': ['padding-block', 'padding-inline'],
  'css-padding-inline-start-end': ['padding-inline-end', 'padding-inline-start'],
  'css-padding': ['padding-top', 'padding-right', 'padding-bottom', 'padding-left'],
  'css-scroll-snap': ['scroll-snap-align', 'scroll-snap-stop', 'scroll-snap-type'],
  'css-user-select': ['-webkit-user-select', '-moz-user-select'],
}
const PROPERTIES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMED).flatMap(([feature, names]) => names.map(name => [name, feature] as const)),
)
/** Names of features that are no property of that name. */
const NO_PROPERTY = /^css-(?:at|pseudo|selector|unit|function|display|inert|modern|sytem)-/

/** A property and what its value has to say. */
const PAIRS: readonly (readonly [feature: string, property: string, value: RegExp])[] = [
  ['css-display-flex', 'display', /\bflex\b/],
  ['css-display-grid', 'display', /\bgrid\b/],
  ['css-display-none', 'display', /\bnone\b/],
  ['css-flex-direction', 'flex-direction', /\bcolumn\b/],
  ['css-flex-wrap', 'flex-wrap', /\bwrap\b/],
]
const FUNCTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    calc: 'css-unit-calc',
    clamp: 'css-function-clamp',
    'conic-gradient': 'css-conic-gradient',
    lab: 'css-modern-color',
    lch: 'css-modern-color',
    'light-dark': 'css-function-light-dark',
    'linear-gradient': 'css-linear-gradient',
    max: 'css-function-max',
    min: 'css-function-min',
    oklab: 'css-modern-color',
    oklch: 'css-modern-color',
    'radial-gradient': 'css-radial-gradient',
    rgb: 'css-rgb',
    rgba: 'css-rgba',
    var: 'css-variables',
  }),
)
const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'fit-content': 'css-intrinsic-size',
    'max-content': 'css-intrinsic-size',
    'min-content': 'css-intrinsic-size',
    initial: 'css-unit-initial',
    'system-ui': 'css-sytem-ui',
    'ui-monospace': 'css-sytem-ui',
    'ui-rounded': 'css-sytem-ui',
    'ui-sans-serif': 'css-sytem-ui',
    'ui-serif': 'css-sytem-ui',
  }),
)
const UNIT = /(?<![\w#-])[+-]?(?:\d+(?:\.\d*)?|\.\d+)(ch|cm|em|ex|in|mm|pc|pt|px|rem|vh|vmax|vmin|vw|%)(?![\w%])/g

/** @param own whether the property itself has a feature of that name */
export function* declarationFeatures(
  property: string,
  value: string,
  own: (feature: string) => boolean,
): Iterable<string> {
  if (property.startsWith('--')) return yield 'css-variables'
  const named = `css-${property}`
  if (!NO_PROPERTY.test(named) && own(named)) yield named
  const other = PROPERTIES.get(property)
  if (other !== undefined) yield other
  const said = value.toLowerCase().replace(/"[^"]*"|'[^']*'|url\([^()]*\)/g, ' ')
  for (const [feature, of, words] of PAIRS) if (property === of && words.test(said)) yield feature
  if (/!\s*important\s*$/.test(said)) yield 'css-important'
  for (const [, name = ''] of said.matchAll(/([a-z][a-z-]{0,30})\(/g)) {
    const feature = FUNCTIONS.get(name.replace(/^(?:-(?:webkit|moz)-)?(?:repeating-)?/, ''))
    if (feature !== undefined) yield feature
  }
  for (const [word] of said.matchAll(/[a-z][a-z-]{0,30}/g)) {
    const feature = WORDS.get(word)
    if (feature !== undefined) yield feature
  }
  for (const [, unit = ''] of said.matchAll(UNIT)) yield `css-unit-${unit === '%' ? 'percent' : unit}`
}

export function* atRuleFeatures(name: string, condition: string): Iterable<string> {
  if (name !== 'media') return yield `css-at-${name}`
  yield 'css-at-media'
  for (const [, asked = ''] of condition.toLowerCase().matchAll(/\(\s*([\w-]{1,40})/g)) {
    if (asked.endsWith('device-pixel-ratio')) yield 'css-at-media-device-pixel-ratio'
    else if (/^(?:any-)?hover$/.test(asked)) yield 'css-at-media-hover'
    else yield `css-at-media-${asked}`
  }
}

const ELEMENTS_OF_OLD = ['after', 'before', 'first-letter', 'first-line']

/** @param depth of rules around it */
export function* selectorFeatures(selector: string, depth: number): Iterable<string> {
  if (depth > 0) yield 'css-nesting'
  const bare = selector.replace(/"[^"]*"|'[^']*'/g, '""').replace(/\/\*[^*]*\*\//g, ' ')
  for (const [, colons, name = ''] of bare.matchAll(/(::?)([a-zA-Z][\w-]{0,40})/g)) {
    const small = name.toLowerCase()
    yield colons === '::' || ELEMENTS_OF_OLD.includes(small)
      ? `css-pseudo-element-${small}`
      : `css-pseudo-class-${small}`
  }
  if (/\[[^\][]*\]/.test(bare)) yield 'css-selector-attribute'
  const plain = bare.replace(/\[[^\][]*\]/g, '[]').replace(/\([^()]*\)/g, '')
  if (/\.[\w-]/.test(plain)) yield 'css-selector-class'
  if (/#[\w-]/.test(plain)) yield 'css-selector-id'
  if (/(?:^|[\s>+~,])\*/.test(plain)) yield 'css-selector-universal'
  if (/(?:^|[\s>+~,])[a-z][\w-]*/i.test(plain)) yield 'css-selector-type'
  if (plain.includes(',')) yield 'css-selector-grouping'
  if (plain.includes('>')) yield 'css-selector-child'
  if (plain.includes('+')) yield 'css-selector-adjacent-sibling'
  if (plain.includes('~')) yield 'css-selector-general-sibling'
  if (/[\w\])*]\s+[\w.#[*:]/.test(plain)) yield 'css-selector-descendant'
  if (/[\w\])][.#[]/.test(plain)) yield 'css-selector-chaining'
}
