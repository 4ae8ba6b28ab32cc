/** client/: a relay over HTTP, from wherever there is a `fetch`. */
export type { RelayClientOptions } from './ask.ts'
export {
  type CallOptions,
  type HttpSendOptions,
  type HttpSendResult,
  type RelayClient,
  relayClient,
} from './client.ts'
export type { HttpAttachment, HttpDraft } from './email.ts'
export type { EventsRequest, RelayEvent, ResetEvent } from './events.ts'
export { RelayError } from './relay-error.ts'
