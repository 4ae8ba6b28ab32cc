// @postrider/core

export { AcceptEnvelope } from 'api/read-envelope'
export { AcceptOptions } from 'api/receipt'
export { AcceptRecipient } from 'api/read-envelope'
export { Address } from 'model/address'
export { AddressProblem } from 'model/address'
export { Answer } from 'dns/record'
export { AnyShape } from 'config/shape'
export { Attachment } from 'model/draft'
export { AuthenticateRequest } from 'api/requests'
export { AuthenticatedMail } from 'api/requests'
export { Batch } from 'api/batch'
export { BatchMessage } from 'api/requests'
export { BatchOptions } from 'api/requests'
export { CHECKS } from 'language/checks'
export { COUNTED_OUTCOMES } from 'model/statistics'
export { Calendar } from 'model/draft'
export { Capture } from 'model/played'
export { Card } from 'model/card'
export { ChannelName } from 'observe/channels'
export { Check } from 'model/check'
export { CheckId } from 'language/checks'
export { CheckLevel } from 'model/check'
export { CheckText } from 'language/checks'
export { ClassifiedReply } from 'api/classify-reply'
export { Clearance } from 'model/clearance'
export { Clock } from 'ambient/clock'
export { ComposedMessage } from 'api/read-envelope'
export { CountedOutcome } from 'model/statistics'
export { Counter } from 'observe/metrics'
export { DemandStatus } from 'preflight/checks/providers'
export { DkimKey } from 'model/dkim-key'
export { DkimKeyStageFact } from 'model/dkim-key-fact'
export { DkimOptions } from 'config/mailer-options'
export { DkimRecord } from 'sign/keygen'
export { DmarcAdvice } from 'preflight/dmarc-advice'
export { DmarcOverview } from 'api/dmarc'
export { DmarcReporter } from 'api/dmarc'
export { DmarcRequest } from 'api/requests'
export { DmarcShare } from 'api/dmarc'
export { DmarcSource } from 'api/dmarc'
export { DnsRecord } from 'dns/record'
export { Domain } from 'model/address'
export { Draft } from 'model/draft'
export { DurableFact } from 'model/fact'
export { EraseOptions } from 'api/requests'
export { ErasedPerson } from 'api/erase'
export { FAILURE_CODES } from 'language/failures'
export { Fact } from 'model/fact'
export { FactKind } from 'model/fact'
export { FactOf } from 'observe/channels'
export { FailureCode } from 'model/failure'
export { Feedback } from 'flow/complaint'
export { FirstOfKey } from 'api/messages'
export { ForwardRequest } from 'api/requests'
export { ForwardedMail } from 'api/requests'
export { Gauge } from 'observe/metrics'
export { HeaderField } from 'model/message'
export { Histogram } from 'observe/metrics'
export { Hop } from 'model/route'
export { Job } from 'model/job'
export { JobRecipient } from 'model/job'
export { Kinds } from 'config/shape'
export { LEVELS } from 'preflight/report'
export { LOSS_CODES } from 'model/evidence'
export { Labels } from 'observe/metrics'
export { LaneNow } from 'schedule/lane'
export { LatencySummary } from 'statistics/latency'
export { ListUnsubscribe } from 'model/draft'
export { LoadRequest } from 'config/load'
export { LoadedConfig } from 'config/load'
export { LogFields } from 'observe/logger'
export { Logger } from 'observe/logger'
export { LossCode } from 'model/evidence'
export { MAILER_ERROR_CODES } from 'model/error'
export { MESSAGE_STATES } from 'model/message-state'
export { METRICS } from 'observe/metrics'
export { Mailbox } from 'model/draft'
export { Mailer } from 'api/mailer'
export { MailerError } from 'model/error'
export { MailerErrorCode } from 'model/error'
export { MailerOptions } from 'config/mailer-options'
export { MailerSeams } from 'assembly/mailer-parts'
export { MessageContent } from 'model/message'
export { MessageFilter } from 'api/messages'
export { MessagePage } from 'queue/history'
export { MessageState } from 'model/message-state'
export { Messages } from 'api/messages'
export { MetricDescription } from 'observe/metrics'
export { Metrics } from 'observe/metrics'
export { MtaStsAdvice } from 'preflight/mta-sts-advice'
export { NO_ROUTE_REASONS } from 'model/route'
export { NewSuppression } from 'api/suppressions'
export { NoRoute } from 'model/route'
export { Notify } from 'model/envelope'
export { NumberedFact } from 'model/fact'
export { OpenResolver } from 'dns/resolver'
export { Outcome } from 'model/outcome'
export { OutcomeCounts } from 'api/statistics'
export { OutputOf } from 'config/shape'
export { OutsideFact } from 'model/fact'
export { PASS_ON_TO } from 'model/envelope'
export { PLAYED_OUTCOMES } from 'model/played'
export { PassOnTo } from 'model/envelope'
export { PausedSite } from 'queue/store'
export { Played } from 'model/played'
export { PolicyAdvice } from 'api/dmarc'
export { PreflightRequest } from 'api/requests'
export { Priority } from 'model/submission'
export { Problem } from 'config/problem'
export { ProviderDemand } from 'preflight/checks/providers'
export { PublicAddress } from 'model/clearance'
export { Question } from 'dns/record'
export { QueueAdmin } from 'api/queue-admin'
export { QueueCounts } from 'queue/store'
export { QueueEntry } from 'queue/queue-entry'
export { QueueEntryRecipient } from 'queue/queue-entry'
export { QueueFilter } from 'queue/store'
export { QueueId } from 'model/queue-id'
export { QueueSelection } from 'queue/store'
export { QueueServer } from 'queue/store'
export { REMEDIES } from 'language/remedies'
export { RETURN_PATH_USES } from 'model/envelope'
export { RawMessage } from 'model/message'
export { ReadFailure } from 'tlsrpt/read-report'
export { ReadPolicy } from 'tlsrpt/read-report'
export { ReadReport } from 'tlsrpt/read-report'
export { ReadSuppression } from 'api/suppression-text'
export { ReadSuppressionLine } from 'api/suppression-text'
export { Receipt } from 'api/receipt'
export { RecipientOutcome } from 'model/outcome'
export { RecordPlace } from 'preflight/record-place'
export { RecordType } from 'dns/record'
export { Replacement } from 'api/receipt'
export { ReplyRequest } from 'api/classify-reply'
export { Report } from 'preflight/report'
export { ReportProblem } from 'tlsrpt/read-report'
export { ReportRequest } from 'api/requests'
export { ReportSummary } from 'tlsrpt/explain'
export { ReportedCheck } from 'preflight/report'
export { ReputationRow } from 'api/reputation'
export { ResolvedDkim } from 'config/options'
export { ResolvedOptions } from 'config/options'
export { Resolver } from 'dns/resolver'
export { ResolverOptions } from 'dns/create'
export { ReturnKeys } from 'report/return-address'
export { ReturnPathUse } from 'model/envelope'
export { ReturnProblem } from 'report/return-address'
export { Route } from 'model/route'
export { RouteOptions } from 'config/mailer-options'
export { STATISTICS_KEYS } from 'model/statistics'
export { SchemaExtension } from 'config/schema'
export { SchemaNode } from 'config/problem'
export { SendOptions } from 'api/receipt'
export { SendResult } from 'api/receipt'
export { SenderAddresses } from 'api/requests'
export { Service } from 'provider/services'
export { ServiceId } from 'provider/provider'
export { Shape } from 'config/shape'
export { SpecialRange } from 'ambient/special-ranges'
export { SpfAdvice } from 'preflight/spf-record'
export { SpfAdviceSubject } from 'preflight/find-spf-advice'
export { SpfWish } from 'preflight/spf-record'
export { Stage } from 'model/evidence'
export { Statistics } from 'api/statistics'
export { StatisticsKey } from 'model/statistics'
export { StatisticsPart } from 'api/statistics'
export { StatisticsRequest } from 'api/statistics'
export { StatisticsRow } from 'api/statistics'
export { Story } from 'api/receipt'
export { StoryLine } from 'observe/story'
export { Suppression } from 'model/settlement'
export { SuppressionEntry } from 'api/suppressions'
export { SuppressionFilter } from 'queue/store'
export { SuppressionOrigin } from 'model/settlement'
export { Suppressions } from 'api/suppressions'
export { TakeFeedbackOptions } from 'flow/complaint'
export { TakenRecipient } from 'flow/take-report'
export { TakenReport } from 'flow/take-report'
export { TimeoutOptions } from 'config/mailer-options'
export { TlsDay } from 'model/tls-result'
export { TlsFailure } from 'model/tls-result'
export { TlsPolicy } from 'model/tls-result'
export { TlsPolicyType } from 'model/tls-result'
export { TlsReportNote } from 'model/tls-result'
export { TlsResultType } from 'model/tls-result'
export { TlsResultsRequest } from 'api/requests'
export { TlsSeen } from 'model/evidence'
export { TlsTally } from 'model/tls-result'
export { TlsaOptions } from 'sign/tlsa-record'
export { TlsaRecordText } from 'sign/tlsa-record'
export { UNSUBSCRIBE_USES } from 'model/envelope'
export { UnsubscribeUse } from 'model/envelope'
export { WAYS_IN } from 'model/card'
export { WarmUpState } from 'api/reputation'
export { WayIn } from 'model/card'
export { WebhookDroppedFact } from 'model/fact'
export { WrongValue } from 'model/wrong-value'
export { addressesIn } from 'compose/inspect'
export { allocateMessage } from 'model/message-buffer'
export { channelName } from 'observe/channels'
export { check as checkShape } from 'config/shape'
export { classifyReply } from 'api/on-demand'
export { createMailer } from 'api/create-mailer'
export { createResolver } from 'dns/create'
export { dkimRecord } from 'sign/keygen'
export { generateDkimKey } from 'sign/keygen'
export { isAbsence } from 'dns/errors'
export { isPublicAddress } from 'ambient/special-ranges'
export { isSelector } from 'config/vocabulary'
export { isTestDomain } from 'model/route'
export { isUnmatched } from 'api/on-demand'
export { isWorse } from 'preflight/report'
export { jsonSchema } from 'config/describe'
export { kinds } from 'config/shape'
export { linkKeysOf } from 'assembly/return-keys'
export { loadConfig } from 'config/load'
export { loadDkimKey } from 'sign/load-key'
export { mailReader } from 'api/on-demand'
export { normaliseReply } from 'api/on-demand'
export { parseAddress } from 'model/address'
export { parseDomain } from 'model/address'
export { printAddress } from 'model/address'
export { printProblem } from 'config/problem'
export { printReturnAddress } from 'report/return-address'
export { printSpecial } from 'ambient/special-ranges'
export { problemsOf } from 'config/problem'
export { queueCopies } from 'api/on-demand'
export { queueIdOf } from 'model/message-uuid'
export { queueIdTime } from 'model/queue-id'
export { readReturnAddress } from 'report/return-address'
export { readTlsReport } from 'tlsrpt/read-mail'
export { recordAdvice } from 'api/on-demand'
export { resolveOptions } from 'config/resolve'
export { returnKeysOf } from 'assembly/return-keys'
export { reverseName } from 'dns/name'
export { schemaOf } from 'config/describe'
export { send } from 'api/send'
export { sendingServices } from 'api/on-demand'
export { specialRange } from 'ambient/special-ranges'
export { splitTxt } from 'sign/keygen'
export { summariseReport } from 'tlsrpt/explain'
export { suppressionText } from 'api/on-demand'
export { systemClock } from 'ambient/clock'
export { tellIn } from 'api/on-demand'
export { tlsaRecord } from 'sign/tlsa-record'
export { uuidOf } from 'model/uuid-of'
export { worstOf } from 'preflight/report'
export { wrongValue } from 'model/wrong-value'

// ambient/clock
export interface Clock {
    now(): number;
    monotonic(): number;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
    after(ms: number, call: () => void, options?: {
        readonly idle?: boolean;
    }): () => void;
}
export declare const systemClock: Clock;

// ambient/random
export type Random = () => number;

// ambient/special-ranges
export interface SpecialRange {
    readonly network: string;
    readonly prefix: number;
    readonly name: string;
    readonly rfc: string;
    readonly documentation?: true;
}
export declare function isPublicAddress(address: string, ranges?: readonly SpecialRange[]): boolean;
export declare function printSpecial(address: string, { network, prefix, name, rfc }: SpecialRange): string;
export declare function specialRange(address: string, ranges?: readonly SpecialRange[]): SpecialRange | undefined;

// ambient/stackless-error
export declare class StacklessError extends Error {
    constructor(message: string, options?: ErrorOptions);
}

// api/batch
export declare class Batch {
    #private;
    constructor(parts: MailerParts, work: WorkUnderWay);
    send(drafts: readonly Draft[], options?: BatchOptions & Shared): Promise<readonly Receipt[]>;
    accept(messages: readonly BatchMessage[], options?: BatchOptions): Promise<readonly Receipt[]>;
    find(idempotencyKey: string, places: number, options?: Pick<AcceptOptions, 'account'>): Promise<readonly (FirstOfKey | undefined)[]>;
}
type Shared = Omit<SendOptions, 'idempotencyKey' | 'signal'>;

// api/classify-reply
export interface ClassifiedReply extends Pick<Failure, 'code' | 'scope' | 'permanence' | 'stage' | 'rule' | 'detail' | 'suppress' | 'retryAfterMs'> {
    readonly reply: string;
    readonly words: string;
    readonly unmatched: boolean;
    readonly finalAfterMs: number | null;
    readonly remedy?: {
        readonly id: string;
        readonly text: string;
    };
}
export interface ReplyRequest {
    readonly host?: string;
    readonly stage?: Stage;
}

// api/create-mailer
export declare function createMailer(options?: MailerOptions | LoadedConfig, seams?: MailerSeams): Promise<Mailer>;

// api/dmarc
export interface DmarcOverview extends DmarcShare {
    readonly domain: string;
    readonly policy: string;
    readonly reports: number;
    readonly days: number;
    readonly ours: DmarcShare;
    readonly reporters: readonly DmarcReporter[];
    readonly sources: readonly DmarcSource[];
    readonly advice: PolicyAdvice;
    readonly next?: 'quarantine' | 'reject';
}
export interface DmarcReporter extends DmarcShare {
    readonly reporter: string;
    readonly ours: DmarcShare;
}
export interface DmarcShare {
    readonly messages: number;
    readonly aligned: number;
}
export interface DmarcSource extends DmarcShare {
    readonly source: string;
    readonly kind: 'ours' | 'forwarder' | 'stranger';
    readonly dkim: number;
    readonly spf: number;
    readonly refused: number;
    readonly reporters: number;
}
export type PolicyAdvice = 'wait' | 'mend' | 'name' | 'raise' | 'stay';

// api/erase
export interface ErasePorts {
    readonly store: Pick<QueueStore, 'erase' | 'suppression' | 'unsuppress'>;
    readonly clock: Pick<Clock, 'now'>;
    readonly recorder: Pick<Recorder, 'record'>;
}
export interface ErasedPerson extends Erased {
    readonly suppression: 'none' | 'kept' | 'lifted';
}

// api/mailer
export declare class Mailer extends MailerReports {
    #private;
    readonly clock: Clock;
    readonly queue: QueueAdmin;
    readonly messages: Messages;
    readonly batch: Batch;
    readonly suppressions: Suppressions;
    constructor(parts: MailerParts);
    send(draft: Draft, options?: SendOptions): Promise<Receipt>;
    sendMany(drafts: readonly Draft[], options?: Omit<SendOptions, 'idempotencyKey'>): Promise<readonly SendResult[]>;
    compose(draft: Draft, options?: {
        readonly signal?: AbortSignal;
    }): Promise<ComposedMessage>;
    accept(raw: Uint8Array, envelope: AcceptEnvelope, options?: AcceptOptions): Promise<Receipt>;
    explain(id: string): Promise<Story>;
    route(domain: string, options?: {
        readonly signal?: AbortSignal;
    }): Promise<Route | NoRoute>;
    stats(request?: StatisticsRequest): Promise<Statistics>;
    preflight(address: string, options?: PreflightRequest): Promise<Report>;
    clearance(sender: SenderAddresses, options?: {
        readonly signal?: AbortSignal;
    }): Promise<Clearance>;
    verify(options?: {
        readonly signal?: AbortSignal;
    }): Promise<readonly Clearance[]>;
    suppression(address: string): Promise<Suppression | undefined>;
    facts(options?: {
        readonly after?: number;
        readonly signal?: AbortSignal;
    }): AsyncIterable<NumberedFact>;
    readFacts(options?: {
        readonly after?: number;
        readonly limit?: number;
    }): Promise<readonly NumberedFact[]>;
    newestFact(): Promise<number>;
    record(fact: OutsideFact): void;
    on<K extends FactKind>(kind: K, listener: (fact: FactOf<K>) => void): () => void;
    on(kind: '*', listener: (fact: Fact) => void): () => void;
    reload(config: Pick<LoadedConfig, 'options'>): readonly string[];
    idle(): Promise<void>;
    close(options?: {
        readonly withinMs?: number;
    }): Promise<void>;
    destroy(reason?: unknown): void;
    [Symbol.asyncDispose](): Promise<void>;
}

// api/mailer-reports
export declare class MailerReports {
    #private;
    constructor(parts: MailerParts, work: WorkUnderWay);
    feedback(report: Uint8Array, options?: TakeFeedbackOptions): Promise<Feedback>;
    takeReport(mail: Uint8Array, options?: ReportRequest): Promise<TakenReport>;
    dmarc(options?: DmarcRequest): Promise<readonly DmarcOverview[]>;
    tlsResults(options?: TlsResultsRequest): Promise<readonly TlsDay[]>;
    forward(mail: Uint8Array, options: ForwardRequest): Promise<ForwardedMail>;
    authenticate(mail: Uint8Array, options: AuthenticateRequest): Promise<AuthenticatedMail>;
}

// api/messages
export interface FirstOfKey {
    readonly id: QueueId;
    readonly fingerprint: string;
}
export interface MessageFilter {
    readonly state?: MessageState;
    readonly to?: string;
    readonly domain?: string;
    readonly from?: string;
    readonly account?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly via?: WayIn;
    readonly messageId?: string;
    readonly subject?: string;
    readonly code?: FailureCode;
    readonly host?: string;
    readonly since?: Date | number;
    readonly before?: Date | number;
    readonly limit?: number;
    readonly after?: QueueId;
}
export declare class Messages {
    #private;
    constructor(parts: MessagesParts, openContent: OpenContent);
    content(id: string): Promise<Buffer | undefined>;
    list(filter?: MessageFilter): Promise<MessagePage>;
    findByKey(idempotencyKey: string, options?: {
        readonly account?: string;
    }): Promise<FirstOfKey | undefined>;
    erase(address: string, options?: EraseOptions): Promise<ErasedPerson>;
    all(filter?: Omit<MessageFilter, 'limit' | 'after'>): AsyncGenerator<QueueEntry, void, undefined>;
}
interface MessagesParts extends ErasePorts {
    readonly store: MessagesStore & ErasePorts['store'];
}
type MessagesStore = Pick<QueueStore, 'messages' | 'findKeys' | 'keptContent'>;
type OpenContent = (id: string) => Promise<Buffer | undefined>;

// api/on-demand
export declare function classifyReply(text: string, request?: ReplyRequest): Promise<ClassifiedReply>;
export declare function isUnmatched(rule: string): Promise<boolean>;
export declare function mailReader(): Promise<typeof import('./mail-reader.ts')>;
export declare function normaliseReply(reply: string): Promise<string>;
export declare function queueCopies(): Promise<typeof import('../queue/copies.ts')>;
export declare function recordAdvice(): Promise<typeof import('../preflight/advice.ts')>;
export declare function sendingServices(): Promise<typeof import('../provider/services.ts')>;
export declare function suppressionText(): Promise<typeof import('./suppression-text.ts')>;
export declare function tellIn<Told>(language: Language, tell: (retell: Retell) => Told | Promise<Told>): Promise<Told>;

// api/queue-admin
export type FindSite = (domain: string, signal: AbortSignal) => Promise<string | undefined>;
export declare class QueueAdmin {
    #private;
    constructor(store: QueueStore, { clock, nudge, siteOf, lanes }: QueueAdminPorts);
    list(filter?: QueueFilter): Promise<readonly QueueEntry[]>;
    show(id: string): Promise<QueueEntry>;
    content(id: string): Promise<Buffer | undefined>;
    counts(): Promise<QueueCounts>;
    server(): Promise<QueueServer | undefined>;
    pausedSites(): Promise<readonly PausedSite[]>;
    lanes(): Promise<readonly LaneNow[]>;
    reputation(): Promise<readonly ReputationRow[]>;
    pausesFor(domains: readonly string[], options?: {
        readonly signal?: AbortSignal;
    }): Promise<ReadonlyMap<string, PausedSite>>;
    recentFacts(since: number): Promise<readonly DurableFact[]>;
    flush(which?: QueueSelection): Promise<number>;
    retry(which: QueueSelection): Promise<number>;
    hold(which: QueueSelection, because: string): Promise<number>;
    release(which: QueueSelection): Promise<number>;
    reschedule(id: string, at: Date | number): Promise<void>;
    cancel(which: QueueSelection): Promise<number>;
    unsuppress(address: string): Promise<boolean>;
}
export interface QueueAdminPorts {
    readonly clock: Clock;
    readonly nudge: () => void;
    readonly siteOf: FindSite;
    readonly lanes: () => readonly LaneNow[];
}

// api/read-envelope
export interface AcceptEnvelope {
    readonly from: string | null;
    readonly to: readonly (string | AcceptRecipient)[];
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
    readonly requireTls?: boolean;
}
export interface AcceptRecipient {
    readonly address: string;
    readonly notify?: readonly Notify[];
    readonly originalRecipient?: string;
}
export interface ComposedMessage {
    readonly raw: Uint8Array;
    readonly from: readonly string[];
    readonly envelope: AcceptEnvelope;
}

// api/receipt
export interface AcceptOptions extends SendOptions {
    readonly tags?: Readonly<Record<string, string>>;
    readonly fingerprint?: string;
    readonly account?: string;
    readonly via?: WayIn;
    readonly hold?: string;
    readonly returnPath?: ReturnPathUse;
    readonly passOn?: PassOnTo;
    readonly prepend?: string | ((id: QueueId) => string);
    readonly startWithinMs?: number;
    readonly check?: (message: RawMessage) => Replacement | undefined | void;
}
export interface Receipt {
    readonly id: QueueId;
    readonly messageId: string;
    readonly recipients: readonly string[];
    readonly clearance: Clearance;
    readonly duplicate: boolean;
    settled(options?: {
        readonly signal?: AbortSignal;
    }): Promise<Outcome>;
}
export interface Replacement {
    readonly raw?: Uint8Array;
    readonly from?: string;
}
export interface SendOptions {
    readonly idempotencyKey?: string;
    readonly notBefore?: Date | number;
    readonly expiresAt?: Date | number;
    readonly priority?: Priority;
    readonly pool?: string;
    readonly keepContent?: boolean;
    readonly unsubscribe?: UnsubscribeUse;
    readonly feedbackId?: string;
    readonly signal?: AbortSignal;
}
export type SendResult = {
    readonly ok: true;
    readonly receipt: Receipt;
} | {
    readonly ok: false;
    readonly error: unknown;
};
export interface Story {
    readonly entry: QueueEntry;
    readonly facts: readonly NumberedFact[];
    readonly lines: readonly StoryLine[];
}

// api/reputation
export interface ReputationRow {
    readonly site: string;
    readonly of: EffectKey;
    readonly name: string;
    readonly rest?: {
        readonly since: number;
        readonly until: number;
        readonly because: string;
    };
    readonly learnt?: {
        readonly until: number;
        readonly connections?: number;
        readonly messagesPerConnection?: number;
    };
    readonly warmUp?: WarmUpState;
}
export interface WarmUpState {
    readonly cap?: number;
    readonly used: number;
    readonly deferred: number;
    readonly refused: number;
    readonly roomNow?: number;
    readonly trend: Trend;
    readonly sendingDays: number;
    readonly complaints: number;
}

// api/requests
export type AuthenticateRequest = Pick<ForwardRequest, 'from' | 'client'>;
export type AuthenticatedMail = {
    readonly result: 'acceptable';
    readonly dmarc: string;
    readonly mail: Uint8Array;
} | {
    readonly result: 'unusable' | 'dmarc-reject' | 'try-later';
};
export interface BatchMessage {
    readonly raw: Uint8Array;
    readonly envelope: AcceptEnvelope;
    readonly options?: Omit<AcceptOptions, 'idempotencyKey' | 'fingerprint' | 'signal' | 'startWithinMs'>;
    readonly place?: number;
}
export interface BatchOptions extends Pick<AcceptOptions, 'idempotencyKey' | 'signal' | 'startWithinMs'> {
    readonly fingerprint?: string;
}
export interface DmarcRequest {
    readonly days?: number;
    readonly domain?: string;
}
export interface EraseOptions {
    readonly by?: string;
    readonly suppressions?: boolean;
}
export interface ForwardRequest {
    readonly to: string;
    readonly recipients: readonly string[];
    readonly operator: string;
    readonly from: string | null;
    readonly client: {
        readonly address: string;
        readonly helo: string;
    };
    readonly seal?: string;
}
export type ForwardedMail = {
    readonly result: 'forwarded';
    readonly id: QueueId;
    readonly dmarc: string;
} | {
    readonly result: 'loop' | 'unusable' | 'dmarc-reject' | 'try-later';
};
export interface PreflightRequest extends ReportOptions {
    readonly signal?: AbortSignal;
}
export interface ReportRequest {
    readonly to?: string;
    readonly kinds?: readonly TakenReport['kind'][];
}
export interface SenderAddresses {
    readonly envelopeFrom: string | null;
    readonly from: readonly string[];
}
export interface TlsResultsRequest {
    readonly days?: number;
    readonly domain?: string;
    readonly limit?: number;
}

// api/send
export declare function send(draft: Draft, options?: SendOptions): Promise<Receipt>;

// api/statistics
export type OutcomeCounts = Readonly<Record<CountedOutcome, number>>;
export interface Statistics {
    readonly from: number;
    readonly to: number;
    readonly by: StatisticsKey;
    readonly total: StatisticsPart;
    readonly rows: readonly StatisticsRow[];
}
export interface StatisticsPart {
    readonly counts: OutcomeCounts;
    readonly latency?: LatencySummary;
}
export interface StatisticsRequest {
    readonly from?: Date | number;
    readonly to?: Date | number;
    readonly by?: StatisticsKey;
    readonly site?: string;
    readonly account?: string;
    readonly limit?: number;
}
export interface StatisticsRow extends StatisticsPart {
    readonly at?: number;
    readonly step?: 'hour' | 'day';
    readonly site?: string;
    readonly account?: string;
    readonly outcome?: CountedOutcome;
}

// api/suppression-text
export type ReadSuppression = Pick<NewSuppression, 'address' | 'note' | 'origin'> & {
    readonly until?: number;
};
export type ReadSuppressionLine = (line: string) => ReadSuppression | {
    readonly problem: string;
} | undefined;

// api/suppressions
export interface NewSuppression {
    readonly address: string;
    readonly note?: string;
    readonly origin?: SuppressionOrigin;
    readonly until?: Date | number;
}
export interface SuppressionEntry {
    readonly address: string;
    readonly origin: SuppressionOrigin;
    readonly rule: string;
    readonly detail: string;
    readonly since: number;
    readonly until: number;
    readonly messageId?: QueueId;
    readonly note?: string;
}
export declare class Suppressions {
    #private;
    constructor(store: QueueStore, clock: Clock);
    list(filter?: SuppressionFilter): Promise<readonly SuppressionEntry[]>;
    all(filter?: Pick<SuppressionFilter, 'origin'>): AsyncGenerator<SuppressionEntry, void, undefined>;
    find(address: string): Promise<SuppressionEntry | undefined>;
    add(entry: NewSuppression): Promise<void>;
    addMany(entries: Iterable<NewSuppression> | AsyncIterable<NewSuppression>): Promise<number>;
    remove(address: string): Promise<boolean>;
}

// api/work-under-way
export interface WorkOptions {
    readonly signal?: AbortSignal;
    readonly startWithinMs?: number;
}
export declare class WorkUnderWay {
    #private;
    constructor(clock: Clock);
    run<T>(options: WorkOptions, work: (signal: AbortSignal, begun: () => void, leftMs: () => number | undefined) => Promise<T>): Promise<T>;
    signal({ signal }: {
        readonly signal?: AbortSignal;
    }): AbortSignal;
    close(withinMs: number, others: Promise<void>): Promise<void>;
    destroy(): void;
}

// assembly/delivery-engine
export interface DeliveryEngine {
    nudge(): void;
    lanes(): readonly LaneNow[];
    idle(): Promise<void>;
    close(withinMs: number): Promise<void>;
    destroy(reason: unknown): void;
}

// assembly/mailer-parts
export interface MailerParts {
    readonly live: ReloadableOptions;
    readonly clock: Clock;
    readonly recorder: Recorder;
    readonly store: QueueStore;
    readonly router: Router;
    readonly preflight: Preflight;
    readonly submission: SubmissionPorts;
    readonly engine: DeliveryEngine;
    readonly settledWatch: SettledWatch;
    readonly statistics: DeliveryStatistics;
    readonly interfaces: (() => readonly string[]) | undefined;
    readonly resolver: Resolver;
    close(): Promise<void>;
    destroy(reason: unknown): void;
}
export interface MailerSeams {
    readonly deliver?: boolean;
    readonly logger?: Logger;
    readonly metrics?: Metrics;
    readonly store?: QueueStore;
    readonly resolver?: Resolver;
    readonly clock?: Clock;
    readonly random?: Random;
    readonly cwd?: string;
    readonly interfaces?: () => readonly string[];
    readonly lookout?: DoctorProbes;
    readonly specialRanges?: readonly SpecialRange[];
    readonly policyPort?: number;
    readonly capture?: Capture;
    readonly barred?: (address: string) => string | undefined;
}

// assembly/reloadable-options
export interface ReloadableOptions {
    readonly options: ResolvedOptions;
    readonly keys: readonly DkimKey[];
    readonly returnKeys: ReturnKeys | undefined;
    take(next: ResolvedOptions): readonly string[];
}

// assembly/return-keys
export declare function linkKeysOf({ dkim }: Pick<ResolvedOptions, 'dkim'>): readonly Uint8Array[];
export declare function returnKeysOf({ returnPath, dkim, }: Pick<ResolvedOptions, 'returnPath' | 'dkim'>): ReturnKeys | undefined;

// compose/inspect
export declare function addressesIn({ bytes }: RawMessage, field: HeaderField): readonly string[];

// config/describe
export declare function jsonSchema(extension?: SchemaExtension): Promise<Readonly<Record<string, unknown>>>;
export declare function schemaOf(shape: {
    readonly rule: {
        readonly node: SchemaNode;
    };
}): Readonly<Record<string, unknown>>;

// config/load
export interface LoadRequest {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd: string;
    readonly extension?: SchemaExtension;
    readonly machineName?: string;
}
export interface LoadedConfig extends Resolved {
    readonly file?: string;
    readonly secretKeys?: readonly string[];
}
export declare function loadConfig(request: LoadRequest): Promise<LoadedConfig>;

// config/mailer-options
export interface DeliveryOptions {
    readonly port?: number | undefined;
    readonly allowPrivateAddresses?: boolean | undefined;
    readonly ipFamily?: 'auto' | 4 | 6 | undefined;
    readonly warmUp?: 'auto' | 'off' | undefined;
    readonly testAddresses?: boolean | undefined;
    readonly concurrency?: number | undefined;
    readonly retry?: DeliveryRetryOptions | undefined;
    readonly timeouts?: TimeoutOptions | undefined;
}
export interface DeliveryRetryOptions {
    readonly scheduleMs?: readonly number[] | undefined;
    readonly jitter?: number | undefined;
    readonly expireAfterMs?: number | undefined;
    readonly warnAfterMs?: number | undefined;
}
export interface DkimOptions {
    readonly domain: string;
    readonly selector: string;
    readonly privateKey?: string | undefined;
    readonly privateKeyFile?: string | undefined;
    readonly replaces?: string | undefined;
}
export interface DnsOptions {
    readonly servers?: readonly string[] | undefined;
    readonly timeoutMs?: number | undefined;
    readonly trustAd?: boolean | 'auto' | undefined;
}
export interface DraftOptions {
    readonly allowFiles?: boolean | undefined;
    readonly textFromHtml?: boolean | undefined;
}
export interface EgressOptions {
    readonly addresses?: readonly string[] | undefined;
    readonly sources?: readonly EgressSourcesOptions[] | undefined;
    readonly overflow?: EgressOverflowOptions | undefined;
    readonly publicAddresses?: readonly string[] | undefined;
}
export interface EgressOverflowLoginOptions {
    readonly user?: string | undefined;
    readonly password?: string | undefined;
    readonly passwordFile?: string | undefined;
    readonly method?: 'auto' | 'plain' | 'login' | 'xoauth2' | undefined;
}
export interface EgressOverflowOptions {
    readonly host?: string | undefined;
    readonly service?: 'ses' | 'postmark' | 'resend' | 'brevo' | 'sendgrid' | 'mailgun' | 'mailjet' | 'sparkpost' | 'aliyun' | 'tencent' | undefined;
    readonly region?: string | undefined;
    readonly port?: number | undefined;
    readonly tls?: 'none' | 'opportunistic' | 'encrypted' | 'verified' | undefined;
    readonly implicitTls?: boolean | undefined;
    readonly login?: EgressOverflowLoginOptions | undefined;
    readonly concurrency?: number | undefined;
    readonly afterMs?: number | undefined;
}
export interface EgressSourcesOptions {
    readonly address: string;
    readonly hostname?: string | undefined;
    readonly publicAddress?: string | undefined;
    readonly weight?: number | undefined;
    readonly pool?: string | undefined;
}
export interface FeedbackOptions {
    readonly senderId?: string | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly complaints?: boolean | undefined;
    readonly unsubscribe?: 'as-given' | 'lists' | 'all' | undefined;
    readonly unsubscribeSuppresses?: boolean | undefined;
    readonly unsubscribeUrl?: string | undefined;
}
export interface LimitsOptions {
    readonly messageBytes?: number | undefined;
    readonly recipients?: number | undefined;
}
export interface MailerOptions {
    readonly hostname?: string | undefined;
    readonly egress?: EgressOptions | undefined;
    readonly dkim?: readonly DkimOptions[] | undefined;
    readonly dns?: DnsOptions | undefined;
    readonly queue?: QueueOptions | undefined;
    readonly delivery?: DeliveryOptions | undefined;
    readonly routes?: readonly RouteOptions[] | undefined;
    readonly providers?: readonly ProviderOptions[] | undefined;
    readonly tls?: TlsOptions | undefined;
    readonly mtaSts?: MtaStsOptions | undefined;
    readonly tlsrpt?: TlsrptOptions | undefined;
    readonly returnPath?: ReturnPathOptions | undefined;
    readonly feedback?: FeedbackOptions | undefined;
    readonly preflight?: 'enforce' | 'warn' | 'off' | undefined;
    readonly notices?: NoticesOptions | undefined;
    readonly limits?: LimitsOptions | undefined;
    readonly compose?: DraftOptions | undefined;
}
export interface MtaStsOptions {
    readonly cacheFile?: string | undefined;
}
export interface NoticesLanguagesOptions {
    readonly domain?: string | undefined;
    readonly account?: string | undefined;
    readonly language: 'en' | 'zh-TW' | 'zh-CN';
}
export interface NoticesOptions {
    readonly to?: 'auto' | 'nobody' | 'sender' | undefined;
    readonly from?: string | undefined;
    readonly languages?: readonly NoticesLanguagesOptions[] | undefined;
}
export interface ProviderOptions {
    readonly id: 'google' | 'outlook' | 'microsoft365' | 'yahoo' | 'yahoo-jp' | 'apple' | 'comcast' | 'gmx' | 'mail-com' | 'ionos' | 't-online' | 'orange' | 'laposte' | 'sfr' | 'free' | 'mailru' | 'yandex' | 'wp' | 'onet' | 'interia' | 'seznam' | 'libero' | 'kpn' | 'qq' | 'exmail' | 'netease' | 'sina' | 'sohu' | '21cn' | 'tom' | 'aliyun' | 'netvigator' | 'naver' | 'daum' | 'hinet' | 'docomo' | 'kddi' | 'uol' | 'bol' | 'terra' | 'telstra' | 'secureserver' | 'mimecast' | 'barracuda' | 'proofpoint' | 'ironport' | 'messagelabs';
    readonly connections?: number | undefined;
    readonly messagesPerConnection?: number | undefined;
}
export interface QueueKeepContentExceptOptions {
    readonly accounts?: readonly string[] | undefined;
    readonly tags?: readonly string[] | undefined;
}
export interface QueueKeepDialoguesOptions {
    readonly recipients?: readonly string[] | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly perSite?: number | undefined;
}
export interface QueueOptions {
    readonly path?: string | undefined;
    readonly url?: string | undefined;
    readonly directUrl?: string | undefined;
    readonly passwordFile?: string | undefined;
    readonly keepHistoryMs?: number | undefined;
    readonly cards?: boolean | undefined;
    readonly keepContentMs?: number | undefined;
    readonly keepContentExcept?: QueueKeepContentExceptOptions | undefined;
    readonly keepDialogues?: QueueKeepDialoguesOptions | undefined;
}
export interface ReturnPathOptions {
    readonly domain?: string | undefined;
    readonly keys?: readonly string[] | undefined;
    readonly use?: 'auto' | 'ours' | 'as-given' | undefined;
    readonly passOn?: 'auto' | 'sender' | 'nobody' | undefined;
    readonly receivedBy?: 'relay' | 'other' | undefined;
}
export interface RouteLoginOptions {
    readonly user?: string | undefined;
    readonly password?: string | undefined;
    readonly passwordFile?: string | undefined;
    readonly method?: 'auto' | 'plain' | 'login' | 'xoauth2' | undefined;
}
export interface RouteOptions {
    readonly domain: string;
    readonly host?: string | undefined;
    readonly service?: 'ses' | 'postmark' | 'resend' | 'brevo' | 'sendgrid' | 'mailgun' | 'mailjet' | 'sparkpost' | 'aliyun' | 'tencent' | undefined;
    readonly region?: string | undefined;
    readonly port?: number | undefined;
    readonly tls?: 'none' | 'opportunistic' | 'encrypted' | 'verified' | undefined;
    readonly implicitTls?: boolean | undefined;
    readonly login?: RouteLoginOptions | undefined;
    readonly concurrency?: number | undefined;
}
export interface TimeoutOptions {
    readonly connectMs?: number | undefined;
    readonly greetingMs?: number | undefined;
    readonly ehloMs?: number | undefined;
    readonly tlsMs?: number | undefined;
    readonly authMs?: number | undefined;
    readonly mailMs?: number | undefined;
    readonly rcptMs?: number | undefined;
    readonly dataMs?: number | undefined;
    readonly bodyMs?: number | undefined;
    readonly finalDotMs?: number | undefined;
    readonly quitMs?: number | undefined;
}
export interface TlsOptions {
    readonly minimum?: 'opportunistic' | 'encrypted' | 'verified' | undefined;
    readonly caFile?: string | undefined;
}
export interface TlsrptOptions {
    readonly send?: boolean | undefined;
    readonly contact?: string | undefined;
    readonly organisation?: string | undefined;
}

// config/options
export interface ResolvedDkim {
    readonly domain: Domain;
    readonly selector: string;
    readonly privateKey: string;
    readonly source: string;
    readonly replaces?: string;
    readonly standing?: 'coming' | 'revoked';
}
export interface ResolvedOptions {
    readonly hostname: Domain;
    readonly egress: {
        readonly addresses: readonly string[];
        readonly sources: readonly Source[];
        readonly publicAddresses: readonly string[];
        readonly overflow?: ResolvedRoute & {
            readonly afterMs: number;
        };
    };
    readonly dkim: readonly ResolvedDkim[];
    readonly dns: {
        readonly servers: readonly string[];
        readonly timeoutMs: number;
        readonly trustAd: boolean | 'auto';
    };
    readonly queue: {
        readonly path: string;
        readonly url?: string;
        readonly directUrl?: string;
        readonly passwordFile?: string;
        readonly keepHistoryMs: number;
        readonly cards: boolean;
        readonly keepContentMs: number;
        readonly keepContentExcept: {
            readonly accounts: readonly string[];
            readonly tags: readonly string[];
        };
        readonly keepDialogues: {
            readonly recipients: readonly string[];
            readonly tags: readonly string[];
            readonly perSite: number;
        };
    };
    readonly delivery: {
        readonly port: number;
        readonly allowPrivateAddresses: boolean;
        readonly ipFamily: 'auto' | 4 | 6;
        readonly testAddresses: boolean;
        readonly warmUp: 'auto' | 'off';
        readonly concurrency: number;
        readonly retry: {
            readonly scheduleMs: readonly number[];
            readonly jitter: number;
            readonly expireAfterMs: number;
            readonly warnAfterMs: number;
        };
        readonly timeouts: ResolvedTimeouts;
    };
    readonly routes: readonly ResolvedRoute[];
    readonly providers: readonly ProviderOverride[];
    readonly tls: {
        readonly minimum: 'opportunistic' | 'encrypted' | 'verified';
        readonly ca?: string;
    };
    readonly mtaSts: {
        readonly cacheFile?: string;
    };
    readonly returnPath: {
        readonly domain?: string | undefined;
        readonly keys: readonly string[];
        readonly use: ReturnPathUse;
        readonly passOn: 'auto' | PassOnTo;
        readonly receivedBy: 'relay' | 'other';
    };
    readonly feedback: {
        readonly senderId?: string | undefined;
        readonly tags: readonly string[];
        readonly complaints: boolean;
        readonly unsubscribe: UnsubscribeUse;
        readonly unsubscribeSuppresses: boolean;
        readonly unsubscribeUrl?: string | undefined;
    };
    readonly tlsrpt: {
        readonly send: boolean;
        readonly contact: string;
        readonly organisation: string;
    };
    readonly preflight: 'enforce' | 'warn' | 'off';
    readonly notices: {
        readonly to: 'auto' | 'nobody' | 'sender';
        readonly from: string;
        readonly languages: readonly {
            readonly domain?: string | undefined;
            readonly account?: string | undefined;
            readonly language: Language;
        }[];
    };
    readonly limits: {
        readonly messageBytes: number;
        readonly recipients: number;
    };
    readonly compose: {
        readonly allowFiles: boolean;
        readonly textFromHtml: boolean;
    };
}
export interface ResolvedRoute extends RouteRule {
    readonly passwordFile?: string;
}
export type ResolvedTimeouts = {
    readonly [Key in keyof TimeoutOptions]-?: number;
};

// config/problem
interface Issue {
    readonly path: Path;
    readonly keys?: readonly string[];
}
export type Path = readonly (string | number)[];
export interface Problem {
    readonly path: Path;
    readonly found: string;
    readonly wanted: string;
}
export interface SchemaNode {
    readonly type?: string;
    readonly description?: string;
    readonly default?: unknown;
    readonly properties?: Readonly<Record<string, SchemaNode>>;
    readonly required?: readonly string[];
    readonly items?: SchemaNode;
    readonly anyOf?: readonly SchemaNode[];
    readonly enum?: readonly unknown[];
    readonly const?: unknown;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly minItems?: number;
    readonly maxItems?: number;
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly additionalProperties?: false | SchemaNode;
    readonly wanted?: string;
    readonly secret?: true;
    readonly file?: true;
}
export declare function printProblem({ path, found, wanted }: Problem): string;
export declare function problemsOf(issues: readonly Issue[], data: unknown, root: SchemaNode): Problem[];

// config/resolve
export interface ResolveContext {
    readonly cwd: string;
    readonly machineName?: string | undefined;
    readonly extension?: SchemaExtension | undefined;
}
export declare function resolveOptions(input: MailerOptions, context: ResolveContext): Promise<Resolved>;

// config/resolved
export interface Resolved {
    readonly options: ResolvedOptions;
    readonly sections: Readonly<Record<string, unknown>>;
    readonly warnings: readonly string[];
    readonly historyGiven: boolean;
}

// config/schema
export type SchemaExtension = (kinds: Kinds) => Readonly<Record<string, AnyShape>>;

// config/shape
export type AnyShape = Shape<unknown, unknown>;
export interface Bounded<Out, In = Out> extends Shape<Out, In> {
    min(least: number): this;
    max(most: number): this;
}
type Flat<T> = {
    [Key in keyof T]: T[Key];
};
export type InputOf<S extends AnyShape> = S['given']['in'];
export interface Issue {
    readonly path: Path;
    readonly keys?: readonly string[];
    readonly fatal?: true;
}
export type Keys = Readonly<Record<string, AnyShape>>;
export interface Kinds {
    readonly string: () => Bounded<string>;
    readonly number: () => Bounded<number>;
    readonly int: () => Bounded<number>;
    readonly boolean: () => Shape<boolean>;
    readonly literal: typeof literal;
    readonly enum: typeof choice;
    readonly array: typeof array;
    readonly union: typeof union;
    readonly strictObject: typeof strictObject;
    readonly looseObject: typeof looseObject;
    readonly record: typeof record;
    readonly json: () => Shape<unknown>;
}
type LeftOut<T extends Keys, Side extends 'in' | 'out'> = {
    [Key in keyof T]: undefined extends T[Key]['given'][Side] ? Key : never;
}[keyof T];
type ObjectOf<T extends Keys, Side extends 'in' | 'out'> = {
    [Key in Exclude<keyof T, LeftOut<T, Side>>]: T[Key]['given'][Side];
} & {
    [Key in LeftOut<T, Side>]?: T[Key]['given'][Side];
};
export type OutputOf<S extends AnyShape> = S['given']['out'];
type ReadAt = [path: Path, issues: Issue[]];
interface Rule {
    readonly node: SchemaNode;
    readonly required: boolean;
    readonly read: (value: unknown, ...at: ReadAt) => unknown;
}
export interface Shape<Out, In = Out> {
    readonly given: {
        readonly in: In;
        readonly out: Out;
    };
    readonly rule: Rule;
    describe(doc: string): this;
    meta(notes: ShapeNotes): this;
    refine(good: (value: Out) => boolean): this;
    optional(): Shape<Out | undefined, In | undefined>;
    nullable(): Shape<Out | null, In | null>;
    default(value: Exclude<Out, undefined>): Shape<Exclude<Out, undefined>, In | undefined>;
    prefault(value: In): Shape<Exclude<Out, undefined>, In | undefined>;
}
export type ShapeNotes = Pick<SchemaNode, 'description' | 'wanted' | 'secret' | 'file'>;
declare function array<S extends AnyShape>(item: S): Bounded<OutputOf<S>[], readonly InputOf<S>[]>;
export declare function check<Out>(shape: Shape<Out, unknown>, value: unknown): {
    readonly value: Out;
} | {
    readonly issues: readonly Issue[];
};
declare function choice<const T extends readonly string[]>(values: T): Shape<T[number]>;
export declare const kinds: Kinds;
declare function literal<const T extends string | number>(value: T): Shape<T>;
declare function looseObject<T extends Keys>(keys: T): Shape<Flat<ObjectOf<T, 'out'>>, Flat<ObjectOf<T, 'in'>>>;
declare function record<S extends AnyShape>(item: S): Shape<Readonly<Record<string, OutputOf<S>>>, Readonly<Record<string, InputOf<S>>>>;
declare function strictObject<T extends Keys>(keys: T): Shape<Flat<ObjectOf<T, 'out'>>, Flat<ObjectOf<T, 'in'>>>;
declare function union<const S extends readonly AnyShape[]>(shapes: S): Shape<OutputOf<S[number]>, InputOf<S[number]>>;

// config/vocabulary
export declare function isSelector(value: string): boolean;

// dns/create
export interface ResolverOptions {
    readonly servers?: readonly string[];
    readonly timeoutMs?: number;
    readonly trustAd?: boolean | 'auto';
    readonly cacheEntries?: number;
    readonly https?: DohOptions;
    readonly clock: Clock;
}
export declare function createResolver(options: ResolverOptions): OpenResolver;

// dns/doh
export type DohOptions = Pick<HttpOptions, 'ca' | 'connectTo'>;

// dns/errors
export declare const DNS_ERROR_CODES: {
    readonly nxdomain: 'The name does not exist. RFC 8020';
    readonly nodata: 'The name exists, without records of this type. RFC 2308 §2.2';
    readonly servfail: 'The server could not find out.';
    readonly bogus: 'The server says that DNSSEC validation failed (RFC 8914).';
    readonly refused: 'The server does not answer us.';
    readonly timeout: 'No answer within the deadline.';
    readonly unreachable: 'The server could not be reached, or broke off.';
    readonly malformed: 'The answer cannot be read.';
    readonly 'cname-chain': 'CNAMEs in a loop, or more of them than anyone needs.';
    readonly 'bad-name': 'The name cannot be asked: a label is empty or longer than 63 octets, or the name longer than 253.';
    readonly closed: 'The resolver was closed.';
};
export declare class DnsError extends StacklessError {
    readonly name: string;
    readonly code: DnsErrorCode;
    readonly question: Question;
    readonly detail: string;
    readonly authentic: boolean;
    readonly ttl: number;
    readonly names: readonly string[];
    constructor(code: DnsErrorCode, question: Question, about?: DnsErrorDetail);
}
export type DnsErrorCode = keyof typeof DNS_ERROR_CODES;
export interface DnsErrorDetail {
    readonly detail?: string;
    readonly authentic?: boolean;
    readonly ttl?: number;
    readonly names?: readonly string[];
    readonly cause?: unknown;
}
export declare function isAbsence(error: unknown): error is DnsError & {
    readonly code: 'nxdomain' | 'nodata';
};

// dns/name
export declare function reverseName(address: string): string | undefined;

// dns/record
export interface AddressRecord extends OfName {
    readonly type: 'A' | 'AAAA';
    readonly address: string;
}
export interface Answer {
    readonly question: Question;
    readonly names: readonly string[];
    readonly records: readonly DnsRecord[];
    readonly authentic: boolean;
    readonly ttl: number;
    readonly malformed: number;
}
export type DnsRecord = AddressRecord | MxRecord | TxtRecord | TlsaAnswerRecord | PointerRecord | SoaRecord;
export interface MxRecord extends OfName {
    readonly type: 'MX';
    readonly preference: number;
    readonly exchange: string;
}
interface OfName {
    readonly name: string;
    readonly ttl: number;
}
export interface PointerRecord extends OfName {
    readonly type: 'PTR' | 'CNAME' | 'NS';
    readonly target: string;
}
export interface Question {
    readonly name: string;
    readonly type: RecordType;
}
export declare const RECORD_TYPES: readonly ['A', 'AAAA', 'MX', 'TXT', 'TLSA', 'PTR', 'CNAME', 'NS', 'SOA'];
export type RecordType = (typeof RECORD_TYPES)[number];
export interface SoaRecord extends OfName {
    readonly type: 'SOA';
    readonly primary: string;
    readonly mailbox: string;
    readonly serial: number;
    readonly minimum: number;
}
export interface TlsaAnswerRecord extends OfName {
    readonly type: 'TLSA';
    readonly tlsa: TlsaRecord;
}
export interface TxtRecord extends OfName {
    readonly type: 'TXT';
    readonly strings: readonly string[];
}

// dns/resolver
export interface OpenResolver extends Resolver {
    close(): Promise<void>;
}
export interface Resolver {
    query(question: Question, signal: AbortSignal): Promise<Answer>;
    readonly trustworthy: boolean;
    readonly fresh?: Resolver;
}

// flow/complaint
export interface Feedback {
    readonly type: string;
    readonly result: 'complained' | 'known' | 'no-complaint' | 'unknown-message' | 'unknown-recipient';
    readonly messageId?: QueueId;
    readonly recipient?: string;
}
export interface TakeFeedbackOptions {
    readonly suppress?: boolean;
}

// flow/count-dmarc
export type CountedDmarc = 'counted' | 'known' | 'foreign' | 'old' | 'full';

// flow/feedback-fields
export interface FeedbackSubject {
    readonly id: QueueId;
    readonly envelope: Pick<Envelope, 'reversePath' | 'recipients'>;
    readonly request: FeedbackWish & {
        readonly tags: Readonly<Record<string, string>>;
    };
    readonly keys: readonly Pick<DkimKey, 'domain'>[];
}
export interface FeedbackWish {
    readonly unsubscribe?: UnsubscribeUse;
    readonly feedbackId?: string;
}

// flow/return-path
export interface ReturnWish {
    readonly returnPath?: ReturnPathUse;
    readonly passOn?: PassOnTo;
}
export interface Returning {
    readonly domain: Domain;
    readonly marks: Pick<Envelope, 'returnsToUs' | 'passesOn'>;
}
export declare function returnsToUs(reversePath: Address | null, use: ReturnPathUse, domain: Domain): boolean;

// flow/settled
export interface SettledPorts {
    readonly history: (id: QueueId) => Promise<readonly NumberedFact[]>;
    readonly on: (kind: '*', listener: (fact: Fact) => void) => () => void;
    readonly clock: Clock;
}
export declare class SettledWatch {
    #private;
    constructor(ports: SettledPorts);
    settled(id: QueueId, signal: AbortSignal): Promise<Outcome>;
    close(): void;
}

// flow/submission
export interface RawLimits {
    readonly hostname: Domain;
    readonly messageBytes: number;
}
export interface SendRequest extends ReturnWish, FeedbackWish {
    readonly expiresAt: number;
    readonly notBefore: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly idempotencyKey?: string;
    readonly idempotencyDigest?: string;
    readonly account?: string;
    readonly pool?: string;
    readonly via: WayIn;
    readonly hold?: string;
    readonly keepContent?: boolean;
}
export interface Sender {
    readonly envelopeFrom: Address | null;
    readonly from: readonly Address[];
}
export interface SubmissionPorts {
    readonly compose: (draft: Draft, now: number, signal: AbortSignal) => Promise<{
        readonly message: RawMessage;
        readonly envelope: Envelope;
    }>;
    readonly rawLimits: () => RawLimits;
    readonly clear: (sender: Sender, signal: AbortSignal) => Promise<Clearance> | Clearance;
    readonly returning: (reversePath: Address | null, wish: ReturnWish) => Returning | undefined;
    readonly mark: (message: RawMessage, subject: FeedbackSubject) => RawMessage;
    readonly card: (message: RawMessage) => Card | undefined;
    readonly keepContentMs: (request: Pick<SendRequest, 'account' | 'tags'>) => number;
    readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[];
    readonly sign: (message: RawMessage, keys: readonly DkimKey[], now: number) => Promise<RawMessage>;
    readonly enqueue: (submission: Submission, options: Omit<Writing, 'leftMs'> & {
        readonly withinMs?: number;
    }) => Promise<{
        readonly id: QueueId;
        readonly duplicate: boolean;
    }>;
    readonly enqueueAll: (submissions: readonly Submission[], options: Omit<Writing, 'leftMs'> & {
        readonly withinMs?: number;
    }) => Promise<readonly {
        readonly id: QueueId;
        readonly duplicate: boolean;
    }[]>;
    readonly queuedFact: (submission: Submission) => QueuedFact;
    readonly record: (fact: Fact) => void;
    readonly now: () => number;
}
export interface Writing {
    readonly signal: AbortSignal;
    readonly begun: () => void;
    readonly leftMs?: () => number | undefined;
}

// flow/take-report
export interface TakenRecipient {
    readonly recipient: string;
    readonly result: 'recorded' | 'known' | 'none';
    readonly suppressed: boolean;
    readonly code?: Failure['code'];
    readonly rule?: string;
    readonly said?: string;
    readonly passedOn?: QueueId;
}
export interface TakenReport {
    readonly kind: MailReport['kind'];
    readonly proof: 'valid' | ReturnProblem;
    readonly messageId?: QueueId;
    readonly recipients: readonly TakenRecipient[];
    readonly because?: string;
    readonly dmarc?: AuthenticationReport;
    readonly counted?: CountedDmarc;
    readonly tls?: Exclude<ReturnType<typeof readTlsReport>, {
        readonly problem: string;
    }>;
}

// http/get
export interface HttpOptions {
    readonly origin: string;
    readonly ca?: string;
    readonly connectTo?: HttpTarget;
}
export interface HttpTarget {
    readonly address: string;
    readonly port: number;
}

// language/checks
export declare const CHECKS: {
    readonly 'auth.spf-or-dkim': {
        readonly title: 'SPF or DKIM passes';
        readonly why: 'Gmail refuses mail that passes neither (550 5.7.26); others file it as spam.';
    };
    readonly 'spf.exists': {
        readonly title: 'The envelope domain has an SPF record';
        readonly why: 'Without one no receiver can tell our server from a forger; bulk senders are refused.';
    };
    readonly 'spf.one-record': {
        readonly title: 'There is exactly one SPF record';
        readonly why: 'Two records are a permanent error (RFC 7208 §3.2): receivers ignore both.';
    };
    readonly 'spf.syntax': {
        readonly title: 'The SPF record can be read';
        readonly why: 'One wrong term makes the whole record a permanent error (RFC 7208 §4.6).';
    };
    readonly 'spf.includes': {
        readonly title: 'Every record that SPF includes can be read';
        readonly why: 'An include without a record is a permanent error for every sender that no term before it matches.';
    };
    readonly 'spf.lookups': {
        readonly title: 'The SPF record costs at most 10 look-ups, 2 of them void';
        readonly why: 'Beyond that receivers stop and say permanent error (RFC 7208 §4.6.4), for some senders and not for others.';
    };
    readonly 'spf.covers-egress': {
        readonly title: 'SPF passes for every address that we send from';
        readonly why: 'A fail is refused outright by many; Gmail answers 550 5.7.26 or 5.7.27.';
    };
    readonly 'spf.all': {
        readonly title: 'The SPF record ends with -all or ~all';
        readonly why: 'With +all, or a network of half the internet, every host passes, and filters hold it against the domain; without -all or ~all SPF protects nothing.';
    };
    readonly 'spf.ptr': {
        readonly title: 'The SPF record has no ptr';
        readonly why: 'It should not be published (RFC 7208 §5.5): it is slow, and large receivers skip it or say permanent error.';
    };
    readonly 'dkim.configured': {
        readonly title: 'A key signs mail of this From domain';
        readonly why: 'Unsigned mail breaks DMARC as soon as it is forwarded, and bulk senders must sign.';
    };
    readonly 'dkim.published': {
        readonly title: 'The public key of each selector is published';
        readonly why: 'A signature without a key fails (Gmail 5.7.30); it is worth less than none.';
    };
    readonly 'dkim.testing': {
        readonly title: 'The published key is not marked as a test';
        readonly why: 'A verifier must not treat mail of a key in testing other than unsigned mail (RFC 6376 §3.6.1).';
    };
    readonly 'dkim.matches': {
        readonly title: 'The published key is the key that signs';
        readonly why: 'A signature by another key fails, as if the message had been changed.';
    };
    readonly 'dkim.verifies': {
        readonly title: 'A message that is signed now verifies';
        readonly why: 'Signer, published key and receiver have to agree; a signature that fails is worth less than none.';
    };
    readonly 'dkim.length': {
        readonly title: 'Keys are long enough';
        readonly why: 'Receivers ignore keys under 1024 bits (RFC 8301 §3.2) and trust 2048.';
    };
    readonly 'dmarc.exists': {
        readonly title: 'The From domain has a DMARC record';
        readonly why: 'Gmail, Yahoo and Microsoft demand one of bulk senders (550 5.7.40, 5.7.515).';
    };
    readonly 'dmarc.one-record': {
        readonly title: 'There is exactly one DMARC record';
        readonly why: 'Several count as none (RFC 9989 §4.10).';
    };
    readonly 'dmarc.syntax': {
        readonly title: 'The DMARC record can be read';
        readonly why: 'A record that cannot be read counts as none.';
    };
    readonly 'dmarc.alignment': {
        readonly title: 'From aligns with the signature or the envelope domain';
        readonly why: 'Without alignment DMARC fails whatever passes; under quarantine or reject the message is lost.';
    };
    readonly 'dmarc.policy': {
        readonly title: 'The DMARC policy is reject';
        readonly why: 'p=none only watches: forgers of the domain are still delivered.';
    };
    readonly 'dmarc.reports': {
        readonly title: 'DMARC reports go to a mailbox that takes them';
        readonly why: 'Without reports nobody sees which mail of the domain fails, and the policy cannot be raised safely.';
    };
    readonly 'spf.helo': {
        readonly title: 'SPF passes for the EHLO name';
        readonly why: 'Notices have no reverse-path, so this name is judged instead (RFC 7208 §2.4); a fail is held against all mail.';
    };
    readonly 'host.helo': {
        readonly title: 'The EHLO name can be looked up';
        readonly why: 'Many refuse names without a dot, with odd characters, or of a local network (Gmail: 501 5.5.4).';
    };
    readonly 'host.clock': {
        readonly title: 'The clock is right';
        readonly why: 'Mail dated in the future counts against the sender, and certificates and signatures depend on the clock.';
    };
    readonly 'host.resolves': {
        readonly title: 'The EHLO name has the addresses that we send from';
        readonly why: 'A name in EHLO without an address is refused by strict hosts (RFC 5321 §4.1.1.1).';
    };
    readonly 'host.ptr': {
        readonly title: 'Every address that we send from has a PTR record';
        readonly why: 'Gmail refuses mail without one (550 5.7.25), and so do many others; IPv6 is judged harder than IPv4.';
    };
    readonly 'host.ptr-confirmed': {
        readonly title: 'The PTR name leads back to the address';
        readonly why: 'A PTR that nothing confirms can be forged; Gmail and Yahoo treat it as none.';
    };
    readonly 'host.ptr-generic': {
        readonly title: 'The PTR name is not generic';
        readonly why: 'Yahoo and many blocklists refuse names that are made from the address.';
    };
    readonly 'host.ptr-equals-helo': {
        readonly title: 'PTR and EHLO are the same name';
        readonly why: 'Small hosts compare them; a difference costs points in spam filters.';
    };
    readonly 'egress.known': {
        readonly title: 'The public addresses of this host are known';
        readonly why: 'SPF and PTR can only be judged for addresses that are known.';
    };
    readonly 'egress.bindable': {
        readonly title: 'This machine has every address that mail leaves from';
        readonly why: 'Nothing leaves from an address that the machine has lost: its mail takes another one, or waits.';
    };
    readonly 'egress.port-25': {
        readonly title: 'Mail hosts can be reached on port 25';
        readonly why: 'Many providers block it until asked; then no mail leaves, whatever else is right.';
    };
    readonly 'dns.resolver': {
        readonly title: 'The resolver validates DNSSEC';
        readonly why: 'DANE is used for delivery only where a validating resolver on this host says so; blocklists refuse public resolvers.';
    };
    readonly 'domain.own': {
        readonly title: 'You can publish records for the sender domain';
        readonly why: 'A public suffix, an address or a number in place of a domain can have no SPF, no key and no MX of the sender: nobody can tell it from a forger, or answer it.';
    };
    readonly 'domain.exists': {
        readonly title: 'The sender domain exists';
        readonly why: 'Receivers refuse senders of domains that do not exist.';
    };
    readonly 'domain.not-alias': {
        readonly title: 'The sender domain has records of its own';
        readonly why: 'A CNAME stands alone (RFC 1034 §3.6.2): beside it the SPF, MX and SOA records of the domain are not seen, or only by some.';
    };
    readonly 'domain.dnssec': {
        readonly title: 'DNSSEC of our domains validates';
        readonly why: 'Where the proof fails, a receiver that validates finds nothing at all: no SPF, no key, no host, and may refuse for it.';
    };
    readonly 'domain.soa': {
        readonly title: 'The sender domain has an SOA record';
        readonly why: 'Yahoo demands one of the domains in MAIL FROM and From.';
    };
    readonly 'mx.exists': {
        readonly title: 'The sender domain can receive mail';
        readonly why: 'Bounces and replies come back there; many receivers refuse a sender that cannot be answered.';
    };
    readonly 'mx.not-null': {
        readonly title: 'The sender domain has no null MX';
        readonly why: 'A null MX says that no mail is taken; a sender with one may be refused (RFC 7505 §4.2).';
    };
    readonly 'mx.not-address': {
        readonly title: 'The MX names a host, not an address';
        readonly why: 'An address in an MX leads nowhere (RFC 5321 §5.1); replies and bounces are lost.';
    };
    readonly 'mx.not-alias': {
        readonly title: 'The MX names a host, not an alias';
        readonly why: 'An MX must not be a CNAME (RFC 2181 §10.3); some servers do not deliver there.';
    };
    readonly 'mx.resolves': {
        readonly title: 'The mail host of the sender domain has a public address';
        readonly why: 'Without one replies and bounces cannot be delivered.';
    };
    readonly 'mx.mailboxes': {
        readonly title: 'The return path and postmaster have a mailbox';
        readonly why: 'Bounces and complaints come back there (RFC 5321 §4.5.1); senders that cannot be reached lose trust.';
    };
    readonly 'return-path.mx': {
        readonly title: 'The domain of the return addresses has an MX';
        readonly why: 'Bounces, complaints and unsubscribing mails come to returnPath.domain; without a host they vanish.';
    };
    readonly 'return-path.receives': {
        readonly title: 'Its mail host takes what comes back, and nothing else';
        readonly why: 'Bounces that nobody takes are lost, and addresses that are gone are mailed for ever; a host that takes everything makes backscatter.';
    };
    readonly 'return-path.spf': {
        readonly title: 'SPF passes for the domain of the return addresses';
        readonly why: 'It is the MAIL FROM of our mail: its SPF is judged, not that of the From domain.';
    };
    readonly 'return-path.aligned': {
        readonly title: 'The return addresses align with From';
        readonly why: 'Otherwise SPF does not count for DMARC, and everything rests on the DKIM signature.';
    };
    readonly 'mta-sts.record': {
        readonly title: 'There is one valid MTA-STS record';
        readonly why: 'It makes others deliver to the domain over verified TLS only (RFC 8461); a wrong record is ignored.';
    };
    readonly 'mta-sts.policy': {
        readonly title: 'The MTA-STS policy lists every mail host';
        readonly why: 'Senders that obey an enforced policy deliver to no host that it does not list.';
    };
    readonly 'tlsrpt.record': {
        readonly title: 'There is one valid TLSRPT record';
        readonly why: 'Without these reports you do not learn when others cannot deliver securely (RFC 8460).';
    };
    readonly 'tlsa.usable': {
        readonly title: 'TLSA records of the mail hosts can be used';
        readonly why: 'A record of the wrong kind, or in an unsigned zone, protects nothing (RFC 7672 §3.1).';
    };
    readonly 'tlsa.matches': {
        readonly title: 'The certificates of the mail hosts match their TLSA records';
        readonly why: 'Senders that use DANE deliver nothing to a host whose certificate has no record.';
    };
    readonly 'tlsa.rollover': {
        readonly title: 'The TLSA record of the next key is published before the key is used';
        readonly why: 'DNS answers are cached: a record that is published together with a new key comes too late for some (RFC 7671 §8).';
    };
    readonly 'mta-sts.certificate': {
        readonly title: 'The certificates of the mail hosts satisfy MTA-STS';
        readonly why: 'Under mode enforce nothing is delivered to a host whose certificate is not trusted or for another name.';
    };
    readonly 'message.one-author': {
        readonly title: 'The message has one author';
        readonly why: 'RFC 5322 allows several; Gmail refuses them, because DMARC knows of one only.';
    };
    readonly 'reputation.dnsbl': {
        readonly title: 'Neither our addresses nor the sender domain are on a blocklist';
        readonly why: 'Most receivers refuse listed addresses outright, and mail that names a listed domain is spam to them.';
    };
};
export type CheckId = keyof typeof CHECKS;
export interface CheckText {
    readonly title: string;
    readonly why: string;
}

// language/failures
export declare const FAILURE_CODES: {
    readonly 'no-such-domain': 'The recipient domain does not exist.';
    readonly 'no-mail-host': 'The recipient domain has no mail host.';
    readonly 'null-mx': 'The recipient domain takes no mail.';
    readonly 'bad-destination': 'The mail hosts of the domain cannot be used: they are IP addresses, private, or this host.';
    readonly 'dns-trouble': 'The domain could not be looked up now.';
    readonly 'host-unreachable': 'No connection to the mail host.';
    readonly 'connection-lost': 'The mail host broke off.';
    readonly 'delivery-uncertain': 'The connection broke after the final dot: the message may or may not have been taken. RFC 1047';
    readonly 'protocol-trouble': 'The mail host does not speak SMTP as it should.';
    readonly 'tls-required': 'A policy demands TLS that the mail host does not give.';
    readonly 'requiretls-unsupported': 'The message demands REQUIRETLS, and the mail host does not support it. RFC 8689';
    readonly 'login-failed': 'The host refused our login, or wants one.';
    readonly 'host-busy': 'The mail host asks to come back later.';
    readonly 'not-accepting': 'The host says that it takes no mail. RFC 7504';
    readonly 'rate-limited': 'We send too much or too fast for this provider.';
    readonly 'too-many-connections': 'The mail host wants fewer connections.';
    readonly greylisted: 'The mail host asks us to try again after a while, as it does with all strangers.';
    readonly 'bad-reputation': 'The provider mistrusts our address or domain.';
    readonly blocklisted: 'The provider refuses us because of a block list.';
    readonly 'reverse-dns': 'The provider refuses our address for its reverse name.';
    readonly unauthenticated: 'SPF, DKIM or DMARC did not pass at the receiver.';
    readonly 'policy-refused': 'The receiver refuses this sender or session for a policy of its own.';
    readonly 'user-unknown': 'There is no such mailbox.';
    readonly 'user-disabled': 'The mailbox exists and is switched off.';
    readonly 'mailbox-busy': 'The mailbox takes nothing just now.';
    readonly 'user-moved': 'The mailbox has moved.';
    readonly 'mailbox-full': 'The mailbox is full.';
    readonly 'recipient-refused': 'The mailbox exists, and does not want this sender.';
    readonly complained: 'The recipient called an earlier message spam, and is not mailed any more. RFC 5965';
    readonly suppressed: 'The operator put the address on the list of those that are not mailed.';
    readonly 'too-many-recipients': 'The host takes fewer recipients in one transaction.';
    readonly 'relay-denied': 'The host says that it is not responsible for the recipient.';
    readonly 'message-too-large': 'The message is larger than the receiver takes.';
    readonly 'content-refused': 'The receiver refuses the content: spam, virus, links or form.';
    readonly 'message-malformed': 'The receiver says the message breaks the standards.';
    readonly 'not-supported': 'The receiver lacks an extension that this message needs.';
    readonly 'remote-trouble': 'The receiver has trouble of its own.';
    readonly refused: 'Refused for a reason that no rule knows.';
    readonly expired: 'Not delivered before it expired.';
};

// language/languages
export declare const LANGUAGES: {
    readonly en: 'English';
    readonly 'zh-TW': '繁體中文';
    readonly 'zh-CN': '简体中文';
};
export type Language = keyof typeof LANGUAGES;

// language/remedies
export declare const REMEDIES: {
    readonly 'spf.covers-egress': 'Publish an SPF record for the envelope sender that covers the address we send from.';
    readonly 'dkim.matches': 'Publish the DKIM record of the key we sign with.';
    readonly 'dmarc.exists': 'Publish a DMARC record for the From domain.';
    readonly 'dmarc.alignment': 'Make SPF or DKIM pass for the From domain itself.';
    readonly 'host.ptr-confirmed': 'Give the address we send from a reverse name that resolves back to it.';
    readonly 'host.ptr-generic': 'Use an address that is not in a dynamic or generic range, or send through a smarthost.';
    readonly 'host.resolves': 'Use a HELO name that exists and resolves to the address we send from.';
    readonly 'tls.offered': 'Use TLS towards this provider.';
    readonly 'domain.exists': 'Give the sender domain MX or address records and an SOA, and no null MX.';
    readonly 'reputation.dnsbl': 'Look up our address and domain in block lists and ask for removal once the cause is gone.';
    readonly 'reputation.provider': 'Look at our reputation in the tools of the provider; send less, and to people who want it.';
    readonly 'reputation.url': 'Look up the domains of the links in the message in block lists.';
    readonly 'volume.warm-up': 'Send less at once and raise the volume slowly.';
    readonly 'message.lint': 'Correct the form of the message: one From, a Message-ID, no duplicated headers, valid MIME.';
    readonly 'message.content': 'Change the content: attachments, links or wording are refused.';
    readonly 'message.size': 'Send a link instead of a large attachment.';
    readonly 'egress.address': 'Check the local addresses we send from.';
    readonly 'egress.port-25': 'Check that port 25 to the internet is open, or send through a smarthost.';
    readonly 'egress.families': 'Send from an address of an IP version that the receiver has.';
    readonly 'route.login': 'Check the user name, password and login method of the smarthost.';
    readonly 'route.loop': 'Check MX records and routes: mail for this domain comes back to where it was.';
    readonly 'dns.resolver': 'Check the DNS servers that this host asks.';
};

// language/tell-in
export type Retell = (text: string) => string;

// model/address
export interface Address {
    readonly local: string;
    readonly domain: Domain;
}
export interface AddressProblem {
    readonly problem: string;
}
export type Domain = string & {
    readonly [domainBrand]: true;
};
declare const domainBrand: unique symbol;
export declare function parseAddress(text: string): Address | AddressProblem;
export declare function parseDomain(text: string): Domain | AddressProblem;
export declare function printAddress(address: Address): string;

// model/card
export interface Card {
    readonly subject?: string;
    readonly from?: string;
    readonly to?: string;
    readonly cc?: string;
}
export declare const WAYS_IN: readonly ['sdk', 'smtp', 'http'];
export type WayIn = (typeof WAYS_IN)[number];

// model/check
export interface Check {
    readonly id: string;
    readonly level: CheckLevel;
    readonly found: string;
    readonly wanted: string;
    readonly fix?: string;
}
export type CheckLevel = 'ok' | 'note' | 'warn' | 'fail' | 'unknown';

// model/claim-request
export interface ClaimRequest {
    readonly now: number;
    readonly limit: number;
    readonly perDomain: number;
    readonly leaseMs: number;
    readonly exclude: readonly Domain[];
    readonly quotas?: readonly (readonly [Domain, number])[];
}

// model/clearance
export interface Clearance {
    readonly result: 'cleared' | 'warned' | 'skipped';
    readonly envelopeDomain: Domain;
    readonly fromDomain: Domain;
    readonly publicAddresses: readonly PublicAddress[];
    readonly checks: readonly Check[];
}
export interface PublicAddress {
    readonly address: string;
    readonly foundBy: 'given' | 'interface' | 'dns-whoami';
}

// model/dkim-key
export interface DkimKey {
    readonly domain: Domain;
    readonly selector: string;
    readonly replaces?: string;
    readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
    readonly privateKey: KeyObject;
    readonly publicKey: string;
}

// model/dkim-key-fact
export interface DkimKeyStageFact {
    readonly kind: 'dkim-key-stage';
    readonly at: number;
    readonly domain: string;
    readonly stage: 'publish' | 'retire' | 'revoke' | 'done' | 'cancelled';
    readonly selectors: readonly string[];
    readonly former: readonly string[];
}

// model/dmarc-count
export interface DmarcAddition {
    readonly reporter: string;
    readonly id: string;
    readonly day: number;
    readonly domain: string;
    readonly policy: string;
    readonly rows: readonly DmarcRow[];
}
export interface DmarcCount extends DmarcRow {
    readonly domain: string;
    readonly reporter: string;
    readonly firstDay: number;
    readonly lastDay: number;
}
export interface DmarcReports {
    readonly domain: string;
    readonly reports: number;
    readonly days: number;
    readonly policy: string;
}
export interface DmarcRow {
    readonly source: string;
    readonly dkim: boolean;
    readonly spf: boolean;
    readonly disposition: string;
    readonly count: number;
}
export interface DmarcSums {
    readonly counts: readonly DmarcCount[];
    readonly reports: readonly DmarcReports[];
}

// model/draft
export interface Attachment {
    readonly filename?: string;
    readonly content?: string | Uint8Array | Buffer | Readable;
    readonly path?: string;
    readonly contentType?: string;
    readonly cid?: string;
    readonly encoding?: string;
}
export interface Calendar {
    readonly method?: string;
    readonly content: string;
    readonly filename?: string;
}
export interface Draft {
    readonly from: Mailbox;
    readonly to?: Mailbox | readonly Mailbox[];
    readonly cc?: Mailbox | readonly Mailbox[];
    readonly bcc?: Mailbox | readonly Mailbox[];
    readonly replyTo?: Mailbox | readonly Mailbox[];
    readonly subject?: string;
    readonly text?: string;
    readonly html?: string;
    readonly alternatives?: readonly {
        readonly contentType: string;
        readonly content: string;
    }[];
    readonly attachments?: readonly Attachment[];
    readonly calendar?: Calendar;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly listUnsubscribe?: ListUnsubscribe;
    readonly messageId?: string;
    readonly inReplyTo?: string;
    readonly references?: readonly string[];
    readonly date?: Date;
    readonly returnPath?: string | null;
    readonly tags?: Readonly<Record<string, string>>;
    readonly requireTls?: boolean;
}
export interface ListUnsubscribe {
    readonly url?: string;
    readonly mailto?: string;
}
export type Mailbox = string | {
    readonly name?: string;
    readonly address: string;
};

// model/effect
export declare const EFFECT_KEYS: readonly ['site', 'source', 'sender', 'signer', 'link', 'message-id'];
export interface Effect {
    readonly on: EffectKey;
    readonly name?: string;
    readonly measure: Measure;
}
export type EffectKey = (typeof EFFECT_KEYS)[number];
export type Measure = {
    readonly kind: 'rest';
    readonly forMs: number;
} | {
    readonly kind: 'fewer-connections';
} | {
    readonly kind: 'reconnect';
} | {
    readonly kind: 'cold-again';
};

// model/egress
export interface Departure {
    readonly hostname: Domain;
    readonly localAddress?: string;
    readonly source?: string;
    readonly pool?: string;
    readonly because?: SourceReason;
}
export interface LeftFrom {
    readonly address: string;
    readonly because: SourceReason;
}
export declare const SOURCE_REASONS: readonly ['own', 'refused', 'lost', 'reverse-name', 'warm-up', 'overflow'];
export interface Source {
    readonly address: string;
    readonly hostname?: Domain;
    readonly publicAddress?: string;
    readonly weight: number;
    readonly pool?: string;
}
export type SourceReason = (typeof SOURCE_REASONS)[number];

// model/envelope
export interface Envelope {
    readonly reversePath: Address | null;
    readonly recipients: readonly Recipient[];
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
    readonly returnsToUs?: boolean;
    readonly passesOn?: boolean;
    readonly requireTls?: boolean;
}
export type Notify = 'never' | 'success' | 'failure' | 'delay';
export declare const PASS_ON_TO: readonly ['sender', 'nobody'];
export type PassOnTo = (typeof PASS_ON_TO)[number];
export declare const RETURN_PATH_USES: readonly ['auto', 'ours', 'as-given'];
export interface Recipient {
    readonly address: Address;
    readonly notify?: readonly Notify[];
    readonly originalRecipient?: string;
}
export type ReturnPathUse = (typeof RETURN_PATH_USES)[number];
export declare const UNSUBSCRIBE_USES: readonly ['as-given', 'lists', 'all'];
export type UnsubscribeUse = (typeof UNSUBSCRIBE_USES)[number];

// model/error
export declare const MAILER_ERROR_CODES: {
    readonly 'invalid-option': 'An option has an unknown key, a wrong type or an impossible value.';
    readonly 'invalid-config': 'The configuration file or an environment variable is wrong.';
    readonly 'invalid-draft': 'A draft misses a field, or a field has a value that cannot be sent.';
    readonly 'invalid-address': 'An e-mail address or domain name is not valid (RFC 5321 §4.1.2, RFC 5891).';
    readonly 'invalid-header': 'A header or envelope value contains CR, LF, NUL or another forbidden octet.';
    readonly 'invalid-message': 'Ready-made message bytes are not an RFC 5322 message that can be sent.';
    readonly 'message-too-large': 'The message is larger than limits.messageBytes.';
    readonly 'too-many-recipients': 'The message has more recipients than limits.recipients.';
    readonly 'not-cleared': 'Preflight is certain that receivers would refuse this sender; `checks` says why and what to publish.';
    readonly 'cannot-sign': 'A message that should be DKIM-signed could not be signed; it was not accepted.';
    readonly 'invalid-key': 'A DKIM private key cannot be read or is of a kind that cannot sign.';
    readonly 'duplicate-key': 'The idempotency key was already used for a different message.';
    readonly 'queue-unavailable': 'The queue file cannot be opened, read or written.';
    readonly 'queue-outcome-unknown': 'The queue did not say whether it did what was asked, and could not be asked again in time: a message may have been accepted.';
    readonly 'queue-full': 'The disk or the queue is full; nothing was accepted.';
    readonly 'queue-newer': 'The queue was written by a newer version of this program.';
    readonly 'unknown-message': 'No message with this id is in the queue or its history.';
    readonly 'not-possible': 'The message is in a state that does not allow this.';
    readonly closed: 'The mailer is closed.';
    readonly aborted: 'The caller aborted the operation through its AbortSignal.';
};
export declare class MailerError extends Error {
    #private;
    readonly name: string;
    readonly code: MailerErrorCode;
    readonly where: string | undefined;
    readonly found: string | undefined;
    readonly wanted: string | undefined;
    readonly fix: string | undefined;
    constructor(code: MailerErrorCode, message: string, detail?: MailerErrorDetail);
    get checks(): readonly Check[];
    static is(error: unknown): error is MailerError;
}
export type MailerErrorCode = keyof typeof MAILER_ERROR_CODES;
export interface MailerErrorDetail {
    readonly where?: string;
    readonly found?: string;
    readonly wanted?: string;
    readonly fix?: string;
    readonly cause?: unknown;
    readonly checks?: readonly Check[];
}

// model/evidence
export declare const LOSS_CODES: {
    readonly 'connect-refused': 'The connection was refused.';
    readonly 'connect-timeout': 'No connection within the deadline.';
    readonly unreachable: 'The network or host cannot be reached.';
    readonly 'local-address': 'Our own address cannot be used to reach the host.';
    readonly reset: 'The connection was reset.';
    readonly closed: 'The server closed the connection without a reply.';
    readonly timeout: 'No reply within the deadline of this command.';
    readonly 'protocol-error': 'The server said something that is not SMTP.';
    readonly 'line-too-long': 'A reply line or a whole reply is larger than any server needs.';
    readonly 'starttls-missing': 'TLS is required and not offered.';
    readonly 'starttls-refused': 'TLS is required and STARTTLS was refused.';
    readonly 'tls-handshake': 'The TLS handshake failed.';
    readonly 'tls-name-mismatch': 'The certificate is for another name.';
    readonly 'tls-expired': 'The certificate has expired or is not valid yet.';
    readonly 'tls-untrusted': 'The certificate leads to no authority we trust.';
    readonly 'tls-dane-mismatch': 'No TLSA record matches the certificate.';
    readonly 'auth-missing': 'Login is configured and no usable method is offered.';
    readonly 'requiretls-missing': 'REQUIRETLS was asked for and is not offered.';
    readonly 'size-exceeded': 'The server announced a smaller maximum size than this message has.';
    readonly 'smtputf8-missing': 'An address or header needs SMTPUTF8 and it is not offered.';
    readonly 'eightbit-missing': 'The body needs 8BITMIME and it is not offered.';
    readonly aborted: 'We were told to stop.';
};
export type LossCode = keyof typeof LOSS_CODES;
export declare const STAGES: readonly ['route', 'connect', 'greeting', 'ehlo', 'starttls', 'tls', 'auth', 'mail', 'rcpt', 'data', 'body', 'final-dot'];
export type Stage = (typeof STAGES)[number];
export interface TlsSeen {
    readonly protocol: string;
    readonly cipher: string;
    readonly verified: 'dane' | 'pkix' | 'none';
    readonly resumed: boolean;
    readonly problem?: string;
    readonly problemCode?: LossCode;
    readonly policy?: TlsSource;
}

// model/fact
export interface BouncedFact extends OfFailure {
    readonly kind: 'bounced';
}
export interface CancelledFact extends OfMessage {
    readonly kind: 'cancelled';
    readonly recipient: string;
}
export interface DeferredFact extends OfFailure {
    readonly kind: 'deferred';
    readonly nextAttemptAt: number;
}
export interface DelayedFact extends OfRecipient {
    readonly kind: 'delayed';
    readonly sinceMs: number;
}
export interface DeliveredFact extends OfRecipient {
    readonly kind: 'delivered';
    readonly transcript?: readonly string[];
    readonly tookMs: number;
}
export type DurableFact = QueuedFact | DeliveredFact | DeferredFact | DelayedFact | BouncedFact | ExpiredFact | CancelledFact | UncertainFact | ComplainedFact | ReturnedFact | AutoRepliedFact | UnsubscribedFact | SuppressedFact | HeldFact | ReleasedFact | RescheduledFact | NoticeQueuedFact;
export interface ErasedFact {
    readonly kind: 'erased';
    readonly at: number;
    readonly by: string;
    readonly messages: number;
    readonly contents: number;
    readonly open: number;
}
export interface ExpiredFact extends OfFailure {
    readonly kind: 'expired';
}
export type Fact = DurableFact | RoutedFact | SessionFact | SiteWindowFact | PaceHeldFact | WaitingFact | WarmUpFact | SourceLostFact | StsFact | PreflightFact | LeaseLostFact | QueueErrorFact | QueueTakeoverFact | ErasedFact | InternalErrorFact | WebhookDroppedFact | DkimKeyStageFact;
export type FactKind = Fact['kind'];
export interface HeldFact extends OfMessage {
    readonly kind: 'held';
    readonly because: string;
}
export interface InternalErrorFact {
    readonly kind: 'internal-error';
    readonly at: number;
    readonly doing: string;
    readonly detail: string;
}
export interface LeaseLostFact extends OfMessage {
    readonly kind: 'lease-lost';
}
export interface NoticeQueuedFact extends OfMessage {
    readonly kind: 'notice-queued';
    readonly notice: 'failure' | 'delay' | 'success';
    readonly noticeId: QueueId;
    readonly to: string;
}
export interface NumberedFact {
    readonly number: number;
    readonly fact: DurableFact;
}
interface OfFailure extends OfRecipient {
    readonly code: FailureCode;
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly stage: Stage;
    readonly rule: string;
    readonly detail: string;
    readonly remedy?: string;
    readonly transcript?: readonly string[];
}
interface OfRecipient extends OfMessage {
    readonly recipient: string;
    readonly attempt: number;
    readonly host?: string;
    readonly address?: string;
    readonly reply?: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
}
export type OutsideFact = WebhookDroppedFact | DkimKeyStageFact;
export interface PreflightFact {
    readonly kind: 'preflight-warned' | 'preflight-refused';
    readonly at: number;
    readonly from: string;
    readonly clearance: Clearance;
}
export interface QueueErrorFact {
    readonly kind: 'queue-error';
    readonly at: number;
    readonly doing: string;
    readonly detail: string;
}
export interface QueueTakeoverFact {
    readonly kind: 'queue-takeover';
    readonly at: number;
    readonly from: number;
    readonly to: number;
    readonly octets: number;
    readonly withinMs: number;
}
export interface QueuedFact extends OfMessage {
    readonly kind: 'queued';
    readonly from: string;
    readonly recipients: readonly string[];
    readonly header: string;
    readonly sizeBytes: number;
    readonly clearance: Clearance;
    readonly notBefore?: number;
}
export interface ReleasedFact extends OfMessage {
    readonly kind: 'released';
}
export interface RescheduledFact extends OfMessage {
    readonly kind: 'rescheduled';
    readonly dueAt: number;
    readonly expiresAt: number;
}
export interface RoutedFact extends OfMessage {
    readonly kind: 'routed';
    readonly domain: string;
    readonly site: string;
    readonly hosts: readonly string[];
}
export interface SessionFact {
    readonly kind: 'session-opened' | 'session-failed';
    readonly at: number;
    readonly site: string;
    readonly host: string;
    readonly address: string;
    readonly tls?: TlsSeen;
    readonly stage?: Stage;
    readonly code?: LossCode;
    readonly detail?: string;
    readonly tookMs: number;
}
export interface SiteWindowFact {
    readonly kind: 'site-narrowed' | 'site-paused' | 'site-widened';
    readonly at: number;
    readonly site: string;
    readonly source?: string;
    readonly window: number;
    readonly until?: number;
    readonly because?: string;
}
export interface StsFact {
    readonly kind: 'sts-policy-changed';
    readonly at: number;
    readonly domain: string;
    readonly mode: string;
    readonly id: string;
}
export interface UncertainFact extends OfMessage {
    readonly kind: 'uncertain';
    readonly recipients: readonly string[];
    readonly because: 'process-died' | 'connection-lost';
}
export interface WaitingFact extends OfMessage {
    readonly kind: 'waiting';
    readonly domain: string;
    readonly site: string;
    readonly until: number;
    readonly because: string;
}
export interface WebhookDroppedFact {
    readonly kind: 'webhook-dropped';
    readonly at: number;
    readonly endpoint: string;
    readonly endpointId: string;
    readonly after: string;
    readonly through: string;
    readonly count: number;
    readonly because: 'age' | 'number' | 'gone';
}

// model/failure
export interface Failure {
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly code: FailureCode;
    readonly stage: Stage;
    readonly rule: string;
    readonly reply?: Reply;
    readonly detail: string;
    readonly retryAfterMs?: number;
    readonly suppress: boolean;
    readonly tryOtherFamily?: boolean;
    readonly remedy?: string;
    readonly effects?: readonly Effect[];
    readonly transcript?: readonly string[];
}
export type FailureCode = 'no-such-domain' | 'no-mail-host' | 'null-mx' | 'bad-destination' | 'dns-trouble' | 'host-unreachable' | 'connection-lost' | 'delivery-uncertain' | 'protocol-trouble' | 'tls-required' | 'requiretls-unsupported' | 'login-failed' | 'host-busy' | 'not-accepting' | 'rate-limited' | 'too-many-connections' | 'greylisted' | 'bad-reputation' | 'blocklisted' | 'reverse-dns' | 'unauthenticated' | 'policy-refused' | 'user-unknown' | 'user-disabled' | 'mailbox-busy' | 'user-moved' | 'mailbox-full' | 'recipient-refused' | 'complained' | 'suppressed' | 'too-many-recipients' | 'relay-denied' | 'message-too-large' | 'content-refused' | 'message-malformed' | 'not-supported' | 'remote-trouble' | 'refused' | 'expired';
export type FailureScope = 'recipient' | 'message' | 'host' | 'domain';
export type Permanence = 'transient' | 'permanent';

// model/job
export interface Job {
    readonly id: number;
    readonly messageId: QueueId;
    readonly domain: Domain;
    readonly recipients: readonly JobRecipient[];
    readonly reversePath: Address | null;
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
    readonly requireTls: boolean;
    readonly returnsToUs?: boolean;
    readonly facts: MessageFacts;
    readonly attempts: number;
    readonly acceptedAt: number;
    readonly expiresAt: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly account?: string;
    readonly pool?: string;
    readonly keepContentMs?: number;
    readonly lease: Lease;
}
export interface JobRecipient {
    readonly index: number;
    readonly address: Address;
    readonly notify?: readonly Notify[];
    readonly originalRecipient?: string;
    readonly delayTold?: boolean;
    readonly suppressed?: {
        readonly until: number;
        readonly code: FailureCode;
        readonly detail: string;
    };
}
export interface Lease {
    readonly token: number;
    readonly until: number;
}

// model/late-fact
export interface AutoRepliedFact extends OfMessage {
    readonly kind: 'auto-replied';
    readonly recipient: string;
    readonly what: 'absence' | 'challenge' | 'read';
    readonly passedOn?: QueueId;
}
export interface ComplainedFact extends OfMessage {
    readonly kind: 'complained';
    readonly recipient: string;
    readonly feedback: string;
    readonly reporter?: string;
}
export type LateFact = ComplainedFact | ReturnedFact | AutoRepliedFact | UnsubscribedFact | SuppressedFact;
export interface ReturnedFact extends OfMessage {
    readonly kind: 'returned';
    readonly recipient: string;
    readonly code: FailureCode;
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly stage: Stage;
    readonly rule: string;
    readonly detail: string;
    readonly host?: string;
    readonly reply?: string;
    readonly remedy?: string;
    readonly proven: boolean;
    readonly passedOn?: QueueId;
}
export interface SuppressedFact extends OfMessage {
    readonly kind: 'suppressed';
    readonly recipient: string;
    readonly until: number;
    readonly rule: string;
}
export interface UnsubscribedFact extends OfMessage {
    readonly kind: 'unsubscribed';
    readonly recipient: string;
}

// model/message
export interface HeaderField {
    readonly name: string;
    readonly start: number;
    readonly valueStart: number;
    readonly end: number;
}
export interface MessageBlocks {
    readonly sizeBytes: number;
    read(): AsyncIterable<Buffer>;
}
export type MessageContent = Buffer | MessageBlocks;
export interface MessageFacts {
    readonly sizeBytes: number;
    readonly eightBit: boolean;
    readonly smtpUtf8: boolean;
    readonly longestLine: number;
    readonly messageId: string;
    readonly tlsRequiredNo: boolean;
}
export interface RawMessage extends MessageFacts {
    readonly bytes: Buffer;
    readonly fields: readonly HeaderField[];
    readonly bodyStart: number;
    readonly from: readonly Address[];
}

// model/message-buffer
export declare function allocateMessage(sizeBytes: number): Buffer;

// model/message-state
export declare const MESSAGE_STATES: readonly ['waiting', 'running', 'deferred', 'held', 'delivered', 'bounced', 'expired', 'cancelled'];
export type MessageState = (typeof MESSAGE_STATES)[number];

// model/message-uuid
export declare function queueIdOf(text: string): QueueId | 'no-uuid' | undefined;

// model/of-message
export interface OfMessage {
    readonly messageId: QueueId;
    readonly at: number;
    readonly tags?: Readonly<Record<string, string>>;
    readonly account?: string;
}

// model/outcome
export interface Outcome {
    readonly id: QueueId;
    readonly delivered: boolean;
    readonly recipients: readonly RecipientOutcome[];
}
export interface RecipientOutcome {
    readonly address: string;
    readonly state: 'delivered' | 'bounced' | 'expired' | 'cancelled';
    readonly attempts: number;
    readonly at: number;
    readonly reply?: string;
    readonly rule?: string;
    readonly code?: FailureCode;
    readonly detail?: string;
    readonly host?: string;
    readonly tls?: TlsSeen;
}

// model/pace-fact
export interface PaceHeldFact {
    readonly kind: 'pace-held';
    readonly at: number;
    readonly site: string;
    readonly key: string;
    readonly until: number;
    readonly because: string;
}
export interface SourceLostFact {
    readonly kind: 'source-lost' | 'source-found';
    readonly at: number;
    readonly source: string;
    readonly address: string;
}
export interface WarmUpFact {
    readonly kind: 'warm-up';
    readonly at: number;
    readonly site: string;
    readonly key: string;
    readonly cap: number;
    readonly trend: Trend;
}

// model/played
export interface Capture {
    outcomeOf(recipient: JobRecipient, job: Job): Played;
    take(job: Job, content: MessageContent): Promise<void>;
}
export declare const PLAYED_OUTCOMES: readonly ['delivered', 'bounced', 'complained', 'suppressed', 'deferred', 'greylisted', 'slow', 'uncertain', 'tls-refused'];
export interface Played {
    readonly outcome: PlayedOutcome;
    readonly code?: number;
    readonly times?: number;
    readonly ms?: number;
}
type PlayedOutcome = (typeof PLAYED_OUTCOMES)[number];

// model/queue-id
export type QueueId = string & {
    readonly [brand]: true;
};
declare const brand: unique symbol;
export declare function queueIdTime(id: QueueId): number;

// model/reply
export interface EnhancedStatus {
    readonly class: 2 | 4 | 5;
    readonly subject: number;
    readonly detail: number;
}
export interface Reply {
    readonly code: number;
    readonly enhanced?: EnhancedStatus;
    readonly lines: readonly string[];
}

// model/reported-recipient
export declare const ACTIONS: readonly ['failed', 'delayed', 'delivered', 'relayed', 'expanded'];
export type Action = (typeof ACTIONS)[number];
export interface ReportedRecipient {
    readonly address: string;
    readonly original?: string;
    readonly action: Action;
    readonly status?: EnhancedStatus;
    readonly reply?: Reply;
    readonly diagnostic: string;
    readonly host?: string;
    readonly stage?: Stage;
}

// model/route
export interface Hop {
    readonly host: Domain;
    readonly address: string;
    readonly family: 4 | 6;
    readonly port: number;
    readonly preference: number;
    readonly tls: TlsRequirement;
    readonly implicitTls: boolean;
    readonly login?: Login;
    readonly departure: Departure;
    readonly otherDepartures?: readonly Departure[];
    readonly limits: SiteLimits;
}
export interface Login {
    readonly user: string;
    readonly password: string;
    readonly method?: 'auto' | 'plain' | 'login' | 'xoauth2';
}
export declare const NO_ROUTE_REASONS: {
    readonly 'no-such-domain': 'The name does not exist (NXDOMAIN). RFC 5321 §5.1';
    readonly 'no-mail-host': 'The name exists, with neither MX nor address. RFC 5321 §5.1';
    readonly 'null-mx': 'The domain says that it takes no mail. RFC 7505';
    readonly 'mx-unusable': 'Every MX names an IP address, a forbidden name or a host that does not exist.';
    readonly 'loops-back': 'The best MX is this host itself. RFC 5321 §5.1';
    readonly 'private-only': 'Every address of its mail hosts is private or loopback.';
    readonly 'no-common-family': 'Its mail hosts have only addresses of a family that we cannot send from.';
    readonly 'dns-failed': 'The name servers did not give an answer (SERVFAIL, timeout, refused).';
    readonly 'policy-lookup-failed': 'What the TLS policy demands could not be found out, so nothing is guessed.';
    readonly 'policy-refuses-all': 'No mail host fits what MTA-STS demands.';
    readonly 'requiretls-impossible': 'Nothing proves the names of its mail hosts, as REQUIRETLS demands. RFC 8689 §4.2.1';
};
export interface NoRoute {
    readonly kind: 'no-route';
    readonly domain: Domain;
    readonly reason: NoRouteReason;
    readonly detail: string;
    readonly skipped: readonly Skipped[];
    readonly policy: PolicyFound;
}
export type NoRouteReason = keyof typeof NO_ROUTE_REASONS;
export interface PolicyFound {
    readonly mtaSts?: {
        readonly mode: 'enforce' | 'testing' | 'none';
        readonly id: string;
        readonly mx: readonly string[];
        readonly from: 'fetched' | 'cache';
        readonly until: number;
        readonly lines: readonly string[];
    };
    readonly mtaStsProblem?: string;
    readonly dane: 'usable' | 'off-untrusted-resolver' | 'mx-not-authentic';
}
export interface Route {
    readonly kind: 'route';
    readonly domain: Domain;
    readonly site: string;
    readonly via: 'mx' | 'implicit-mx' | 'smarthost' | 'address-literal' | 'test-address';
    readonly hops: readonly Hop[];
    readonly skipped: readonly Skipped[];
    readonly policy: PolicyFound;
}
export interface SiteLimits {
    readonly connections: number;
    readonly messagesPerConnection: number;
    readonly recipientsPerTransaction: number;
}
export interface Skipped {
    readonly host: string;
    readonly address?: string;
    readonly because: 'is-ourselves' | 'behind-ourselves' | 'not-an-mta-sts-host' | 'dane-lookup-failed' | 'no-address' | 'lookup-failed' | 'is-an-ip-address' | 'private-address' | 'no-egress-of-this-family' | 'over-the-cap' | 'requiretls-name-unproved' | 'requiretls-name-unknown' | 'invalid-name';
    readonly detail: string;
}
export declare const TLS_LEVELS: readonly ['none', 'opportunistic', 'encrypted', 'verified'];
export type TlsLevel = (typeof TLS_LEVELS)[number];
export interface TlsRequirement {
    readonly level: TlsLevel;
    readonly sources: readonly TlsSource[];
    readonly verify?: {
        readonly by: 'dane';
        readonly records: readonly TlsaRecord[];
        readonly names: readonly Domain[];
    } | {
        readonly by: 'pkix';
        readonly names: readonly Domain[];
    };
    readonly sni: Domain;
    readonly requireTls?: boolean;
}
export type TlsSource = 'default' | 'configured' | 'mta-sts' | 'dane' | 'requiretls' | 'provider';
export interface TlsaRecord {
    readonly usage: number;
    readonly selector: number;
    readonly matching: number;
    readonly data: string;
}
export declare function isTestDomain(domain: string): boolean;

// model/settlement
export interface NoticeDue {
    readonly kind: 'failure' | 'delay' | 'success';
    readonly to: Address;
    readonly recipients: readonly RecipientSettlement[];
}
export interface RecipientSettlement {
    readonly recipient: JobRecipient;
    readonly state: Exclude<RecipientState, 'cancelled'>;
    readonly verdict: Verdict;
    readonly delayDue: boolean;
}
export type RecipientState = 'delivered' | 'deferred' | 'bounced' | 'expired' | 'cancelled';
export declare const SUPPRESSION_ORIGINS: readonly ['bounce', 'complaint', 'unsubscribe', 'manual'];
export interface Settlement {
    readonly job: Job;
    readonly at: number;
    readonly recipients: readonly RecipientSettlement[];
    readonly nextAttemptAt?: number;
    readonly suppressions: readonly Suppression[];
    readonly notices: readonly NoticeDue[];
}
export interface Suppression {
    readonly address: Address;
    readonly origin: SuppressionOrigin;
    readonly failure: Failure;
    readonly since: number;
    readonly until: number;
    readonly messageId?: QueueId;
    readonly note?: string;
}
export type SuppressionOrigin = (typeof SUPPRESSION_ORIGINS)[number];

// model/share
export interface ShareWish {
    readonly lane: string;
    readonly most: number;
    readonly want: number;
}
export interface Shares {
    readonly relays: number;
    readonly got: readonly number[];
}

// model/standing
export type StandingKey = 'site' | `${Exclude<EffectKey, 'site'>} ${string}`;
export interface StandingRow {
    readonly site: string;
    readonly key: StandingKey;
    readonly version: number;
    readonly until: number;
    readonly body: string;
}
export declare const TRENDS: readonly ['begun', 'raised', 'held', 'lowered', 'ended'];
export type Trend = (typeof TRENDS)[number];

// model/statistics
export declare const COUNTED_OUTCOMES: readonly ['accepted', 'delivered', 'deferred', 'bounced', 'expired', 'suppressed', 'complained'];
export type CountedOutcome = (typeof COUNTED_OUTCOMES)[number];
export type Counts = readonly number[];
export declare const STATISTICS_KEYS: readonly ['hour', 'day', 'site', 'account', 'outcome'];
export type StatisticsKey = (typeof STATISTICS_KEYS)[number];
export interface StatisticsTally {
    readonly hour: number;
    readonly site: string;
    readonly account: string;
    readonly counts: Counts;
}

// model/submission
export type Priority = 'high' | 'normal' | 'low';
export interface Submission {
    readonly id: QueueId;
    readonly envelope: Envelope;
    readonly message: RawMessage;
    readonly clearance: Clearance;
    readonly acceptedAt: number;
    readonly notBefore: number;
    readonly expiresAt: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly idempotencyKey?: string;
    readonly idempotencyDigest?: string;
    readonly held?: boolean;
    readonly holdReason?: string;
    readonly account?: string;
    readonly pool?: string;
    readonly via?: WayIn;
    readonly card?: Card;
    readonly keepContentMs?: number;
}

// model/tls-result
export declare const TLS_POLICY_TYPES: readonly ['tlsa', 'sts', 'no-policy-found'];
export declare const TLS_RESULT_TYPES: {
    readonly 'starttls-not-supported': 'The mail host did not offer STARTTLS.';
    readonly 'certificate-host-mismatch': 'The certificate is for another name than that of the mail host.';
    readonly 'certificate-expired': 'The certificate has expired.';
    readonly 'certificate-not-trusted': 'The certificate leads to no authority, or fits no TLSA record.';
    readonly 'validation-failure': 'TLS failed for a reason that has no word of its own; the reason code tells more.';
    readonly 'tlsa-invalid': 'None of the TLSA records can be used.';
    readonly 'dnssec-invalid': 'The look-up of the TLSA records failed, or DNSSEC did not validate.';
    readonly 'dane-required': 'The sender demands DANE, and the mail host has no TLSA records.';
    readonly 'sts-policy-fetch-error': 'The MTA-STS policy could not be fetched from its host.';
    readonly 'sts-policy-invalid': 'The MTA-STS record or policy has a mistake in it.';
    readonly 'sts-webpki-invalid': 'The certificate of the MTA-STS policy host is not valid for its name.';
};
export interface TlsDay {
    readonly day: number;
    readonly domain: Domain;
    readonly tallies: readonly TlsTally[];
    readonly report?: TlsReportNote;
}
export interface TlsFailure {
    readonly type: TlsResultType;
    readonly mxHost?: string;
    readonly mxAddress?: string;
    readonly sendingAddress?: string;
    readonly reason?: string;
}
export interface TlsPolicy {
    readonly type: TlsPolicyType;
    readonly text: readonly string[];
    readonly domain: Domain;
    readonly mxHosts: readonly string[];
}
export type TlsPolicyType = (typeof TLS_POLICY_TYPES)[number];
export interface TlsReportNote {
    readonly day: number;
    readonly domain: Domain;
    readonly state: 'sent' | 'unwanted' | 'waiting' | 'given-up';
    readonly at: number;
    readonly tries: number;
    readonly dueAt?: number;
    readonly sentTo: readonly string[];
    readonly detail?: string;
}
export type TlsResultType = keyof typeof TLS_RESULT_TYPES;
export interface TlsTally {
    readonly day: number;
    readonly domain: Domain;
    readonly policy: TlsPolicy;
    readonly failure?: TlsFailure;
    readonly good: number;
    readonly bad: number;
}

// model/uuid-of
export declare function uuidOf(id: QueueId): string;

// model/verdict
export interface Accepted {
    readonly kind: 'accepted';
    readonly recipient: number;
    readonly reply: Reply;
    readonly host: string;
    readonly address: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
    readonly dsnPassedOn?: boolean;
    readonly transcript?: readonly string[];
}
export interface Failed {
    readonly kind: 'failed';
    readonly recipient: number;
    readonly failure: Failure;
    readonly host?: string;
    readonly address?: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
}
export type Verdict = Accepted | Failed;

// model/wrong-value
export interface WrongValue {
    readonly where: string;
    readonly found: string;
    readonly wanted: string;
    readonly fix?: string | undefined;
    readonly cause?: unknown;
}
export declare function wrongValue(code: MailerErrorCode, wrong: WrongValue): MailerError;

// observe/channels
export type ChannelName<K extends FactKind = FactKind> = `postrider:${K}`;
export type FactOf<K extends FactKind> = Fact extends infer F ? F extends Fact ? K extends F['kind'] ? F & {
    readonly kind: K;
} : never : never : never;
export declare function channelName<K extends FactKind>(kind: K): ChannelName<K>;

// observe/logger
export type LogFields = Readonly<Record<string, unknown>>;
export interface Logger {
    debug(fields: LogFields, message: string): void;
    info(fields: LogFields, message: string): void;
    warn(fields: LogFields, message: string): void;
    error(fields: LogFields, message: string): void;
    child(fields: LogFields): Logger;
}

// observe/metrics
export interface Counter {
    add(value: number, labels?: Labels): void;
}
export interface Gauge {
    set(value: number, labels?: Labels): void;
}
export interface Histogram {
    record(value: number, labels?: Labels): void;
}
export type Labels = Readonly<Record<string, string>>;
export declare const METRICS: Readonly<Record<MetricName, MetricDescription>>;
export interface MetricDescription {
    readonly name: string;
    readonly help: string;
    readonly labels: readonly string[];
    readonly buckets?: readonly number[];
}
export type MetricName = 'queued' | 'recipients' | 'failures' | 'deliverySeconds' | 'sessions' | 'sessionSeconds' | 'siteWindows' | 'held' | 'sourcesLost' | 'preflight' | 'leasesLost' | 'queueErrors' | 'internalErrors' | 'listenerErrors';
export interface Metrics {
    counter(description: MetricDescription): Counter;
    gauge(description: MetricDescription): Gauge;
    histogram(description: MetricDescription): Histogram;
}

// observe/recorder
export type FactListener<K extends FactKind = FactKind> = (fact: FactOf<K>) => unknown;
export interface Recorder {
    record(fact: Fact): void;
    on<K extends FactKind>(kind: K | '*', listener: FactListener<K>): () => void;
}

// observe/story
export interface StoryLine {
    readonly at: number;
    readonly text: string;
    readonly detail?: string;
}

// preflight/checks/egress
export type Bind = (address: string) => Promise<string | undefined>;
export type Probe = (target: {
    readonly host: string;
    readonly port: number;
}, signal: AbortSignal) => Promise<{
    readonly greeting: string;
} | {
    readonly problem: string;
}>;

// preflight/checks/mta-sts
export type FetchPolicy = (domain: string, signal: AbortSignal) => Promise<{
    readonly text: string;
} | {
    readonly problem: string;
}>;

// preflight/checks/providers
export type DemandStatus = 'met' | 'not-met' | 'unknown' | 'not-checkable';
export interface ProviderDemand {
    readonly provider: string;
    readonly demand: string;
    readonly source: string;
    readonly status: DemandStatus;
    readonly because: readonly string[];
}

// preflight/checks/tlsa
export type TryTls = (question: {
    readonly host: string;
    readonly verify: NonNullable<TlsRequirement['verify']>;
}, signal: AbortSignal) => Promise<{
    readonly problem?: string;
    readonly reached: boolean;
}>;

// preflight/dmarc-advice
export interface DmarcAdvice {
    readonly record: string;
    readonly replaces: readonly string[];
    readonly changes: readonly string[];
}

// preflight/doctor-probes
export type AskMailboxes = (question: {
    readonly host: string;
    readonly addresses: readonly Address[];
}, signal: AbortSignal) => Promise<{
    readonly answers: readonly {
        readonly address: string;
        readonly code: number;
        readonly reply: string;
    }[];
    readonly problem?: string;
}>;
export interface DoctorProbes {
    readonly probe?: Probe | undefined;
    readonly bind?: Bind | undefined;
    readonly askMailboxes?: AskMailboxes | undefined;
    readonly fetchPolicy?: FetchPolicy | undefined;
    readonly tryTls?: TryTls | undefined;
    readonly askTime?: ((signal: AbortSignal) => Promise<number | undefined>) | undefined;
    readonly signSample?: ((from: Domain) => Promise<Uint8Array>) | undefined;
}

// preflight/find-spf-advice
export interface SpfAdviceSubject {
    readonly domain: string;
    readonly hostname: string;
    readonly addresses: readonly string[];
    readonly ranges?: readonly SpecialRange[] | undefined;
}

// preflight/gate
export interface Sender {
    readonly envelopeFrom: Address | null;
    readonly from: readonly Address[];
}

// preflight/mta-sts-advice
export interface MtaStsAdvice {
    readonly url: string;
    readonly text: string;
    readonly record: {
        readonly name: string;
        readonly value: string;
    };
}

// preflight/preflight
export interface Preflight {
    clear(sender: Sender, signal: AbortSignal): Clearance | Promise<Clearance>;
    addresses(signal: AbortSignal): Promise<readonly PublicAddress[]>;
    leadsBack(address: string, signal: AbortSignal): Promise<boolean | undefined>;
    report(address: Address, signal: AbortSignal, options?: ReportOptions): Promise<Report>;
    outdate(): void;
    close(): void;
}
export interface ReportOptions {
    readonly probeHost?: string | undefined;
    readonly onChecks?: ((checks: readonly Check[]) => void) | undefined;
}

// preflight/record-place
export type RecordPlace = {
    readonly kind: 'there';
} | {
    readonly kind: 'elsewhere';
    readonly name: string;
} | {
    readonly kind: 'nowhere';
    readonly why: string;
};

// preflight/report
export declare const LEVELS: readonly CheckLevel[];
export interface Report {
    readonly of: string;
    readonly publicAddresses: readonly PublicAddress[];
    readonly checks: readonly ReportedCheck[];
    readonly providers: readonly ProviderDemand[];
    readonly worst: CheckLevel;
}
export interface ReportedCheck extends Check {
    readonly id: CheckId;
    readonly title: string;
    readonly why: string;
}
export declare function isWorse(a: CheckLevel, b: CheckLevel): boolean;
export declare function worstOf(checks: readonly Check[]): CheckLevel;

// preflight/spf-record
export interface SpfAdvice {
    readonly record: string;
    readonly replaces: readonly string[];
    readonly changes: readonly string[];
}
export interface SpfWish {
    readonly addresses: readonly string[];
    readonly hostname?: string;
    readonly dead?: string | undefined;
}

// provider/find
export interface ProviderOverride {
    readonly id: ProviderId;
    readonly connections?: number | undefined;
    readonly messagesPerConnection?: number | undefined;
}

// provider/provider
export declare const PROVIDER_IDS: readonly ['google', 'outlook', 'microsoft365', 'yahoo', 'yahoo-jp', 'apple', 'comcast', 'gmx', 'mail-com', 'ionos', 't-online', 'orange', 'laposte', 'sfr', 'free', 'mailru', 'yandex', 'wp', 'onet', 'interia', 'seznam', 'libero', 'kpn', 'qq', 'exmail', 'netease', 'sina', 'sohu', '21cn', 'tom', 'aliyun', 'netvigator', 'naver', 'daum', 'hinet', 'docomo', 'kddi', 'uol', 'bol', 'terra', 'telstra', 'secureserver', 'mimecast', 'barracuda', 'proofpoint', 'ironport', 'messagelabs'];
export type ProviderId = (typeof PROVIDER_IDS)[number];
export declare const SERVICE_IDS: readonly ['ses', 'postmark', 'resend', 'brevo', 'sendgrid', 'mailgun', 'mailjet', 'sparkpost', 'aliyun', 'tencent'];
export type ServiceId = (typeof SERVICE_IDS)[number];

// provider/services
export interface Service {
    readonly name: string;
    readonly hosts: Readonly<Record<string, string>>;
    readonly tlsPorts: readonly number[];
    readonly startTlsPorts: readonly number[];
    readonly user?: {
        readonly is: string;
    } | 'password';
    readonly messageBytes?: number;
    readonly recipients?: number;
    readonly source: string;
    readonly checked?: {
        readonly in: string;
        readonly not?: readonly ('hosts' | 'messageBytes' | 'recipients')[];
    };
}

// queue/dmarc-rows
export interface DmarcQuery {
    readonly since: number;
    readonly before: number;
    readonly domain?: string;
}
export interface DmarcStore {
    addDmarc(addition: DmarcAddition, today: number): Promise<boolean | 'full'>;
    dmarc(query: DmarcQuery): Promise<DmarcSums>;
}

// queue/erasure
export interface Erased {
    readonly messages: number;
    readonly contents: number;
    readonly open: number;
    readonly openIds: readonly QueueId[];
}
export interface Erasure {
    erase(address: Address): Promise<Erased>;
}

// queue/history
export interface HistoryQuery {
    readonly least: string;
    readonly below: string;
    readonly limit: number;
    readonly withinMs: number;
    readonly state?: MessageState;
    readonly to?: string;
    readonly domain?: string;
    readonly from?: string;
    readonly account?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly via?: WayIn;
    readonly messageId?: string;
    readonly subject?: string;
    readonly code?: string;
    readonly host?: string;
}
export interface MessageHistory {
    messages(query: HistoryQuery): Promise<MessagePage>;
}
export interface MessagePage {
    readonly messages: readonly QueueEntry[];
    readonly next?: QueueEntry['id'];
}

// queue/kept-content
export interface KeptContent {
    keptContent(id: QueueId, now: number): Promise<Buffer | undefined>;
    forgetContent(now: number): Promise<void>;
}

// queue/pace-store
export interface PaceStore {
    standings(wanted: StandingsWanted): Promise<readonly StandingRow[]>;
    putStandings(rows: readonly StandingRow[], now: number): Promise<readonly StandingRow[]>;
}
export interface StandingsWanted {
    readonly changedSince?: number;
    readonly restingAt?: number;
}

// queue/queue-entry
export interface QueueEntry {
    readonly id: QueueId;
    readonly from: string;
    readonly acceptedAt: number;
    readonly expiresAt: number;
    readonly sizeBytes: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly account?: string;
    readonly messageId?: string;
    readonly via?: WayIn;
    readonly card?: Card;
    readonly passesOn?: boolean;
    readonly erased?: boolean;
    readonly held?: string;
    readonly dueAt?: number;
    readonly recipients: readonly QueueEntryRecipient[];
}
export interface QueueEntryRecipient {
    readonly address: string;
    readonly state: 'waiting' | 'running' | RecipientState;
    readonly attempts: number;
    readonly lastReply?: string;
}

// queue/statistics
export interface StatisticsQuery {
    readonly from: number;
    readonly before: number;
    readonly by: StatisticsKey;
    readonly site?: string;
    readonly account?: string;
    readonly limit: number;
}
export interface StatisticsStore {
    addStatistics(tallies: readonly StatisticsTally[]): Promise<void>;
    statistics(query: StatisticsQuery): Promise<StatisticsSums>;
    sumStatistics(today: number): Promise<void>;
}
export interface StatisticsSum {
    readonly key: number | string;
    readonly step?: 'hour' | 'day';
    readonly counts: Counts;
}
export interface StatisticsSums {
    readonly total: Counts;
    readonly rows: readonly StatisticsSum[];
}

// queue/store
export interface EnqueueOptions {
    readonly signal?: AbortSignal;
    readonly begun?: () => void;
    readonly withinMs?: number;
}
export interface Enqueued {
    readonly id: QueueId;
    readonly duplicate: boolean;
}
export interface KnownKey {
    readonly id: QueueId;
    readonly digest: string;
}
export interface PausedSite {
    readonly site: string;
    readonly source?: string;
    readonly since: number;
    readonly until: number;
    readonly because: string;
}
export interface QueueCounts {
    readonly messages: number;
    readonly recipients: number;
    readonly due: number;
    readonly running: number;
    readonly held: number;
    readonly oldestAcceptedAt?: number;
}
export interface QueueFilter {
    readonly domain?: string;
    readonly from?: string;
    readonly state?: 'waiting' | 'running' | 'deferred' | 'held';
    readonly account?: string;
    readonly limit?: number;
    readonly after?: QueueId;
}
export type QueueSelection = QueueId | Omit<QueueFilter, 'limit' | 'after'>;
export interface QueueServer {
    readonly version: string;
    readonly aheadMs: number;
    readonly survivesPowerLoss: boolean;
    readonly waitsForStandby: boolean;
    readonly standbys: number;
    readonly synchronousStandbys?: number;
    readonly transport: 'local' | 'tls' | 'plain';
    readonly role: string;
    readonly rights: readonly string[];
}
export interface QueueStore extends DmarcStore, Erasure, KeptContent, MessageHistory, PaceStore, StatisticsStore {
    readonly clock?: Clock | undefined;
    enqueue(submission: Submission, options?: EnqueueOptions): Promise<Enqueued>;
    enqueueAll(submissions: readonly Submission[], options?: EnqueueOptions): Promise<readonly Enqueued[]>;
    findKeys(keys: readonly string[], account: string | undefined): Promise<readonly (KnownKey | undefined)[]>;
    takeLeadership(now: number, leaseMs: number): Promise<boolean>;
    claim(request: ClaimRequest): Promise<readonly Job[]>;
    read(id: QueueId): Promise<Buffer | undefined>;
    readBlock(id: QueueId, at: number): Promise<Buffer | undefined>;
    renew(jobs: readonly Job[], until: number): Promise<readonly number[]>;
    commit(settlement: Settlement, notices: readonly Submission[], facts: readonly DurableFact[]): Promise<boolean>;
    release(job: Job, dueAt: number): Promise<boolean>;
    nearFinalDot?(job: Job): void;
    enterFinalDot(job: Job): (() => void) | undefined;
    share?(wishes: readonly ShareWish[]): Promise<Shares>;
    nextDue(exclude: readonly Domain[]): Promise<number | undefined>;
    onWork(call: (dueAt?: number) => void): () => void;
    facts(after: number, limit: number): Promise<readonly NumberedFact[]>;
    history(id: QueueId): Promise<readonly NumberedFact[]>;
    newestFact(): Promise<number>;
    findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]>;
    recordOnce(facts: readonly LateFact[], suppressions: readonly Suppression[]): Promise<boolean>;
    list(filter: QueueFilter): Promise<readonly QueueEntry[]>;
    show(id: QueueId): Promise<QueueEntry | undefined>;
    counts(now: number): Promise<QueueCounts>;
    hold(which: QueueSelection, because: string, now: number): Promise<number>;
    unhold(which: QueueSelection, now: number): Promise<number>;
    retry(which: QueueSelection, now: number): Promise<number>;
    reschedule(id: QueueId, due: number, now: number): Promise<Rescheduling>;
    cancel(which: QueueSelection, now: number): Promise<number>;
    suppression(address: Address, now: number): Promise<Suppression | undefined>;
    suppressions(filter: SuppressionFilter, now: number): Promise<readonly Suppression[]>;
    putSuppressions(entries: readonly Suppression[]): Promise<void>;
    unsuppress(address: Address): Promise<boolean>;
    countTls(tallies: readonly TlsTally[]): Promise<void>;
    tlsDays(wanted: TlsDaysWanted): Promise<readonly TlsDay[]>;
    noteTlsReport(note: TlsReportNote): Promise<void>;
    claimTlsReport(note: TlsReportNote, dueAt: number): Promise<boolean>;
    server?(): Promise<QueueServer>;
    prune(before: number): Promise<number>;
    close(): Promise<void>;
    destroy(reason: unknown): void;
}
export type Rescheduling = 'rescheduled' | 'running' | 'done' | 'unknown';
export interface SuppressionFilter {
    readonly origin?: SuppressionOrigin;
    readonly limit?: number;
    readonly after?: string;
}
export interface TlsDaysWanted {
    readonly since: number;
    readonly before: number;
    readonly domain?: Domain;
    readonly dueAt?: number;
    readonly after?: {
        readonly day: number;
        readonly domain: Domain;
    };
    readonly limit: number;
}

// report/dmarc-report
export interface AuthenticationReport {
    readonly organisation: string;
    readonly contact?: string;
    readonly id: string;
    readonly begin: number;
    readonly end: number;
    readonly published: PublishedPolicy;
    readonly rows: readonly AuthenticationRow[];
    readonly errors: readonly string[];
}
export interface AuthenticationResult {
    readonly domain: string;
    readonly result: string;
    readonly selector?: string;
    readonly scope?: string;
}
export interface AuthenticationRow {
    readonly source: string;
    readonly count: number;
    readonly disposition: string;
    readonly dkimAligned: boolean;
    readonly spfAligned: boolean;
    readonly reasons: readonly string[];
    readonly headerFrom: string;
    readonly envelopeFrom?: string;
    readonly envelopeTo?: string;
    readonly dkim: readonly AuthenticationResult[];
    readonly spf: readonly AuthenticationResult[];
}
export interface PublishedPolicy {
    readonly domain: string;
    readonly policy: string;
    readonly subdomainPolicy?: string;
    readonly nonexistentPolicy?: string;
    readonly percent?: number;
    readonly testing?: boolean;
    readonly dkimAlignment?: string;
    readonly spfAlignment?: string;
}

// report/mail-report
export interface AboutMessage {
    readonly traces: Traces;
    readonly to: readonly string[];
}
export interface AutoReplyReport {
    readonly kind: 'auto-reply';
    readonly what: 'absence' | 'challenge' | 'read';
    readonly from: string;
    readonly about?: AboutMessage;
}
export interface ComplaintReport {
    readonly kind: 'complaint';
    readonly type: string;
    readonly userAgent: string;
    readonly recipients: readonly string[];
    readonly mailFrom?: string;
    readonly source?: string;
    readonly arrivedAt?: number;
    readonly about?: AboutMessage;
    readonly original: string;
}
export interface DmarcReport {
    readonly kind: 'dmarc';
    readonly report: AuthenticationReport;
}
export type MailReport = ReturnedReport | ComplaintReport | AutoReplyReport | UnsubscribeReport | DmarcReport | TlsReport | NoReport;
export interface NoReport {
    readonly kind: 'other';
    readonly because: string;
}
export type Purpose = 'bounce' | 'unsubscribe' | 'feedback';
export interface ReturnedReport {
    readonly kind: 'returned';
    readonly recipients: readonly ReportedRecipient[];
    readonly reporter: string;
    readonly about?: AboutMessage;
}
export interface TlsReport {
    readonly kind: 'tls';
    readonly bytes: Uint8Array;
}
export interface UnsubscribeReport {
    readonly kind: 'unsubscribe';
    readonly from: string;
    readonly about?: AboutMessage;
}

// report/return-address
export interface ReturnAddress {
    readonly purpose: Purpose;
    readonly id: QueueId;
    readonly recipient: number;
}
export interface ReturnKeys {
    readonly domain: string;
    readonly keys: readonly Uint8Array[];
}
export type ReturnProblem = 'none' | 'foreign' | 'expired';
export declare function printReturnAddress({ purpose, id, recipient }: ReturnAddress, { domain, keys }: ReturnKeys): string;
export declare function readReturnAddress(address: string, { domain, keys }: ReturnKeys, now: number): ReturnAddress | ReturnProblem;

// report/traces
export interface Traces {
    readonly ids: readonly QueueId[];
    readonly messageId: string | undefined;
    readonly times: readonly number[];
}

// route/overrides
export interface RouteRule {
    readonly domain: '*' | Domain | `.${string}`;
    readonly host: Domain;
    readonly port: number;
    readonly tls: TlsLevel;
    readonly implicitTls: boolean;
    readonly login?: Login;
    readonly concurrency: number;
    readonly recipients?: number;
}

// route/requirement
export interface TlsNeeds {
    readonly requireTls: boolean;
    readonly tlsRequiredNo: boolean;
}

// route/router
export interface Router {
    findRoute(domain: Domain, needs: TlsNeeds, signal: AbortSignal): Promise<Route | NoRoute>;
    findOverflow(domain: Domain, needs: TlsNeeds, signal: AbortSignal): Promise<Route | NoRoute> | undefined;
    forget(): void;
    close(): Promise<void>;
}

// schedule/lane
export interface LaneNow {
    readonly site: string;
    readonly source?: string;
    readonly domains: number;
    readonly window: number;
    readonly limit: number;
    readonly running: number;
    readonly waiting: number;
    readonly pausedUntil?: number;
}

// sign/keygen
export interface DkimKeyOptions {
    readonly domain: string;
    readonly selector: string;
    readonly algorithm?: DkimKey['algorithm'];
    readonly bits?: number;
}
export interface DkimRecord {
    readonly name: string;
    readonly value: string;
}
export interface GeneratedDkimKey {
    readonly key: DkimKey;
    readonly pem: string;
}
export declare function dkimRecord(key: DkimKey): DkimRecord;
export declare function generateDkimKey(options: DkimKeyOptions): Promise<GeneratedDkimKey>;
export declare function splitTxt(value: string): string[];

// sign/load-key
export interface DkimKeyText {
    readonly domain: string;
    readonly selector: string;
    readonly pem: string;
}
export declare function loadDkimKey(text: DkimKeyText): DkimKey;

// sign/tlsa-record
export interface TlsaOptions {
    readonly host: string;
    readonly port?: number;
    readonly pem: string;
}
export interface TlsaRecordText {
    readonly name: string;
    readonly value: string;
}
export declare function tlsaRecord(options: TlsaOptions): TlsaRecordText;

// statistics/delivery-statistics
export declare class DeliveryStatistics {
    #private;
    constructor(ports: StatisticsPorts);
    settled({ job, at, recipients }: Settlement, site?: string): void;
    count(outcome: CountedOutcome, recipients: number, account?: string): void;
    flush(): Promise<void>;
    close(): Promise<void>;
    destroy(): void;
}
export interface StatisticsPorts {
    readonly clock: Clock;
    readonly store: {
        addStatistics(tallies: readonly StatisticsTally[]): Promise<void>;
        sumStatistics(today: number): Promise<void>;
    };
    readonly onTrouble: (error: unknown) => void;
}

// statistics/latency
export interface LatencySummary {
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p99Ms: number;
    readonly buckets: readonly {
        readonly withinMs?: number;
        readonly recipients: number;
    }[];
}

// tlsrpt/explain
export interface ReportSummary {
    readonly level: 'ok' | 'note' | 'warn';
    readonly good: number;
    readonly bad: number;
    readonly lines: readonly string[];
}
export declare function summariseReport(report: ReadReport): ReportSummary;

// tlsrpt/read-mail
export declare function readTlsReport(bytes: Uint8Array): ReadReport | ReportProblem;

// tlsrpt/read-report
export interface ReadFailure {
    readonly type: string;
    readonly count: number;
    readonly sendingAddress?: string;
    readonly mxHost?: string;
    readonly mxAddress?: string;
    readonly reason?: string;
    readonly information?: string;
}
export interface ReadPolicy {
    readonly type: string;
    readonly domain?: string;
    readonly text: readonly string[];
    readonly mxHosts: readonly string[];
    readonly good: number;
    readonly bad: number;
    readonly failures: readonly ReadFailure[];
}
export interface ReadReport {
    readonly organisation: string;
    readonly contact?: string;
    readonly id: string;
    readonly start: string;
    readonly end: string;
    readonly policies: readonly ReadPolicy[];
}
export interface ReportProblem {
    readonly problem: string;
}

// @postrider/core/http

export { CallOptions } from 'client/client'
export { EventsRequest } from 'client/events'
export { HttpAttachment } from 'client/email'
export { HttpDraft } from 'client/email'
export { HttpSendOptions } from 'client/client'
export { HttpSendResult } from 'client/client'
export { QueueEntry } from 'queue/queue-entry'
export { QueueEntryRecipient } from 'queue/queue-entry'
export { QueueId } from 'model/queue-id'
export { RelayClient } from 'client/client'
export { RelayClientOptions } from 'client/ask'
export { RelayError } from 'client/relay-error'
export { RelayEvent } from 'client/events'
export { ResetEvent } from 'client/events'
export { relayClient } from 'client/client'

// client/ask
export interface RelayClientOptions {
    readonly url: string;
    readonly key: string;
    readonly fetch?: typeof fetch;
    readonly timeoutMs?: number;
    readonly tries?: number;
}

// client/client
export interface CallOptions {
    readonly signal?: AbortSignal;
}
export interface HttpSendOptions {
    readonly idempotencyKey?: string;
    readonly notBefore?: Date | number;
    readonly signal?: AbortSignal;
}
export type HttpSendResult = {
    readonly ok: true;
    readonly id: QueueId;
} | {
    readonly ok: false;
    readonly error: RelayError;
};
export interface RelayClient {
    send(draft: HttpDraft, options?: HttpSendOptions): Promise<QueueId>;
    batch(drafts: readonly HttpDraft[], options?: HttpSendOptions): Promise<readonly QueueId[]>;
    sendMany(drafts: readonly HttpDraft[], options?: HttpSendOptions): Promise<readonly HttpSendResult[]>;
    get(id: string, options?: CallOptions): Promise<QueueEntry>;
    cancel(id: string, options?: CallOptions): Promise<boolean>;
    reschedule(id: string, at: Date | number, options?: CallOptions): Promise<QueueEntry>;
    events(request?: EventsRequest): AsyncIterable<RelayEvent | ResetEvent>;
}
export declare function relayClient(options: RelayClientOptions): RelayClient;

// client/email
export interface HttpAttachment {
    readonly filename?: string;
    readonly content: string | Uint8Array;
    readonly contentType?: string;
    readonly cid?: string;
}
export interface HttpDraft extends Pick<Draft, 'from' | 'to' | 'cc' | 'bcc' | 'replyTo' | 'subject' | 'text' | 'html' | 'messageId' | 'inReplyTo' | 'references' | 'listUnsubscribe' | 'tags'> {
    readonly attachments?: readonly HttpAttachment[];
    readonly headers?: Readonly<Record<string, string>>;
}

// client/events
type AtHome = 'kind' | 'at' | 'transcript' | 'clearance';
export interface EventsRequest {
    readonly after?: string;
    readonly kinds?: readonly Kind[];
    readonly account?: string;
    readonly tag?: string;
    readonly message?: string;
    readonly signal?: AbortSignal;
}
type Kind = DurableFact['kind'];
export type RelayEvent = {
    [K in Kind]: {
        readonly id: string;
        readonly type: `message.${K}`;
        readonly timestamp: string;
        readonly data: Omit<Extract<DurableFact, {
            readonly kind: K;
        }>, AtHome>;
    };
}[Kind];
export interface ResetEvent {
    readonly type: 'reset';
    readonly data: {
        readonly because: string;
    };
}

// client/relay-error
export interface Refusal {
    readonly name?: string;
    readonly message?: string;
    readonly where?: string;
    readonly found?: string;
    readonly wanted?: string;
    readonly fix?: string;
}
export declare class RelayError extends Error {
    readonly name: string;
    readonly code: string;
    readonly status: number;
    readonly where: string | undefined;
    readonly found: string | undefined;
    readonly wanted: string | undefined;
    readonly fix: string | undefined;
    readonly retryAfterMs: number | undefined;
    constructor(status: number, { name, message, ...value }: Refusal, { retryAfterMs, cause }?: {
        readonly retryAfterMs?: number | undefined;
        readonly cause?: unknown;
    });
}

// model/address
export type Domain = string & {
    readonly [domainBrand]: true;
};
declare const domainBrand: unique symbol;

// model/card
export interface Card {
    readonly subject?: string;
    readonly from?: string;
    readonly to?: string;
    readonly cc?: string;
}
export declare const WAYS_IN: readonly ['sdk', 'smtp', 'http'];
export type WayIn = (typeof WAYS_IN)[number];

// model/check
export interface Check {
    readonly id: string;
    readonly level: CheckLevel;
    readonly found: string;
    readonly wanted: string;
    readonly fix?: string;
}
export type CheckLevel = 'ok' | 'note' | 'warn' | 'fail' | 'unknown';

// model/clearance
export interface Clearance {
    readonly result: 'cleared' | 'warned' | 'skipped';
    readonly envelopeDomain: Domain;
    readonly fromDomain: Domain;
    readonly publicAddresses: readonly PublicAddress[];
    readonly checks: readonly Check[];
}
export interface PublicAddress {
    readonly address: string;
    readonly foundBy: 'given' | 'interface' | 'dns-whoami';
}

// model/draft
export interface Attachment {
    readonly filename?: string;
    readonly content?: string | Uint8Array | Buffer | Readable;
    readonly path?: string;
    readonly contentType?: string;
    readonly cid?: string;
    readonly encoding?: string;
}
export interface Calendar {
    readonly method?: string;
    readonly content: string;
    readonly filename?: string;
}
export interface Draft {
    readonly from: Mailbox;
    readonly to?: Mailbox | readonly Mailbox[];
    readonly cc?: Mailbox | readonly Mailbox[];
    readonly bcc?: Mailbox | readonly Mailbox[];
    readonly replyTo?: Mailbox | readonly Mailbox[];
    readonly subject?: string;
    readonly text?: string;
    readonly html?: string;
    readonly alternatives?: readonly {
        readonly contentType: string;
        readonly content: string;
    }[];
    readonly attachments?: readonly Attachment[];
    readonly calendar?: Calendar;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly listUnsubscribe?: ListUnsubscribe;
    readonly messageId?: string;
    readonly inReplyTo?: string;
    readonly references?: readonly string[];
    readonly date?: Date;
    readonly returnPath?: string | null;
    readonly tags?: Readonly<Record<string, string>>;
    readonly requireTls?: boolean;
}
export interface ListUnsubscribe {
    readonly url?: string;
    readonly mailto?: string;
}
export type Mailbox = string | {
    readonly name?: string;
    readonly address: string;
};

// model/egress
export interface LeftFrom {
    readonly address: string;
    readonly because: SourceReason;
}
export declare const SOURCE_REASONS: readonly ['own', 'refused', 'lost', 'reverse-name', 'warm-up', 'overflow'];
export type SourceReason = (typeof SOURCE_REASONS)[number];

// model/evidence
export declare const LOSS_CODES: {
    readonly 'connect-refused': 'The connection was refused.';
    readonly 'connect-timeout': 'No connection within the deadline.';
    readonly unreachable: 'The network or host cannot be reached.';
    readonly 'local-address': 'Our own address cannot be used to reach the host.';
    readonly reset: 'The connection was reset.';
    readonly closed: 'The server closed the connection without a reply.';
    readonly timeout: 'No reply within the deadline of this command.';
    readonly 'protocol-error': 'The server said something that is not SMTP.';
    readonly 'line-too-long': 'A reply line or a whole reply is larger than any server needs.';
    readonly 'starttls-missing': 'TLS is required and not offered.';
    readonly 'starttls-refused': 'TLS is required and STARTTLS was refused.';
    readonly 'tls-handshake': 'The TLS handshake failed.';
    readonly 'tls-name-mismatch': 'The certificate is for another name.';
    readonly 'tls-expired': 'The certificate has expired or is not valid yet.';
    readonly 'tls-untrusted': 'The certificate leads to no authority we trust.';
    readonly 'tls-dane-mismatch': 'No TLSA record matches the certificate.';
    readonly 'auth-missing': 'Login is configured and no usable method is offered.';
    readonly 'requiretls-missing': 'REQUIRETLS was asked for and is not offered.';
    readonly 'size-exceeded': 'The server announced a smaller maximum size than this message has.';
    readonly 'smtputf8-missing': 'An address or header needs SMTPUTF8 and it is not offered.';
    readonly 'eightbit-missing': 'The body needs 8BITMIME and it is not offered.';
    readonly aborted: 'We were told to stop.';
};
export type LossCode = keyof typeof LOSS_CODES;
export declare const STAGES: readonly ['route', 'connect', 'greeting', 'ehlo', 'starttls', 'tls', 'auth', 'mail', 'rcpt', 'data', 'body', 'final-dot'];
export type Stage = (typeof STAGES)[number];
export interface TlsSeen {
    readonly protocol: string;
    readonly cipher: string;
    readonly verified: 'dane' | 'pkix' | 'none';
    readonly resumed: boolean;
    readonly problem?: string;
    readonly problemCode?: LossCode;
    readonly policy?: TlsSource;
}

// model/fact
export interface BouncedFact extends OfFailure {
    readonly kind: 'bounced';
}
export interface CancelledFact extends OfMessage {
    readonly kind: 'cancelled';
    readonly recipient: string;
}
export interface DeferredFact extends OfFailure {
    readonly kind: 'deferred';
    readonly nextAttemptAt: number;
}
export interface DelayedFact extends OfRecipient {
    readonly kind: 'delayed';
    readonly sinceMs: number;
}
export interface DeliveredFact extends OfRecipient {
    readonly kind: 'delivered';
    readonly transcript?: readonly string[];
    readonly tookMs: number;
}
export type DurableFact = QueuedFact | DeliveredFact | DeferredFact | DelayedFact | BouncedFact | ExpiredFact | CancelledFact | UncertainFact | ComplainedFact | ReturnedFact | AutoRepliedFact | UnsubscribedFact | SuppressedFact | HeldFact | ReleasedFact | RescheduledFact | NoticeQueuedFact;
export interface ExpiredFact extends OfFailure {
    readonly kind: 'expired';
}
export interface HeldFact extends OfMessage {
    readonly kind: 'held';
    readonly because: string;
}
export interface NoticeQueuedFact extends OfMessage {
    readonly kind: 'notice-queued';
    readonly notice: 'failure' | 'delay' | 'success';
    readonly noticeId: QueueId;
    readonly to: string;
}
interface OfFailure extends OfRecipient {
    readonly code: FailureCode;
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly stage: Stage;
    readonly rule: string;
    readonly detail: string;
    readonly remedy?: string;
    readonly transcript?: readonly string[];
}
interface OfRecipient extends OfMessage {
    readonly recipient: string;
    readonly attempt: number;
    readonly host?: string;
    readonly address?: string;
    readonly reply?: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
}
export interface QueuedFact extends OfMessage {
    readonly kind: 'queued';
    readonly from: string;
    readonly recipients: readonly string[];
    readonly header: string;
    readonly sizeBytes: number;
    readonly clearance: Clearance;
    readonly notBefore?: number;
}
export interface ReleasedFact extends OfMessage {
    readonly kind: 'released';
}
export interface RescheduledFact extends OfMessage {
    readonly kind: 'rescheduled';
    readonly dueAt: number;
    readonly expiresAt: number;
}
export interface UncertainFact extends OfMessage {
    readonly kind: 'uncertain';
    readonly recipients: readonly string[];
    readonly because: 'process-died' | 'connection-lost';
}

// model/failure
export type FailureCode = 'no-such-domain' | 'no-mail-host' | 'null-mx' | 'bad-destination' | 'dns-trouble' | 'host-unreachable' | 'connection-lost' | 'delivery-uncertain' | 'protocol-trouble' | 'tls-required' | 'requiretls-unsupported' | 'login-failed' | 'host-busy' | 'not-accepting' | 'rate-limited' | 'too-many-connections' | 'greylisted' | 'bad-reputation' | 'blocklisted' | 'reverse-dns' | 'unauthenticated' | 'policy-refused' | 'user-unknown' | 'user-disabled' | 'mailbox-busy' | 'user-moved' | 'mailbox-full' | 'recipient-refused' | 'complained' | 'suppressed' | 'too-many-recipients' | 'relay-denied' | 'message-too-large' | 'content-refused' | 'message-malformed' | 'not-supported' | 'remote-trouble' | 'refused' | 'expired';
export type FailureScope = 'recipient' | 'message' | 'host' | 'domain';
export type Permanence = 'transient' | 'permanent';

// model/late-fact
export interface AutoRepliedFact extends OfMessage {
    readonly kind: 'auto-replied';
    readonly recipient: string;
    readonly what: 'absence' | 'challenge' | 'read';
    readonly passedOn?: QueueId;
}
export interface ComplainedFact extends OfMessage {
    readonly kind: 'complained';
    readonly recipient: string;
    readonly feedback: string;
    readonly reporter?: string;
}
export interface ReturnedFact extends OfMessage {
    readonly kind: 'returned';
    readonly recipient: string;
    readonly code: FailureCode;
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly stage: Stage;
    readonly rule: string;
    readonly detail: string;
    readonly host?: string;
    readonly reply?: string;
    readonly remedy?: string;
    readonly proven: boolean;
    readonly passedOn?: QueueId;
}
export interface SuppressedFact extends OfMessage {
    readonly kind: 'suppressed';
    readonly recipient: string;
    readonly until: number;
    readonly rule: string;
}
export interface UnsubscribedFact extends OfMessage {
    readonly kind: 'unsubscribed';
    readonly recipient: string;
}

// model/of-message
export interface OfMessage {
    readonly messageId: QueueId;
    readonly at: number;
    readonly tags?: Readonly<Record<string, string>>;
    readonly account?: string;
}

// model/queue-id
export type QueueId = string & {
    readonly [brand]: true;
};
declare const brand: unique symbol;

// model/route
export type TlsSource = 'default' | 'configured' | 'mta-sts' | 'dane' | 'requiretls' | 'provider';

// model/settlement
export type RecipientState = 'delivered' | 'deferred' | 'bounced' | 'expired' | 'cancelled';

// model/submission
export type Priority = 'high' | 'normal' | 'low';

// queue/queue-entry
export interface QueueEntry {
    readonly id: QueueId;
    readonly from: string;
    readonly acceptedAt: number;
    readonly expiresAt: number;
    readonly sizeBytes: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly account?: string;
    readonly messageId?: string;
    readonly via?: WayIn;
    readonly card?: Card;
    readonly passesOn?: boolean;
    readonly erased?: boolean;
    readonly held?: string;
    readonly dueAt?: number;
    readonly recipients: readonly QueueEntryRecipient[];
}
export interface QueueEntryRecipient {
    readonly address: string;
    readonly state: 'waiting' | 'running' | RecipientState;
    readonly attempts: number;
    readonly lastReply?: string;
}

// @postrider/core/language

export { LANGUAGES } from 'language/languages'
export { Language } from 'language/languages'
export { Plural } from 'language/speaker'
export { Say } from 'language/speaker'
export { Text } from 'language/speaker'
export { Texts } from 'language/speaker'
export { Translated } from 'language/speaker'
export { Value } from 'language/speaker'
export { checkText } from 'language/checks'
export { compareTexts } from 'language/compare-texts'
export { errorInLanguage } from 'language/errors'
export { failureText } from 'language/reply-hints'
export { inLanguage } from 'language/speaker'
export { languageOf } from 'language/languages'
export { remedyText } from 'language/remedies'
export { speakCore } from 'language/languages'
export { speakLanguage } from 'language/speaker'
export { speaker } from 'language/speaker'

// language/checks
export declare const CHECKS: {
    readonly 'auth.spf-or-dkim': {
        readonly title: 'SPF or DKIM passes';
        readonly why: 'Gmail refuses mail that passes neither (550 5.7.26); others file it as spam.';
    };
    readonly 'spf.exists': {
        readonly title: 'The envelope domain has an SPF record';
        readonly why: 'Without one no receiver can tell our server from a forger; bulk senders are refused.';
    };
    readonly 'spf.one-record': {
        readonly title: 'There is exactly one SPF record';
        readonly why: 'Two records are a permanent error (RFC 7208 §3.2): receivers ignore both.';
    };
    readonly 'spf.syntax': {
        readonly title: 'The SPF record can be read';
        readonly why: 'One wrong term makes the whole record a permanent error (RFC 7208 §4.6).';
    };
    readonly 'spf.includes': {
        readonly title: 'Every record that SPF includes can be read';
        readonly why: 'An include without a record is a permanent error for every sender that no term before it matches.';
    };
    readonly 'spf.lookups': {
        readonly title: 'The SPF record costs at most 10 look-ups, 2 of them void';
        readonly why: 'Beyond that receivers stop and say permanent error (RFC 7208 §4.6.4), for some senders and not for others.';
    };
    readonly 'spf.covers-egress': {
        readonly title: 'SPF passes for every address that we send from';
        readonly why: 'A fail is refused outright by many; Gmail answers 550 5.7.26 or 5.7.27.';
    };
    readonly 'spf.all': {
        readonly title: 'The SPF record ends with -all or ~all';
        readonly why: 'With +all, or a network of half the internet, every host passes, and filters hold it against the domain; without -all or ~all SPF protects nothing.';
    };
    readonly 'spf.ptr': {
        readonly title: 'The SPF record has no ptr';
        readonly why: 'It should not be published (RFC 7208 §5.5): it is slow, and large receivers skip it or say permanent error.';
    };
    readonly 'dkim.configured': {
        readonly title: 'A key signs mail of this From domain';
        readonly why: 'Unsigned mail breaks DMARC as soon as it is forwarded, and bulk senders must sign.';
    };
    readonly 'dkim.published': {
        readonly title: 'The public key of each selector is published';
        readonly why: 'A signature without a key fails (Gmail 5.7.30); it is worth less than none.';
    };
    readonly 'dkim.testing': {
        readonly title: 'The published key is not marked as a test';
        readonly why: 'A verifier must not treat mail of a key in testing other than unsigned mail (RFC 6376 §3.6.1).';
    };
    readonly 'dkim.matches': {
        readonly title: 'The published key is the key that signs';
        readonly why: 'A signature by another key fails, as if the message had been changed.';
    };
    readonly 'dkim.verifies': {
        readonly title: 'A message that is signed now verifies';
        readonly why: 'Signer, published key and receiver have to agree; a signature that fails is worth less than none.';
    };
    readonly 'dkim.length': {
        readonly title: 'Keys are long enough';
        readonly why: 'Receivers ignore keys under 1024 bits (RFC 8301 §3.2) and trust 2048.';
    };
    readonly 'dmarc.exists': {
        readonly title: 'The From domain has a DMARC record';
        readonly why: 'Gmail, Yahoo and Microsoft demand one of bulk senders (550 5.7.40, 5.7.515).';
    };
    readonly 'dmarc.one-record': {
        readonly title: 'There is exactly one DMARC record';
        readonly why: 'Several count as none (RFC 9989 §4.10).';
    };
    readonly 'dmarc.syntax': {
        readonly title: 'The DMARC record can be read';
        readonly why: 'A record that cannot be read counts as none.';
    };
    readonly 'dmarc.alignment': {
        readonly title: 'From aligns with the signature or the envelope domain';
        readonly why: 'Without alignment DMARC fails whatever passes; under quarantine or reject the message is lost.';
    };
    readonly 'dmarc.policy': {
        readonly title: 'The DMARC policy is reject';
        readonly why: 'p=none only watches: forgers of the domain are still delivered.';
    };
    readonly 'dmarc.reports': {
        readonly title: 'DMARC reports go to a mailbox that takes them';
        readonly why: 'Without reports nobody sees which mail of the domain fails, and the policy cannot be raised safely.';
    };
    readonly 'spf.helo': {
        readonly title: 'SPF passes for the EHLO name';
        readonly why: 'Notices have no reverse-path, so this name is judged instead (RFC 7208 §2.4); a fail is held against all mail.';
    };
    readonly 'host.helo': {
        readonly title: 'The EHLO name can be looked up';
        readonly why: 'Many refuse names without a dot, with odd characters, or of a local network (Gmail: 501 5.5.4).';
    };
    readonly 'host.clock': {
        readonly title: 'The clock is right';
        readonly why: 'Mail dated in the future counts against the sender, and certificates and signatures depend on the clock.';
    };
    readonly 'host.resolves': {
        readonly title: 'The EHLO name has the addresses that we send from';
        readonly why: 'A name in EHLO without an address is refused by strict hosts (RFC 5321 §4.1.1.1).';
    };
    readonly 'host.ptr': {
        readonly title: 'Every address that we send from has a PTR record';
        readonly why: 'Gmail refuses mail without one (550 5.7.25), and so do many others; IPv6 is judged harder than IPv4.';
    };
    readonly 'host.ptr-confirmed': {
        readonly title: 'The PTR name leads back to the address';
        readonly why: 'A PTR that nothing confirms can be forged; Gmail and Yahoo treat it as none.';
    };
    readonly 'host.ptr-generic': {
        readonly title: 'The PTR name is not generic';
        readonly why: 'Yahoo and many blocklists refuse names that are made from the address.';
    };
    readonly 'host.ptr-equals-helo': {
        readonly title: 'PTR and EHLO are the same name';
        readonly why: 'Small hosts compare them; a difference costs points in spam filters.';
    };
    readonly 'egress.known': {
        readonly title: 'The public addresses of this host are known';
        readonly why: 'SPF and PTR can only be judged for addresses that are known.';
    };
    readonly 'egress.bindable': {
        readonly title: 'This machine has every address that mail leaves from';
        readonly why: 'Nothing leaves from an address that the machine has lost: its mail takes another one, or waits.';
    };
    readonly 'egress.port-25': {
        readonly title: 'Mail hosts can be reached on port 25';
        readonly why: 'Many providers block it until asked; then no mail leaves, whatever else is right.';
    };
    readonly 'dns.resolver': {
        readonly title: 'The resolver validates DNSSEC';
        readonly why: 'DANE is used for delivery only where a validating resolver on this host says so; blocklists refuse public resolvers.';
    };
    readonly 'domain.own': {
        readonly title: 'You can publish records for the sender domain';
        readonly why: 'A public suffix, an address or a number in place of a domain can have no SPF, no key and no MX of the sender: nobody can tell it from a forger, or answer it.';
    };
    readonly 'domain.exists': {
        readonly title: 'The sender domain exists';
        readonly why: 'Receivers refuse senders of domains that do not exist.';
    };
    readonly 'domain.not-alias': {
        readonly title: 'The sender domain has records of its own';
        readonly why: 'A CNAME stands alone (RFC 1034 §3.6.2): beside it the SPF, MX and SOA records of the domain are not seen, or only by some.';
    };
    readonly 'domain.dnssec': {
        readonly title: 'DNSSEC of our domains validates';
        readonly why: 'Where the proof fails, a receiver that validates finds nothing at all: no SPF, no key, no host, and may refuse for it.';
    };
    readonly 'domain.soa': {
        readonly title: 'The sender domain has an SOA record';
        readonly why: 'Yahoo demands one of the domains in MAIL FROM and From.';
    };
    readonly 'mx.exists': {
        readonly title: 'The sender domain can receive mail';
        readonly why: 'Bounces and replies come back there; many receivers refuse a sender that cannot be answered.';
    };
    readonly 'mx.not-null': {
        readonly title: 'The sender domain has no null MX';
        readonly why: 'A null MX says that no mail is taken; a sender with one may be refused (RFC 7505 §4.2).';
    };
    readonly 'mx.not-address': {
        readonly title: 'The MX names a host, not an address';
        readonly why: 'An address in an MX leads nowhere (RFC 5321 §5.1); replies and bounces are lost.';
    };
    readonly 'mx.not-alias': {
        readonly title: 'The MX names a host, not an alias';
        readonly why: 'An MX must not be a CNAME (RFC 2181 §10.3); some servers do not deliver there.';
    };
    readonly 'mx.resolves': {
        readonly title: 'The mail host of the sender domain has a public address';
        readonly why: 'Without one replies and bounces cannot be delivered.';
    };
    readonly 'mx.mailboxes': {
        readonly title: 'The return path and postmaster have a mailbox';
        readonly why: 'Bounces and complaints come back there (RFC 5321 §4.5.1); senders that cannot be reached lose trust.';
    };
    readonly 'return-path.mx': {
        readonly title: 'The domain of the return addresses has an MX';
        readonly why: 'Bounces, complaints and unsubscribing mails come to returnPath.domain; without a host they vanish.';
    };
    readonly 'return-path.receives': {
        readonly title: 'Its mail host takes what comes back, and nothing else';
        readonly why: 'Bounces that nobody takes are lost, and addresses that are gone are mailed for ever; a host that takes everything makes backscatter.';
    };
    readonly 'return-path.spf': {
        readonly title: 'SPF passes for the domain of the return addresses';
        readonly why: 'It is the MAIL FROM of our mail: its SPF is judged, not that of the From domain.';
    };
    readonly 'return-path.aligned': {
        readonly title: 'The return addresses align with From';
        readonly why: 'Otherwise SPF does not count for DMARC, and everything rests on the DKIM signature.';
    };
    readonly 'mta-sts.record': {
        readonly title: 'There is one valid MTA-STS record';
        readonly why: 'It makes others deliver to the domain over verified TLS only (RFC 8461); a wrong record is ignored.';
    };
    readonly 'mta-sts.policy': {
        readonly title: 'The MTA-STS policy lists every mail host';
        readonly why: 'Senders that obey an enforced policy deliver to no host that it does not list.';
    };
    readonly 'tlsrpt.record': {
        readonly title: 'There is one valid TLSRPT record';
        readonly why: 'Without these reports you do not learn when others cannot deliver securely (RFC 8460).';
    };
    readonly 'tlsa.usable': {
        readonly title: 'TLSA records of the mail hosts can be used';
        readonly why: 'A record of the wrong kind, or in an unsigned zone, protects nothing (RFC 7672 §3.1).';
    };
    readonly 'tlsa.matches': {
        readonly title: 'The certificates of the mail hosts match their TLSA records';
        readonly why: 'Senders that use DANE deliver nothing to a host whose certificate has no record.';
    };
    readonly 'tlsa.rollover': {
        readonly title: 'The TLSA record of the next key is published before the key is used';
        readonly why: 'DNS answers are cached: a record that is published together with a new key comes too late for some (RFC 7671 §8).';
    };
    readonly 'mta-sts.certificate': {
        readonly title: 'The certificates of the mail hosts satisfy MTA-STS';
        readonly why: 'Under mode enforce nothing is delivered to a host whose certificate is not trusted or for another name.';
    };
    readonly 'message.one-author': {
        readonly title: 'The message has one author';
        readonly why: 'RFC 5322 allows several; Gmail refuses them, because DMARC knows of one only.';
    };
    readonly 'reputation.dnsbl': {
        readonly title: 'Neither our addresses nor the sender domain are on a blocklist';
        readonly why: 'Most receivers refuse listed addresses outright, and mail that names a listed domain is spam to them.';
    };
};
export interface CheckText {
    readonly title: string;
    readonly why: string;
}
export declare function checkText(id: keyof typeof CHECKS): CheckText;

// language/compare-texts
export declare function compareTexts(english: Texts, translation: Readonly<Record<string, Text | undefined>>): readonly string[];

// language/errors
export declare function errorInLanguage(text: string): string;

// language/languages
export declare const LANGUAGES: {
    readonly en: 'English';
    readonly 'zh-TW': '繁體中文';
    readonly 'zh-CN': '简体中文';
};
export type Language = keyof typeof LANGUAGES;
export declare function languageOf(wanted: string): Language | undefined;
export declare function speakCore(language: Language): Promise<void>;

// language/remedies
export declare function remedyText(id: string): string | undefined;

// language/reply-hints
interface Failure {
    readonly rule: string;
    readonly code: string;
    readonly detail: string;
}
export declare function failureText({ rule, code, detail }: Failure): string;

// language/speaker
type Place<Written> = Written extends `${string}{${infer Name}}${infer Rest}` ? Name | Place<Rest> : never;
type PlaceOf<T extends Text> = T extends string ? Place<T> : 'count' | Place<T[keyof T]>;
export type Plural = {
    readonly [Category in Exclude<Intl.LDMLPluralRule, 'other'>]?: string;
} & {
    readonly other: string;
};
export type Say<Catalogue extends Texts> = <Key extends keyof Catalogue & string>(key: Key, ...values: [PlaceOf<Catalogue[Key]>] extends [never] ? [] : [Values<Catalogue[Key]>]) => string;
export type Text = string | Plural;
export type Texts = Readonly<Record<string, Text>>;
export type Translated = readonly [english: object, translation: Readonly<Record<string, Text | undefined>>];
export type Value = string | number | readonly string[];
type ValueOf<T extends Text, Name> = Name extends 'count' ? (T extends string ? Value : number) : Value;
type Values<T extends Text> = {
    readonly [Name in PlaceOf<T>]: ValueOf<T, Name>;
};
export declare function inLanguage<Keyed extends object>(table: Keyed, key: string, english: string): string;
export declare function speakLanguage(tag: string, catalogues: readonly Translated[]): void;
export declare function speaker<const Catalogue extends Texts>(catalogue: Catalogue, tag?: string): Say<Catalogue>;

// @postrider/core/nodemailer

export { PostriderInfo } from 'nodemailer'
export { PostriderTransport } from 'nodemailer'
export { postrider } from 'nodemailer'

// ambient/clock
export interface Clock {
    now(): number;
    monotonic(): number;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
    after(ms: number, call: () => void, options?: {
        readonly idle?: boolean;
    }): () => void;
}

// ambient/random
export type Random = () => number;

// ambient/special-ranges
export interface SpecialRange {
    readonly network: string;
    readonly prefix: number;
    readonly name: string;
    readonly rfc: string;
    readonly documentation?: true;
}

// api/batch
export declare class Batch {
    #private;
    constructor(parts: MailerParts, work: WorkUnderWay);
    send(drafts: readonly Draft[], options?: BatchOptions & Shared): Promise<readonly Receipt[]>;
    accept(messages: readonly BatchMessage[], options?: BatchOptions): Promise<readonly Receipt[]>;
    find(idempotencyKey: string, places: number, options?: Pick<AcceptOptions, 'account'>): Promise<readonly (FirstOfKey | undefined)[]>;
}
type Shared = Omit<SendOptions, 'idempotencyKey' | 'signal'>;

// api/dmarc
export interface DmarcOverview extends DmarcShare {
    readonly domain: string;
    readonly policy: string;
    readonly reports: number;
    readonly days: number;
    readonly ours: DmarcShare;
    readonly reporters: readonly DmarcReporter[];
    readonly sources: readonly DmarcSource[];
    readonly advice: PolicyAdvice;
    readonly next?: 'quarantine' | 'reject';
}
export interface DmarcReporter extends DmarcShare {
    readonly reporter: string;
    readonly ours: DmarcShare;
}
export interface DmarcShare {
    readonly messages: number;
    readonly aligned: number;
}
export interface DmarcSource extends DmarcShare {
    readonly source: string;
    readonly kind: 'ours' | 'forwarder' | 'stranger';
    readonly dkim: number;
    readonly spf: number;
    readonly refused: number;
    readonly reporters: number;
}
export type PolicyAdvice = 'wait' | 'mend' | 'name' | 'raise' | 'stay';

// api/erase
export interface ErasePorts {
    readonly store: Pick<QueueStore, 'erase' | 'suppression' | 'unsuppress'>;
    readonly clock: Pick<Clock, 'now'>;
    readonly recorder: Pick<Recorder, 'record'>;
}
export interface ErasedPerson extends Erased {
    readonly suppression: 'none' | 'kept' | 'lifted';
}

// api/mailer
export declare class Mailer extends MailerReports {
    #private;
    readonly clock: Clock;
    readonly queue: QueueAdmin;
    readonly messages: Messages;
    readonly batch: Batch;
    readonly suppressions: Suppressions;
    constructor(parts: MailerParts);
    send(draft: Draft, options?: SendOptions): Promise<Receipt>;
    sendMany(drafts: readonly Draft[], options?: Omit<SendOptions, 'idempotencyKey'>): Promise<readonly SendResult[]>;
    compose(draft: Draft, options?: {
        readonly signal?: AbortSignal;
    }): Promise<ComposedMessage>;
    accept(raw: Uint8Array, envelope: AcceptEnvelope, options?: AcceptOptions): Promise<Receipt>;
    explain(id: string): Promise<Story>;
    route(domain: string, options?: {
        readonly signal?: AbortSignal;
    }): Promise<Route | NoRoute>;
    stats(request?: StatisticsRequest): Promise<Statistics>;
    preflight(address: string, options?: PreflightRequest): Promise<Report>;
    clearance(sender: SenderAddresses, options?: {
        readonly signal?: AbortSignal;
    }): Promise<Clearance>;
    verify(options?: {
        readonly signal?: AbortSignal;
    }): Promise<readonly Clearance[]>;
    suppression(address: string): Promise<Suppression | undefined>;
    facts(options?: {
        readonly after?: number;
        readonly signal?: AbortSignal;
    }): AsyncIterable<NumberedFact>;
    readFacts(options?: {
        readonly after?: number;
        readonly limit?: number;
    }): Promise<readonly NumberedFact[]>;
    newestFact(): Promise<number>;
    record(fact: OutsideFact): void;
    on<K extends FactKind>(kind: K, listener: (fact: FactOf<K>) => void): () => void;
    on(kind: '*', listener: (fact: Fact) => void): () => void;
    reload(config: Pick<LoadedConfig, 'options'>): readonly string[];
    idle(): Promise<void>;
    close(options?: {
        readonly withinMs?: number;
    }): Promise<void>;
    destroy(reason?: unknown): void;
    [Symbol.asyncDispose](): Promise<void>;
}

// api/mailer-reports
export declare class MailerReports {
    #private;
    constructor(parts: MailerParts, work: WorkUnderWay);
    feedback(report: Uint8Array, options?: TakeFeedbackOptions): Promise<Feedback>;
    takeReport(mail: Uint8Array, options?: ReportRequest): Promise<TakenReport>;
    dmarc(options?: DmarcRequest): Promise<readonly DmarcOverview[]>;
    tlsResults(options?: TlsResultsRequest): Promise<readonly TlsDay[]>;
    forward(mail: Uint8Array, options: ForwardRequest): Promise<ForwardedMail>;
    authenticate(mail: Uint8Array, options: AuthenticateRequest): Promise<AuthenticatedMail>;
}

// api/messages
export interface FirstOfKey {
    readonly id: QueueId;
    readonly fingerprint: string;
}
export interface MessageFilter {
    readonly state?: MessageState;
    readonly to?: string;
    readonly domain?: string;
    readonly from?: string;
    readonly account?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly via?: WayIn;
    readonly messageId?: string;
    readonly subject?: string;
    readonly code?: FailureCode;
    readonly host?: string;
    readonly since?: Date | number;
    readonly before?: Date | number;
    readonly limit?: number;
    readonly after?: QueueId;
}
export declare class Messages {
    #private;
    constructor(parts: MessagesParts, openContent: OpenContent);
    content(id: string): Promise<Buffer | undefined>;
    list(filter?: MessageFilter): Promise<MessagePage>;
    findByKey(idempotencyKey: string, options?: {
        readonly account?: string;
    }): Promise<FirstOfKey | undefined>;
    erase(address: string, options?: EraseOptions): Promise<ErasedPerson>;
    all(filter?: Omit<MessageFilter, 'limit' | 'after'>): AsyncGenerator<QueueEntry, void, undefined>;
}
interface MessagesParts extends ErasePorts {
    readonly store: MessagesStore & ErasePorts['store'];
}
type MessagesStore = Pick<QueueStore, 'messages' | 'findKeys' | 'keptContent'>;
type OpenContent = (id: string) => Promise<Buffer | undefined>;

// api/queue-admin
export type FindSite = (domain: string, signal: AbortSignal) => Promise<string | undefined>;
export declare class QueueAdmin {
    #private;
    constructor(store: QueueStore, { clock, nudge, siteOf, lanes }: QueueAdminPorts);
    list(filter?: QueueFilter): Promise<readonly QueueEntry[]>;
    show(id: string): Promise<QueueEntry>;
    content(id: string): Promise<Buffer | undefined>;
    counts(): Promise<QueueCounts>;
    server(): Promise<QueueServer | undefined>;
    pausedSites(): Promise<readonly PausedSite[]>;
    lanes(): Promise<readonly LaneNow[]>;
    reputation(): Promise<readonly ReputationRow[]>;
    pausesFor(domains: readonly string[], options?: {
        readonly signal?: AbortSignal;
    }): Promise<ReadonlyMap<string, PausedSite>>;
    recentFacts(since: number): Promise<readonly DurableFact[]>;
    flush(which?: QueueSelection): Promise<number>;
    retry(which: QueueSelection): Promise<number>;
    hold(which: QueueSelection, because: string): Promise<number>;
    release(which: QueueSelection): Promise<number>;
    reschedule(id: string, at: Date | number): Promise<void>;
    cancel(which: QueueSelection): Promise<number>;
    unsuppress(address: string): Promise<boolean>;
}
export interface QueueAdminPorts {
    readonly clock: Clock;
    readonly nudge: () => void;
    readonly siteOf: FindSite;
    readonly lanes: () => readonly LaneNow[];
}

// api/read-envelope
export interface AcceptEnvelope {
    readonly from: string | null;
    readonly to: readonly (string | AcceptRecipient)[];
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
    readonly requireTls?: boolean;
}
export interface AcceptRecipient {
    readonly address: string;
    readonly notify?: readonly Notify[];
    readonly originalRecipient?: string;
}
export interface ComposedMessage {
    readonly raw: Uint8Array;
    readonly from: readonly string[];
    readonly envelope: AcceptEnvelope;
}

// api/receipt
export interface AcceptOptions extends SendOptions {
    readonly tags?: Readonly<Record<string, string>>;
    readonly fingerprint?: string;
    readonly account?: string;
    readonly via?: WayIn;
    readonly hold?: string;
    readonly returnPath?: ReturnPathUse;
    readonly passOn?: PassOnTo;
    readonly prepend?: string | ((id: QueueId) => string);
    readonly startWithinMs?: number;
    readonly check?: (message: RawMessage) => Replacement | undefined | void;
}
export interface Receipt {
    readonly id: QueueId;
    readonly messageId: string;
    readonly recipients: readonly string[];
    readonly clearance: Clearance;
    readonly duplicate: boolean;
    settled(options?: {
        readonly signal?: AbortSignal;
    }): Promise<Outcome>;
}
export interface Replacement {
    readonly raw?: Uint8Array;
    readonly from?: string;
}
export interface SendOptions {
    readonly idempotencyKey?: string;
    readonly notBefore?: Date | number;
    readonly expiresAt?: Date | number;
    readonly priority?: Priority;
    readonly pool?: string;
    readonly keepContent?: boolean;
    readonly unsubscribe?: UnsubscribeUse;
    readonly feedbackId?: string;
    readonly signal?: AbortSignal;
}
export type SendResult = {
    readonly ok: true;
    readonly receipt: Receipt;
} | {
    readonly ok: false;
    readonly error: unknown;
};
export interface Story {
    readonly entry: QueueEntry;
    readonly facts: readonly NumberedFact[];
    readonly lines: readonly StoryLine[];
}

// api/reputation
export interface ReputationRow {
    readonly site: string;
    readonly of: EffectKey;
    readonly name: string;
    readonly rest?: {
        readonly since: number;
        readonly until: number;
        readonly because: string;
    };
    readonly learnt?: {
        readonly until: number;
        readonly connections?: number;
        readonly messagesPerConnection?: number;
    };
    readonly warmUp?: WarmUpState;
}
export interface WarmUpState {
    readonly cap?: number;
    readonly used: number;
    readonly deferred: number;
    readonly refused: number;
    readonly roomNow?: number;
    readonly trend: Trend;
    readonly sendingDays: number;
    readonly complaints: number;
}

// api/requests
export type AuthenticateRequest = Pick<ForwardRequest, 'from' | 'client'>;
export type AuthenticatedMail = {
    readonly result: 'acceptable';
    readonly dmarc: string;
    readonly mail: Uint8Array;
} | {
    readonly result: 'unusable' | 'dmarc-reject' | 'try-later';
};
export interface BatchMessage {
    readonly raw: Uint8Array;
    readonly envelope: AcceptEnvelope;
    readonly options?: Omit<AcceptOptions, 'idempotencyKey' | 'fingerprint' | 'signal' | 'startWithinMs'>;
    readonly place?: number;
}
export interface BatchOptions extends Pick<AcceptOptions, 'idempotencyKey' | 'signal' | 'startWithinMs'> {
    readonly fingerprint?: string;
}
export interface DmarcRequest {
    readonly days?: number;
    readonly domain?: string;
}
export interface EraseOptions {
    readonly by?: string;
    readonly suppressions?: boolean;
}
export interface ForwardRequest {
    readonly to: string;
    readonly recipients: readonly string[];
    readonly operator: string;
    readonly from: string | null;
    readonly client: {
        readonly address: string;
        readonly helo: string;
    };
    readonly seal?: string;
}
export type ForwardedMail = {
    readonly result: 'forwarded';
    readonly id: QueueId;
    readonly dmarc: string;
} | {
    readonly result: 'loop' | 'unusable' | 'dmarc-reject' | 'try-later';
};
export interface PreflightRequest extends ReportOptions {
    readonly signal?: AbortSignal;
}
export interface ReportRequest {
    readonly to?: string;
    readonly kinds?: readonly TakenReport['kind'][];
}
export interface SenderAddresses {
    readonly envelopeFrom: string | null;
    readonly from: readonly string[];
}
export interface TlsResultsRequest {
    readonly days?: number;
    readonly domain?: string;
    readonly limit?: number;
}

// api/statistics
export type OutcomeCounts = Readonly<Record<CountedOutcome, number>>;
export interface Statistics {
    readonly from: number;
    readonly to: number;
    readonly by: StatisticsKey;
    readonly total: StatisticsPart;
    readonly rows: readonly StatisticsRow[];
}
export interface StatisticsPart {
    readonly counts: OutcomeCounts;
    readonly latency?: LatencySummary;
}
export interface StatisticsRequest {
    readonly from?: Date | number;
    readonly to?: Date | number;
    readonly by?: StatisticsKey;
    readonly site?: string;
    readonly account?: string;
    readonly limit?: number;
}
export interface StatisticsRow extends StatisticsPart {
    readonly at?: number;
    readonly step?: 'hour' | 'day';
    readonly site?: string;
    readonly account?: string;
    readonly outcome?: CountedOutcome;
}

// api/suppressions
export interface NewSuppression {
    readonly address: string;
    readonly note?: string;
    readonly origin?: SuppressionOrigin;
    readonly until?: Date | number;
}
export interface SuppressionEntry {
    readonly address: string;
    readonly origin: SuppressionOrigin;
    readonly rule: string;
    readonly detail: string;
    readonly since: number;
    readonly until: number;
    readonly messageId?: QueueId;
    readonly note?: string;
}
export declare class Suppressions {
    #private;
    constructor(store: QueueStore, clock: Clock);
    list(filter?: SuppressionFilter): Promise<readonly SuppressionEntry[]>;
    all(filter?: Pick<SuppressionFilter, 'origin'>): AsyncGenerator<SuppressionEntry, void, undefined>;
    find(address: string): Promise<SuppressionEntry | undefined>;
    add(entry: NewSuppression): Promise<void>;
    addMany(entries: Iterable<NewSuppression> | AsyncIterable<NewSuppression>): Promise<number>;
    remove(address: string): Promise<boolean>;
}

// api/work-under-way
export interface WorkOptions {
    readonly signal?: AbortSignal;
    readonly startWithinMs?: number;
}
export declare class WorkUnderWay {
    #private;
    constructor(clock: Clock);
    run<T>(options: WorkOptions, work: (signal: AbortSignal, begun: () => void, leftMs: () => number | undefined) => Promise<T>): Promise<T>;
    signal({ signal }: {
        readonly signal?: AbortSignal;
    }): AbortSignal;
    close(withinMs: number, others: Promise<void>): Promise<void>;
    destroy(): void;
}

// assembly/delivery-engine
export interface DeliveryEngine {
    nudge(): void;
    lanes(): readonly LaneNow[];
    idle(): Promise<void>;
    close(withinMs: number): Promise<void>;
    destroy(reason: unknown): void;
}

// assembly/mailer-parts
export interface MailerParts {
    readonly live: ReloadableOptions;
    readonly clock: Clock;
    readonly recorder: Recorder;
    readonly store: QueueStore;
    readonly router: Router;
    readonly preflight: Preflight;
    readonly submission: SubmissionPorts;
    readonly engine: DeliveryEngine;
    readonly settledWatch: SettledWatch;
    readonly statistics: DeliveryStatistics;
    readonly interfaces: (() => readonly string[]) | undefined;
    readonly resolver: Resolver;
    close(): Promise<void>;
    destroy(reason: unknown): void;
}
export interface MailerSeams {
    readonly deliver?: boolean;
    readonly logger?: Logger;
    readonly metrics?: Metrics;
    readonly store?: QueueStore;
    readonly resolver?: Resolver;
    readonly clock?: Clock;
    readonly random?: Random;
    readonly cwd?: string;
    readonly interfaces?: () => readonly string[];
    readonly lookout?: DoctorProbes;
    readonly specialRanges?: readonly SpecialRange[];
    readonly policyPort?: number;
    readonly capture?: Capture;
    readonly barred?: (address: string) => string | undefined;
}

// assembly/reloadable-options
export interface ReloadableOptions {
    readonly options: ResolvedOptions;
    readonly keys: readonly DkimKey[];
    readonly returnKeys: ReturnKeys | undefined;
    take(next: ResolvedOptions): readonly string[];
}

// config/load
export interface LoadedConfig extends Resolved {
    readonly file?: string;
    readonly secretKeys?: readonly string[];
}

// config/mailer-options
export interface DeliveryOptions {
    readonly port?: number | undefined;
    readonly allowPrivateAddresses?: boolean | undefined;
    readonly ipFamily?: 'auto' | 4 | 6 | undefined;
    readonly warmUp?: 'auto' | 'off' | undefined;
    readonly testAddresses?: boolean | undefined;
    readonly concurrency?: number | undefined;
    readonly retry?: DeliveryRetryOptions | undefined;
    readonly timeouts?: TimeoutOptions | undefined;
}
export interface DeliveryRetryOptions {
    readonly scheduleMs?: readonly number[] | undefined;
    readonly jitter?: number | undefined;
    readonly expireAfterMs?: number | undefined;
    readonly warnAfterMs?: number | undefined;
}
export interface DkimOptions {
    readonly domain: string;
    readonly selector: string;
    readonly privateKey?: string | undefined;
    readonly privateKeyFile?: string | undefined;
    readonly replaces?: string | undefined;
}
export interface DnsOptions {
    readonly servers?: readonly string[] | undefined;
    readonly timeoutMs?: number | undefined;
    readonly trustAd?: boolean | 'auto' | undefined;
}
export interface DraftOptions {
    readonly allowFiles?: boolean | undefined;
    readonly textFromHtml?: boolean | undefined;
}
export interface EgressOptions {
    readonly addresses?: readonly string[] | undefined;
    readonly sources?: readonly EgressSourcesOptions[] | undefined;
    readonly overflow?: EgressOverflowOptions | undefined;
    readonly publicAddresses?: readonly string[] | undefined;
}
export interface EgressOverflowLoginOptions {
    readonly user?: string | undefined;
    readonly password?: string | undefined;
    readonly passwordFile?: string | undefined;
    readonly method?: 'auto' | 'plain' | 'login' | 'xoauth2' | undefined;
}
export interface EgressOverflowOptions {
    readonly host?: string | undefined;
    readonly service?: 'ses' | 'postmark' | 'resend' | 'brevo' | 'sendgrid' | 'mailgun' | 'mailjet' | 'sparkpost' | 'aliyun' | 'tencent' | undefined;
    readonly region?: string | undefined;
    readonly port?: number | undefined;
    readonly tls?: 'none' | 'opportunistic' | 'encrypted' | 'verified' | undefined;
    readonly implicitTls?: boolean | undefined;
    readonly login?: EgressOverflowLoginOptions | undefined;
    readonly concurrency?: number | undefined;
    readonly afterMs?: number | undefined;
}
export interface EgressSourcesOptions {
    readonly address: string;
    readonly hostname?: string | undefined;
    readonly publicAddress?: string | undefined;
    readonly weight?: number | undefined;
    readonly pool?: string | undefined;
}
export interface FeedbackOptions {
    readonly senderId?: string | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly complaints?: boolean | undefined;
    readonly unsubscribe?: 'as-given' | 'lists' | 'all' | undefined;
    readonly unsubscribeSuppresses?: boolean | undefined;
    readonly unsubscribeUrl?: string | undefined;
}
export interface LimitsOptions {
    readonly messageBytes?: number | undefined;
    readonly recipients?: number | undefined;
}
export interface MailerOptions {
    readonly hostname?: string | undefined;
    readonly egress?: EgressOptions | undefined;
    readonly dkim?: readonly DkimOptions[] | undefined;
    readonly dns?: DnsOptions | undefined;
    readonly queue?: QueueOptions | undefined;
    readonly delivery?: DeliveryOptions | undefined;
    readonly routes?: readonly RouteOptions[] | undefined;
    readonly providers?: readonly ProviderOptions[] | undefined;
    readonly tls?: TlsOptions | undefined;
    readonly mtaSts?: MtaStsOptions | undefined;
    readonly tlsrpt?: TlsrptOptions | undefined;
    readonly returnPath?: ReturnPathOptions | undefined;
    readonly feedback?: FeedbackOptions | undefined;
    readonly preflight?: 'enforce' | 'warn' | 'off' | undefined;
    readonly notices?: NoticesOptions | undefined;
    readonly limits?: LimitsOptions | undefined;
    readonly compose?: DraftOptions | undefined;
}
export interface MtaStsOptions {
    readonly cacheFile?: string | undefined;
}
export interface NoticesLanguagesOptions {
    readonly domain?: string | undefined;
    readonly account?: string | undefined;
    readonly language: 'en' | 'zh-TW' | 'zh-CN';
}
export interface NoticesOptions {
    readonly to?: 'auto' | 'nobody' | 'sender' | undefined;
    readonly from?: string | undefined;
    readonly languages?: readonly NoticesLanguagesOptions[] | undefined;
}
export interface ProviderOptions {
    readonly id: 'google' | 'outlook' | 'microsoft365' | 'yahoo' | 'yahoo-jp' | 'apple' | 'comcast' | 'gmx' | 'mail-com' | 'ionos' | 't-online' | 'orange' | 'laposte' | 'sfr' | 'free' | 'mailru' | 'yandex' | 'wp' | 'onet' | 'interia' | 'seznam' | 'libero' | 'kpn' | 'qq' | 'exmail' | 'netease' | 'sina' | 'sohu' | '21cn' | 'tom' | 'aliyun' | 'netvigator' | 'naver' | 'daum' | 'hinet' | 'docomo' | 'kddi' | 'uol' | 'bol' | 'terra' | 'telstra' | 'secureserver' | 'mimecast' | 'barracuda' | 'proofpoint' | 'ironport' | 'messagelabs';
    readonly connections?: number | undefined;
    readonly messagesPerConnection?: number | undefined;
}
export interface QueueKeepContentExceptOptions {
    readonly accounts?: readonly string[] | undefined;
    readonly tags?: readonly string[] | undefined;
}
export interface QueueKeepDialoguesOptions {
    readonly recipients?: readonly string[] | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly perSite?: number | undefined;
}
export interface QueueOptions {
    readonly path?: string | undefined;
    readonly url?: string | undefined;
    readonly directUrl?: string | undefined;
    readonly passwordFile?: string | undefined;
    readonly keepHistoryMs?: number | undefined;
    readonly cards?: boolean | undefined;
    readonly keepContentMs?: number | undefined;
    readonly keepContentExcept?: QueueKeepContentExceptOptions | undefined;
    readonly keepDialogues?: QueueKeepDialoguesOptions | undefined;
}
export interface ReturnPathOptions {
    readonly domain?: string | undefined;
    readonly keys?: readonly string[] | undefined;
    readonly use?: 'auto' | 'ours' | 'as-given' | undefined;
    readonly passOn?: 'auto' | 'sender' | 'nobody' | undefined;
    readonly receivedBy?: 'relay' | 'other' | undefined;
}
export interface RouteLoginOptions {
    readonly user?: string | undefined;
    readonly password?: string | undefined;
    readonly passwordFile?: string | undefined;
    readonly method?: 'auto' | 'plain' | 'login' | 'xoauth2' | undefined;
}
export interface RouteOptions {
    readonly domain: string;
    readonly host?: string | undefined;
    readonly service?: 'ses' | 'postmark' | 'resend' | 'brevo' | 'sendgrid' | 'mailgun' | 'mailjet' | 'sparkpost' | 'aliyun' | 'tencent' | undefined;
    readonly region?: string | undefined;
    readonly port?: number | undefined;
    readonly tls?: 'none' | 'opportunistic' | 'encrypted' | 'verified' | undefined;
    readonly implicitTls?: boolean | undefined;
    readonly login?: RouteLoginOptions | undefined;
    readonly concurrency?: number | undefined;
}
export interface TimeoutOptions {
    readonly connectMs?: number | undefined;
    readonly greetingMs?: number | undefined;
    readonly ehloMs?: number | undefined;
    readonly tlsMs?: number | undefined;
    readonly authMs?: number | undefined;
    readonly mailMs?: number | undefined;
    readonly rcptMs?: number | undefined;
    readonly dataMs?: number | undefined;
    readonly bodyMs?: number | undefined;
    readonly finalDotMs?: number | undefined;
    readonly quitMs?: number | undefined;
}
export interface TlsOptions {
    readonly minimum?: 'opportunistic' | 'encrypted' | 'verified' | undefined;
    readonly caFile?: string | undefined;
}
export interface TlsrptOptions {
    readonly send?: boolean | undefined;
    readonly contact?: string | undefined;
    readonly organisation?: string | undefined;
}

// config/options
export interface ResolvedDkim {
    readonly domain: Domain;
    readonly selector: string;
    readonly privateKey: string;
    readonly source: string;
    readonly replaces?: string;
    readonly standing?: 'coming' | 'revoked';
}
export interface ResolvedOptions {
    readonly hostname: Domain;
    readonly egress: {
        readonly addresses: readonly string[];
        readonly sources: readonly Source[];
        readonly publicAddresses: readonly string[];
        readonly overflow?: ResolvedRoute & {
            readonly afterMs: number;
        };
    };
    readonly dkim: readonly ResolvedDkim[];
    readonly dns: {
        readonly servers: readonly string[];
        readonly timeoutMs: number;
        readonly trustAd: boolean | 'auto';
    };
    readonly queue: {
        readonly path: string;
        readonly url?: string;
        readonly directUrl?: string;
        readonly passwordFile?: string;
        readonly keepHistoryMs: number;
        readonly cards: boolean;
        readonly keepContentMs: number;
        readonly keepContentExcept: {
            readonly accounts: readonly string[];
            readonly tags: readonly string[];
        };
        readonly keepDialogues: {
            readonly recipients: readonly string[];
            readonly tags: readonly string[];
            readonly perSite: number;
        };
    };
    readonly delivery: {
        readonly port: number;
        readonly allowPrivateAddresses: boolean;
        readonly ipFamily: 'auto' | 4 | 6;
        readonly testAddresses: boolean;
        readonly warmUp: 'auto' | 'off';
        readonly concurrency: number;
        readonly retry: {
            readonly scheduleMs: readonly number[];
            readonly jitter: number;
            readonly expireAfterMs: number;
            readonly warnAfterMs: number;
        };
        readonly timeouts: ResolvedTimeouts;
    };
    readonly routes: readonly ResolvedRoute[];
    readonly providers: readonly ProviderOverride[];
    readonly tls: {
        readonly minimum: 'opportunistic' | 'encrypted' | 'verified';
        readonly ca?: string;
    };
    readonly mtaSts: {
        readonly cacheFile?: string;
    };
    readonly returnPath: {
        readonly domain?: string | undefined;
        readonly keys: readonly string[];
        readonly use: ReturnPathUse;
        readonly passOn: 'auto' | PassOnTo;
        readonly receivedBy: 'relay' | 'other';
    };
    readonly feedback: {
        readonly senderId?: string | undefined;
        readonly tags: readonly string[];
        readonly complaints: boolean;
        readonly unsubscribe: UnsubscribeUse;
        readonly unsubscribeSuppresses: boolean;
        readonly unsubscribeUrl?: string | undefined;
    };
    readonly tlsrpt: {
        readonly send: boolean;
        readonly contact: string;
        readonly organisation: string;
    };
    readonly preflight: 'enforce' | 'warn' | 'off';
    readonly notices: {
        readonly to: 'auto' | 'nobody' | 'sender';
        readonly from: string;
        readonly languages: readonly {
            readonly domain?: string | undefined;
            readonly account?: string | undefined;
            readonly language: Language;
        }[];
    };
    readonly limits: {
        readonly messageBytes: number;
        readonly recipients: number;
    };
    readonly compose: {
        readonly allowFiles: boolean;
        readonly textFromHtml: boolean;
    };
}
export interface ResolvedRoute extends RouteRule {
    readonly passwordFile?: string;
}
export type ResolvedTimeouts = {
    readonly [Key in keyof TimeoutOptions]-?: number;
};

// config/resolved
export interface Resolved {
    readonly options: ResolvedOptions;
    readonly sections: Readonly<Record<string, unknown>>;
    readonly warnings: readonly string[];
    readonly historyGiven: boolean;
}

// dns/record
export interface AddressRecord extends OfName {
    readonly type: 'A' | 'AAAA';
    readonly address: string;
}
export interface Answer {
    readonly question: Question;
    readonly names: readonly string[];
    readonly records: readonly DnsRecord[];
    readonly authentic: boolean;
    readonly ttl: number;
    readonly malformed: number;
}
export type DnsRecord = AddressRecord | MxRecord | TxtRecord | TlsaAnswerRecord | PointerRecord | SoaRecord;
export interface MxRecord extends OfName {
    readonly type: 'MX';
    readonly preference: number;
    readonly exchange: string;
}
interface OfName {
    readonly name: string;
    readonly ttl: number;
}
export interface PointerRecord extends OfName {
    readonly type: 'PTR' | 'CNAME' | 'NS';
    readonly target: string;
}
export interface Question {
    readonly name: string;
    readonly type: RecordType;
}
export declare const RECORD_TYPES: readonly ['A', 'AAAA', 'MX', 'TXT', 'TLSA', 'PTR', 'CNAME', 'NS', 'SOA'];
export type RecordType = (typeof RECORD_TYPES)[number];
export interface SoaRecord extends OfName {
    readonly type: 'SOA';
    readonly primary: string;
    readonly mailbox: string;
    readonly serial: number;
    readonly minimum: number;
}
export interface TlsaAnswerRecord extends OfName {
    readonly type: 'TLSA';
    readonly tlsa: TlsaRecord;
}
export interface TxtRecord extends OfName {
    readonly type: 'TXT';
    readonly strings: readonly string[];
}

// dns/resolver
export interface Resolver {
    query(question: Question, signal: AbortSignal): Promise<Answer>;
    readonly trustworthy: boolean;
    readonly fresh?: Resolver;
}

// flow/complaint
export interface Feedback {
    readonly type: string;
    readonly result: 'complained' | 'known' | 'no-complaint' | 'unknown-message' | 'unknown-recipient';
    readonly messageId?: QueueId;
    readonly recipient?: string;
}
export interface TakeFeedbackOptions {
    readonly suppress?: boolean;
}

// flow/count-dmarc
export type CountedDmarc = 'counted' | 'known' | 'foreign' | 'old' | 'full';

// flow/feedback-fields
export interface FeedbackSubject {
    readonly id: QueueId;
    readonly envelope: Pick<Envelope, 'reversePath' | 'recipients'>;
    readonly request: FeedbackWish & {
        readonly tags: Readonly<Record<string, string>>;
    };
    readonly keys: readonly Pick<DkimKey, 'domain'>[];
}
export interface FeedbackWish {
    readonly unsubscribe?: UnsubscribeUse;
    readonly feedbackId?: string;
}

// flow/return-path
export interface ReturnWish {
    readonly returnPath?: ReturnPathUse;
    readonly passOn?: PassOnTo;
}
export interface Returning {
    readonly domain: Domain;
    readonly marks: Pick<Envelope, 'returnsToUs' | 'passesOn'>;
}
export declare function returnsToUs(reversePath: Address | null, use: ReturnPathUse, domain: Domain): boolean;

// flow/settled
export interface SettledPorts {
    readonly history: (id: QueueId) => Promise<readonly NumberedFact[]>;
    readonly on: (kind: '*', listener: (fact: Fact) => void) => () => void;
    readonly clock: Clock;
}
export declare class SettledWatch {
    #private;
    constructor(ports: SettledPorts);
    settled(id: QueueId, signal: AbortSignal): Promise<Outcome>;
    close(): void;
}

// flow/submission
export interface RawLimits {
    readonly hostname: Domain;
    readonly messageBytes: number;
}
export interface SendRequest extends ReturnWish, FeedbackWish {
    readonly expiresAt: number;
    readonly notBefore: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly idempotencyKey?: string;
    readonly idempotencyDigest?: string;
    readonly account?: string;
    readonly pool?: string;
    readonly via: WayIn;
    readonly hold?: string;
    readonly keepContent?: boolean;
}
export interface Sender {
    readonly envelopeFrom: Address | null;
    readonly from: readonly Address[];
}
export interface SubmissionPorts {
    readonly compose: (draft: Draft, now: number, signal: AbortSignal) => Promise<{
        readonly message: RawMessage;
        readonly envelope: Envelope;
    }>;
    readonly rawLimits: () => RawLimits;
    readonly clear: (sender: Sender, signal: AbortSignal) => Promise<Clearance> | Clearance;
    readonly returning: (reversePath: Address | null, wish: ReturnWish) => Returning | undefined;
    readonly mark: (message: RawMessage, subject: FeedbackSubject) => RawMessage;
    readonly card: (message: RawMessage) => Card | undefined;
    readonly keepContentMs: (request: Pick<SendRequest, 'account' | 'tags'>) => number;
    readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[];
    readonly sign: (message: RawMessage, keys: readonly DkimKey[], now: number) => Promise<RawMessage>;
    readonly enqueue: (submission: Submission, options: Omit<Writing, 'leftMs'> & {
        readonly withinMs?: number;
    }) => Promise<{
        readonly id: QueueId;
        readonly duplicate: boolean;
    }>;
    readonly enqueueAll: (submissions: readonly Submission[], options: Omit<Writing, 'leftMs'> & {
        readonly withinMs?: number;
    }) => Promise<readonly {
        readonly id: QueueId;
        readonly duplicate: boolean;
    }[]>;
    readonly queuedFact: (submission: Submission) => QueuedFact;
    readonly record: (fact: Fact) => void;
    readonly now: () => number;
}
export interface Writing {
    readonly signal: AbortSignal;
    readonly begun: () => void;
    readonly leftMs?: () => number | undefined;
}

// flow/take-report
export interface TakenRecipient {
    readonly recipient: string;
    readonly result: 'recorded' | 'known' | 'none';
    readonly suppressed: boolean;
    readonly code?: Failure['code'];
    readonly rule?: string;
    readonly said?: string;
    readonly passedOn?: QueueId;
}
export interface TakenReport {
    readonly kind: MailReport['kind'];
    readonly proof: 'valid' | ReturnProblem;
    readonly messageId?: QueueId;
    readonly recipients: readonly TakenRecipient[];
    readonly because?: string;
    readonly dmarc?: AuthenticationReport;
    readonly counted?: CountedDmarc;
    readonly tls?: Exclude<ReturnType<typeof readTlsReport>, {
        readonly problem: string;
    }>;
}

// language/checks
export declare const CHECKS: {
    readonly 'auth.spf-or-dkim': {
        readonly title: 'SPF or DKIM passes';
        readonly why: 'Gmail refuses mail that passes neither (550 5.7.26); others file it as spam.';
    };
    readonly 'spf.exists': {
        readonly title: 'The envelope domain has an SPF record';
        readonly why: 'Without one no receiver can tell our server from a forger; bulk senders are refused.';
    };
    readonly 'spf.one-record': {
        readonly title: 'There is exactly one SPF record';
        readonly why: 'Two records are a permanent error (RFC 7208 §3.2): receivers ignore both.';
    };
    readonly 'spf.syntax': {
        readonly title: 'The SPF record can be read';
        readonly why: 'One wrong term makes the whole record a permanent error (RFC 7208 §4.6).';
    };
    readonly 'spf.includes': {
        readonly title: 'Every record that SPF includes can be read';
        readonly why: 'An include without a record is a permanent error for every sender that no term before it matches.';
    };
    readonly 'spf.lookups': {
        readonly title: 'The SPF record costs at most 10 look-ups, 2 of them void';
        readonly why: 'Beyond that receivers stop and say permanent error (RFC 7208 §4.6.4), for some senders and not for others.';
    };
    readonly 'spf.covers-egress': {
        readonly title: 'SPF passes for every address that we send from';
        readonly why: 'A fail is refused outright by many; Gmail answers 550 5.7.26 or 5.7.27.';
    };
    readonly 'spf.all': {
        readonly title: 'The SPF record ends with -all or ~all';
        readonly why: 'With +all, or a network of half the internet, every host passes, and filters hold it against the domain; without -all or ~all SPF protects nothing.';
    };
    readonly 'spf.ptr': {
        readonly title: 'The SPF record has no ptr';
        readonly why: 'It should not be published (RFC 7208 §5.5): it is slow, and large receivers skip it or say permanent error.';
    };
    readonly 'dkim.configured': {
        readonly title: 'A key signs mail of this From domain';
        readonly why: 'Unsigned mail breaks DMARC as soon as it is forwarded, and bulk senders must sign.';
    };
    readonly 'dkim.published': {
        readonly title: 'The public key of each selector is published';
        readonly why: 'A signature without a key fails (Gmail 5.7.30); it is worth less than none.';
    };
    readonly 'dkim.testing': {
        readonly title: 'The published key is not marked as a test';
        readonly why: 'A verifier must not treat mail of a key in testing other than unsigned mail (RFC 6376 §3.6.1).';
    };
    readonly 'dkim.matches': {
        readonly title: 'The published key is the key that signs';
        readonly why: 'A signature by another key fails, as if the message had been changed.';
    };
    readonly 'dkim.verifies': {
        readonly title: 'A message that is signed now verifies';
        readonly why: 'Signer, published key and receiver have to agree; a signature that fails is worth less than none.';
    };
    readonly 'dkim.length': {
        readonly title: 'Keys are long enough';
        readonly why: 'Receivers ignore keys under 1024 bits (RFC 8301 §3.2) and trust 2048.';
    };
    readonly 'dmarc.exists': {
        readonly title: 'The From domain has a DMARC record';
        readonly why: 'Gmail, Yahoo and Microsoft demand one of bulk senders (550 5.7.40, 5.7.515).';
    };
    readonly 'dmarc.one-record': {
        readonly title: 'There is exactly one DMARC record';
        readonly why: 'Several count as none (RFC 9989 §4.10).';
    };
    readonly 'dmarc.syntax': {
        readonly title: 'The DMARC record can be read';
        readonly why: 'A record that cannot be read counts as none.';
    };
    readonly 'dmarc.alignment': {
        readonly title: 'From aligns with the signature or the envelope domain';
        readonly why: 'Without alignment DMARC fails whatever passes; under quarantine or reject the message is lost.';
    };
    readonly 'dmarc.policy': {
        readonly title: 'The DMARC policy is reject';
        readonly why: 'p=none only watches: forgers of the domain are still delivered.';
    };
    readonly 'dmarc.reports': {
        readonly title: 'DMARC reports go to a mailbox that takes them';
        readonly why: 'Without reports nobody sees which mail of the domain fails, and the policy cannot be raised safely.';
    };
    readonly 'spf.helo': {
        readonly title: 'SPF passes for the EHLO name';
        readonly why: 'Notices have no reverse-path, so this name is judged instead (RFC 7208 §2.4); a fail is held against all mail.';
    };
    readonly 'host.helo': {
        readonly title: 'The EHLO name can be looked up';
        readonly why: 'Many refuse names without a dot, with odd characters, or of a local network (Gmail: 501 5.5.4).';
    };
    readonly 'host.clock': {
        readonly title: 'The clock is right';
        readonly why: 'Mail dated in the future counts against the sender, and certificates and signatures depend on the clock.';
    };
    readonly 'host.resolves': {
        readonly title: 'The EHLO name has the addresses that we send from';
        readonly why: 'A name in EHLO without an address is refused by strict hosts (RFC 5321 §4.1.1.1).';
    };
    readonly 'host.ptr': {
        readonly title: 'Every address that we send from has a PTR record';
        readonly why: 'Gmail refuses mail without one (550 5.7.25), and so do many others; IPv6 is judged harder than IPv4.';
    };
    readonly 'host.ptr-confirmed': {
        readonly title: 'The PTR name leads back to the address';
        readonly why: 'A PTR that nothing confirms can be forged; Gmail and Yahoo treat it as none.';
    };
    readonly 'host.ptr-generic': {
        readonly title: 'The PTR name is not generic';
        readonly why: 'Yahoo and many blocklists refuse names that are made from the address.';
    };
    readonly 'host.ptr-equals-helo': {
        readonly title: 'PTR and EHLO are the same name';
        readonly why: 'Small hosts compare them; a difference costs points in spam filters.';
    };
    readonly 'egress.known': {
        readonly title: 'The public addresses of this host are known';
        readonly why: 'SPF and PTR can only be judged for addresses that are known.';
    };
    readonly 'egress.bindable': {
        readonly title: 'This machine has every address that mail leaves from';
        readonly why: 'Nothing leaves from an address that the machine has lost: its mail takes another one, or waits.';
    };
    readonly 'egress.port-25': {
        readonly title: 'Mail hosts can be reached on port 25';
        readonly why: 'Many providers block it until asked; then no mail leaves, whatever else is right.';
    };
    readonly 'dns.resolver': {
        readonly title: 'The resolver validates DNSSEC';
        readonly why: 'DANE is used for delivery only where a validating resolver on this host says so; blocklists refuse public resolvers.';
    };
    readonly 'domain.own': {
        readonly title: 'You can publish records for the sender domain';
        readonly why: 'A public suffix, an address or a number in place of a domain can have no SPF, no key and no MX of the sender: nobody can tell it from a forger, or answer it.';
    };
    readonly 'domain.exists': {
        readonly title: 'The sender domain exists';
        readonly why: 'Receivers refuse senders of domains that do not exist.';
    };
    readonly 'domain.not-alias': {
        readonly title: 'The sender domain has records of its own';
        readonly why: 'A CNAME stands alone (RFC 1034 §3.6.2): beside it the SPF, MX and SOA records of the domain are not seen, or only by some.';
    };
    readonly 'domain.dnssec': {
        readonly title: 'DNSSEC of our domains validates';
        readonly why: 'Where the proof fails, a receiver that validates finds nothing at all: no SPF, no key, no host, and may refuse for it.';
    };
    readonly 'domain.soa': {
        readonly title: 'The sender domain has an SOA record';
        readonly why: 'Yahoo demands one of the domains in MAIL FROM and From.';
    };
    readonly 'mx.exists': {
        readonly title: 'The sender domain can receive mail';
        readonly why: 'Bounces and replies come back there; many receivers refuse a sender that cannot be answered.';
    };
    readonly 'mx.not-null': {
        readonly title: 'The sender domain has no null MX';
        readonly why: 'A null MX says that no mail is taken; a sender with one may be refused (RFC 7505 §4.2).';
    };
    readonly 'mx.not-address': {
        readonly title: 'The MX names a host, not an address';
        readonly why: 'An address in an MX leads nowhere (RFC 5321 §5.1); replies and bounces are lost.';
    };
    readonly 'mx.not-alias': {
        readonly title: 'The MX names a host, not an alias';
        readonly why: 'An MX must not be a CNAME (RFC 2181 §10.3); some servers do not deliver there.';
    };
    readonly 'mx.resolves': {
        readonly title: 'The mail host of the sender domain has a public address';
        readonly why: 'Without one replies and bounces cannot be delivered.';
    };
    readonly 'mx.mailboxes': {
        readonly title: 'The return path and postmaster have a mailbox';
        readonly why: 'Bounces and complaints come back there (RFC 5321 §4.5.1); senders that cannot be reached lose trust.';
    };
    readonly 'return-path.mx': {
        readonly title: 'The domain of the return addresses has an MX';
        readonly why: 'Bounces, complaints and unsubscribing mails come to returnPath.domain; without a host they vanish.';
    };
    readonly 'return-path.receives': {
        readonly title: 'Its mail host takes what comes back, and nothing else';
        readonly why: 'Bounces that nobody takes are lost, and addresses that are gone are mailed for ever; a host that takes everything makes backscatter.';
    };
    readonly 'return-path.spf': {
        readonly title: 'SPF passes for the domain of the return addresses';
        readonly why: 'It is the MAIL FROM of our mail: its SPF is judged, not that of the From domain.';
    };
    readonly 'return-path.aligned': {
        readonly title: 'The return addresses align with From';
        readonly why: 'Otherwise SPF does not count for DMARC, and everything rests on the DKIM signature.';
    };
    readonly 'mta-sts.record': {
        readonly title: 'There is one valid MTA-STS record';
        readonly why: 'It makes others deliver to the domain over verified TLS only (RFC 8461); a wrong record is ignored.';
    };
    readonly 'mta-sts.policy': {
        readonly title: 'The MTA-STS policy lists every mail host';
        readonly why: 'Senders that obey an enforced policy deliver to no host that it does not list.';
    };
    readonly 'tlsrpt.record': {
        readonly title: 'There is one valid TLSRPT record';
        readonly why: 'Without these reports you do not learn when others cannot deliver securely (RFC 8460).';
    };
    readonly 'tlsa.usable': {
        readonly title: 'TLSA records of the mail hosts can be used';
        readonly why: 'A record of the wrong kind, or in an unsigned zone, protects nothing (RFC 7672 §3.1).';
    };
    readonly 'tlsa.matches': {
        readonly title: 'The certificates of the mail hosts match their TLSA records';
        readonly why: 'Senders that use DANE deliver nothing to a host whose certificate has no record.';
    };
    readonly 'tlsa.rollover': {
        readonly title: 'The TLSA record of the next key is published before the key is used';
        readonly why: 'DNS answers are cached: a record that is published together with a new key comes too late for some (RFC 7671 §8).';
    };
    readonly 'mta-sts.certificate': {
        readonly title: 'The certificates of the mail hosts satisfy MTA-STS';
        readonly why: 'Under mode enforce nothing is delivered to a host whose certificate is not trusted or for another name.';
    };
    readonly 'message.one-author': {
        readonly title: 'The message has one author';
        readonly why: 'RFC 5322 allows several; Gmail refuses them, because DMARC knows of one only.';
    };
    readonly 'reputation.dnsbl': {
        readonly title: 'Neither our addresses nor the sender domain are on a blocklist';
        readonly why: 'Most receivers refuse listed addresses outright, and mail that names a listed domain is spam to them.';
    };
};
export type CheckId = keyof typeof CHECKS;

// language/languages
export declare const LANGUAGES: {
    readonly en: 'English';
    readonly 'zh-TW': '繁體中文';
    readonly 'zh-CN': '简体中文';
};
export type Language = keyof typeof LANGUAGES;

// model/address
export interface Address {
    readonly local: string;
    readonly domain: Domain;
}
export type Domain = string & {
    readonly [domainBrand]: true;
};
declare const domainBrand: unique symbol;

// model/card
export interface Card {
    readonly subject?: string;
    readonly from?: string;
    readonly to?: string;
    readonly cc?: string;
}
export declare const WAYS_IN: readonly ['sdk', 'smtp', 'http'];
export type WayIn = (typeof WAYS_IN)[number];

// model/check
export interface Check {
    readonly id: string;
    readonly level: CheckLevel;
    readonly found: string;
    readonly wanted: string;
    readonly fix?: string;
}
export type CheckLevel = 'ok' | 'note' | 'warn' | 'fail' | 'unknown';

// model/claim-request
export interface ClaimRequest {
    readonly now: number;
    readonly limit: number;
    readonly perDomain: number;
    readonly leaseMs: number;
    readonly exclude: readonly Domain[];
    readonly quotas?: readonly (readonly [Domain, number])[];
}

// model/clearance
export interface Clearance {
    readonly result: 'cleared' | 'warned' | 'skipped';
    readonly envelopeDomain: Domain;
    readonly fromDomain: Domain;
    readonly publicAddresses: readonly PublicAddress[];
    readonly checks: readonly Check[];
}
export interface PublicAddress {
    readonly address: string;
    readonly foundBy: 'given' | 'interface' | 'dns-whoami';
}

// model/dkim-key
export interface DkimKey {
    readonly domain: Domain;
    readonly selector: string;
    readonly replaces?: string;
    readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
    readonly privateKey: KeyObject;
    readonly publicKey: string;
}

// model/dkim-key-fact
export interface DkimKeyStageFact {
    readonly kind: 'dkim-key-stage';
    readonly at: number;
    readonly domain: string;
    readonly stage: 'publish' | 'retire' | 'revoke' | 'done' | 'cancelled';
    readonly selectors: readonly string[];
    readonly former: readonly string[];
}

// model/dmarc-count
export interface DmarcAddition {
    readonly reporter: string;
    readonly id: string;
    readonly day: number;
    readonly domain: string;
    readonly policy: string;
    readonly rows: readonly DmarcRow[];
}
export interface DmarcCount extends DmarcRow {
    readonly domain: string;
    readonly reporter: string;
    readonly firstDay: number;
    readonly lastDay: number;
}
export interface DmarcReports {
    readonly domain: string;
    readonly reports: number;
    readonly days: number;
    readonly policy: string;
}
export interface DmarcRow {
    readonly source: string;
    readonly dkim: boolean;
    readonly spf: boolean;
    readonly disposition: string;
    readonly count: number;
}
export interface DmarcSums {
    readonly counts: readonly DmarcCount[];
    readonly reports: readonly DmarcReports[];
}

// model/draft
export interface Attachment {
    readonly filename?: string;
    readonly content?: string | Uint8Array | Buffer | Readable;
    readonly path?: string;
    readonly contentType?: string;
    readonly cid?: string;
    readonly encoding?: string;
}
export interface Calendar {
    readonly method?: string;
    readonly content: string;
    readonly filename?: string;
}
export interface Draft {
    readonly from: Mailbox;
    readonly to?: Mailbox | readonly Mailbox[];
    readonly cc?: Mailbox | readonly Mailbox[];
    readonly bcc?: Mailbox | readonly Mailbox[];
    readonly replyTo?: Mailbox | readonly Mailbox[];
    readonly subject?: string;
    readonly text?: string;
    readonly html?: string;
    readonly alternatives?: readonly {
        readonly contentType: string;
        readonly content: string;
    }[];
    readonly attachments?: readonly Attachment[];
    readonly calendar?: Calendar;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly listUnsubscribe?: ListUnsubscribe;
    readonly messageId?: string;
    readonly inReplyTo?: string;
    readonly references?: readonly string[];
    readonly date?: Date;
    readonly returnPath?: string | null;
    readonly tags?: Readonly<Record<string, string>>;
    readonly requireTls?: boolean;
}
export interface ListUnsubscribe {
    readonly url?: string;
    readonly mailto?: string;
}
export type Mailbox = string | {
    readonly name?: string;
    readonly address: string;
};

// model/effect
export declare const EFFECT_KEYS: readonly ['site', 'source', 'sender', 'signer', 'link', 'message-id'];
export interface Effect {
    readonly on: EffectKey;
    readonly name?: string;
    readonly measure: Measure;
}
export type EffectKey = (typeof EFFECT_KEYS)[number];
export type Measure = {
    readonly kind: 'rest';
    readonly forMs: number;
} | {
    readonly kind: 'fewer-connections';
} | {
    readonly kind: 'reconnect';
} | {
    readonly kind: 'cold-again';
};

// model/egress
export interface Departure {
    readonly hostname: Domain;
    readonly localAddress?: string;
    readonly source?: string;
    readonly pool?: string;
    readonly because?: SourceReason;
}
export interface LeftFrom {
    readonly address: string;
    readonly because: SourceReason;
}
export declare const SOURCE_REASONS: readonly ['own', 'refused', 'lost', 'reverse-name', 'warm-up', 'overflow'];
export interface Source {
    readonly address: string;
    readonly hostname?: Domain;
    readonly publicAddress?: string;
    readonly weight: number;
    readonly pool?: string;
}
export type SourceReason = (typeof SOURCE_REASONS)[number];

// model/envelope
export interface Envelope {
    readonly reversePath: Address | null;
    readonly recipients: readonly Recipient[];
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
    readonly returnsToUs?: boolean;
    readonly passesOn?: boolean;
    readonly requireTls?: boolean;
}
export type Notify = 'never' | 'success' | 'failure' | 'delay';
export declare const PASS_ON_TO: readonly ['sender', 'nobody'];
export type PassOnTo = (typeof PASS_ON_TO)[number];
export declare const RETURN_PATH_USES: readonly ['auto', 'ours', 'as-given'];
export interface Recipient {
    readonly address: Address;
    readonly notify?: readonly Notify[];
    readonly originalRecipient?: string;
}
export type ReturnPathUse = (typeof RETURN_PATH_USES)[number];
export declare const UNSUBSCRIBE_USES: readonly ['as-given', 'lists', 'all'];
export type UnsubscribeUse = (typeof UNSUBSCRIBE_USES)[number];

// model/evidence
export declare const LOSS_CODES: {
    readonly 'connect-refused': 'The connection was refused.';
    readonly 'connect-timeout': 'No connection within the deadline.';
    readonly unreachable: 'The network or host cannot be reached.';
    readonly 'local-address': 'Our own address cannot be used to reach the host.';
    readonly reset: 'The connection was reset.';
    readonly closed: 'The server closed the connection without a reply.';
    readonly timeout: 'No reply within the deadline of this command.';
    readonly 'protocol-error': 'The server said something that is not SMTP.';
    readonly 'line-too-long': 'A reply line or a whole reply is larger than any server needs.';
    readonly 'starttls-missing': 'TLS is required and not offered.';
    readonly 'starttls-refused': 'TLS is required and STARTTLS was refused.';
    readonly 'tls-handshake': 'The TLS handshake failed.';
    readonly 'tls-name-mismatch': 'The certificate is for another name.';
    readonly 'tls-expired': 'The certificate has expired or is not valid yet.';
    readonly 'tls-untrusted': 'The certificate leads to no authority we trust.';
    readonly 'tls-dane-mismatch': 'No TLSA record matches the certificate.';
    readonly 'auth-missing': 'Login is configured and no usable method is offered.';
    readonly 'requiretls-missing': 'REQUIRETLS was asked for and is not offered.';
    readonly 'size-exceeded': 'The server announced a smaller maximum size than this message has.';
    readonly 'smtputf8-missing': 'An address or header needs SMTPUTF8 and it is not offered.';
    readonly 'eightbit-missing': 'The body needs 8BITMIME and it is not offered.';
    readonly aborted: 'We were told to stop.';
};
export type LossCode = keyof typeof LOSS_CODES;
export declare const STAGES: readonly ['route', 'connect', 'greeting', 'ehlo', 'starttls', 'tls', 'auth', 'mail', 'rcpt', 'data', 'body', 'final-dot'];
export type Stage = (typeof STAGES)[number];
export interface TlsSeen {
    readonly protocol: string;
    readonly cipher: string;
    readonly verified: 'dane' | 'pkix' | 'none';
    readonly resumed: boolean;
    readonly problem?: string;
    readonly problemCode?: LossCode;
    readonly policy?: TlsSource;
}

// model/fact
export interface BouncedFact extends OfFailure {
    readonly kind: 'bounced';
}
export interface CancelledFact extends OfMessage {
    readonly kind: 'cancelled';
    readonly recipient: string;
}
export interface DeferredFact extends OfFailure {
    readonly kind: 'deferred';
    readonly nextAttemptAt: number;
}
export interface DelayedFact extends OfRecipient {
    readonly kind: 'delayed';
    readonly sinceMs: number;
}
export interface DeliveredFact extends OfRecipient {
    readonly kind: 'delivered';
    readonly transcript?: readonly string[];
    readonly tookMs: number;
}
export type DurableFact = QueuedFact | DeliveredFact | DeferredFact | DelayedFact | BouncedFact | ExpiredFact | CancelledFact | UncertainFact | ComplainedFact | ReturnedFact | AutoRepliedFact | UnsubscribedFact | SuppressedFact | HeldFact | ReleasedFact | RescheduledFact | NoticeQueuedFact;
export interface ErasedFact {
    readonly kind: 'erased';
    readonly at: number;
    readonly by: string;
    readonly messages: number;
    readonly contents: number;
    readonly open: number;
}
export interface ExpiredFact extends OfFailure {
    readonly kind: 'expired';
}
export type Fact = DurableFact | RoutedFact | SessionFact | SiteWindowFact | PaceHeldFact | WaitingFact | WarmUpFact | SourceLostFact | StsFact | PreflightFact | LeaseLostFact | QueueErrorFact | QueueTakeoverFact | ErasedFact | InternalErrorFact | WebhookDroppedFact | DkimKeyStageFact;
export type FactKind = Fact['kind'];
export interface HeldFact extends OfMessage {
    readonly kind: 'held';
    readonly because: string;
}
export interface InternalErrorFact {
    readonly kind: 'internal-error';
    readonly at: number;
    readonly doing: string;
    readonly detail: string;
}
export interface LeaseLostFact extends OfMessage {
    readonly kind: 'lease-lost';
}
export interface NoticeQueuedFact extends OfMessage {
    readonly kind: 'notice-queued';
    readonly notice: 'failure' | 'delay' | 'success';
    readonly noticeId: QueueId;
    readonly to: string;
}
export interface NumberedFact {
    readonly number: number;
    readonly fact: DurableFact;
}
interface OfFailure extends OfRecipient {
    readonly code: FailureCode;
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly stage: Stage;
    readonly rule: string;
    readonly detail: string;
    readonly remedy?: string;
    readonly transcript?: readonly string[];
}
interface OfRecipient extends OfMessage {
    readonly recipient: string;
    readonly attempt: number;
    readonly host?: string;
    readonly address?: string;
    readonly reply?: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
}
export type OutsideFact = WebhookDroppedFact | DkimKeyStageFact;
export interface PreflightFact {
    readonly kind: 'preflight-warned' | 'preflight-refused';
    readonly at: number;
    readonly from: string;
    readonly clearance: Clearance;
}
export interface QueueErrorFact {
    readonly kind: 'queue-error';
    readonly at: number;
    readonly doing: string;
    readonly detail: string;
}
export interface QueueTakeoverFact {
    readonly kind: 'queue-takeover';
    readonly at: number;
    readonly from: number;
    readonly to: number;
    readonly octets: number;
    readonly withinMs: number;
}
export interface QueuedFact extends OfMessage {
    readonly kind: 'queued';
    readonly from: string;
    readonly recipients: readonly string[];
    readonly header: string;
    readonly sizeBytes: number;
    readonly clearance: Clearance;
    readonly notBefore?: number;
}
export interface ReleasedFact extends OfMessage {
    readonly kind: 'released';
}
export interface RescheduledFact extends OfMessage {
    readonly kind: 'rescheduled';
    readonly dueAt: number;
    readonly expiresAt: number;
}
export interface RoutedFact extends OfMessage {
    readonly kind: 'routed';
    readonly domain: string;
    readonly site: string;
    readonly hosts: readonly string[];
}
export interface SessionFact {
    readonly kind: 'session-opened' | 'session-failed';
    readonly at: number;
    readonly site: string;
    readonly host: string;
    readonly address: string;
    readonly tls?: TlsSeen;
    readonly stage?: Stage;
    readonly code?: LossCode;
    readonly detail?: string;
    readonly tookMs: number;
}
export interface SiteWindowFact {
    readonly kind: 'site-narrowed' | 'site-paused' | 'site-widened';
    readonly at: number;
    readonly site: string;
    readonly source?: string;
    readonly window: number;
    readonly until?: number;
    readonly because?: string;
}
export interface StsFact {
    readonly kind: 'sts-policy-changed';
    readonly at: number;
    readonly domain: string;
    readonly mode: string;
    readonly id: string;
}
export interface UncertainFact extends OfMessage {
    readonly kind: 'uncertain';
    readonly recipients: readonly string[];
    readonly because: 'process-died' | 'connection-lost';
}
export interface WaitingFact extends OfMessage {
    readonly kind: 'waiting';
    readonly domain: string;
    readonly site: string;
    readonly until: number;
    readonly because: string;
}
export interface WebhookDroppedFact {
    readonly kind: 'webhook-dropped';
    readonly at: number;
    readonly endpoint: string;
    readonly endpointId: string;
    readonly after: string;
    readonly through: string;
    readonly count: number;
    readonly because: 'age' | 'number' | 'gone';
}

// model/failure
export interface Failure {
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly code: FailureCode;
    readonly stage: Stage;
    readonly rule: string;
    readonly reply?: Reply;
    readonly detail: string;
    readonly retryAfterMs?: number;
    readonly suppress: boolean;
    readonly tryOtherFamily?: boolean;
    readonly remedy?: string;
    readonly effects?: readonly Effect[];
    readonly transcript?: readonly string[];
}
export type FailureCode = 'no-such-domain' | 'no-mail-host' | 'null-mx' | 'bad-destination' | 'dns-trouble' | 'host-unreachable' | 'connection-lost' | 'delivery-uncertain' | 'protocol-trouble' | 'tls-required' | 'requiretls-unsupported' | 'login-failed' | 'host-busy' | 'not-accepting' | 'rate-limited' | 'too-many-connections' | 'greylisted' | 'bad-reputation' | 'blocklisted' | 'reverse-dns' | 'unauthenticated' | 'policy-refused' | 'user-unknown' | 'user-disabled' | 'mailbox-busy' | 'user-moved' | 'mailbox-full' | 'recipient-refused' | 'complained' | 'suppressed' | 'too-many-recipients' | 'relay-denied' | 'message-too-large' | 'content-refused' | 'message-malformed' | 'not-supported' | 'remote-trouble' | 'refused' | 'expired';
export type FailureScope = 'recipient' | 'message' | 'host' | 'domain';
export type Permanence = 'transient' | 'permanent';

// model/job
export interface Job {
    readonly id: number;
    readonly messageId: QueueId;
    readonly domain: Domain;
    readonly recipients: readonly JobRecipient[];
    readonly reversePath: Address | null;
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
    readonly requireTls: boolean;
    readonly returnsToUs?: boolean;
    readonly facts: MessageFacts;
    readonly attempts: number;
    readonly acceptedAt: number;
    readonly expiresAt: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly account?: string;
    readonly pool?: string;
    readonly keepContentMs?: number;
    readonly lease: Lease;
}
export interface JobRecipient {
    readonly index: number;
    readonly address: Address;
    readonly notify?: readonly Notify[];
    readonly originalRecipient?: string;
    readonly delayTold?: boolean;
    readonly suppressed?: {
        readonly until: number;
        readonly code: FailureCode;
        readonly detail: string;
    };
}
export interface Lease {
    readonly token: number;
    readonly until: number;
}

// model/late-fact
export interface AutoRepliedFact extends OfMessage {
    readonly kind: 'auto-replied';
    readonly recipient: string;
    readonly what: 'absence' | 'challenge' | 'read';
    readonly passedOn?: QueueId;
}
export interface ComplainedFact extends OfMessage {
    readonly kind: 'complained';
    readonly recipient: string;
    readonly feedback: string;
    readonly reporter?: string;
}
export type LateFact = ComplainedFact | ReturnedFact | AutoRepliedFact | UnsubscribedFact | SuppressedFact;
export interface ReturnedFact extends OfMessage {
    readonly kind: 'returned';
    readonly recipient: string;
    readonly code: FailureCode;
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly stage: Stage;
    readonly rule: string;
    readonly detail: string;
    readonly host?: string;
    readonly reply?: string;
    readonly remedy?: string;
    readonly proven: boolean;
    readonly passedOn?: QueueId;
}
export interface SuppressedFact extends OfMessage {
    readonly kind: 'suppressed';
    readonly recipient: string;
    readonly until: number;
    readonly rule: string;
}
export interface UnsubscribedFact extends OfMessage {
    readonly kind: 'unsubscribed';
    readonly recipient: string;
}

// model/message
export interface HeaderField {
    readonly name: string;
    readonly start: number;
    readonly valueStart: number;
    readonly end: number;
}
export interface MessageBlocks {
    readonly sizeBytes: number;
    read(): AsyncIterable<Buffer>;
}
export type MessageContent = Buffer | MessageBlocks;
export interface MessageFacts {
    readonly sizeBytes: number;
    readonly eightBit: boolean;
    readonly smtpUtf8: boolean;
    readonly longestLine: number;
    readonly messageId: string;
    readonly tlsRequiredNo: boolean;
}
export interface RawMessage extends MessageFacts {
    readonly bytes: Buffer;
    readonly fields: readonly HeaderField[];
    readonly bodyStart: number;
    readonly from: readonly Address[];
}

// model/message-state
export declare const MESSAGE_STATES: readonly ['waiting', 'running', 'deferred', 'held', 'delivered', 'bounced', 'expired', 'cancelled'];
export type MessageState = (typeof MESSAGE_STATES)[number];

// model/of-message
export interface OfMessage {
    readonly messageId: QueueId;
    readonly at: number;
    readonly tags?: Readonly<Record<string, string>>;
    readonly account?: string;
}

// model/outcome
export interface Outcome {
    readonly id: QueueId;
    readonly delivered: boolean;
    readonly recipients: readonly RecipientOutcome[];
}
export interface RecipientOutcome {
    readonly address: string;
    readonly state: 'delivered' | 'bounced' | 'expired' | 'cancelled';
    readonly attempts: number;
    readonly at: number;
    readonly reply?: string;
    readonly rule?: string;
    readonly code?: FailureCode;
    readonly detail?: string;
    readonly host?: string;
    readonly tls?: TlsSeen;
}

// model/pace-fact
export interface PaceHeldFact {
    readonly kind: 'pace-held';
    readonly at: number;
    readonly site: string;
    readonly key: string;
    readonly until: number;
    readonly because: string;
}
export interface SourceLostFact {
    readonly kind: 'source-lost' | 'source-found';
    readonly at: number;
    readonly source: string;
    readonly address: string;
}
export interface WarmUpFact {
    readonly kind: 'warm-up';
    readonly at: number;
    readonly site: string;
    readonly key: string;
    readonly cap: number;
    readonly trend: Trend;
}

// model/played
export interface Capture {
    outcomeOf(recipient: JobRecipient, job: Job): Played;
    take(job: Job, content: MessageContent): Promise<void>;
}
export declare const PLAYED_OUTCOMES: readonly ['delivered', 'bounced', 'complained', 'suppressed', 'deferred', 'greylisted', 'slow', 'uncertain', 'tls-refused'];
export interface Played {
    readonly outcome: PlayedOutcome;
    readonly code?: number;
    readonly times?: number;
    readonly ms?: number;
}
type PlayedOutcome = (typeof PLAYED_OUTCOMES)[number];

// model/queue-id
export type QueueId = string & {
    readonly [brand]: true;
};
declare const brand: unique symbol;

// model/reply
export interface EnhancedStatus {
    readonly class: 2 | 4 | 5;
    readonly subject: number;
    readonly detail: number;
}
export interface Reply {
    readonly code: number;
    readonly enhanced?: EnhancedStatus;
    readonly lines: readonly string[];
}

// model/reported-recipient
export declare const ACTIONS: readonly ['failed', 'delayed', 'delivered', 'relayed', 'expanded'];
export type Action = (typeof ACTIONS)[number];
export interface ReportedRecipient {
    readonly address: string;
    readonly original?: string;
    readonly action: Action;
    readonly status?: EnhancedStatus;
    readonly reply?: Reply;
    readonly diagnostic: string;
    readonly host?: string;
    readonly stage?: Stage;
}

// model/route
export interface Hop {
    readonly host: Domain;
    readonly address: string;
    readonly family: 4 | 6;
    readonly port: number;
    readonly preference: number;
    readonly tls: TlsRequirement;
    readonly implicitTls: boolean;
    readonly login?: Login;
    readonly departure: Departure;
    readonly otherDepartures?: readonly Departure[];
    readonly limits: SiteLimits;
}
export interface Login {
    readonly user: string;
    readonly password: string;
    readonly method?: 'auto' | 'plain' | 'login' | 'xoauth2';
}
export declare const NO_ROUTE_REASONS: {
    readonly 'no-such-domain': 'The name does not exist (NXDOMAIN). RFC 5321 §5.1';
    readonly 'no-mail-host': 'The name exists, with neither MX nor address. RFC 5321 §5.1';
    readonly 'null-mx': 'The domain says that it takes no mail. RFC 7505';
    readonly 'mx-unusable': 'Every MX names an IP address, a forbidden name or a host that does not exist.';
    readonly 'loops-back': 'The best MX is this host itself. RFC 5321 §5.1';
    readonly 'private-only': 'Every address of its mail hosts is private or loopback.';
    readonly 'no-common-family': 'Its mail hosts have only addresses of a family that we cannot send from.';
    readonly 'dns-failed': 'The name servers did not give an answer (SERVFAIL, timeout, refused).';
    readonly 'policy-lookup-failed': 'What the TLS policy demands could not be found out, so nothing is guessed.';
    readonly 'policy-refuses-all': 'No mail host fits what MTA-STS demands.';
    readonly 'requiretls-impossible': 'Nothing proves the names of its mail hosts, as REQUIRETLS demands. RFC 8689 §4.2.1';
};
export interface NoRoute {
    readonly kind: 'no-route';
    readonly domain: Domain;
    readonly reason: NoRouteReason;
    readonly detail: string;
    readonly skipped: readonly Skipped[];
    readonly policy: PolicyFound;
}
export type NoRouteReason = keyof typeof NO_ROUTE_REASONS;
export interface PolicyFound {
    readonly mtaSts?: {
        readonly mode: 'enforce' | 'testing' | 'none';
        readonly id: string;
        readonly mx: readonly string[];
        readonly from: 'fetched' | 'cache';
        readonly until: number;
        readonly lines: readonly string[];
    };
    readonly mtaStsProblem?: string;
    readonly dane: 'usable' | 'off-untrusted-resolver' | 'mx-not-authentic';
}
export interface Route {
    readonly kind: 'route';
    readonly domain: Domain;
    readonly site: string;
    readonly via: 'mx' | 'implicit-mx' | 'smarthost' | 'address-literal' | 'test-address';
    readonly hops: readonly Hop[];
    readonly skipped: readonly Skipped[];
    readonly policy: PolicyFound;
}
export interface SiteLimits {
    readonly connections: number;
    readonly messagesPerConnection: number;
    readonly recipientsPerTransaction: number;
}
export interface Skipped {
    readonly host: string;
    readonly address?: string;
    readonly because: 'is-ourselves' | 'behind-ourselves' | 'not-an-mta-sts-host' | 'dane-lookup-failed' | 'no-address' | 'lookup-failed' | 'is-an-ip-address' | 'private-address' | 'no-egress-of-this-family' | 'over-the-cap' | 'requiretls-name-unproved' | 'requiretls-name-unknown' | 'invalid-name';
    readonly detail: string;
}
export declare const TLS_LEVELS: readonly ['none', 'opportunistic', 'encrypted', 'verified'];
export type TlsLevel = (typeof TLS_LEVELS)[number];
export interface TlsRequirement {
    readonly level: TlsLevel;
    readonly sources: readonly TlsSource[];
    readonly verify?: {
        readonly by: 'dane';
        readonly records: readonly TlsaRecord[];
        readonly names: readonly Domain[];
    } | {
        readonly by: 'pkix';
        readonly names: readonly Domain[];
    };
    readonly sni: Domain;
    readonly requireTls?: boolean;
}
export type TlsSource = 'default' | 'configured' | 'mta-sts' | 'dane' | 'requiretls' | 'provider';
export interface TlsaRecord {
    readonly usage: number;
    readonly selector: number;
    readonly matching: number;
    readonly data: string;
}

// model/settlement
export interface NoticeDue {
    readonly kind: 'failure' | 'delay' | 'success';
    readonly to: Address;
    readonly recipients: readonly RecipientSettlement[];
}
export interface RecipientSettlement {
    readonly recipient: JobRecipient;
    readonly state: Exclude<RecipientState, 'cancelled'>;
    readonly verdict: Verdict;
    readonly delayDue: boolean;
}
export type RecipientState = 'delivered' | 'deferred' | 'bounced' | 'expired' | 'cancelled';
export declare const SUPPRESSION_ORIGINS: readonly ['bounce', 'complaint', 'unsubscribe', 'manual'];
export interface Settlement {
    readonly job: Job;
    readonly at: number;
    readonly recipients: readonly RecipientSettlement[];
    readonly nextAttemptAt?: number;
    readonly suppressions: readonly Suppression[];
    readonly notices: readonly NoticeDue[];
}
export interface Suppression {
    readonly address: Address;
    readonly origin: SuppressionOrigin;
    readonly failure: Failure;
    readonly since: number;
    readonly until: number;
    readonly messageId?: QueueId;
    readonly note?: string;
}
export type SuppressionOrigin = (typeof SUPPRESSION_ORIGINS)[number];

// model/share
export interface ShareWish {
    readonly lane: string;
    readonly most: number;
    readonly want: number;
}
export interface Shares {
    readonly relays: number;
    readonly got: readonly number[];
}

// model/standing
export type StandingKey = 'site' | `${Exclude<EffectKey, 'site'>} ${string}`;
export interface StandingRow {
    readonly site: string;
    readonly key: StandingKey;
    readonly version: number;
    readonly until: number;
    readonly body: string;
}
export declare const TRENDS: readonly ['begun', 'raised', 'held', 'lowered', 'ended'];
export type Trend = (typeof TRENDS)[number];

// model/statistics
export declare const COUNTED_OUTCOMES: readonly ['accepted', 'delivered', 'deferred', 'bounced', 'expired', 'suppressed', 'complained'];
export type CountedOutcome = (typeof COUNTED_OUTCOMES)[number];
export type Counts = readonly number[];
export declare const STATISTICS_KEYS: readonly ['hour', 'day', 'site', 'account', 'outcome'];
export type StatisticsKey = (typeof STATISTICS_KEYS)[number];
export interface StatisticsTally {
    readonly hour: number;
    readonly site: string;
    readonly account: string;
    readonly counts: Counts;
}

// model/submission
export type Priority = 'high' | 'normal' | 'low';
export interface Submission {
    readonly id: QueueId;
    readonly envelope: Envelope;
    readonly message: RawMessage;
    readonly clearance: Clearance;
    readonly acceptedAt: number;
    readonly notBefore: number;
    readonly expiresAt: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly idempotencyKey?: string;
    readonly idempotencyDigest?: string;
    readonly held?: boolean;
    readonly holdReason?: string;
    readonly account?: string;
    readonly pool?: string;
    readonly via?: WayIn;
    readonly card?: Card;
    readonly keepContentMs?: number;
}

// model/tls-result
export declare const TLS_POLICY_TYPES: readonly ['tlsa', 'sts', 'no-policy-found'];
export declare const TLS_RESULT_TYPES: {
    readonly 'starttls-not-supported': 'The mail host did not offer STARTTLS.';
    readonly 'certificate-host-mismatch': 'The certificate is for another name than that of the mail host.';
    readonly 'certificate-expired': 'The certificate has expired.';
    readonly 'certificate-not-trusted': 'The certificate leads to no authority, or fits no TLSA record.';
    readonly 'validation-failure': 'TLS failed for a reason that has no word of its own; the reason code tells more.';
    readonly 'tlsa-invalid': 'None of the TLSA records can be used.';
    readonly 'dnssec-invalid': 'The look-up of the TLSA records failed, or DNSSEC did not validate.';
    readonly 'dane-required': 'The sender demands DANE, and the mail host has no TLSA records.';
    readonly 'sts-policy-fetch-error': 'The MTA-STS policy could not be fetched from its host.';
    readonly 'sts-policy-invalid': 'The MTA-STS record or policy has a mistake in it.';
    readonly 'sts-webpki-invalid': 'The certificate of the MTA-STS policy host is not valid for its name.';
};
export interface TlsDay {
    readonly day: number;
    readonly domain: Domain;
    readonly tallies: readonly TlsTally[];
    readonly report?: TlsReportNote;
}
export interface TlsFailure {
    readonly type: TlsResultType;
    readonly mxHost?: string;
    readonly mxAddress?: string;
    readonly sendingAddress?: string;
    readonly reason?: string;
}
export interface TlsPolicy {
    readonly type: TlsPolicyType;
    readonly text: readonly string[];
    readonly domain: Domain;
    readonly mxHosts: readonly string[];
}
export type TlsPolicyType = (typeof TLS_POLICY_TYPES)[number];
export interface TlsReportNote {
    readonly day: number;
    readonly domain: Domain;
    readonly state: 'sent' | 'unwanted' | 'waiting' | 'given-up';
    readonly at: number;
    readonly tries: number;
    readonly dueAt?: number;
    readonly sentTo: readonly string[];
    readonly detail?: string;
}
export type TlsResultType = keyof typeof TLS_RESULT_TYPES;
export interface TlsTally {
    readonly day: number;
    readonly domain: Domain;
    readonly policy: TlsPolicy;
    readonly failure?: TlsFailure;
    readonly good: number;
    readonly bad: number;
}

// model/verdict
export interface Accepted {
    readonly kind: 'accepted';
    readonly recipient: number;
    readonly reply: Reply;
    readonly host: string;
    readonly address: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
    readonly dsnPassedOn?: boolean;
    readonly transcript?: readonly string[];
}
export interface Failed {
    readonly kind: 'failed';
    readonly recipient: number;
    readonly failure: Failure;
    readonly host?: string;
    readonly address?: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
}
export type Verdict = Accepted | Failed;

// nodemailer
interface MailMessage {
    readonly data: {
        readonly [key: string]: unknown;
    };
    readonly message: {
        getEnvelope(): {
            readonly from: string | false;
            readonly to: string[];
        };
        build(callback: (error: Error | null, bytes: Buffer) => void): unknown;
    };
}
export interface PostriderInfo {
    readonly envelope: {
        readonly from: string | false;
        readonly to: string[];
    };
    readonly messageId: string;
    readonly accepted: string[];
    readonly rejected: string[];
    readonly rejectedErrors?: Error[];
    readonly pending: string[];
    readonly response: string;
    readonly receipt: Receipt;
    readonly [key: string]: any;
}
export interface PostriderTransport {
    readonly name: string;
    readonly version: string;
    send(mail: MailMessage, callback: (error: Error | null, info?: PostriderInfo) => void): void;
    verify(callback?: (error: Error | null, success?: true) => void): Promise<true> | undefined;
    isIdle(): boolean;
    close(callback?: () => void): void;
}
export declare function postrider(options?: MailerOptions | Mailer, seams?: MailerSeams): PostriderTransport;

// observe/channels
export type FactOf<K extends FactKind> = Fact extends infer F ? F extends Fact ? K extends F['kind'] ? F & {
    readonly kind: K;
} : never : never : never;

// observe/logger
export type LogFields = Readonly<Record<string, unknown>>;
export interface Logger {
    debug(fields: LogFields, message: string): void;
    info(fields: LogFields, message: string): void;
    warn(fields: LogFields, message: string): void;
    error(fields: LogFields, message: string): void;
    child(fields: LogFields): Logger;
}

// observe/metrics
export interface Counter {
    add(value: number, labels?: Labels): void;
}
export interface Gauge {
    set(value: number, labels?: Labels): void;
}
export interface Histogram {
    record(value: number, labels?: Labels): void;
}
export type Labels = Readonly<Record<string, string>>;
export interface MetricDescription {
    readonly name: string;
    readonly help: string;
    readonly labels: readonly string[];
    readonly buckets?: readonly number[];
}
export interface Metrics {
    counter(description: MetricDescription): Counter;
    gauge(description: MetricDescription): Gauge;
    histogram(description: MetricDescription): Histogram;
}

// observe/recorder
export type FactListener<K extends FactKind = FactKind> = (fact: FactOf<K>) => unknown;
export interface Recorder {
    record(fact: Fact): void;
    on<K extends FactKind>(kind: K | '*', listener: FactListener<K>): () => void;
}

// observe/story
export interface StoryLine {
    readonly at: number;
    readonly text: string;
    readonly detail?: string;
}

// preflight/checks/egress
export type Bind = (address: string) => Promise<string | undefined>;
export type Probe = (target: {
    readonly host: string;
    readonly port: number;
}, signal: AbortSignal) => Promise<{
    readonly greeting: string;
} | {
    readonly problem: string;
}>;

// preflight/checks/mta-sts
export type FetchPolicy = (domain: string, signal: AbortSignal) => Promise<{
    readonly text: string;
} | {
    readonly problem: string;
}>;

// preflight/checks/providers
export type DemandStatus = 'met' | 'not-met' | 'unknown' | 'not-checkable';
export interface ProviderDemand {
    readonly provider: string;
    readonly demand: string;
    readonly source: string;
    readonly status: DemandStatus;
    readonly because: readonly string[];
}

// preflight/checks/tlsa
export type TryTls = (question: {
    readonly host: string;
    readonly verify: NonNullable<TlsRequirement['verify']>;
}, signal: AbortSignal) => Promise<{
    readonly problem?: string;
    readonly reached: boolean;
}>;

// preflight/doctor-probes
export type AskMailboxes = (question: {
    readonly host: string;
    readonly addresses: readonly Address[];
}, signal: AbortSignal) => Promise<{
    readonly answers: readonly {
        readonly address: string;
        readonly code: number;
        readonly reply: string;
    }[];
    readonly problem?: string;
}>;
export interface DoctorProbes {
    readonly probe?: Probe | undefined;
    readonly bind?: Bind | undefined;
    readonly askMailboxes?: AskMailboxes | undefined;
    readonly fetchPolicy?: FetchPolicy | undefined;
    readonly tryTls?: TryTls | undefined;
    readonly askTime?: ((signal: AbortSignal) => Promise<number | undefined>) | undefined;
    readonly signSample?: ((from: Domain) => Promise<Uint8Array>) | undefined;
}

// preflight/gate
export interface Sender {
    readonly envelopeFrom: Address | null;
    readonly from: readonly Address[];
}

// preflight/preflight
export interface Preflight {
    clear(sender: Sender, signal: AbortSignal): Clearance | Promise<Clearance>;
    addresses(signal: AbortSignal): Promise<readonly PublicAddress[]>;
    leadsBack(address: string, signal: AbortSignal): Promise<boolean | undefined>;
    report(address: Address, signal: AbortSignal, options?: ReportOptions): Promise<Report>;
    outdate(): void;
    close(): void;
}
export interface ReportOptions {
    readonly probeHost?: string | undefined;
    readonly onChecks?: ((checks: readonly Check[]) => void) | undefined;
}

// preflight/report
export interface Report {
    readonly of: string;
    readonly publicAddresses: readonly PublicAddress[];
    readonly checks: readonly ReportedCheck[];
    readonly providers: readonly ProviderDemand[];
    readonly worst: CheckLevel;
}
export interface ReportedCheck extends Check {
    readonly id: CheckId;
    readonly title: string;
    readonly why: string;
}

// provider/find
export interface ProviderOverride {
    readonly id: ProviderId;
    readonly connections?: number | undefined;
    readonly messagesPerConnection?: number | undefined;
}

// provider/provider
export declare const PROVIDER_IDS: readonly ['google', 'outlook', 'microsoft365', 'yahoo', 'yahoo-jp', 'apple', 'comcast', 'gmx', 'mail-com', 'ionos', 't-online', 'orange', 'laposte', 'sfr', 'free', 'mailru', 'yandex', 'wp', 'onet', 'interia', 'seznam', 'libero', 'kpn', 'qq', 'exmail', 'netease', 'sina', 'sohu', '21cn', 'tom', 'aliyun', 'netvigator', 'naver', 'daum', 'hinet', 'docomo', 'kddi', 'uol', 'bol', 'terra', 'telstra', 'secureserver', 'mimecast', 'barracuda', 'proofpoint', 'ironport', 'messagelabs'];
export type ProviderId = (typeof PROVIDER_IDS)[number];

// queue/dmarc-rows
export interface DmarcQuery {
    readonly since: number;
    readonly before: number;
    readonly domain?: string;
}
export interface DmarcStore {
    addDmarc(addition: DmarcAddition, today: number): Promise<boolean | 'full'>;
    dmarc(query: DmarcQuery): Promise<DmarcSums>;
}

// queue/erasure
export interface Erased {
    readonly messages: number;
    readonly contents: number;
    readonly open: number;
    readonly openIds: readonly QueueId[];
}
export interface Erasure {
    erase(address: Address): Promise<Erased>;
}

// queue/history
export interface HistoryQuery {
    readonly least: string;
    readonly below: string;
    readonly limit: number;
    readonly withinMs: number;
    readonly state?: MessageState;
    readonly to?: string;
    readonly domain?: string;
    readonly from?: string;
    readonly account?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly via?: WayIn;
    readonly messageId?: string;
    readonly subject?: string;
    readonly code?: string;
    readonly host?: string;
}
export interface MessageHistory {
    messages(query: HistoryQuery): Promise<MessagePage>;
}
export interface MessagePage {
    readonly messages: readonly QueueEntry[];
    readonly next?: QueueEntry['id'];
}

// queue/kept-content
export interface KeptContent {
    keptContent(id: QueueId, now: number): Promise<Buffer | undefined>;
    forgetContent(now: number): Promise<void>;
}

// queue/pace-store
export interface PaceStore {
    standings(wanted: StandingsWanted): Promise<readonly StandingRow[]>;
    putStandings(rows: readonly StandingRow[], now: number): Promise<readonly StandingRow[]>;
}
export interface StandingsWanted {
    readonly changedSince?: number;
    readonly restingAt?: number;
}

// queue/queue-entry
export interface QueueEntry {
    readonly id: QueueId;
    readonly from: string;
    readonly acceptedAt: number;
    readonly expiresAt: number;
    readonly sizeBytes: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly account?: string;
    readonly messageId?: string;
    readonly via?: WayIn;
    readonly card?: Card;
    readonly passesOn?: boolean;
    readonly erased?: boolean;
    readonly held?: string;
    readonly dueAt?: number;
    readonly recipients: readonly QueueEntryRecipient[];
}
export interface QueueEntryRecipient {
    readonly address: string;
    readonly state: 'waiting' | 'running' | RecipientState;
    readonly attempts: number;
    readonly lastReply?: string;
}

// queue/statistics
export interface StatisticsQuery {
    readonly from: number;
    readonly before: number;
    readonly by: StatisticsKey;
    readonly site?: string;
    readonly account?: string;
    readonly limit: number;
}
export interface StatisticsStore {
    addStatistics(tallies: readonly StatisticsTally[]): Promise<void>;
    statistics(query: StatisticsQuery): Promise<StatisticsSums>;
    sumStatistics(today: number): Promise<void>;
}
export interface StatisticsSum {
    readonly key: number | string;
    readonly step?: 'hour' | 'day';
    readonly counts: Counts;
}
export interface StatisticsSums {
    readonly total: Counts;
    readonly rows: readonly StatisticsSum[];
}

// queue/store
export interface EnqueueOptions {
    readonly signal?: AbortSignal;
    readonly begun?: () => void;
    readonly withinMs?: number;
}
export interface Enqueued {
    readonly id: QueueId;
    readonly duplicate: boolean;
}
export interface KnownKey {
    readonly id: QueueId;
    readonly digest: string;
}
export interface PausedSite {
    readonly site: string;
    readonly source?: string;
    readonly since: number;
    readonly until: number;
    readonly because: string;
}
export interface QueueCounts {
    readonly messages: number;
    readonly recipients: number;
    readonly due: number;
    readonly running: number;
    readonly held: number;
    readonly oldestAcceptedAt?: number;
}
export interface QueueFilter {
    readonly domain?: string;
    readonly from?: string;
    readonly state?: 'waiting' | 'running' | 'deferred' | 'held';
    readonly account?: string;
    readonly limit?: number;
    readonly after?: QueueId;
}
export type QueueSelection = QueueId | Omit<QueueFilter, 'limit' | 'after'>;
export interface QueueServer {
    readonly version: string;
    readonly aheadMs: number;
    readonly survivesPowerLoss: boolean;
    readonly waitsForStandby: boolean;
    readonly standbys: number;
    readonly synchronousStandbys?: number;
    readonly transport: 'local' | 'tls' | 'plain';
    readonly role: string;
    readonly rights: readonly string[];
}
export interface QueueStore extends DmarcStore, Erasure, KeptContent, MessageHistory, PaceStore, StatisticsStore {
    readonly clock?: Clock | undefined;
    enqueue(submission: Submission, options?: EnqueueOptions): Promise<Enqueued>;
    enqueueAll(submissions: readonly Submission[], options?: EnqueueOptions): Promise<readonly Enqueued[]>;
    findKeys(keys: readonly string[], account: string | undefined): Promise<readonly (KnownKey | undefined)[]>;
    takeLeadership(now: number, leaseMs: number): Promise<boolean>;
    claim(request: ClaimRequest): Promise<readonly Job[]>;
    read(id: QueueId): Promise<Buffer | undefined>;
    readBlock(id: QueueId, at: number): Promise<Buffer | undefined>;
    renew(jobs: readonly Job[], until: number): Promise<readonly number[]>;
    commit(settlement: Settlement, notices: readonly Submission[], facts: readonly DurableFact[]): Promise<boolean>;
    release(job: Job, dueAt: number): Promise<boolean>;
    nearFinalDot?(job: Job): void;
    enterFinalDot(job: Job): (() => void) | undefined;
    share?(wishes: readonly ShareWish[]): Promise<Shares>;
    nextDue(exclude: readonly Domain[]): Promise<number | undefined>;
    onWork(call: (dueAt?: number) => void): () => void;
    facts(after: number, limit: number): Promise<readonly NumberedFact[]>;
    history(id: QueueId): Promise<readonly NumberedFact[]>;
    newestFact(): Promise<number>;
    findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]>;
    recordOnce(facts: readonly LateFact[], suppressions: readonly Suppression[]): Promise<boolean>;
    list(filter: QueueFilter): Promise<readonly QueueEntry[]>;
    show(id: QueueId): Promise<QueueEntry | undefined>;
    counts(now: number): Promise<QueueCounts>;
    hold(which: QueueSelection, because: string, now: number): Promise<number>;
    unhold(which: QueueSelection, now: number): Promise<number>;
    retry(which: QueueSelection, now: number): Promise<number>;
    reschedule(id: QueueId, due: number, now: number): Promise<Rescheduling>;
    cancel(which: QueueSelection, now: number): Promise<number>;
    suppression(address: Address, now: number): Promise<Suppression | undefined>;
    suppressions(filter: SuppressionFilter, now: number): Promise<readonly Suppression[]>;
    putSuppressions(entries: readonly Suppression[]): Promise<void>;
    unsuppress(address: Address): Promise<boolean>;
    countTls(tallies: readonly TlsTally[]): Promise<void>;
    tlsDays(wanted: TlsDaysWanted): Promise<readonly TlsDay[]>;
    noteTlsReport(note: TlsReportNote): Promise<void>;
    claimTlsReport(note: TlsReportNote, dueAt: number): Promise<boolean>;
    server?(): Promise<QueueServer>;
    prune(before: number): Promise<number>;
    close(): Promise<void>;
    destroy(reason: unknown): void;
}
export type Rescheduling = 'rescheduled' | 'running' | 'done' | 'unknown';
export interface SuppressionFilter {
    readonly origin?: SuppressionOrigin;
    readonly limit?: number;
    readonly after?: string;
}
export interface TlsDaysWanted {
    readonly since: number;
    readonly before: number;
    readonly domain?: Domain;
    readonly dueAt?: number;
    readonly after?: {
        readonly day: number;
        readonly domain: Domain;
    };
    readonly limit: number;
}

// report/dmarc-report
export interface AuthenticationReport {
    readonly organisation: string;
    readonly contact?: string;
    readonly id: string;
    readonly begin: number;
    readonly end: number;
    readonly published: PublishedPolicy;
    readonly rows: readonly AuthenticationRow[];
    readonly errors: readonly string[];
}
export interface AuthenticationResult {
    readonly domain: string;
    readonly result: string;
    readonly selector?: string;
    readonly scope?: string;
}
export interface AuthenticationRow {
    readonly source: string;
    readonly count: number;
    readonly disposition: string;
    readonly dkimAligned: boolean;
    readonly spfAligned: boolean;
    readonly reasons: readonly string[];
    readonly headerFrom: string;
    readonly envelopeFrom?: string;
    readonly envelopeTo?: string;
    readonly dkim: readonly AuthenticationResult[];
    readonly spf: readonly AuthenticationResult[];
}
export interface PublishedPolicy {
    readonly domain: string;
    readonly policy: string;
    readonly subdomainPolicy?: string;
    readonly nonexistentPolicy?: string;
    readonly percent?: number;
    readonly testing?: boolean;
    readonly dkimAlignment?: string;
    readonly spfAlignment?: string;
}

// report/mail-report
export interface AboutMessage {
    readonly traces: Traces;
    readonly to: readonly string[];
}
export interface AutoReplyReport {
    readonly kind: 'auto-reply';
    readonly what: 'absence' | 'challenge' | 'read';
    readonly from: string;
    readonly about?: AboutMessage;
}
export interface ComplaintReport {
    readonly kind: 'complaint';
    readonly type: string;
    readonly userAgent: string;
    readonly recipients: readonly string[];
    readonly mailFrom?: string;
    readonly source?: string;
    readonly arrivedAt?: number;
    readonly about?: AboutMessage;
    readonly original: string;
}
export interface DmarcReport {
    readonly kind: 'dmarc';
    readonly report: AuthenticationReport;
}
export type MailReport = ReturnedReport | ComplaintReport | AutoReplyReport | UnsubscribeReport | DmarcReport | TlsReport | NoReport;
export interface NoReport {
    readonly kind: 'other';
    readonly because: string;
}
export interface ReturnedReport {
    readonly kind: 'returned';
    readonly recipients: readonly ReportedRecipient[];
    readonly reporter: string;
    readonly about?: AboutMessage;
}
export interface TlsReport {
    readonly kind: 'tls';
    readonly bytes: Uint8Array;
}
export interface UnsubscribeReport {
    readonly kind: 'unsubscribe';
    readonly from: string;
    readonly about?: AboutMessage;
}

// report/return-address
export interface ReturnKeys {
    readonly domain: string;
    readonly keys: readonly Uint8Array[];
}
export type ReturnProblem = 'none' | 'foreign' | 'expired';

// report/traces
export interface Traces {
    readonly ids: readonly QueueId[];
    readonly messageId: string | undefined;
    readonly times: readonly number[];
}

// route/overrides
export interface RouteRule {
    readonly domain: '*' | Domain | `.${string}`;
    readonly host: Domain;
    readonly port: number;
    readonly tls: TlsLevel;
    readonly implicitTls: boolean;
    readonly login?: Login;
    readonly concurrency: number;
    readonly recipients?: number;
}

// route/requirement
export interface TlsNeeds {
    readonly requireTls: boolean;
    readonly tlsRequiredNo: boolean;
}

// route/router
export interface Router {
    findRoute(domain: Domain, needs: TlsNeeds, signal: AbortSignal): Promise<Route | NoRoute>;
    findOverflow(domain: Domain, needs: TlsNeeds, signal: AbortSignal): Promise<Route | NoRoute> | undefined;
    forget(): void;
    close(): Promise<void>;
}

// schedule/lane
export interface LaneNow {
    readonly site: string;
    readonly source?: string;
    readonly domains: number;
    readonly window: number;
    readonly limit: number;
    readonly running: number;
    readonly waiting: number;
    readonly pausedUntil?: number;
}

// statistics/delivery-statistics
export declare class DeliveryStatistics {
    #private;
    constructor(ports: StatisticsPorts);
    settled({ job, at, recipients }: Settlement, site?: string): void;
    count(outcome: CountedOutcome, recipients: number, account?: string): void;
    flush(): Promise<void>;
    close(): Promise<void>;
    destroy(): void;
}
export interface StatisticsPorts {
    readonly clock: Clock;
    readonly store: {
        addStatistics(tallies: readonly StatisticsTally[]): Promise<void>;
        sumStatistics(today: number): Promise<void>;
    };
    readonly onTrouble: (error: unknown) => void;
}

// statistics/latency
export interface LatencySummary {
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p99Ms: number;
    readonly buckets: readonly {
        readonly withinMs?: number;
        readonly recipients: number;
    }[];
}

// tlsrpt/read-mail
export declare function readTlsReport(bytes: Uint8Array): ReadReport | ReportProblem;

// tlsrpt/read-report
export interface ReadFailure {
    readonly type: string;
    readonly count: number;
    readonly sendingAddress?: string;
    readonly mxHost?: string;
    readonly mxAddress?: string;
    readonly reason?: string;
    readonly information?: string;
}
export interface ReadPolicy {
    readonly type: string;
    readonly domain?: string;
    readonly text: readonly string[];
    readonly mxHosts: readonly string[];
    readonly good: number;
    readonly bad: number;
    readonly failures: readonly ReadFailure[];
}
export interface ReadReport {
    readonly organisation: string;
    readonly contact?: string;
    readonly id: string;
    readonly start: string;
    readonly end: string;
    readonly policies: readonly ReadPolicy[];
}
export interface ReportProblem {
    readonly problem: string;
}

// @postrider/core/postgres

export { HostOptions } from 'queue/postgres/hosts'
export { PostgresHosts } from 'queue/postgres/hosts'
export { PostgresQueueOptions } from 'queue/postgres/options'
export { QueueStore } from 'queue/store'
export { openPostgresQueue } from 'queue/postgres/open'

// ambient/clock
export interface Clock {
    now(): number;
    monotonic(): number;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
    after(ms: number, call: () => void, options?: {
        readonly idle?: boolean;
    }): () => void;
}

// model/address
export interface Address {
    readonly local: string;
    readonly domain: Domain;
}
export type Domain = string & {
    readonly [domainBrand]: true;
};
declare const domainBrand: unique symbol;

// model/card
export interface Card {
    readonly subject?: string;
    readonly from?: string;
    readonly to?: string;
    readonly cc?: string;
}
export declare const WAYS_IN: readonly ['sdk', 'smtp', 'http'];
export type WayIn = (typeof WAYS_IN)[number];

// model/check
export interface Check {
    readonly id: string;
    readonly level: CheckLevel;
    readonly found: string;
    readonly wanted: string;
    readonly fix?: string;
}
export type CheckLevel = 'ok' | 'note' | 'warn' | 'fail' | 'unknown';

// model/claim-request
export interface ClaimRequest {
    readonly now: number;
    readonly limit: number;
    readonly perDomain: number;
    readonly leaseMs: number;
    readonly exclude: readonly Domain[];
    readonly quotas?: readonly (readonly [Domain, number])[];
}

// model/clearance
export interface Clearance {
    readonly result: 'cleared' | 'warned' | 'skipped';
    readonly envelopeDomain: Domain;
    readonly fromDomain: Domain;
    readonly publicAddresses: readonly PublicAddress[];
    readonly checks: readonly Check[];
}
export interface PublicAddress {
    readonly address: string;
    readonly foundBy: 'given' | 'interface' | 'dns-whoami';
}

// model/dmarc-count
export interface DmarcAddition {
    readonly reporter: string;
    readonly id: string;
    readonly day: number;
    readonly domain: string;
    readonly policy: string;
    readonly rows: readonly DmarcRow[];
}
export interface DmarcCount extends DmarcRow {
    readonly domain: string;
    readonly reporter: string;
    readonly firstDay: number;
    readonly lastDay: number;
}
export interface DmarcReports {
    readonly domain: string;
    readonly reports: number;
    readonly days: number;
    readonly policy: string;
}
export interface DmarcRow {
    readonly source: string;
    readonly dkim: boolean;
    readonly spf: boolean;
    readonly disposition: string;
    readonly count: number;
}
export interface DmarcSums {
    readonly counts: readonly DmarcCount[];
    readonly reports: readonly DmarcReports[];
}

// model/effect
export declare const EFFECT_KEYS: readonly ['site', 'source', 'sender', 'signer', 'link', 'message-id'];
export interface Effect {
    readonly on: EffectKey;
    readonly name?: string;
    readonly measure: Measure;
}
export type EffectKey = (typeof EFFECT_KEYS)[number];
export type Measure = {
    readonly kind: 'rest';
    readonly forMs: number;
} | {
    readonly kind: 'fewer-connections';
} | {
    readonly kind: 'reconnect';
} | {
    readonly kind: 'cold-again';
};

// model/egress
export interface LeftFrom {
    readonly address: string;
    readonly because: SourceReason;
}
export declare const SOURCE_REASONS: readonly ['own', 'refused', 'lost', 'reverse-name', 'warm-up', 'overflow'];
export type SourceReason = (typeof SOURCE_REASONS)[number];

// model/envelope
export interface Envelope {
    readonly reversePath: Address | null;
    readonly recipients: readonly Recipient[];
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
    readonly returnsToUs?: boolean;
    readonly passesOn?: boolean;
    readonly requireTls?: boolean;
}
export type Notify = 'never' | 'success' | 'failure' | 'delay';
export interface Recipient {
    readonly address: Address;
    readonly notify?: readonly Notify[];
    readonly originalRecipient?: string;
}

// model/evidence
export declare const LOSS_CODES: {
    readonly 'connect-refused': 'The connection was refused.';
    readonly 'connect-timeout': 'No connection within the deadline.';
    readonly unreachable: 'The network or host cannot be reached.';
    readonly 'local-address': 'Our own address cannot be used to reach the host.';
    readonly reset: 'The connection was reset.';
    readonly closed: 'The server closed the connection without a reply.';
    readonly timeout: 'No reply within the deadline of this command.';
    readonly 'protocol-error': 'The server said something that is not SMTP.';
    readonly 'line-too-long': 'A reply line or a whole reply is larger than any server needs.';
    readonly 'starttls-missing': 'TLS is required and not offered.';
    readonly 'starttls-refused': 'TLS is required and STARTTLS was refused.';
    readonly 'tls-handshake': 'The TLS handshake failed.';
    readonly 'tls-name-mismatch': 'The certificate is for another name.';
    readonly 'tls-expired': 'The certificate has expired or is not valid yet.';
    readonly 'tls-untrusted': 'The certificate leads to no authority we trust.';
    readonly 'tls-dane-mismatch': 'No TLSA record matches the certificate.';
    readonly 'auth-missing': 'Login is configured and no usable method is offered.';
    readonly 'requiretls-missing': 'REQUIRETLS was asked for and is not offered.';
    readonly 'size-exceeded': 'The server announced a smaller maximum size than this message has.';
    readonly 'smtputf8-missing': 'An address or header needs SMTPUTF8 and it is not offered.';
    readonly 'eightbit-missing': 'The body needs 8BITMIME and it is not offered.';
    readonly aborted: 'We were told to stop.';
};
export type LossCode = keyof typeof LOSS_CODES;
export declare const STAGES: readonly ['route', 'connect', 'greeting', 'ehlo', 'starttls', 'tls', 'auth', 'mail', 'rcpt', 'data', 'body', 'final-dot'];
export type Stage = (typeof STAGES)[number];
export interface TlsSeen {
    readonly protocol: string;
    readonly cipher: string;
    readonly verified: 'dane' | 'pkix' | 'none';
    readonly resumed: boolean;
    readonly problem?: string;
    readonly problemCode?: LossCode;
    readonly policy?: TlsSource;
}

// model/fact
export interface BouncedFact extends OfFailure {
    readonly kind: 'bounced';
}
export interface CancelledFact extends OfMessage {
    readonly kind: 'cancelled';
    readonly recipient: string;
}
export interface DeferredFact extends OfFailure {
    readonly kind: 'deferred';
    readonly nextAttemptAt: number;
}
export interface DelayedFact extends OfRecipient {
    readonly kind: 'delayed';
    readonly sinceMs: number;
}
export interface DeliveredFact extends OfRecipient {
    readonly kind: 'delivered';
    readonly transcript?: readonly string[];
    readonly tookMs: number;
}
export type DurableFact = QueuedFact | DeliveredFact | DeferredFact | DelayedFact | BouncedFact | ExpiredFact | CancelledFact | UncertainFact | ComplainedFact | ReturnedFact | AutoRepliedFact | UnsubscribedFact | SuppressedFact | HeldFact | ReleasedFact | RescheduledFact | NoticeQueuedFact;
export interface ExpiredFact extends OfFailure {
    readonly kind: 'expired';
}
export interface HeldFact extends OfMessage {
    readonly kind: 'held';
    readonly because: string;
}
export interface NoticeQueuedFact extends OfMessage {
    readonly kind: 'notice-queued';
    readonly notice: 'failure' | 'delay' | 'success';
    readonly noticeId: QueueId;
    readonly to: string;
}
export interface NumberedFact {
    readonly number: number;
    readonly fact: DurableFact;
}
interface OfFailure extends OfRecipient {
    readonly code: FailureCode;
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly stage: Stage;
    readonly rule: string;
    readonly detail: string;
    readonly remedy?: string;
    readonly transcript?: readonly string[];
}
interface OfRecipient extends OfMessage {
    readonly recipient: string;
    readonly attempt: number;
    readonly host?: string;
    readonly address?: string;
    readonly reply?: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
}
export interface QueuedFact extends OfMessage {
    readonly kind: 'queued';
    readonly from: string;
    readonly recipients: readonly string[];
    readonly header: string;
    readonly sizeBytes: number;
    readonly clearance: Clearance;
    readonly notBefore?: number;
}
export interface ReleasedFact extends OfMessage {
    readonly kind: 'released';
}
export interface RescheduledFact extends OfMessage {
    readonly kind: 'rescheduled';
    readonly dueAt: number;
    readonly expiresAt: number;
}
export interface UncertainFact extends OfMessage {
    readonly kind: 'uncertain';
    readonly recipients: readonly string[];
    readonly because: 'process-died' | 'connection-lost';
}

// model/failure
export interface Failure {
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly code: FailureCode;
    readonly stage: Stage;
    readonly rule: string;
    readonly reply?: Reply;
    readonly detail: string;
    readonly retryAfterMs?: number;
    readonly suppress: boolean;
    readonly tryOtherFamily?: boolean;
    readonly remedy?: string;
    readonly effects?: readonly Effect[];
    readonly transcript?: readonly string[];
}
export type FailureCode = 'no-such-domain' | 'no-mail-host' | 'null-mx' | 'bad-destination' | 'dns-trouble' | 'host-unreachable' | 'connection-lost' | 'delivery-uncertain' | 'protocol-trouble' | 'tls-required' | 'requiretls-unsupported' | 'login-failed' | 'host-busy' | 'not-accepting' | 'rate-limited' | 'too-many-connections' | 'greylisted' | 'bad-reputation' | 'blocklisted' | 'reverse-dns' | 'unauthenticated' | 'policy-refused' | 'user-unknown' | 'user-disabled' | 'mailbox-busy' | 'user-moved' | 'mailbox-full' | 'recipient-refused' | 'complained' | 'suppressed' | 'too-many-recipients' | 'relay-denied' | 'message-too-large' | 'content-refused' | 'message-malformed' | 'not-supported' | 'remote-trouble' | 'refused' | 'expired';
export type FailureScope = 'recipient' | 'message' | 'host' | 'domain';
export type Permanence = 'transient' | 'permanent';

// model/job
export interface Job {
    readonly id: number;
    readonly messageId: QueueId;
    readonly domain: Domain;
    readonly recipients: readonly JobRecipient[];
    readonly reversePath: Address | null;
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
    readonly requireTls: boolean;
    readonly returnsToUs?: boolean;
    readonly facts: MessageFacts;
    readonly attempts: number;
    readonly acceptedAt: number;
    readonly expiresAt: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly account?: string;
    readonly pool?: string;
    readonly keepContentMs?: number;
    readonly lease: Lease;
}
export interface JobRecipient {
    readonly index: number;
    readonly address: Address;
    readonly notify?: readonly Notify[];
    readonly originalRecipient?: string;
    readonly delayTold?: boolean;
    readonly suppressed?: {
        readonly until: number;
        readonly code: FailureCode;
        readonly detail: string;
    };
}
export interface Lease {
    readonly token: number;
    readonly until: number;
}

// model/late-fact
export interface AutoRepliedFact extends OfMessage {
    readonly kind: 'auto-replied';
    readonly recipient: string;
    readonly what: 'absence' | 'challenge' | 'read';
    readonly passedOn?: QueueId;
}
export interface ComplainedFact extends OfMessage {
    readonly kind: 'complained';
    readonly recipient: string;
    readonly feedback: string;
    readonly reporter?: string;
}
export type LateFact = ComplainedFact | ReturnedFact | AutoRepliedFact | UnsubscribedFact | SuppressedFact;
export interface ReturnedFact extends OfMessage {
    readonly kind: 'returned';
    readonly recipient: string;
    readonly code: FailureCode;
    readonly scope: FailureScope;
    readonly permanence: Permanence;
    readonly stage: Stage;
    readonly rule: string;
    readonly detail: string;
    readonly host?: string;
    readonly reply?: string;
    readonly remedy?: string;
    readonly proven: boolean;
    readonly passedOn?: QueueId;
}
export interface SuppressedFact extends OfMessage {
    readonly kind: 'suppressed';
    readonly recipient: string;
    readonly until: number;
    readonly rule: string;
}
export interface UnsubscribedFact extends OfMessage {
    readonly kind: 'unsubscribed';
    readonly recipient: string;
}

// model/message
export interface HeaderField {
    readonly name: string;
    readonly start: number;
    readonly valueStart: number;
    readonly end: number;
}
export interface MessageFacts {
    readonly sizeBytes: number;
    readonly eightBit: boolean;
    readonly smtpUtf8: boolean;
    readonly longestLine: number;
    readonly messageId: string;
    readonly tlsRequiredNo: boolean;
}
export interface RawMessage extends MessageFacts {
    readonly bytes: Buffer;
    readonly fields: readonly HeaderField[];
    readonly bodyStart: number;
    readonly from: readonly Address[];
}

// model/message-state
export declare const MESSAGE_STATES: readonly ['waiting', 'running', 'deferred', 'held', 'delivered', 'bounced', 'expired', 'cancelled'];
export type MessageState = (typeof MESSAGE_STATES)[number];

// model/of-message
export interface OfMessage {
    readonly messageId: QueueId;
    readonly at: number;
    readonly tags?: Readonly<Record<string, string>>;
    readonly account?: string;
}

// model/queue-id
export type QueueId = string & {
    readonly [brand]: true;
};
declare const brand: unique symbol;

// model/reply
export interface EnhancedStatus {
    readonly class: 2 | 4 | 5;
    readonly subject: number;
    readonly detail: number;
}
export interface Reply {
    readonly code: number;
    readonly enhanced?: EnhancedStatus;
    readonly lines: readonly string[];
}

// model/route
export type TlsSource = 'default' | 'configured' | 'mta-sts' | 'dane' | 'requiretls' | 'provider';

// model/settlement
export interface NoticeDue {
    readonly kind: 'failure' | 'delay' | 'success';
    readonly to: Address;
    readonly recipients: readonly RecipientSettlement[];
}
export interface RecipientSettlement {
    readonly recipient: JobRecipient;
    readonly state: Exclude<RecipientState, 'cancelled'>;
    readonly verdict: Verdict;
    readonly delayDue: boolean;
}
export type RecipientState = 'delivered' | 'deferred' | 'bounced' | 'expired' | 'cancelled';
export declare const SUPPRESSION_ORIGINS: readonly ['bounce', 'complaint', 'unsubscribe', 'manual'];
export interface Settlement {
    readonly job: Job;
    readonly at: number;
    readonly recipients: readonly RecipientSettlement[];
    readonly nextAttemptAt?: number;
    readonly suppressions: readonly Suppression[];
    readonly notices: readonly NoticeDue[];
}
export interface Suppression {
    readonly address: Address;
    readonly origin: SuppressionOrigin;
    readonly failure: Failure;
    readonly since: number;
    readonly until: number;
    readonly messageId?: QueueId;
    readonly note?: string;
}
export type SuppressionOrigin = (typeof SUPPRESSION_ORIGINS)[number];

// model/share
export interface ShareWish {
    readonly lane: string;
    readonly most: number;
    readonly want: number;
}
export interface Shares {
    readonly relays: number;
    readonly got: readonly number[];
}

// model/standing
export type StandingKey = 'site' | `${Exclude<EffectKey, 'site'>} ${string}`;
export interface StandingRow {
    readonly site: string;
    readonly key: StandingKey;
    readonly version: number;
    readonly until: number;
    readonly body: string;
}

// model/statistics
export type Counts = readonly number[];
export declare const STATISTICS_KEYS: readonly ['hour', 'day', 'site', 'account', 'outcome'];
export type StatisticsKey = (typeof STATISTICS_KEYS)[number];
export interface StatisticsTally {
    readonly hour: number;
    readonly site: string;
    readonly account: string;
    readonly counts: Counts;
}

// model/submission
export type Priority = 'high' | 'normal' | 'low';
export interface Submission {
    readonly id: QueueId;
    readonly envelope: Envelope;
    readonly message: RawMessage;
    readonly clearance: Clearance;
    readonly acceptedAt: number;
    readonly notBefore: number;
    readonly expiresAt: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly idempotencyKey?: string;
    readonly idempotencyDigest?: string;
    readonly held?: boolean;
    readonly holdReason?: string;
    readonly account?: string;
    readonly pool?: string;
    readonly via?: WayIn;
    readonly card?: Card;
    readonly keepContentMs?: number;
}

// model/tls-result
export declare const TLS_POLICY_TYPES: readonly ['tlsa', 'sts', 'no-policy-found'];
export declare const TLS_RESULT_TYPES: {
    readonly 'starttls-not-supported': 'The mail host did not offer STARTTLS.';
    readonly 'certificate-host-mismatch': 'The certificate is for another name than that of the mail host.';
    readonly 'certificate-expired': 'The certificate has expired.';
    readonly 'certificate-not-trusted': 'The certificate leads to no authority, or fits no TLSA record.';
    readonly 'validation-failure': 'TLS failed for a reason that has no word of its own; the reason code tells more.';
    readonly 'tlsa-invalid': 'None of the TLSA records can be used.';
    readonly 'dnssec-invalid': 'The look-up of the TLSA records failed, or DNSSEC did not validate.';
    readonly 'dane-required': 'The sender demands DANE, and the mail host has no TLSA records.';
    readonly 'sts-policy-fetch-error': 'The MTA-STS policy could not be fetched from its host.';
    readonly 'sts-policy-invalid': 'The MTA-STS record or policy has a mistake in it.';
    readonly 'sts-webpki-invalid': 'The certificate of the MTA-STS policy host is not valid for its name.';
};
export interface TlsDay {
    readonly day: number;
    readonly domain: Domain;
    readonly tallies: readonly TlsTally[];
    readonly report?: TlsReportNote;
}
export interface TlsFailure {
    readonly type: TlsResultType;
    readonly mxHost?: string;
    readonly mxAddress?: string;
    readonly sendingAddress?: string;
    readonly reason?: string;
}
export interface TlsPolicy {
    readonly type: TlsPolicyType;
    readonly text: readonly string[];
    readonly domain: Domain;
    readonly mxHosts: readonly string[];
}
export type TlsPolicyType = (typeof TLS_POLICY_TYPES)[number];
export interface TlsReportNote {
    readonly day: number;
    readonly domain: Domain;
    readonly state: 'sent' | 'unwanted' | 'waiting' | 'given-up';
    readonly at: number;
    readonly tries: number;
    readonly dueAt?: number;
    readonly sentTo: readonly string[];
    readonly detail?: string;
}
export type TlsResultType = keyof typeof TLS_RESULT_TYPES;
export interface TlsTally {
    readonly day: number;
    readonly domain: Domain;
    readonly policy: TlsPolicy;
    readonly failure?: TlsFailure;
    readonly good: number;
    readonly bad: number;
}

// model/verdict
export interface Accepted {
    readonly kind: 'accepted';
    readonly recipient: number;
    readonly reply: Reply;
    readonly host: string;
    readonly address: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
    readonly dsnPassedOn?: boolean;
    readonly transcript?: readonly string[];
}
export interface Failed {
    readonly kind: 'failed';
    readonly recipient: number;
    readonly failure: Failure;
    readonly host?: string;
    readonly address?: string;
    readonly tls?: TlsSeen;
    readonly fellBackToPlain?: string;
    readonly leftFrom?: LeftFrom;
}
export type Verdict = Accepted | Failed;

// queue/dmarc-rows
export interface DmarcQuery {
    readonly since: number;
    readonly before: number;
    readonly domain?: string;
}
export interface DmarcStore {
    addDmarc(addition: DmarcAddition, today: number): Promise<boolean | 'full'>;
    dmarc(query: DmarcQuery): Promise<DmarcSums>;
}

// queue/erasure
export interface Erased {
    readonly messages: number;
    readonly contents: number;
    readonly open: number;
    readonly openIds: readonly QueueId[];
}
export interface Erasure {
    erase(address: Address): Promise<Erased>;
}

// queue/history
export interface HistoryQuery {
    readonly least: string;
    readonly below: string;
    readonly limit: number;
    readonly withinMs: number;
    readonly state?: MessageState;
    readonly to?: string;
    readonly domain?: string;
    readonly from?: string;
    readonly account?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly via?: WayIn;
    readonly messageId?: string;
    readonly subject?: string;
    readonly code?: string;
    readonly host?: string;
}
export interface MessageHistory {
    messages(query: HistoryQuery): Promise<MessagePage>;
}
export interface MessagePage {
    readonly messages: readonly QueueEntry[];
    readonly next?: QueueEntry['id'];
}

// queue/kept-content
export interface KeptContent {
    keptContent(id: QueueId, now: number): Promise<Buffer | undefined>;
    forgetContent(now: number): Promise<void>;
}

// queue/pace-store
export interface PaceStore {
    standings(wanted: StandingsWanted): Promise<readonly StandingRow[]>;
    putStandings(rows: readonly StandingRow[], now: number): Promise<readonly StandingRow[]>;
}
export interface StandingsWanted {
    readonly changedSince?: number;
    readonly restingAt?: number;
}

// queue/postgres/hosts
interface Client {
    query(text: string): Promise<{
        readonly rows: readonly unknown[];
    }>;
}
export interface HostOptions {
    readonly connectionString: string;
    readonly connectionTimeoutMillis?: number;
}
interface Lent extends Client {
    release(broken: boolean): void;
}
export declare class PostgresHosts {
    #private;
    constructor(connectionString: string);
    get options(): HostOptions;
    made(client: object): void;
    lend<C extends Lent>(connect: () => Promise<C>): Promise<C>;
    connect<C extends Single>(make: () => C): Promise<C>;
}
interface Single extends Client {
    connect(): Promise<unknown>;
    end(): Promise<void>;
}

// queue/postgres/open
export declare function openPostgresQueue(options: PostgresQueueOptions): Promise<QueueStore>;

// queue/postgres/options
export interface PostgresQueueOptions {
    readonly connectionString: string;
    readonly directConnectionString?: string;
    readonly schema?: string;
    readonly connections?: number;
    readonly cacheBytes?: number;
    readonly mostKept?: number;
    readonly answerWithinMs?: number;
    readonly gatherMs?: number;
    readonly time?: 'server' | 'clock';
    readonly clock?: Clock;
}

// queue/queue-entry
export interface QueueEntry {
    readonly id: QueueId;
    readonly from: string;
    readonly acceptedAt: number;
    readonly expiresAt: number;
    readonly sizeBytes: number;
    readonly priority: Priority;
    readonly tags: Readonly<Record<string, string>>;
    readonly account?: string;
    readonly messageId?: string;
    readonly via?: WayIn;
    readonly card?: Card;
    readonly passesOn?: boolean;
    readonly erased?: boolean;
    readonly held?: string;
    readonly dueAt?: number;
    readonly recipients: readonly QueueEntryRecipient[];
}
export interface QueueEntryRecipient {
    readonly address: string;
    readonly state: 'waiting' | 'running' | RecipientState;
    readonly attempts: number;
    readonly lastReply?: string;
}

// queue/statistics
export interface StatisticsQuery {
    readonly from: number;
    readonly before: number;
    readonly by: StatisticsKey;
    readonly site?: string;
    readonly account?: string;
    readonly limit: number;
}
export interface StatisticsStore {
    addStatistics(tallies: readonly StatisticsTally[]): Promise<void>;
    statistics(query: StatisticsQuery): Promise<StatisticsSums>;
    sumStatistics(today: number): Promise<void>;
}
export interface StatisticsSum {
    readonly key: number | string;
    readonly step?: 'hour' | 'day';
    readonly counts: Counts;
}
export interface StatisticsSums {
    readonly total: Counts;
    readonly rows: readonly StatisticsSum[];
}

// queue/store
export interface EnqueueOptions {
    readonly signal?: AbortSignal;
    readonly begun?: () => void;
    readonly withinMs?: number;
}
export interface Enqueued {
    readonly id: QueueId;
    readonly duplicate: boolean;
}
export interface KnownKey {
    readonly id: QueueId;
    readonly digest: string;
}
export interface QueueCounts {
    readonly messages: number;
    readonly recipients: number;
    readonly due: number;
    readonly running: number;
    readonly held: number;
    readonly oldestAcceptedAt?: number;
}
export interface QueueFilter {
    readonly domain?: string;
    readonly from?: string;
    readonly state?: 'waiting' | 'running' | 'deferred' | 'held';
    readonly account?: string;
    readonly limit?: number;
    readonly after?: QueueId;
}
export type QueueSelection = QueueId | Omit<QueueFilter, 'limit' | 'after'>;
export interface QueueServer {
    readonly version: string;
    readonly aheadMs: number;
    readonly survivesPowerLoss: boolean;
    readonly waitsForStandby: boolean;
    readonly standbys: number;
    readonly synchronousStandbys?: number;
    readonly transport: 'local' | 'tls' | 'plain';
    readonly role: string;
    readonly rights: readonly string[];
}
export interface QueueStore extends DmarcStore, Erasure, KeptContent, MessageHistory, PaceStore, StatisticsStore {
    readonly clock?: Clock | undefined;
    enqueue(submission: Submission, options?: EnqueueOptions): Promise<Enqueued>;
    enqueueAll(submissions: readonly Submission[], options?: EnqueueOptions): Promise<readonly Enqueued[]>;
    findKeys(keys: readonly string[], account: string | undefined): Promise<readonly (KnownKey | undefined)[]>;
    takeLeadership(now: number, leaseMs: number): Promise<boolean>;
    claim(request: ClaimRequest): Promise<readonly Job[]>;
    read(id: QueueId): Promise<Buffer | undefined>;
    readBlock(id: QueueId, at: number): Promise<Buffer | undefined>;
    renew(jobs: readonly Job[], until: number): Promise<readonly number[]>;
    commit(settlement: Settlement, notices: readonly Submission[], facts: readonly DurableFact[]): Promise<boolean>;
    release(job: Job, dueAt: number): Promise<boolean>;
    nearFinalDot?(job: Job): void;
    enterFinalDot(job: Job): (() => void) | undefined;
    share?(wishes: readonly ShareWish[]): Promise<Shares>;
    nextDue(exclude: readonly Domain[]): Promise<number | undefined>;
    onWork(call: (dueAt?: number) => void): () => void;
    facts(after: number, limit: number): Promise<readonly NumberedFact[]>;
    history(id: QueueId): Promise<readonly NumberedFact[]>;
    newestFact(): Promise<number>;
    findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]>;
    recordOnce(facts: readonly LateFact[], suppressions: readonly Suppression[]): Promise<boolean>;
    list(filter: QueueFilter): Promise<readonly QueueEntry[]>;
    show(id: QueueId): Promise<QueueEntry | undefined>;
    counts(now: number): Promise<QueueCounts>;
    hold(which: QueueSelection, because: string, now: number): Promise<number>;
    unhold(which: QueueSelection, now: number): Promise<number>;
    retry(which: QueueSelection, now: number): Promise<number>;
    reschedule(id: QueueId, due: number, now: number): Promise<Rescheduling>;
    cancel(which: QueueSelection, now: number): Promise<number>;
    suppression(address: Address, now: number): Promise<Suppression | undefined>;
    suppressions(filter: SuppressionFilter, now: number): Promise<readonly Suppression[]>;
    putSuppressions(entries: readonly Suppression[]): Promise<void>;
    unsuppress(address: Address): Promise<boolean>;
    countTls(tallies: readonly TlsTally[]): Promise<void>;
    tlsDays(wanted: TlsDaysWanted): Promise<readonly TlsDay[]>;
    noteTlsReport(note: TlsReportNote): Promise<void>;
    claimTlsReport(note: TlsReportNote, dueAt: number): Promise<boolean>;
    server?(): Promise<QueueServer>;
    prune(before: number): Promise<number>;
    close(): Promise<void>;
    destroy(reason: unknown): void;
}
export type Rescheduling = 'rescheduled' | 'running' | 'done' | 'unknown';
export interface SuppressionFilter {
    readonly origin?: SuppressionOrigin;
    readonly limit?: number;
    readonly after?: string;
}
export interface TlsDaysWanted {
    readonly since: number;
    readonly before: number;
    readonly domain?: Domain;
    readonly dueAt?: number;
    readonly after?: {
        readonly day: number;
        readonly domain: Domain;
    };
    readonly limit: number;
}

// @postrider/core/testing

export { Certificate } from 'testing/certificate'
export { CertificateOptions } from 'testing/certificate'
export { DnsFault } from 'testing/zone'
export { DnsServer } from 'testing/dns-server'
export { DnsServerOptions } from 'testing/dns-server'
export { FakeClock } from 'testing/fake-clock'
export { FakeDns } from 'testing/fake-dns'
export { FakeDnsOptions } from 'testing/fake-dns'
export { FakeMx } from 'testing/fake-mx'
export { FakeMxOptions } from 'testing/fake-mx-options'
export { FeedbackReportOptions } from 'testing/feedback-report'
export { Hidden } from 'testing/simulator/judge'
export { Inbox } from 'testing/inbox'
export { InboxMessage } from 'testing/inbox'
export { InboxQuery } from 'testing/inbox'
export { InboxScenario } from 'testing/inbox'
export { NameLiteral } from 'testing/zone'
export { ProviderSimulator } from 'testing/simulator/simulator-options'
export { ReceivedMessage } from 'testing/fake-mx-options'
export { SimulatedAnswer } from 'testing/simulator/simulator-options'
export { SimulatedComplaint } from 'testing/simulator/simulator-options'
export { SimulatedProvider } from 'testing/simulator/behaviour'
export { SimulatorCounts } from 'testing/simulator/simulator-options'
export { SimulatorOptions } from 'testing/simulator/simulator-options'
export { TEST_RANGES } from 'testing/test-ranges'
export { ZoneLiteral } from 'testing/zone'
export { createFakeDns } from 'testing/fake-dns'
export { feedbackReport } from 'testing/feedback-report'
export { inbox } from 'testing/inbox'
export { makeAuthority } from 'testing/certificate'
export { makeCertificate } from 'testing/certificate'
export { openInbox } from 'testing/inbox'
export { simulateProvider } from 'testing/simulator/simulate-provider'
export { startDnsServer } from 'testing/dns-server'
export { startFakeMx } from 'testing/fake-mx'

// ambient/clock
export interface Clock {
    now(): number;
    monotonic(): number;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
    after(ms: number, call: () => void, options?: {
        readonly idle?: boolean;
    }): () => void;
}

// ambient/special-ranges
export interface SpecialRange {
    readonly network: string;
    readonly prefix: number;
    readonly name: string;
    readonly rfc: string;
    readonly documentation?: true;
}

// dns/record
export interface AddressRecord extends OfName {
    readonly type: 'A' | 'AAAA';
    readonly address: string;
}
export interface Answer {
    readonly question: Question;
    readonly names: readonly string[];
    readonly records: readonly DnsRecord[];
    readonly authentic: boolean;
    readonly ttl: number;
    readonly malformed: number;
}
export type DnsRecord = AddressRecord | MxRecord | TxtRecord | TlsaAnswerRecord | PointerRecord | SoaRecord;
export interface MxRecord extends OfName {
    readonly type: 'MX';
    readonly preference: number;
    readonly exchange: string;
}
interface OfName {
    readonly name: string;
    readonly ttl: number;
}
export interface PointerRecord extends OfName {
    readonly type: 'PTR' | 'CNAME' | 'NS';
    readonly target: string;
}
export interface Question {
    readonly name: string;
    readonly type: RecordType;
}
export declare const RECORD_TYPES: readonly ['A', 'AAAA', 'MX', 'TXT', 'TLSA', 'PTR', 'CNAME', 'NS', 'SOA'];
export type RecordType = (typeof RECORD_TYPES)[number];
export interface SoaRecord extends OfName {
    readonly type: 'SOA';
    readonly primary: string;
    readonly mailbox: string;
    readonly serial: number;
    readonly minimum: number;
}
export interface TlsaAnswerRecord extends OfName {
    readonly type: 'TLSA';
    readonly tlsa: TlsaRecord;
}
export interface TxtRecord extends OfName {
    readonly type: 'TXT';
    readonly strings: readonly string[];
}

// dns/resolver
export interface Resolver {
    query(question: Question, signal: AbortSignal): Promise<Answer>;
    readonly trustworthy: boolean;
    readonly fresh?: Resolver;
}

// model/route
export interface TlsaRecord {
    readonly usage: number;
    readonly selector: number;
    readonly matching: number;
    readonly data: string;
}

// testing/certificate
export interface Certificate {
    readonly cert: string;
    readonly key: string;
}
export interface CertificateOptions {
    readonly names: readonly string[];
    readonly issuer?: Issuer;
    readonly notBefore?: Date;
    readonly notAfter?: Date;
    readonly ca?: boolean | {
        readonly pathLength: number;
    };
    readonly key?: string;
}
export interface Issuer extends Certificate {
}
export declare function makeAuthority(name?: string): Certificate;
export declare function makeCertificate(options: CertificateOptions): Certificate;

// testing/dialogue
export interface Dialogue {
    readonly notes: ReadonlyMap<string, string>;
    readonly steps: readonly Step[];
}
export type Step = {
    readonly kind: 'say';
    readonly text: string;
} | {
    readonly kind: 'hear';
    readonly pattern: string;
} | {
    readonly kind: 'message';
} | {
    readonly kind: 'tls' | 'octets' | 'close' | 'reset';
} | {
    readonly kind: 'wait';
    readonly name: string;
};

// testing/dns-server
export interface DnsServer {
    readonly server: string;
    readonly queries: readonly SeenQuery[];
    set(name: string, records: NameLiteral | undefined): void;
    close(): Promise<void>;
}
export interface DnsServerOptions extends ZoneOptions {
    readonly address?: string;
    readonly port?: number;
    readonly interfere?: (reply: Buffer, question: Question) => readonly Buffer[];
}
export interface SeenQuery extends Question {
    readonly checkingDisabled: boolean;
    readonly over: 'udp' | 'tcp';
    readonly id: number;
    readonly port: number;
}
export declare function startDnsServer(literal: ZoneLiteral, options?: DnsServerOptions): Promise<DnsServer>;

// testing/fake-clock
export declare class FakeClock implements Clock {
    #private;
    constructor(now?: number);
    now(): number;
    monotonic(): number;
    step(ms: number): void;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
    after(ms: number, call: () => void): () => void;
    get waiting(): number;
    armed(ms: number): Promise<void>;
    advance(ms: number): Promise<void>;
}

// testing/fake-dns
export interface FakeDns extends Resolver {
    readonly queries: readonly Question[];
    set(name: string, records: NameLiteral | undefined): void;
}
export interface FakeDnsOptions extends ZoneOptions {
    readonly trustworthy?: boolean;
}
export declare function createFakeDns(literal: ZoneLiteral, options?: FakeDnsOptions): FakeDns;

// testing/fake-mx
export declare class FakeMx {
    #private;
    readonly name: string;
    readonly messages: ReceivedMessage[];
    readonly faults: string[];
    readonly certificate: Certificate | undefined;
    constructor(options: FakeMxOptions);
    listen(): Promise<void>;
    get address(): string;
    get port(): number;
    get connections(): number;
    get open(): number;
    waitFor(count: number): Promise<readonly ReceivedMessage[]>;
    quiet(): Promise<void>;
    cut(): void;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
export declare function startFakeMx(options?: FakeMxOptions): Promise<FakeMx>;

// testing/fake-mx-options
export type FakeAnswer = string | 'close' | 'reset' | undefined;
export interface FakeMxOptions {
    readonly name?: string;
    readonly address?: string;
    readonly port?: number;
    readonly certificate?: Certificate | false;
    readonly implicitTls?: boolean;
    readonly capabilities?: readonly string[];
    readonly login?: {
        readonly user: string;
        readonly password: string;
    };
    readonly answer?: (heard: HeardCommand) => FakeAnswer | Promise<FakeAnswer>;
    readonly dialogues?: readonly (string | Dialogue)[];
    readonly keep?: number;
    readonly messageBytes?: number;
    readonly hangsUpAfter421?: boolean;
    readonly left?: (connection: {
        readonly connection: number;
        readonly peer: string;
    }) => void;
    readonly waits?: (name: string) => Promise<void>;
}
export interface HeardCommand {
    readonly verb: string;
    readonly line: string;
    readonly address?: string;
    readonly tls: boolean;
    readonly transaction: number;
    readonly connection: number;
    readonly peer: string;
    readonly message?: ReceivedMessage;
}
export interface ReceivedMessage {
    readonly hello: string;
    readonly from: string;
    readonly fromParameters: string;
    readonly recipients: readonly {
        readonly address: string;
        readonly parameters: string;
    }[];
    readonly content: Buffer;
    readonly tls?: {
        readonly protocol: string;
        readonly serverName: string;
        readonly resumed: boolean;
    };
    readonly user?: string;
    readonly connection: number;
}

// testing/feedback-report
export interface FeedbackReportOptions {
    readonly original: string | Uint8Array;
    readonly type?: string;
    readonly recipient?: string;
}
export declare function feedbackReport({ original, type, recipient }: FeedbackReportOptions): Buffer;

// testing/inbox
export interface Inbox {
    waitFor(query: InboxQuery & {
        readonly timeout?: number;
    }): Promise<InboxMessage>;
    remove(query: InboxQuery): Promise<number>;
    play(scenarios: readonly InboxScenario[]): Promise<void>;
    forward(ms: number): Promise<void>;
}
export interface InboxMessage {
    readonly id: string;
    readonly at: number;
    readonly from: string;
    readonly recipients: readonly string[];
    readonly subject: string;
    readonly text: string;
    readonly html: string;
    readonly headers: readonly {
        readonly name: string;
        readonly value: string;
    }[];
    readonly links: readonly {
        readonly url: string;
        readonly text: string;
        readonly as: 'a' | 'img';
    }[];
    readonly codes: readonly string[];
    readonly attachments: readonly {
        readonly part: number;
        readonly filename: string;
        readonly type: string;
    }[];
    readonly outcomes: readonly {
        readonly address: string;
        readonly state: string;
        readonly attempts: number;
    }[];
}
export interface InboxQuery {
    readonly to?: string;
    readonly from?: string;
    readonly subject?: string;
    readonly tag?: string;
    readonly account?: string;
    readonly mailbox?: string;
    readonly after?: string;
}
export interface InboxScenario {
    readonly to?: string;
    readonly tag?: string;
    readonly outcome: 'delivered' | 'bounced' | 'deferred' | 'slow' | 'uncertain' | 'greylisted' | 'complained';
    readonly code?: number;
    readonly times?: number;
    readonly ms?: number;
}
export declare const inbox: Inbox;
export declare function openInbox(url?: string, token?: string): Inbox;

// testing/simulator/behaviour
export type Counted = 'address' | 'sender' | 'signer';
export type Moment = 'CONNECT' | 'MAIL' | 'RCPT' | 'MESSAGE';
export interface Quota extends Said {
    readonly of: Counted;
    readonly perMs: number;
    readonly first: Range;
    readonly growth?: Range;
    readonly restMs: Range;
}
export type Range = readonly [least: number, most: number];
export declare const SIMULATED: readonly ['gmail', 'outlook', 'yahoo', 'apple', 'gmx', 't-online', 'orange', 'onet', 'qq', 'netease', 'postgrey'];
export interface Said {
    readonly at: Moment;
    readonly reply: string;
}
export type SimulatedProvider = (typeof SIMULATED)[number];

// testing/simulator/judge
export interface Hidden {
    readonly connections: number;
    readonly perConnection: number;
    readonly quotas: readonly (Pick<Quota, 'of' | 'perMs' | 'at'> & DrawnQuota)[];
    readonly greylistMs: number | undefined;
    readonly temper: Temper;
}

// testing/simulator/simulate-provider
export declare function simulateProvider(provider: SimulatedProvider, options?: SimulatorOptions): Promise<ProviderSimulator>;

// testing/simulator/simulator-options
export interface ProviderSimulator extends AsyncDisposable {
    readonly provider: SimulatedProvider;
    readonly host: string;
    readonly address: string;
    readonly port: number;
    readonly certificate: Certificate;
    readonly hidden: Hidden;
    readonly counts: SimulatorCounts;
    trust(of: Counted, name: string): number;
    close(): Promise<void>;
}
export interface SimulatedAnswer {
    readonly at: number;
    readonly moment: Moment;
    readonly address: string;
    readonly sender: string;
    readonly recipients: number;
    readonly reply: string;
    readonly outcome: 'taken' | 'deferred' | 'refused' | 'closed';
}
export interface SimulatedComplaint {
    readonly at: number;
    readonly sender: string;
    readonly recipient: string;
    readonly original: string;
}
export interface SimulatorCounts {
    readonly connections: number;
    readonly taken: number;
    readonly deferred: number;
    readonly refused: number;
    readonly closed: number;
    readonly complaints: number;
}
export interface SimulatorOptions {
    readonly seed?: number;
    readonly clock?: Pick<Clock, 'now'>;
    readonly address?: string;
    readonly port?: number;
    readonly certificate?: Certificate;
    readonly authentication?: 'pass' | 'fail';
    readonly reverseName?: 'pass' | 'fail';
    readonly blocked?: readonly string[];
    readonly known?: readonly string[];
    readonly complaints?: number;
    readonly told?: (said: SimulatedAnswer) => void;
    readonly complained?: (complaint: SimulatedComplaint) => void;
}

// testing/simulator/standing
export interface DrawnQuota {
    readonly perMs: number;
    readonly first: number;
    readonly growth: number;
    readonly restMs: number;
}
export interface Temper {
    readonly offsetMs: number;
    readonly shrink: number;
    readonly forgive: number;
}

// testing/test-ranges
export declare const TEST_RANGES: readonly SpecialRange[];

// testing/zone
export type DnsFault = 'servfail' | 'bogus' | 'refused' | 'timeout' | 'silent';
export interface NameLiteral {
    readonly A?: OneOrMore;
    readonly AAAA?: OneOrMore;
    readonly MX?: OneOrMore;
    readonly TXT?: OneOrMore;
    readonly TLSA?: OneOrMore;
    readonly PTR?: OneOrMore;
    readonly NS?: OneOrMore;
    readonly SOA?: OneOrMore;
    readonly CNAME?: string;
    readonly ttl?: number;
    readonly authentic?: boolean;
    readonly bogus?: boolean;
    readonly fail?: DnsFault | {
        readonly [type in RecordType]?: DnsFault;
    };
}
type OneOrMore = string | readonly string[];
export type ZoneLiteral = Readonly<Record<string, NameLiteral>>;
export interface ZoneOptions {
    readonly authentic?: boolean;
    readonly negativeTtl?: number;
}
