/**
 * @postrider/core: compose, clear, sign, queue and deliver transactional mail, and always be able to say why.
 */

export { type Clock, systemClock } from './ambient/clock.ts'
export { isPublicAddress, printSpecial, type SpecialRange, specialRange } from './ambient/special-ranges.ts'
export type { Batch } from './api/batch.ts'
export type { ClassifiedReply, ReplyRequest } from './api/classify-reply.ts'
export { createMailer } from './api/create-mailer.ts'
export type { DmarcOverview, DmarcReporter, DmarcShare, DmarcSource, PolicyAdvice } from './api/dmarc.ts'
export type { ErasedPerson } from './api/erase.ts'
export type { Mailer } from './api/mailer.ts'
export type { FirstOfKey, MessageFilter, Messages } from './api/messages.ts'
export {
  classifyReply,
  isUnmatched,
  mailReader,
  normaliseReply,
  queueCopies,
  recordAdvice,
  sendingServices,
  suppressionText,
  tellIn,
} from './api/on-demand.ts'
export type { QueueAdmin } from './api/queue-admin.ts'
export type { AcceptEnvelope, AcceptRecipient, ComposedMessage } from './api/read-envelope.ts'
export type { AcceptOptions, Receipt, Replacement, SendOptions, SendResult, Story } from './api/receipt.ts'
export type { ReputationRow, WarmUpState } from './api/reputation.ts'
export type {
  AuthenticatedMail,
  AuthenticateRequest,
  BatchMessage,
  BatchOptions,
  DmarcRequest,
  EraseOptions,
  Feedback,
  ForwardedMail,
  ForwardRequest,
  PreflightRequest,
  ReportRequest,
  SenderAddresses,
  TakeFeedbackOptions,
  TakenRecipient,
  TakenReport,
  TlsResultsRequest,
} from './api/requests.ts'
export { send } from './api/send.ts'
export type { OutcomeCounts, Statistics, StatisticsPart, StatisticsRequest, StatisticsRow } from './api/statistics.ts'
export type { ReadSuppression, ReadSuppressionLine } from './api/suppression-text.ts'
export type { NewSuppression, SuppressionEntry, Suppressions } from './api/suppressions.ts'
export type { MailerSeams } from './assembly/mailer-parts.ts'
export { linkKeysOf, returnKeysOf } from './assembly/return-keys.ts'
export { addressesIn } from './compose/inspect.ts'
export {
  type AnyShape,
  checkShape,
  type DkimOptions,
  isSelector,
  jsonSchema,
  type Kinds,
  kinds,
  type LoadedConfig,
  type LoadRequest,
  loadConfig,
  type MailerOptions,
  type OutputOf,
  type Problem,
  printProblem,
  problemsOf,
  type ResolvedDkim,
  type ResolvedOptions,
  type RouteOptions,
  resolveOptions,
  type SchemaExtension,
  type SchemaNode,
  type Shape,
  schemaOf,
  type TimeoutOptions,
} from './config/index.ts'
export {
  type Answer,
  createResolver,
  type DnsRecord,
  isAbsence,
  type OpenResolver,
  type Question,
  type RecordType,
  type Resolver,
  type ResolverOptions,
  reverseName,
} from './dns/index.ts'
export { CHECKS, type CheckId, type CheckText } from './language/checks.ts'
export { FAILURE_CODES } from './language/failures.ts'
export { REMEDIES } from './language/remedies.ts'
export type { Address, AddressProblem, Domain } from './model/address.ts'
export { parseAddress, parseDomain, printAddress } from './model/address.ts'
export { type Card, WAYS_IN, type WayIn } from './model/card.ts'
export type { Check, CheckLevel, Clearance, PublicAddress } from './model/clearance.ts'
export type { DkimKey } from './model/dkim-key.ts'
export type { Attachment, Calendar, Draft, ListUnsubscribe, Mailbox } from './model/draft.ts'
export type { Notify } from './model/envelope.ts'
export {
  PASS_ON_TO,
  type PassOnTo,
  RETURN_PATH_USES,
  type ReturnPathUse,
  UNSUBSCRIBE_USES,
  type UnsubscribeUse,
} from './model/envelope.ts'
export { MAILER_ERROR_CODES, MailerError, type MailerErrorCode } from './model/error.ts'
export { LOSS_CODES, type LossCode, type Stage, type TlsSeen } from './model/evidence.ts'
export type {
  DkimKeyStageFact,
  DurableFact,
  Fact,
  FactKind,
  NumberedFact,
  OutsideFact,
  WebhookDroppedFact,
} from './model/fact.ts'
export type { FailureCode } from './model/failure.ts'
export type { Job, JobRecipient } from './model/job.ts'
export type { HeaderField, MessageContent, RawMessage } from './model/message.ts'
export { allocateMessage } from './model/message-buffer.ts'
export { MESSAGE_STATES, type MessageState } from './model/message-state.ts'
export { queueIdOf } from './model/message-uuid.ts'
export type { Outcome, RecipientOutcome } from './model/outcome.ts'
export { type Capture, PLAYED_OUTCOMES, type Played } from './model/played.ts'
export { type QueueId, queueIdTime } from './model/queue-id.ts'
export { type Hop, isTestDomain, NO_ROUTE_REASONS, type NoRoute, type Route } from './model/route.ts'
export type { Suppression, SuppressionOrigin } from './model/settlement.ts'
export { COUNTED_OUTCOMES, type CountedOutcome, STATISTICS_KEYS, type StatisticsKey } from './model/statistics.ts'
export type { Priority } from './model/submission.ts'
export type {
  TlsDay,
  TlsFailure,
  TlsPolicy,
  TlsPolicyType,
  TlsReportNote,
  TlsResultType,
  TlsTally,
} from './model/tls-result.ts'
export { uuidOf } from './model/uuid-of.ts'
export { type WrongValue, wrongValue } from './model/wrong-value.ts'
export { type ChannelName, channelName, type FactOf } from './observe/channels.ts'
export type { LogFields, Logger, StoryLine } from './observe/index.ts'
export {
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  METRICS,
  type MetricDescription,
  type Metrics,
} from './observe/metrics.ts'
export type {
  DmarcAdvice,
  MtaStsAdvice,
  RecordPlace,
  SpfAdvice,
  SpfAdviceSubject,
  SpfWish,
} from './preflight/advice.ts'
export type { DemandStatus, ProviderDemand } from './preflight/index.ts'
export { isWorse, LEVELS, type Report, type ReportedCheck, worstOf } from './preflight/report.ts'
export type { ServiceId } from './provider/provider.ts'
export type { Service } from './provider/services.ts'
export type {
  MessagePage,
  PausedSite,
  QueueCounts,
  QueueEntry,
  QueueEntryRecipient,
  QueueFilter,
  QueueSelection,
  QueueServer,
  SuppressionFilter,
} from './queue/index.ts'
export {
  printReturnAddress,
  type ReturnKeys,
  type ReturnProblem,
  readReturnAddress,
} from './report/return-address.ts'
export type { LaneNow } from './schedule/index.ts'
export {
  type DkimRecord,
  dkimRecord,
  generateDkimKey,
  loadDkimKey,
  splitTxt,
  type TlsaOptions,
  type TlsaRecordText,
  tlsaRecord,
} from './sign/index.ts'
export type { LatencySummary } from './statistics/index.ts'
export {
  type ReadFailure,
  type ReadPolicy,
  type ReadReport,
  type ReportProblem,
  type ReportSummary,
  readTlsReport,
  summariseReport,
} from './tlsrpt/read.ts'
