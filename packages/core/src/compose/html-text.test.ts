/** The text that is made of html. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { textOfHtml } from './html-text.ts'

const rows: readonly (readonly [rule: string, html: string, text: string])[] = [
  [
    'paragraphs are parted by an empty line',
    '<h1>Hello</h1><p>One\n two</p><p>Three<br>four</p>',
    'Hello\n\nOne two\n\nThree\nfour',
  ],
  ['entities are decoded', '<p>Fish &amp; chips&nbsp;&euro;5 &#x1F600; &lt;b&gt;</p>', 'Fish & chips €5 😀 <b>'],
  ['inline elements part no words', '<p><b>W</b>ord, <i>next</i></p>', 'Word, next'],
  [
    'a link has its address',
    '<a href="https://a.example/?x=1&amp;y=2">Pay now</a>',
    'Pay now <https://a.example/?x=1&y=2>',
  ],
  [
    'an address that is said is not said twice',
    '<a href="https://a.example/">a.example</a> <a href="mailto:b@c.example">b@c.example</a>',
    'a.example b@c.example',
  ],
  [
    'an address inside the page, or a script, is none',
    '<a href="#top">up</a> <a href="javascript:alert(1)">run</a>',
    'up run',
  ],
  [
    'an image is its alternative text',
    '<p><img src="cid:l" alt="Acme Ltd"><img src="https://t.example/open.gif"></p>',
    'Acme Ltd',
  ],
  [
    'an image that is a link has its address',
    '<a href="https://a.example/go"><img src="cid:b"></a>',
    '<https://a.example/go>',
  ],
  [
    'lists are marked, and indented within each other',
    '<p>Buy</p><ul><li>milk<li>fruit<ol start="3"><li>apples<li>pears</ol></ul><p>Bye</p>',
    'Buy\n\n- milk\n- fruit\n  3. apples\n  4. pears\n\nBye',
  ],
  [
    'the cells of a row stand in a line, the empty ones left out',
    '<table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td>&nbsp;</td><td>3 EUR</td></tr></table>',
    'Item | Price\nTea | 3 EUR',
  ],
  [
    'a layout by tables reads from top to bottom',
    '<table><tr><td><table><tr><td><p>One</p></td></tr></table></td><td><div>Two</div></td></tr></table>',
    'One\n\nTwo',
  ],
  ['a quotation is marked', '<p>a</p><blockquote><p>b</p><p>c</p></blockquote><p>d</p>', 'a\n\n> b\n>\n> c\n\nd'],
  ['preformatted text keeps its spaces', '<p>a</p><pre>\n  x\n    y\n</pre><p>b</p>', 'a\n\n  x\n    y\n\nb'],
  [
    'what is hidden is not said',
    '<head><title>t</title><style>p{}</style></head><div style="color:red; display: none !important">preheader</div><p hidden>no</p><p style="VISIBILITY:hidden">no</p><script>x</script><p>yes</p>',
    'yes',
  ],
  [
    'padding of a preheader leaves nothing',
    '<p>&zwj;&#847;&nbsp;&shy;&#8203;&#65279;</p><p>yes</p>'.replace('&zwj;', ''),
    'yes',
  ],
  ['elements that are never closed are read', '<div><p>a <b>b<p>c<table><tr><td>d', 'a b\n\nc\n\nd'],
  ['what is no element is text', '<p>1 < 2 & 3 > 2</p>', '1 < 2 & 3 > 2'],
]

suite('text of html', () => {
  for (const [rule, html, text] of rows)
    test(rule, () => {
      assert.equal(textOfHtml(html), `${text}\n`)
    })
  test('lines have 78 columns at most, and an address that is longer stays whole', () => {
    const address = `https://a.example/${'x'.repeat(200)}`
    const text = textOfHtml(`<blockquote><p>${'word '.repeat(60)}<a href="${address}">here</a></p></blockquote>`) ?? ''
    const lines = text.trimEnd().split('\n')
    assert.ok(lines.length >= 5)
    assert.deepEqual(
      lines.filter(line => line.length > 78),
      [`> <${address}>`],
    )
    assert.ok(lines.every(line => line.startsWith('> ')))
  })
  test('a script without spaces breaks between its characters, and never before a full stop', () => {
    const sentence = '日本語の文章は単語の間に空白がないので、どこでも改行できます。'
    const lines = (textOfHtml(`<p>${sentence.repeat(5)}</p>`) ?? '').trimEnd().split('\n')
    assert.equal(lines.join(''), sentence.repeat(5))
    assert.ok(lines.length >= 4)
    for (const line of lines) {
      assert.ok([...line].length <= 39, line)
      assert.doesNotMatch(line, /^[、。]/)
    }
  })
  test('html without words, too long or too deep has no text', () => {
    assert.equal(textOfHtml(''), undefined)
    assert.equal(textOfHtml('<img src="cid:x"><p>&nbsp;</p>'), undefined)
    assert.equal(textOfHtml(`${'<div>'.repeat(100_000)}x`), undefined)
    assert.equal(textOfHtml('<p>x'.repeat(1_250_000)), undefined)
    assert.equal(textOfHtml(`${'<div>'.repeat(400)}x`), 'x\n')
  })
  // The limit is far from what is needed and far below what a quadratic reader would take (minutes).
  const pieces = [
    '<',
    '&amp;',
    '<p>',
    '<li>a',
    '<td>a',
    '<br>',
    '</p>',
    '<a href=https://a.example>y</a>',
    '「',
    '<!--',
    '<a href="',
    ' \n',
    '<b></x>x</b>',
    '<ul><li></ul>',
  ]
  for (const piece of pieces)
    test(`half a megabyte of ${JSON.stringify(piece)} takes a time in proportion`, () => {
      const cpu = process.cpuUsage()
      const html = `${'<blockquote>'.repeat(300)}${piece.repeat(490_000 / piece.length)}`
      const text = textOfHtml(html) ?? ''
      const { user } = process.cpuUsage(cpu)
      assert.ok(user < 10_000_000, `${user} µs`)
      assert.ok(text.length < 10 * html.length)
    })
  test('any html gives lines without trailing spaces and control characters, or nothing', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '<p>',
        '</p>',
        '<ul>',
        '<li>',
        '</ul>',
        '<pre>',
        '</pre>',
        '<blockquote>',
        '</blockquote>',
        '<td>',
        '<tr>',
        '<br>',
        '<a href="https://a.example">',
        '</a>',
        '<hr>',
        '<svg>',
        '</svg>',
        '\u0000',
        '\u001b[31m',
      ),
      fc.string({ unit: 'grapheme' }),
    )
    fc.assert(
      fc.property(fc.array(part), parts => {
        const text = textOfHtml(parts.join(''))
        if (text === undefined) return
        assert.match(text, /\S/)
        assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f]|[ \t]\n|^\n|\n\n\n/)
      }),
    )
  })
})
