/**
 * @postrider/relay: an authenticated SMTP submission server over @postrider/core.
 */
export type { Account, AccountLimits, AccountRecord, EditableAccountStore, TokenVerifier } from './account/index.ts'
export { accountName, hashSecret, isSecretHash } from './account/index.ts'
export type { Readiness } from './admin/index.ts'
export { networkProblem, senderPatternProblem } from './admission/index.ts'
export { endAccess } from './assembly/account-access.ts'
export { type BackupSeams, backUp } from './assembly/backup.ts'
export type { BackupList } from './assembly/backup-files.ts'
export { type FoundAliases, findAliases } from './assembly/find-aliases.ts'
export type { FirstLogin } from './assembly/first-login.ts'
export { givenPolicy } from './assembly/given-policy.ts'
export {
  type KeyRotationState,
  type KeyRotations,
  openKeyRotations,
} from './assembly/key-rotations.ts'
export {
  type OpenedUsers,
  openAccountStore,
  openAccounts,
  openKeys,
  openUsers,
} from './assembly/open-accounts.ts'
export { findCertificates, placesOf, type RelayPlaces } from './assembly/places.ts'
export { type LookFromOutside, lookFromOutside } from './assembly/public-look.ts'
export { timelineLink } from './assembly/public-part.ts'
export type { RelaySeams } from './assembly/relay-parts.ts'
export type { Reloaded } from './assembly/reload.ts'
export { type Restored, restore } from './assembly/restore.ts'
export { endRestoredSessions, type RestoredAccess } from './assembly/restored-access.ts'
export { holdRestored, releaseRestored } from './assembly/restored-mail.ts'
export { prepareSigningKeys } from './assembly/signing-keys.ts'
export { openWebhooks } from './assembly/webhook-service.ts'
export type { CertificatePair } from './certificate/index.ts'
export type { Alias } from './config/alias-file.ts'
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
export type { Missing, RotationStage, TxtRecord } from './dkim/index.ts'
export { type ApiKey, SCOPES, type Scope, type StoredKeys } from './key/index.ts'
export type { Bound, ListenAddress } from './listener/index.ts'
export { lookAtProvider } from './oidc/index.ts'
export { createRelay, type HttpPlace, type Relay, type RelayInterface } from './relay.ts'
export type { FirstStart } from './upkeep/first-start.ts'
export { prepareFirstStart } from './upkeep/first-start.ts'
export type { ClosableLogger } from './upkeep/json-log.ts'
export { openLog } from './upkeep/json-log.ts'
export { ROLES, type Role, type User } from './user/index.ts'
export { FACT_KINDS as WEBHOOK_EVENTS } from './webhook/fact-kinds.ts'
export { FORMATS as WEBHOOK_FORMATS } from './webhook/formats.ts'
export type { EndpointState, LoggedDelivery, Replayed, Webhooks } from './webhook/index.ts'
