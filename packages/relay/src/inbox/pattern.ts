/**
 * Pattern: which addresses and tags are meant, where captured mail is looked for and where its outcome is said.
 */

/** `*@example.com`, `anna+*@example.com`, or a part of the address. */
export function covers(pattern: string, address: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), address.toLowerCase()]
  if (!wanted.includes('*')) return given.includes(wanted)
  const [first = '', ...rest] = wanted.split('*')
  const last = rest.pop() ?? ''
  if (!given.startsWith(first) || !given.endsWith(last) || given.length < first.length + last.length) return false
  // Each piece in its order, from left to right: no pattern is looked for twice.
  let at = first.length
  for (const piece of rest) {
    const found = given.indexOf(piece, at)
    if (found < 0 || found + piece.length > given.length - last.length) return false
    at = found + piece.length
  }
  return true
}

export function hasTag(tags: Readonly<Record<string, string>>, wanted: string): boolean {
  const [name = '', ...value] = wanted.split('=')
  return Object.hasOwn(tags, name) && (value.length === 0 || tags[name] === value.join('='))
}
