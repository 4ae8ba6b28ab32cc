export { cachingResolver } from './cache.ts'
export { createResolver, type ResolverOptions } from './create.ts'
export { DnsError, type DnsErrorCode, isAbsence } from './errors.ts'
export { interpret } from './interpret.ts'
export {
  type Found,
  type FoundAddress,
  type FoundAddresses,
  lookupAddresses,
  lookupCname,
  lookupMx,
  lookupPtr,
  lookupSoa,
  lookupTlsa,
  lookupTxt,
  type MxHost,
} from './lookup.ts'
export type { Response } from './message.ts'
export { normalName, reverseName } from './name.ts'
export { decodeQuery, encodeReply, type Query, type Reply } from './packet.ts'
export type {
  AddressRecord,
  Answer,
  DnsRecord,
  MxRecord,
  PointerRecord,
  Question,
  RecordType,
  SoaRecord,
  TlsaAnswerRecord,
  TxtRecord,
} from './record.ts'
export { RECORD_TYPES } from './record.ts'
export type { OpenResolver, Resolver } from './resolver.ts'
export { framed } from './tcp.ts'
