/** Of docs/reference/language.md: say it in the language of whoever reads. */
import { FAILURE_CODES } from '@postrider/core'
import { checkText, inLanguage, languageOf, remedyText, speakCore } from '@postrider/core/language'

const language = languageOf(process.env.WANTED ?? 'zh_TW.UTF-8') ?? 'en'
await speakCore(language)

console.log(language)
console.log(checkText('spf.covers-egress').title)
console.log(inLanguage(FAILURE_CODES, 'mailbox-full', FAILURE_CODES['mailbox-full']))
console.log(remedyText('no-such-remedy') ?? 'no such remedy')
