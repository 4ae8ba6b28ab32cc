/**
 * OtherSdks: requests as the SDKs of other languages write them, and what each reads of the answer.
 *
 * Not here: asking them, and what all answers have in common (other-sdks.test.ts).
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { FROM, TO } from './world.ts'

export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: what each SDK reads of it is asked for below
  readonly body: any
}

export interface Recorded {
  readonly sdk: string
  readonly method?: string
  /** Behind host and port; `:id` is a mail that is scheduled. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Without a length beforehand. */
  readonly chunked?: true
  readonly status?: number
  readonly holds?: (told: Told, mail: string) => void
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const OCTETS = Buffer.from([0, 1, 2, 253, 254, 255])
const IN_BASE64 = OCTETS.toString('base64')
const JSON_TYPE = { 'content-type': 'application/json' }
export const MAIL: { readonly from: string; readonly to: string[]; readonly subject: string; readonly html: string } = {
  from: FROM,
  to: [TO],
  subject: 'Hello',
  html: '<p>Hi</p>',
}
const CALENDAR = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n'

const hasOctets = (_: Told, mail: string): void => assert.ok(mail.includes(IN_BASE64), mail)
const hasGuid = ({ body }: Told): void => assert.match(body.id, GUID)

export const RECORDED: readonly Recorded[] = [
  // resend-python 2.39: requests, always with a JSON body, also of a GET; its content type is held against application/json.
  {
    sdk: 'python',
    path: '/emails',
    headers: { accept: 'application/json', 'user-agent': 'resend-python:2.39.0', ...JSON_TYPE },
    body: { ...MAIL, attachments: [{ content: [...OCTETS], filename: 'a.bin' }], tags: [{ name: 'a', value: 'b' }] },
    holds: hasOctets,
  },
  { sdk: 'python', method: 'GET', path: '/emails/:id', headers: JSON_TYPE, body: {}, holds: hasGuid },
  { sdk: 'python', method: 'GET', path: '/emails?limit=2', headers: JSON_TYPE, body: {} },
  { sdk: 'python', path: '/emails/:id/cancel', headers: JSON_TYPE, body: {}, holds: hasGuid },
  {
    sdk: 'python',
    path: '/emails/batch',
    headers: { ...JSON_TYPE, 'Idempotency-Key': 'batch/1', 'x-batch-validation': 'permissive' },
    body: [MAIL, { ...MAIL, subject: 'Second' }],
    holds: ({ body }) => assert.deepEqual([body.data.length, body.errors], [2, []]),
  },
  // resend-go: in chunks, octets as a list, nothing of what is not set.
  {
    sdk: 'go',
    path: '/emails',
    headers: { accept: 'application/json', 'user-agent': 'resend-go/3.12.0', ...JSON_TYPE },
    chunked: true,
    body: {
      ...MAIL,
      reply_to: 'help@abc.mail',
      tags: [{ name: 'a', value: 'b' }],
      attachments: [{ content: [...OCTETS], filename: 'a.bin', content_type: 'image/png', inline_content_id: 'logo' }],
    },
    holds: hasOctets,
  },
  {
    sdk: 'go',
    method: 'PATCH',
    path: '/emails/:id',
    headers: JSON_TYPE,
    chunked: true,
    body: { scheduled_at: 'in 2 hours' },
  },
  // resend-ruby 1.10: the base ends in a slash; decides by statusCode in the body.
  {
    sdk: 'ruby',
    path: '//emails',
    headers: { accept: 'application/json', 'user-agent': 'resend-ruby:1.10.0', ...JSON_TYPE },
    body: { ...MAIL, to: TO, attachments: [{ filename: 'a.bin', content: [...OCTETS] }] },
    holds: (told, mail) => {
      assert.equal(told.body.statusCode, undefined)
      hasOctets(told, mail)
    },
  },
  {
    sdk: 'ruby',
    path: '/emails',
    headers: JSON_TYPE,
    body: { from: FROM, to: TO },
    status: 422,
    holds: ({ body }) => assert.equal(body.statusCode, 422),
  },
  // resend-php 1.10: a key in a header, base64.
  {
    sdk: 'php',
    path: '/emails',
    headers: { accept: 'application/json', 'user-agent': 'resend-php/1.10.0', 'Idempotency-Key': 'a', ...JSON_TYPE },
    body: { ...MAIL, to: TO, attachments: [{ filename: 'a.bin', content: IN_BASE64 }] },
    holds: hasOctets,
  },
  // resend-laravel: hands on every header of the mail, a calendar as it is, names of attachments that are no text.
  {
    sdk: 'laravel',
    path: '/emails',
    headers: { accept: 'application/json', 'user-agent': 'resend-laravel/1.0', ...JSON_TYPE },
    body: {
      bcc: [],
      cc: [],
      from: FROM,
      headers: {
        From: FROM,
        To: TO,
        Subject: 'Hello',
        'Message-ID': '<laravel@abc.mail>',
        'MIME-Version': '1.0',
        Date: 'Mon, 30 Nov 2026 12:00:00 +0000',
        'Content-Type': 'multipart/mixed; boundary=x',
        'Content-Transfer-Encoding': 'quoted-printable',
        'X-Mailer': 'Laravel',
      },
      html: '<p>Hi</p>',
      reply_to: [],
      subject: 'Hello',
      text: null,
      to: [TO],
      attachments: [{ content_type: 'text/calendar', content: CALENDAR, filename: 'invite.ics' }],
    },
    holds: (_, mail) => {
      assert.match(mail, /^Message-ID: <laravel@abc\.mail>\r$/im)
      assert.match(mail, /^X-Mailer: Laravel\r$/m)
      assert.equal(mail.match(/^(?:Date|MIME-Version|Subject|From): /gim)?.length, 4)
      const isThere =
        mail.includes(CALENDAR) || mail.replace(/\r\n/g, '').includes(Buffer.from(CALENDAR).toString('base64'))
      assert.ok(isThere, mail)
    },
  },
  // The bridge of Symfony: takes 200 alone for a success, and writes a tag as an object of its own name.
  {
    sdk: 'symfony',
    path: '/emails',
    headers: { ...JSON_TYPE, accept: '*/*', 'user-agent': 'Symfony HttpClient (Curl)' },
    body: {
      // The name as it is, without quotes.
      from: 'Acme, Inc. <app@abc.mail>',
      to: [TO],
      subject: 'Hello',
      reply_to: 'help@abc.mail',
      text: 'Hi',
      headers: { 'Reply-To': 'help@abc.mail', 'X-Custom': 'a' },
      tags: [{ 'X-Tag': 'v' }],
      attachments: [{ content: IN_BASE64, filename: 'a.bin' }],
    },
    status: 200,
    holds: hasOctets,
  },
  // resend-rs: `contentType`, octets as a list; three fields in an error.
  {
    sdk: 'rust',
    path: '/emails',
    headers: { 'user-agent': 'resend-rs/0.20.0', accept: '*/*', ...JSON_TYPE },
    body: { ...MAIL, attachments: [{ content: [...OCTETS], filename: 'a.bin', contentType: 'image/png' }] },
    holds: (told, mail) => {
      hasOctets(told, mail)
      assert.match(mail, /^Content-Type: image\/png/im)
    },
  },
  { sdk: 'rust', method: 'GET', path: '/emails/00000000-0000-7000-8000-000000000000', status: 404 },
  // Resend .NET 0.11: every id a Guid, header values that are numbers, dates that DateTime reads.
  {
    sdk: 'dotnet',
    path: '/emails',
    headers: { 'user-agent': 'resend-dotnet/0.11.0', 'content-type': 'application/json; charset=utf-8' },
    body: { ...MAIL, reply_to: ['help@abc.mail'], attachments: [{ filename: 'a.bin', content: IN_BASE64 }] },
    holds: hasGuid,
  },
  {
    sdk: 'dotnet',
    method: 'GET',
    path: '/emails/:id',
    holds: ({ body }) => {
      assert.match(body.id, GUID)
      assert.ok(!Number.isNaN(Date.parse(body.created_at)))
    },
  },
  { sdk: 'dotnet', method: 'GET', path: '/domains', holds: ({ body }) => assert.deepEqual(body.data, []) },
  { sdk: 'dotnet', path: '/emails/:id/cancel', holds: hasGuid },
  // resend-java 4.20 names no other server; behind a proxy of its host name it writes this.
  {
    sdk: 'java',
    path: '/emails',
    headers: {
      accept: 'application/json',
      'user-agent': 'resend-java/4.20.0',
      'content-type': 'application/json; charset=utf-8',
    },
    body: {
      ...MAIL,
      to: [TO],
      reply_to: [],
      attachments: [{ filename: 'a.bin', content: IN_BASE64, content_type: 'image/png' }],
    },
    holds: hasOctets,
  },
  // Req of Elixir asks for compressed answers.
  {
    sdk: 'elixir',
    path: '/emails',
    headers: { 'accept-encoding': 'zstd, br, gzip', 'user-agent': 'resend-elixir/0.4', ...JSON_TYPE },
    body: { ...MAIL, to: TO, cc: null },
  },
  // resend-cli: pages of ten.
  { sdk: 'cli', method: 'GET', path: '/emails?limit=10', holds: ({ body }) => assert.equal(body.object, 'list') },
  { sdk: 'any', method: 'DELETE', path: '/emails/:id', status: 405 },
  { sdk: 'any', path: '/emails', headers: JSON_TYPE, body: { ...MAIL, from: 'x@elsewhere.example' }, status: 403 },
]
