/**
 * ReplyText: the octets of a reply as text. RFC 5321 §4.2 says ASCII, RFC 6531 §3.7.4 allows UTF-8, and servers say what their
 * language was once written in.
 *
 * Policy. UTF-8 where it is; else what fits best: GB18030 (Chinese), KOI8-R and Windows-1251 (Russian), and Latin-1 where
 * nothing fits, because it loses no octet. Nothing here is sure; it is only read by people and held against vocabularies.
 */

/** Runs of octets above ASCII, with what stands beside them. */
const RUN = /[\x80-\xff]+/g

export function replyText(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    return inOldCharset(octets)
  }
}

function inOldCharset(octets: Uint8Array): string {
  const latin = new TextDecoder('latin1').decode(octets)
  const bytes = Array.from(octets, octet => String.fromCharCode(octet)).join('')
  // In French or German an accent stands among plain letters; in Russian and Chinese whole words are above ASCII.
  if (amongLetters(bytes) || !/[\x80-\xff]{2}/.test(bytes)) return latin
  for (const charset of ['koi8-r', 'windows-1251']) {
    const text = new TextDecoder(charset).decode(octets)
    if (looksRussian(text)) return text
  }
  const chinese = new TextDecoder('gb18030').decode(octets)
  return looksChinese(chinese, bytes) ? chinese : latin
}

function amongLetters(bytes: string): boolean {
  let among = 0
  let runs = 0
  for (const { 0: run, index } of bytes.matchAll(RUN)) {
    runs++
    const beside = `${bytes[index - 1] ?? ''}${bytes[index + run.length] ?? ''}`
    if (run.length <= 2 && /[A-Za-z]/.test(beside)) among++
  }
  return among * 2 > runs
}

/** Words of letters, in lower case but for the first, or all in upper case. */
function looksRussian(text: string): boolean {
  const words = text.match(/[^\x00-\x7f]+/g) ?? []
  const fitting = words.filter(word => /^(?:[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+)$/u.test(word))
  return words.length > 0 && fitting.length * 10 >= words.length * 9 && /[аеиоуыэюя]/i.test(text)
}

/** Every run is made of pairs, and all of them are characters. */
function looksChinese(text: string, bytes: string): boolean {
  const runs = bytes.match(RUN) ?? []
  return (
    /\p{Script=Han}/u.test(text) &&
    !text.includes('\ufffd') &&
    runs.filter(run => run.length % 2 === 0).length * 2 > runs.length
  )
}
