/** `@postrider/core/http`: a relay over HTTP, for places that have no sockets. Loads nothing of Node's, and nothing else of this package. */

export {
  type CallOptions,
  type EventsRequest,
  type HttpAttachment,
  type HttpDraft,
  type HttpSendOptions,
  type HttpSendResult,
  type RelayClient,
  type RelayClientOptions,
  RelayError,
  type RelayEvent,
  type ResetEvent,
  relayClient,
} from './client/index.ts'
export type { QueueId } from './model/queue-id.ts'
export type { QueueEntry, QueueEntryRecipient } from './queue/index.ts'
