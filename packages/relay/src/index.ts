/**
 * @postrider/relay: an authenticated SMTP submission server over @postrider/core.
 */
export type { Account, AccountLimits, AccountRecord, EditableAccountStore, TokenVerifier } from './account/index.ts'
export { accountName, hashSecret, isSecretHash, openAccountStore } from './account/index.ts'
export { openAccounts } from './accounts.ts'
export { senderPatternProblem } from './admission/index.ts'
export type { CertificatePair } from './certificate/index.ts'
export type { FirstStart } from './first-start.ts'
export { prepareFirstStart } from './first-start.ts'
export type { Readiness } from './http/index.ts'
export type { Bound, ListenAddress } from './listener/index.ts'
export type { ClosableLogger } from './log.ts'
export { openLog } from './log.ts'
export type {
  AccountOptions,
  AcmeOptions,
  RelayConfig,
  RelayConfigRequest,
  RelayOptions,
  RelaySettings,
  WebhookOptions,
} from './options.ts'
export { loadRelayConfig, relayOptionsFromEnvironment, resolveRelayOptions } from './options.ts'
export { findCertificates, placesOf, type RelayPlaces } from './places.ts'
export { createRelay, type Relay } from './relay.ts'
export type { Reloaded } from './reload.ts'
export type { RelaySeams } from './rooms.ts'
export { relaySchema } from './schema.ts'
