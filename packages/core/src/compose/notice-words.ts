/**
 * NoticeWords: what a notice is worded with, in one language.
 *
 * Policy. A notice is in the language of who gets it, not in that of this process. Under another language stands English, for whoever it is
 * shown to: a postmaster, the support of a provider.
 */
import { FAILURE_CODES } from '../language/failures.ts'
import { type Language, TRANSLATIONS } from '../language/languages.ts'
import { NOTICE } from '../language/notice.ts'
import { type Say, speaker } from '../language/speaker.ts'
import type { FailureCode } from '../model/failure.ts'
import { formatDate } from './headers.ts'

export interface NoticeWords {
  readonly say: Say<typeof NOTICE>
  readonly failure: (code: FailureCode) => string
  readonly date: (at: number) => string
}

/** Of that language first, and then of English. */
export async function noticeWords(language: Language = 'en'): Promise<readonly [NoticeWords, ...NoticeWords[]]> {
  const english = wordsOf('en', NOTICE, FAILURE_CODES, formatDate)
  if (language === 'en') return [english]
  const { notice, failures } = await TRANSLATIONS[language]()
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  const date = (at: number): string => `${format.format(at)} UTC`
  return [wordsOf(language, { ...NOTICE, ...notice }, { ...FAILURE_CODES, ...failures }, date), english]
}

function wordsOf(language: Language, notice: object, failures: object, date: (at: number) => string): NoticeWords {
  // A catalogue of its own: that of the module is spoken in the language of the process.
  const own = { ...notice } as typeof NOTICE
  const reasons = failures as Readonly<Record<FailureCode, string>>
  return { say: speaker(own, language), failure: code => reasons[code].replace(/ ?RFC \d+$/, ''), date }
}
