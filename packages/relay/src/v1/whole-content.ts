/**
 * WholeContent: what is in a message, as several routes answer it: read for people, and the parts that a browser is given of it.
 *
 * Policy. Html is answered in a sandbox of its own (inbox/harmless.ts); a part is only ever saved, never shown in its own type.
 */
import { type AnyShape, kinds as k, type Shape } from '@postrider/core'
import {
  authorsOf,
  FINDINGS,
  findingsOf,
  HARMLESS,
  type HtmlView,
  htmlAnswer,
  LEFT_OUT_KINDS,
  leftOutOf,
  type ReadHtml,
  SCHEMES,
  type WholeMessage,
} from '../inbox/index.ts'
import { text } from './shapes.ts'
import { notFound } from './v1-error.ts'

export const WHOLE_CONTENT: Readonly<Record<string, AnyShape>> = {
  text: k.string(),
  html: k.string(),
  headers: k.array(k.strictObject({ name: k.string(), value: k.string() })),
  attachments: k.array(
    k.strictObject({
      part: k.int().describe('Of `…/parts/:part`.'),
      filename: k.string(),
      type: k.string(),
      contentId: k.string().optional(),
      sizeBytes: k.int(),
    }),
  ),
  links: k.array(
    k.strictObject({ url: k.string(), text: k.string(), in: k.enum(['html', 'text']), as: k.enum(['a', 'img']) }),
  ),
  codes: k
    .array(k.string())
    .describe('One-time codes, as far as they look like some, in the first 256 KiB of its words.'),
  findings: k
    .array(
      k.strictObject({
        id: k.enum(FINDINGS),
        level: k.enum(['ok', 'note', 'warn', 'fail']).describe('`fail`: large receivers refuse it.'),
        value: text('How many, how large, or which.').optional(),
      }),
    )
    .describe('What large receivers would hold against it.'),
}

interface AskedView {
  readonly remote?: boolean | undefined
  readonly inverted?: boolean | undefined
  readonly scheme?: HtmlView['scheme']
}

export const HTML_VIEW: Shape<HtmlView, AskedView> = k.strictObject({
  remote: k.boolean().default(false).describe('With images of others, which tell them that somebody looked.'),
  scheme: k.enum(SCHEMES).describe('What the question for `prefers-color-scheme` is answered.').optional(),
  inverted: k.boolean().default(false).describe('Images inverted, for a page that inverts the whole.'),
})

/** @param sizeBytes of the whole message */
export function wholeContent(whole: WholeMessage, sizeBytes: number): object {
  const { headers, read: _, ...shown } = whole
  return {
    ...shown,
    headers: headers.map(([name, value]) => ({ name, value })),
    findings: findingsOf(whole, { authors: authorsOf(headers), sizeBytes }),
  }
}

export function htmlOf(whole: ReadHtml, view: HtmlView): object {
  return htmlAnswer(whole, view)
}

export const LEFT_OUT: AnyShape = k.strictObject({
  leftOut: k
    .array(k.strictObject({ kind: k.enum(LEFT_OUT_KINDS), count: k.int().optional() }))
    .describe('`html` and `images`: beyond the bounds. All else: it neither runs, nor fetches, nor leads away here.'),
})

export async function leftOutIn(whole: ReadHtml): Promise<object> {
  return { leftOut: await leftOutOf(whole) }
}

/** @throws V1Error 404 */
export function partOf({ read }: WholeMessage, number: string | undefined): object {
  const part = read.parts.find(each => String(each.number) === number)
  if (part === undefined) throw notFound(`it has no part ${number?.slice(0, 20)}`)
  const headers = { ...HARMLESS, 'content-disposition': 'attachment' }
  return { status: 200, type: 'application/octet-stream', body: new Uint8Array(part.octets()), headers }
}
