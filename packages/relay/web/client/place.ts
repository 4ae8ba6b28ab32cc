/**
 * Place: which page is shown, and what it was asked for. It stands behind the `#` of the address: so it is kept, sent to a colleague and gone
 * back to, and neither the server nor a log of a proxy learns whom somebody looks for.
 */
export interface Place {
  /** `['messages', '01J…']` */
  readonly path: readonly string[]
  readonly query: URLSearchParams
}

export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A link that somebody cut in two.
    return text
  }
}

export type Given = Readonly<Record<string, string | undefined>>

/** The address of a page. */
export function linkTo(path: readonly string[], given: Given = {}): string {
  const query = new URLSearchParams(Object.entries(given).flatMap(([key, value]) => (value ? [[key, value]] : [])))
  return `#/${path.map(encodeURIComponent).join('/')}${query.size > 0 ? `?${query}` : ''}`
}
