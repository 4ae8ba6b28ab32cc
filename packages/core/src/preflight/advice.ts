/** Door of the advice: what to publish, given what stands, and where. It loads nothing of the checks. */
export { organisationalDomain } from '../ambient/public-suffix.ts'
export { adviseDmarc, type DmarcAdvice } from './dmarc-advice.ts'
export { findSpfAdvice, type SpfAdviceSubject } from './find-spf-advice.ts'
export { adviseMtaSts, announceMtaSts, type MtaStsAdvice } from './mta-sts-advice.ts'
export { findRecordPlace, type RecordPlace, whyNowhere } from './record-place.ts'
export { adviseSpf, type SpfAdvice, type SpfWish } from './spf-record.ts'
