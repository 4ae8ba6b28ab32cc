/**
 * LeftOut: what of a message's html its reader here does not see, or sees without effect, and why: what runs, what fetches, what leads away
 * by itself, and what is beyond the bounds.
 *
 * Policy. It tells of what the sandbox does; it decides nothing. Images of others are not among it: whoever looks may load them.
 *
 * Not here: the sandbox (harmless.ts).
 */
import { mailReader } from '@postrider/core'
import { boundsOf, MOST_HTML } from './harmless.ts'
import type { ReadHtml } from './whole-message.ts'

export const LEFT_OUT_KINDS = [
  'html',
  'images',
  'scripts',
  'handlers',
  'frames',
  'forms',
  'stylesheets',
  'fonts',
  'media',
  'refresh',
] as const

export interface LeftOut {
  readonly kind: (typeof LEFT_OUT_KINDS)[number]
  /** Where they can be counted. */
  readonly count?: number
}

/** By names that others write. */
const BY_ELEMENT: ReadonlyMap<string, LeftOut['kind']> = new Map(
  Object.entries({
    script: 'scripts',
    iframe: 'frames',
    frame: 'frames',
    frameset: 'frames',
    object: 'frames',
    embed: 'frames',
    portal: 'frames',
    fencedframe: 'frames',
    form: 'forms',
    audio: 'media',
    video: 'media',
  } as const),
)

export async function leftOutOf(whole: ReadHtml): Promise<readonly LeftOut[]> {
  const { readMarkup } = await mailReader()
  const counts = new Map<LeftOut['kind'], number>()
  const add = (kind: LeftOut['kind'], count = 1): void => {
    if (count > 0) counts.set(kind, (counts.get(kind) ?? 0) + count)
  }
  let styles = ''
  let isStyle = false
  readMarkup(whole.html.slice(0, MOST_HTML), 'html', {
    open: (name, attributes) => {
      isStyle = name === 'style'
      const kind = BY_ELEMENT.get(name)
      if (kind !== undefined) add(kind)
      if (name === 'link' && /\bstylesheet\b/i.test(attributes.rel ?? '')) add('stylesheets')
      if (name === 'meta' && /^\s*refresh\s*$/i.test(attributes['http-equiv'] ?? '')) add('refresh')
      add('handlers', Object.keys(attributes).filter(each => /^on[a-z]/.test(each)).length)
      if (/^\s*javascript:/i.test(attributes.href ?? '')) add('handlers')
      return true
    },
    close: () => {
      isStyle = false
    },
    text: text => {
      if (isStyle) styles += text
    },
  })
  add('stylesheets', styles.match(/@import\b/gi)?.length ?? 0)
  add('fonts', styles.match(/@font-face\b/gi)?.length ?? 0)
  const beyond = boundsOf(whole).map(kind => ({ kind }))
  return [...beyond, ...[...counts].map(([kind, count]) => ({ kind, count }))]
}
