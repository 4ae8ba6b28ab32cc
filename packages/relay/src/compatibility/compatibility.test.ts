/** What programs do not show of a message is told by feature, line and program, whatever the message is made of. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import clients from './clients.json' with { type: 'json' }
import { compatibilityOf } from './compatibility.ts'
import { usedFeatures } from './used-features.ts'

const usedIn = async (html: string): Promise<Record<string, readonly number[]>> =>
  Object.fromEntries([...(await usedFeatures(html, () => true))].map(([name, { lines }]) => [name, lines]))

test('elements, attributes, addresses and styles are found in their lines', async () => {
  const used = await usedIn(
    `<!doctype html>
<style>
  /* a comment { } */
  @media (prefers-color-scheme: dark) { .card > a:hover { color: rgb(0 0 0) } }
  .grid { display: grid; gap: 1rem !important;
    width: calc(100% - 2em) }
</style>
<video src="a.mp4"></video>
<p style="border-radius:4px; background:url('data:x;{') no-repeat" align="center">x</p>
<img src="https://h.example/logo.webp?x=1"><a href="mailto:a@b.example">m</a>`,
  )
  for (const [feature, line] of Object.entries({
    'css-comments': 3,
    'css-at-media': 4,
    'css-at-media-prefers-color-scheme': 4,
    'css-selector-child': 4,
    'css-pseudo-class-hover': 4,
    'css-rgb': 4,
    'css-display-grid': 5,
    'css-gap': 5,
    'css-unit-rem': 5,
    'css-important': 5,
    'css-width': 6,
    'css-unit-calc': 6,
    'css-unit-percent': 6,
    'html-video': 8,
    'css-border-radius': 9,
    'css-background': 9,
    'html-align': 9,
    'image-webp': 10,
    'html-mailto-links': 10,
  }))
    assert.deepEqual(used[feature], [line], feature)
  for (const absent of ['css-nesting', 'css-variables', 'css-display-flex', 'html-anchor-links', 'image-png'])
    assert.equal(used[absent], undefined, absent)
})

test('a rule within a rule is nesting, and one within an at-rule is not', async () => {
  assert.deepEqual((await usedIn('<style>.a { .b { color: red } }</style>'))['css-nesting'], [1])
  assert.equal((await usedIn('<style>@media print { .b { color: red } }</style>'))['css-nesting'], undefined)
})

test('each feature of the data is looked for, but for those that no part of a message shows', async () => {
  const source = `${Object.keys(clients.features).join(' ')}`
  const NOT_IN_MARKUP = ['amp', 'bimi', 'html-comments', 'html-doctype', 'image-hdr']
  const everything = await import('./every-feature.fixture.ts')
  const found = await usedIn(everything.HTML)
  const missed = source.split(' ').filter(name => !(name in found) && !NOT_IN_MARKUP.includes(name))
  assert.deepEqual(missed, [])
})

test('who lacks a feature is named, most first, and what nobody lacks is not told', async () => {
  const { lacking, programs, used, cut, source } = await compatibilityOf(
    '<p style="display:flex">x</p>\n<video></video>\n<p style="display:flex">y</p>',
  )
  const flex = lacking.find(({ feature }) => feature === 'css-display-flex')
  assert.deepEqual(flex?.lines, [1, 3])
  assert.ok(flex?.lackedBy.some(({ name, platform }) => name === 'Outlook' && platform === 'windows'))
  assert.ok(!flex?.lackedBy.some(({ name, platform }) => name === 'Apple Mail' && platform === 'macos'))
  const counts = lacking.map(({ lackedBy }) => lackedBy.length)
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => b - a),
  )
  assert.ok(lacking.every(({ lackedBy, partlyLackedBy }) => lackedBy.length + partlyLackedBy.length > 0))
  assert.ok(programs > 30 && used >= lacking.length && !cut && source.startsWith('https://'))
  assert.deepEqual((await compatibilityOf('')).lacking, [])
  assert.ok((await compatibilityOf('x'.repeat(1024 * 1024 + 1))).cut)
})

test('nonsense is read to its end, in a time that grows with its length', { timeout: 60_000 }, async () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '"',
    "'",
    '/*',
    '*/',
    '@media ',
    '[',
    ']',
    ';',
    ':',
    'a',
    ' ',
    '<style>',
    '</style>',
    '<p style="',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 200 }), async parts => {
      await compatibilityOf(`<style>${parts.join('')}`)
    }),
    { numRuns: 300 },
  )
  for (const piece of [
    '(',
    '[',
    '/*',
    '"',
    "'",
    'a{',
    'a /**/',
    '@media (',
    '! ',
    'a'.repeat(40),
    '<p style="a:b',
    'url(',
  ])
    await compatibilityOf(`<style>${piece.repeat(300_000 / piece.length)}`)
})

test('what is named as every object has it is no feature', async () => {
  const html =
    '<constructor style="color: constructor toString(valueOf)"><img src="x.constructor"><img src="data:image/valueOf,">'
  assert.deepEqual(Object.keys(await usedIn(html)).sort(), ['css-color', 'html-img', 'image-base64'])
})
