export { chooseKeys } from './choose-key.ts'
export { type SignOptions, sign } from './dkim.ts'
export {
  type DkimKeyOptions,
  type DkimRecord,
  dkimRecord,
  type GeneratedDkimKey,
  generateDkimKey,
  splitTxt,
} from './keygen.ts'
export { type DkimKeyText, loadDkimKey } from './load-key.ts'
export { type TlsaOptions, type TlsaRecordText, tlsaRecord } from './tlsa-record.ts'
