export { DEFAULT_LIMITS, limitsOf, type ProviderOverride, providerOf } from './find.ts'
export type { Provider, ProviderId } from './provider.ts'
export { PROVIDERS } from './table.ts'
