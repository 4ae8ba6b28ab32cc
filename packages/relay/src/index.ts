/**
 * @postrider/relay: an authenticated SMTP submission server over @postrider/core.
 */
export type { Account, AccountLimits, AccountRecord, EditableAccountStore, TokenVerifier } from './account/index.ts'
export { accountName, hashSecret, isSecretHash, openAccountStore } from './account/index.ts'
export { senderPatternProblem } from './admission/index.ts'
export type { FirstStart } from './first-start.ts'
export { prepareFirstStart } from './first-start.ts'
export type { Readiness } from './http/index.ts'
export type { Bound, ListenAddress } from './listener/index.ts'
export type {
  AccountOptions,
  AcmeOptions,
  RelayConfig,
  RelayOptions,
  RelaySettings,
  WebhookOptions,
} from './options.ts'
export { relaySchema, resolveRelayOptions } from './options.ts'
export { createRelay, type Relay } from './relay.ts'
export type { RelaySeams } from './rooms.ts'
