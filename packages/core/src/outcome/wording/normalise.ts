/**
 * Normalise: the words of a reply without what differs from one reply to the next.
 *
 * Policy. All lines as one text, in lower case, Latin letters without accents. What names somebody or something becomes a
 * word in capitals: ADDR an address, IP, URL, HOST a name with dots, NUM whatever has digits, LIST a well-known block list,
 * URILIST a list of domains and links. `RecipientNotFound` and `BAD_RECIPIENT` become the words they are made of, and
 * `doesn't` becomes `does not`. So one rule is one meaning, and replies that say the same are counted as one.
 *
 * Not here: which words mean what (vocabulary).
 */

const MAX_CHARACTERS = 1000

const URI_LISTS = /\b(?:dbl|uribl|surbl|ivmuri|zrd|rhsbl|dbl\.spamhaus)\b/
const LISTS =
  /spamhaus|spamcop|sorbs|uceprotect|abuseat|surriel|psbl|ivmsip|ivmsip24|invaluement|hostkarma|junkemailfilter|backscatterer|nixspam|manitu|dnswl|mailspike|trendmicro|mail-abuse|maps\.vix|senderscore|senderbase|barracudacentral|blocklist|blacklist|dnsbl|dnsrbl|spamrats|njabl|ahbl|cbl\.|wpbl|spfbl|gbudb|s5h|0spam|truncate|orbs|orbz|dsbl|rbl|ordb|five-ten|lashback|ubl\.|zapbl|inps\.de|blocked\.secnap|proofpoint\.com|cloudmark|spamrl|rfc-ignorant|rfc-clueless|bl\./

/** What a reply says, ready to be compared and counted. */
export function normalise(text: string): string {
  return text
    .slice(0, MAX_CHARACTERS)
    .replace(/<[^<>\s]+@[^<>\s]*>|[^\s<>"'(),;:[\]]+@[^\s<>"'(),;:[\]]+/g, ' ADDR ')
    .replace(/\b(?:https?:\/\/|www\.)[^\s<>"')]+/gi, url => (/openspf/i.test(url) ? ' spf ' : listOr(url, ' URL ')))
    .replace(/\.{2,}/g, ' ')
    .replace(/\b[A-Z]{2,}(?:\.[A-Z]\w+)+\b/g, code => (/[a-z]/.test(code) ? code.replaceAll('.', ' ') : code))
    .replace(
      /\[?\b\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?\b\]?|\[?\b(?:ipv6:)?[\da-f]{0,4}(?::[\da-f]{0,4}){3,7}\b\]?/gi,
      ' IP ',
    )
    .replace(/\p{L}[\w-]*(?:\.[\w-]+)*\.\p{L}[\w-]+/gu, nameOr)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(?<![\p{L}_-])(?!(?:ADDR|URL|HOST|IP|LIST|URILIST)(?![\p{L}_-]))[\p{L}_-]+/gu, word =>
      word.toLowerCase().replaceAll('_', ' '),
    )
    .replace(/[\u2018\u2019`´]/g, "'")
    .normalize('NFD')
    .replace(/([a-z])\u0300?[\u0300-\u036f]+/g, '$1')
    .normalize('NFC')
    .replaceAll('ł', 'l')
    .replaceAll('ß', 'ss')
    .replace(/\b8-?bit\b/g, 'eightbit')
    .replace(/'s\b/g, '')
    .replace(/\bcan(?:no|')t\b/g, 'can not')
    .replace(/\bwon't\b/g, 'will not')
    .replace(/(?<=\b(?:does|do|did|is|are|was|has|have|could|would|should))(?:n't|nt)\b/g, ' not')
    .replace(/(?<![#\w.:-])[#\w.:-]*\d[\w.:-]*/g, ' NUM ')
    .replace(/[^\p{L}\p{N}.,;!?'-]+|[.,;!?'-]+(?=\s|$)|(?<=\s|^)[.,;!?'-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

function listOr(name: string, otherwise: string): string {
  const low = name.toLowerCase()
  if (URI_LISTS.test(low)) return ' URILIST '
  return LISTS.test(low) ? ' LIST ' : otherwise
}

/** A name with dots is a host, unless it is the end of one sentence and the beginning of the next. */
function nameOr(name: string): string {
  if (/\.[A-Z][a-z]+$/.test(name) && !/\..*\./.test(name)) return name.replace('.', '. ')
  return listOr(name, ' HOST ')
}
