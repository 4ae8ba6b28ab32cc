import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeWords } from './encoded-word.ts'

const ROWS: readonly (readonly [what: string, written: string, read: string])[] = [
  ['plain text is left as it is', 'Your order = ready?', 'Your order = ready?'],
  ['base64 in UTF-8', '=?UTF-8?B?5oKo55qE6aqM6K+B56CB?=', '您的验证码'],
  ['quoted octets, and _ for a space', '=?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=', 'Grüße aus Köln'],
  ['text around it stays', 'Re: =?utf-8?q?caf=C3=A9?= at noon', 'Re: café at noon'],
  ['space between two of them is not shown', '=?utf-8?q?a?=  =?utf-8?q?b?= c', 'ab c'],
  ['a character that was cut between two', '=?utf-8?B?5oI=?= =?utf-8?B?qA==?=', '您'],
  ['two charsets side by side', '=?gb2312?B?xPo=?= =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '您日本'],
  ['a language is passed over (RFC 2231 §5)', '=?us-ascii*en-US?Q?Keith?=', 'Keith'],
  ['a charset that nobody knows is left', 'x =?klingon-8?B?YWJj?= y', 'x =?klingon-8?B?YWJj?= y'],
  ['broken octets are marked', '=?utf-8?q?=ff?=', '\ufffd'],
  ['what only looks like one', '=?utf-8?x?abc?= =?', '=?utf-8?x?abc?= =?'],
]

for (const [what, written, read] of ROWS) test(`encoded words: ${what}`, () => assert.equal(decodeWords(written), read))

test('encoded words: any text is read in linear time', () => {
  const started = performance.now()
  for (const part of ['=?', '=?a?q?', '=?a?b?', '?=', ' =?u*']) decodeWords(part.repeat(200_000))
  assert.ok(performance.now() - started < 5_000)
})
