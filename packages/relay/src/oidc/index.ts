export { chosenFor, nameIn, type Person, type RoleOf } from './person.ts'
export { type Begun, lookAtProvider, openProvider, type Provider, type ProviderOptions } from './provider.ts'
