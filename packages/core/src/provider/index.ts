export { DEFAULT_LIMITS, firstDayAt, limitsOf, type ProviderOverride, providerOf, wantsReverseName } from './find.ts'
export type { Provider, ProviderId } from './provider.ts'
export { PROVIDERS } from './table.ts'
