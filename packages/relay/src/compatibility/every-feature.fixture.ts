/**
 * EveryFeature: html that uses each feature that is looked for at least once.
 */
import clients from './clients.json' with { type: 'json' }

const named = (prefix: string): readonly string[] =>
  Object.keys(clients.features).flatMap(name => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []))

const properties = [
  ...named('css-'),
  ...'border-block-end border-block-color border-block border-end-end-radius column-fill column-gap grid-template-rows left margin-block-start margin-inline margin-inline-end padding-block-end padding-inline padding-inline-start scroll-snap-type block-size'.split(
    ' ',
  ),
]
const values = `display:flex;display:grid;display:none;flex-direction:column;flex-wrap:wrap;color:light-dark(a,b);
  width:clamp(1ch,2cm,3em);width:max(1ex,2in);width:min(1mm,2pc);width:calc(1pt + 1px);width:fit-content;height:1rem;height:1vh;
  height:1vmax;height:1vmin;height:1vw;height:1%;all:initial;font-family:system-ui;color:rgb(0,0,0);color:rgba(0,0,0,0);
  color:oklch(0 0 0);background:linear-gradient(a,b);background:radial-gradient(a,b);background:conic-gradient(a,b);
  --x:1;color:red !important`
const selectors = [
  '*',
  '.a.b',
  '#a',
  'a b',
  'a > b',
  'a + b',
  'a ~ b',
  'a, b',
  'a[b="c"]',
  ...named('css-pseudo-class-').map(name => `a:${name}(b)`),
  ...named('css-pseudo-element-').map(name => `a::${name}`),
]
const atRules = ['media', 'import', 'font-face', 'keyframes', 'supports'].map(name => `@${name} x { a { b: c } }`)
const media = [
  '-webkit-device-pixel-ratio',
  'hover',
  'orientation',
  'prefers-color-scheme',
  'prefers-reduced-motion',
].map(name => `@media (${name}: x) { a { b: c } }`)
const elements = named('html-').filter(name => /^[a-z]+$/.test(name))
const ATTRIBUTES =
  'align background cellpadding cellspacing dir height hidden lang popover required role srcset target valign width aria-describedby aria-hidden aria-label aria-labelledby aria-live loading inert'

export const HTML: string = `<meta name="color-scheme" content="light">
<style>
/* comment */
${properties.map(name => `a { ${name}: x }`).join('\n')}
a { ${values} }
${selectors.map(selector => `${selector} { b: c }`).join('\n')}
${[...atRules, ...media].join('\n')}
.a { .b { c: d } }
</style>
${elements.map(name => `<${name}></${name}>`).join('\n')}
<h1>a</h1><ul></ul><map></map><article></article>
<i ${ATTRIBUTES.split(' ')
  .map(name => `${name}="x"`)
  .join(' ')}></i>
${['reset', 'submit'].map(type => `<button type="${type}"></button>`).join('')}
${['checkbox', 'hidden', 'radio', 'reset', 'submit', 'text'].map(type => `<input type="${type}">`).join('')}
<a href="#there">a</a><a href="mailto:a@b.example">b</a>
<img src="data:image/png;base64,x">
${['apng', 'avif', 'bmp', 'gif', 'heif', 'ico', 'jpg', 'mp4', 'png', 'svg', 'tiff', 'webp'].map(type => `<img src="https://h.example/a.${type}">`).join('\n')}
`
