/**
 * Links: where a message leads, from its html and its text, each once, in order.
 */
import { readMarkup } from './markup.ts'

export interface Link {
  readonly url: string
  /** What is shown of it; empty for an image. */
  readonly text: string
  readonly in: 'html' | 'text'
  /** `img` is loaded when it is looked at, `a` when somebody follows it. */
  readonly as: 'a' | 'img'
}

const MOST_LINKS = 1000
const IN_TEXT = /\bhttps?:\/\/[^\s<>"'\]]{1,2000}/gi

export function findLinks({ html, text }: { readonly html?: string; readonly text?: string }): readonly Link[] {
  const links: Link[] = []
  if (html !== undefined) linksOfHtml(html, links)
  for (const [url] of (text ?? '').matchAll(IN_TEXT)) {
    // A full stop that ends the sentence ends the link.
    const trimmed = url.replace(/[.,;:!?)]+$/, '')
    if (links.length < MOST_LINKS && !links.some(link => link.url === trimmed))
      links.push({ url: trimmed, text: trimmed, in: 'text', as: 'a' })
  }
  return links
}

function linksOfHtml(html: string, links: Link[]): void {
  let open: { readonly url: string; text: string } | undefined
  const seen = new Set<string>()
  const add = (url: string, text: string, as: Link['as']): void => {
    if (seen.has(`${as} ${url}`)) return
    seen.add(`${as} ${url}`)
    links.push({ url, text: text.replace(/\s+/g, ' ').trim(), in: 'html', as })
  }
  readMarkup(html, 'html', {
    open: (name, { href, src }) => {
      if (name === 'a' && href !== undefined) open = { url: href.trim(), text: '' }
      if (name === 'img' && src !== undefined) add(src.trim(), '', 'img')
      return links.length < MOST_LINKS
    },
    close: name => {
      if (name !== 'a' || open === undefined) return
      add(open.url, open.text, 'a')
      open = undefined
    },
    text: text => {
      if (open !== undefined) open.text += text
    },
  })
}
