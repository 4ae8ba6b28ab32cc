/**
 * Search: what words the index has, and what an anchor is called. The tokenizer is sent to the browser as its text: it may use nothing
 * from outside of itself.
 */

/** Words of letters and figures; of Chinese, which writes no spaces, each pair of characters. */
export function tokenize(text) {
  const found = []
  for (const [run] of text.normalize('NFKC').matchAll(/\p{Script=Han}+|[\p{L}\p{N}_]+/gu)) {
    const parts = run.match(/\p{Script=Han}+|[^\p{Script=Han}]+/gu) ?? []
    for (const part of parts) {
      const isHan = /^\p{Script=Han}/u.test(part)
      if (!isHan || part.length < 2) found.push(part)
      else for (let at = 0; at < part.length - 1; at++) found.push(part.slice(at, at + 2))
    }
  }
  return found
}

/** As GitHub names the anchor of a heading. */
export function slug(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
