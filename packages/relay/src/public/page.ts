/**
 * Page: a small page for people that we know nothing of: no script, nothing fetched, nothing that leaves with a link.
 *
 * Policy. Whatever stands in it is text: html is written here alone, and values are escaped where they are put in. It is found by no search
 * engine, shown in no frame, kept in no cache.
 */
import type { Language } from '@postrider/core/language'
import type { OtherAnswer } from '../server/index.ts'

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}' +
  'button{font:inherit;padding:.5rem 1rem}dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}' +
  'li{margin:.5rem 0;overflow-wrap:anywhere}time{display:block;opacity:.7}'

/** A form may lead back here alone. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
}

/** What was written as html. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Values are escaped; those that are html, and lists of it, are put in as they are. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const written = values.map(value => {
    if (typeof value === 'string') return escaped(value)
    return value instanceof Html ? value.text : value.map(({ text }) => text).join('')
  })
  return new Html(String.raw({ raw: parts }, ...written))
}

export function page(status: number, language: Language, { title, body }: { title: string; body: Html }): OtherAnswer {
  const { text } = html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><main><h1>${title}</h1>${body}</main></body></html>
`
  const headers = { ...PAGE_HEADERS, 'content-language': language, vary: 'accept-language' }
  return { status, type: 'text/html; charset=utf-8', body: text, headers }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
}
