/**
 * @postrider/relay: an authenticated SMTP submission server over @postrider/core.
 */
export type { Account, AccountLimits, AccountRecord, EditableAccountStore, TokenVerifier } from './account/index.ts'
export { accountName, hashSecret, isSecretHash } from './account/index.ts'
export { networkProblem, senderPatternProblem } from './admission/index.ts'
export { openAccountStore, openAccounts, openKeys, openWebhookReplay } from './assembly/open-accounts.ts'
export { findCertificates, placesOf, type RelayPlaces } from './assembly/places.ts'
export type { RelaySeams } from './assembly/relay-parts.ts'
export type { Reloaded } from './assembly/reload.ts'
export type { CertificatePair } from './certificate/index.ts'
export type {
  AccountOptions,
  AcmeOptions,
  RelayConfig,
  RelayConfigRequest,
  RelayOptions,
  RelaySectionOptions,
  RelaySettings,
  WebhookOptions,
} from './config/options.ts'
export { loadRelayConfig, relayOptionsFromEnvironment, resolveRelayOptions } from './config/options.ts'
export { relaySchema } from './config/schema.ts'
export type { Readiness } from './http/index.ts'
export { type ApiKey, SCOPES, type Scope, type StoredKeys } from './key/index.ts'
export type { Bound, ListenAddress } from './listener/index.ts'
export { createRelay, type HttpPlace, type Relay } from './relay.ts'
export type { FirstStart } from './upkeep/first-start.ts'
export { prepareFirstStart } from './upkeep/first-start.ts'
export type { ClosableLogger } from './upkeep/json-log.ts'
export { openLog } from './upkeep/json-log.ts'
export type { EndpointState, Replayed, WebhookReplay } from './webhook/index.ts'
