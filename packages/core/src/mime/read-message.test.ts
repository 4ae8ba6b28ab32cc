/** A message as its reader would see it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readMessage } from './read-message.ts'

const mail = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1')

test('text and html are shown in their charset, and a name is decoded in each of its forms', () => {
  const { headers, text, html, parts } = readMessage(
    mail(
      'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
      'X-Folded: a',
      ' b',
      'Content-Type: multipart/mixed; boundary="x"',
      '',
      '--x',
      'Content-Type: text/plain; charset=big5',
      'Content-Transfer-Encoding: base64',
      '',
      'p0GmbqFB',
      '--x',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '<p>=C3=A9</p>',
      '--x',
      "Content-Type: application/pdf; name*=utf-8''r%C3%A9sum%C3%A9.pdf",
      'Content-Disposition: attachment',
      'Content-ID: <a@b>',
      'Content-Transfer-Encoding: base64',
      '',
      'aGVsbG8=',
      '--x',
      'Content-Type: text/plain',
      'Content-Disposition: attachment; filename="a \\"b\\".txt"',
      '',
      'not the text',
      '--x',
      'Content-Type: message/rfc822',
      '',
      'Content-Type: text/html',
      '',
      '<script>',
      '--x--',
    ),
  )
  assert.deepEqual(headers.slice(0, 2), [
    ['Subject', 'Grüße'],
    ['X-Folded', 'a b'],
  ])
  assert.equal(text?.trim(), '你好，')
  assert.equal(html?.trim(), '<p>é</p>')
  const [, , pdf, file, inner] = parts
  assert.deepEqual([pdf?.filename, pdf?.contentId, pdf?.octets().toString()], ['résumé.pdf', 'a@b', 'hello'])
  assert.deepEqual([file?.filename, file?.isAttachment], ['a "b".txt', true])
  assert.deepEqual([inner?.type, inner?.isAttachment], ['message/rfc822', true])
})

test('a message without a type is text, one of html alone is not', () => {
  assert.equal(readMessage(mail('Subject: x', '', 'hello')).text, 'hello')
  const { text, html } = readMessage(mail('Content-Type: TEXT/HTML', '', '<p>'))
  assert.deepEqual([text, html], [undefined, '<p>'])
})

test('forty megabytes are read in the time of their headers', () => {
  const head = mail(
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    '',
    'hello',
    '--x',
    'Content-Type: a/b',
    '',
    '',
  )
  const large = Buffer.concat([head, Buffer.alloc(40 * 1024 * 1024, 'QUJD\r\n'), mail('', '--x--', '')])
  const { parts, text } = readMessage(large)
  assert.equal(text?.trim(), 'hello')
  assert.equal(parts.length, 2)
  assert.ok((parts[1]?.encodedBytes ?? 0) >= 40 * 1024 * 1024)
  assert.equal(parts[1]?.octets().buffer, large.buffer)
})

test('nonsense is read as far as it can be', () => {
  const piece = fc.constantFrom(
    'Content-Type: multipart/mixed; boundary=x',
    'Content-Type: text/plain; charset=nobody',
    "Content-Disposition: attachment; filename*0*=utf-8''%; filename*1=\"",
    'Content-Transfer-Encoding: base64',
    '--x',
    '--x--',
    '',
    '\0',
    '=?utf-8?q?=zz?=',
    ' ',
    ':',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }), lines => {
      const { headers, parts } = readMessage(mail(...lines))
      for (const part of parts) part.text()
      for (const [name, value] of headers) assert.ok(typeof name === 'string' && typeof value === 'string')
    }),
  )
})
