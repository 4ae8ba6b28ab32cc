// @postrider/relay

export { Account } from 'account/account'
export { AccountLimits } from 'account/account'
export { AccountOptions } from 'config/relay-options'
export { AccountRecord } from 'account/account'
export { AcmeOptions } from 'config/relay-options'
export { ApiKey } from 'key/api-key'
export { Bound } from 'listener/listener'
export { CertificatePair } from 'certificate/pair'
export { ClosableLogger } from 'upkeep/json-log'
export { EditableAccountStore } from 'account/store'
export { EndpointState } from 'webhook/replay'
export { FirstStart } from 'upkeep/first-start'
export { HttpPlace } from 'relay'
export { ListenAddress } from 'listener/listener'
export { Readiness } from 'http/routes'
export { Relay } from 'relay'
export { RelayConfig } from 'config/options'
export { RelayConfigRequest } from 'config/options'
export { RelayOptions } from 'config/options'
export { RelayPlaces } from 'assembly/places'
export { RelaySeams } from 'assembly/relay-parts'
export { RelaySectionOptions } from 'config/relay-options'
export { RelaySettings } from 'config/relay-options'
export { Reloaded } from 'assembly/reload'
export { Replayed } from 'webhook/replay'
export { SCOPES } from 'key/api-key'
export { Scope } from 'key/api-key'
export { StoredKeys } from 'key/stored-keys'
export { TokenVerifier } from 'account/login'
export { WebhookOptions } from 'config/relay-options'
export { WebhookReplay } from 'webhook/replay'
export { accountName } from 'account/account'
export { createRelay } from 'relay'
export { findCertificates } from 'assembly/places'
export { hashSecret } from 'account/secret'
export { isSecretHash } from 'account/secret'
export { loadRelayConfig } from 'config/options'
export { networkProblem } from 'admission/network'
export { openAccountStore } from 'assembly/open-accounts'
export { openAccounts } from 'assembly/open-accounts'
export { openKeys } from 'assembly/open-accounts'
export { openLog } from 'upkeep/json-log'
export { openWebhookReplay } from 'assembly/open-accounts'
export { placesOf } from 'assembly/places'
export { prepareFirstStart } from 'upkeep/first-start'
export { relayOptionsFromEnvironment } from 'config/options'
export { relaySchema } from 'config/schema'
export { resolveRelayOptions } from 'config/options'
export { senderPatternProblem } from 'admission/sender'

// account/account
export interface Account {
    readonly name: string;
    readonly senders: readonly string[];
    readonly rewriteFrom?: string;
    readonly limits?: AccountLimits;
}
export interface AccountLimits {
    readonly messagesPerMinute?: number;
    readonly messagesPerHour?: number;
    readonly messagesPerDay?: number;
    readonly recipientsPerMinute?: number;
    readonly recipientsPerHour?: number;
    readonly recipientsPerDay?: number;
}
export interface AccountRecord extends Account {
    readonly secretHash: string;
}
export declare function accountName(text: string): string;

// account/login
export type Credential = PasswordCredential | {
    readonly kind: 'token';
    readonly user: string;
    readonly token: string;
};
interface PasswordCredential {
    readonly kind: 'password';
    readonly user: string;
    readonly password: string;
}
export type TokenVerifier = (login: {
    readonly user: string;
    readonly token: string;
}, signal: AbortSignal) => Promise<Account | undefined>;

// account/secret
export interface ScryptCost {
    readonly logN: number;
    readonly r: number;
    readonly p: number;
}
export declare function hashSecret(secret: string, cost?: ScryptCost): Promise<string>;
export declare function isSecretHash(text: string): boolean;

// account/store
export interface AccountStore {
    find(name: string): Promise<AccountRecord | undefined>;
    list(): Promise<readonly AccountRecord[]>;
    close(): Promise<void>;
}
export interface EditableAccountStore extends AccountStore {
    add(account: AccountRecord): Promise<boolean>;
    change(name: string, changes: Partial<Omit<AccountRecord, 'name'>>): Promise<boolean>;
    remove(name: string): Promise<boolean>;
    [Symbol.asyncDispose](): Promise<void>;
}

// admission/ban
export interface BanOptions {
    readonly failures: number;
    readonly withinMs: number;
    readonly firstMs: number;
    readonly longestMs: number;
    readonly forgetMs: number;
}
export declare class Bans {
    #private;
    constructor({ clock, options }: {
        readonly clock: Clock;
        readonly options: () => BanOptions;
    });
    isBanned(address: string): boolean;
    failed(address: string): number;
    succeeded(address: string): void;
}

// admission/network
export type InNetwork = (address: string) => boolean;
export declare function networkProblem(text: string): string | undefined;

// admission/rate
export interface Limited {
    readonly window: 'minute' | 'hour' | 'day';
    readonly limit: number;
    readonly retryAfterMs: number;
}

// admission/refusal
export interface Reply {
    readonly code: number;
    readonly enhanced?: string;
    readonly text: string;
    readonly close?: true;
    readonly limited?: Limited;
}

// admission/sender
export declare function senderPatternProblem(pattern: string): string | undefined;

// assembly/open-accounts
export declare function openAccountStore(path: string): Promise<EditableAccountStore>;
export declare function openAccounts(config: RelayConfig): Promise<EditableAccountStore>;
export declare function openKeys(config: RelayConfig, clock?: Clock): Promise<{
    readonly keys: StoredKeys;
    readonly close: () => Promise<void>;
}>;
export declare function openWebhookReplay(config: RelayConfig, mailer: Pick<Mailer, 'readFacts'>, clock?: Clock): Promise<{
    readonly webhooks: WebhookReplay;
    readonly close: () => Promise<void>;
}>;

// assembly/places
export interface RelayPlaces {
    readonly folder: string;
    readonly spool: string;
    readonly accountsFile: string | undefined;
    readonly certificateFolders: readonly string[];
}
export declare function findCertificates(config: RelayConfig): Promise<{
    readonly pairs: readonly CertificatePair[];
    readonly problems: readonly string[];
}>;
export declare function placesOf(config: RelayConfig): RelayPlaces;

// assembly/relay-parts
export type OwnRoutes = Pick<V1Ports, 'readiness' | 'reload' | 'version'>;
export interface RelayParts {
    readonly config: RelayConfig;
    readonly mailer: Mailer;
    readonly metrics: Prometheus;
    readonly listener: Listener;
    listenHttp(own: OwnRoutes): Promise<readonly HttpServer[]>;
    readonly background: Background;
    readonly told: readonly string[];
    readonly counts: () => Promise<QueueCounts>;
    readiness(): Promise<Readiness>;
    reload(config: RelayConfig): Promise<Reloaded>;
    onClose(end: () => Promise<void>): void;
    close(withinMs: number): Promise<void>;
    destroy(reason: unknown): void;
}
export interface RelaySeams extends Omit<MailerSeams, 'metrics'> {
    readonly verifyToken?: TokenVerifier;
    readonly readConfig?: () => Promise<RelayConfig>;
}

// assembly/reload
export interface Reloaded {
    readonly told: readonly string[];
    readonly needsRestart: readonly string[];
}

// certificate/pair
export interface CertificatePair {
    readonly certificate: string;
    readonly privateKey: string;
    readonly names: readonly string[];
    readonly validFrom: number;
    readonly validTo: number;
    readonly selfSigned: boolean;
    readonly fingerprint: string;
    readonly source: string;
}

// config/container-variables
export type Environment = Readonly<Record<string, string | undefined>>;

// config/options
export interface RelayConfig extends LoadedConfig {
    readonly relay: RelaySettings;
}
export interface RelayConfigRequest {
    readonly env: Environment;
    readonly cwd: string;
    readonly machineName?: string;
}
export interface RelayOptions extends MailerOptions {
    readonly relay?: RelaySectionOptions | undefined;
}
export declare function loadRelayConfig({ env, cwd, machineName }: RelayConfigRequest): Promise<RelayConfig>;
export declare function relayOptionsFromEnvironment(env: Environment, cwd?: string): Promise<RelayConfig>;
export declare function resolveRelayOptions(options: RelayOptions, cwd?: string): Promise<RelayConfig>;

// config/relay-options
export interface AccountLimitOptions {
    readonly messagesPerMinute?: number | undefined;
    readonly messagesPerHour?: number | undefined;
    readonly messagesPerDay?: number | undefined;
    readonly recipientsPerMinute?: number | undefined;
    readonly recipientsPerHour?: number | undefined;
    readonly recipientsPerDay?: number | undefined;
}
export interface AccountLimitSettings {
    readonly messagesPerMinute: number;
    readonly messagesPerHour: number;
    readonly messagesPerDay: number;
    readonly recipientsPerMinute: number;
    readonly recipientsPerHour: number;
    readonly recipientsPerDay: number;
}
export interface AccountOptions {
    readonly name: string;
    readonly password?: string | undefined;
    readonly passwordHash?: string | undefined;
    readonly senders?: readonly string[] | undefined;
    readonly rewriteFrom?: string | undefined;
    readonly limits?: AccountLimitOptions | undefined;
}
export interface AcmeOptions {
    readonly email?: string | undefined;
    readonly directory?: string | undefined;
    readonly challenge?: 'http-01' | 'tls-alpn-01' | 'dns-01' | undefined;
    readonly names?: readonly string[] | undefined;
    readonly listen?: string | undefined;
    readonly dnsHook?: string | undefined;
}
export interface AcmeSettings {
    readonly email: string;
    readonly directory: string;
    readonly challenge: 'http-01' | 'tls-alpn-01' | 'dns-01';
    readonly names: readonly string[];
    readonly listen: string;
    readonly dnsHook: string;
}
export interface RelayAdminOptions {
    readonly listen?: string | undefined;
    readonly token?: string | undefined;
    readonly names?: readonly string[] | undefined;
}
export interface RelayAdminSettings {
    readonly listen: string;
    readonly token: string;
    readonly names: readonly string[];
}
export interface RelayBanOptions {
    readonly failures?: number | undefined;
    readonly withinMs?: number | undefined;
    readonly firstMs?: number | undefined;
    readonly longestMs?: number | undefined;
    readonly forgetMs?: number | undefined;
}
export interface RelayBanSettings {
    readonly failures: number;
    readonly withinMs: number;
    readonly firstMs: number;
    readonly longestMs: number;
    readonly forgetMs: number;
}
export interface RelayCertificatesOptions {
    readonly certificateFile: string;
    readonly privateKeyFile: string;
}
export interface RelayHttpOptions {
    readonly listen?: readonly string[] | undefined;
    readonly names?: readonly string[] | undefined;
    readonly proxies?: readonly string[] | undefined;
    readonly requestsPerSecond?: number | undefined;
    readonly requestMs?: number | undefined;
    readonly bodyBytes?: number | undefined;
    readonly bodiesBytes?: number | undefined;
}
export interface RelayHttpSettings {
    readonly listen: readonly string[];
    readonly names: readonly string[];
    readonly proxies: readonly string[];
    readonly requestsPerSecond: number;
    readonly requestMs: number;
    readonly bodyBytes: number;
    readonly bodiesBytes: number;
}
export interface RelayLimitsAccountOptions {
    readonly messagesPerMinute?: number | undefined;
    readonly messagesPerHour?: number | undefined;
    readonly messagesPerDay?: number | undefined;
    readonly recipientsPerMinute?: number | undefined;
    readonly recipientsPerHour?: number | undefined;
    readonly recipientsPerDay?: number | undefined;
}
export interface RelayLimitsOptions {
    readonly connections?: number | undefined;
    readonly connectionsPerAddress?: number | undefined;
    readonly unauthenticatedPerMinute?: number | undefined;
    readonly softErrors?: number | undefined;
    readonly hardErrors?: number | undefined;
    readonly errorDelayMs?: number | undefined;
    readonly idleMs?: number | undefined;
    readonly idleBeforeLoginMs?: number | undefined;
    readonly loginWithinMs?: number | undefined;
    readonly bodyIdleMs?: number | undefined;
    readonly bodyMs?: number | undefined;
    readonly maxConcurrentMessages?: number | undefined;
    readonly replyWithinMs?: number | undefined;
    readonly mostReceived?: number | undefined;
    readonly bodyMemoryBytes?: number | undefined;
    readonly bodiesMemoryBytes?: number | undefined;
    readonly freeDiskBytes?: number | undefined;
    readonly account?: RelayLimitsAccountOptions | undefined;
}
export interface RelayLimitsSettings {
    readonly connections: number;
    readonly connectionsPerAddress: number;
    readonly unauthenticatedPerMinute: number;
    readonly softErrors: number;
    readonly hardErrors: number;
    readonly errorDelayMs: number;
    readonly idleMs: number;
    readonly idleBeforeLoginMs: number;
    readonly loginWithinMs: number;
    readonly bodyIdleMs: number;
    readonly bodyMs: number;
    readonly maxConcurrentMessages: number;
    readonly replyWithinMs: number;
    readonly mostReceived: number;
    readonly bodyMemoryBytes: number;
    readonly bodiesMemoryBytes: number;
    readonly freeDiskBytes: number;
    readonly account: AccountLimitSettings;
}
export interface RelaySectionOptions {
    readonly listen?: readonly string[] | undefined;
    readonly folder?: string | undefined;
    readonly domains?: readonly string[] | undefined;
    readonly accounts?: readonly AccountOptions[] | undefined;
    readonly accountsFile?: string | undefined;
    readonly senders?: readonly string[] | undefined;
    readonly rewriteFrom?: string | undefined;
    readonly postmaster?: string | undefined;
    readonly trustedNetworks?: readonly string[] | undefined;
    readonly proxies?: readonly string[] | undefined;
    readonly certificates?: readonly RelayCertificatesOptions[] | undefined;
    readonly certificateFolders?: readonly string[] | undefined;
    readonly acme?: AcmeOptions | undefined;
    readonly trace?: RelayTraceOptions | undefined;
    readonly limits?: RelayLimitsOptions | undefined;
    readonly ban?: RelayBanOptions | undefined;
    readonly spike?: RelaySpikeOptions | undefined;
    readonly admin?: RelayAdminOptions | undefined;
    readonly http?: RelayHttpOptions | undefined;
    readonly webhooks?: readonly WebhookOptions[] | undefined;
}
export interface RelaySettings {
    readonly listen: readonly string[];
    readonly folder: string;
    readonly domains: readonly string[];
    readonly accounts: readonly AccountOptions[];
    readonly accountsFile: string;
    readonly senders: readonly string[];
    readonly rewriteFrom: string;
    readonly postmaster: string;
    readonly trustedNetworks: readonly string[];
    readonly proxies: readonly string[];
    readonly certificates: readonly RelayCertificatesOptions[];
    readonly certificateFolders: readonly string[];
    readonly acme?: AcmeSettings | undefined;
    readonly trace: RelayTraceSettings;
    readonly limits: RelayLimitsSettings;
    readonly ban: RelayBanSettings;
    readonly spike: RelaySpikeSettings;
    readonly admin: RelayAdminSettings;
    readonly http: RelayHttpSettings;
    readonly webhooks: readonly WebhookSettings[];
}
export interface RelaySpikeOptions {
    readonly factor?: number | undefined;
    readonly floor?: number | undefined;
}
export interface RelaySpikeSettings {
    readonly factor: number;
    readonly floor: number;
}
export interface RelayTraceOptions {
    readonly client?: boolean | undefined;
    readonly login?: boolean | undefined;
}
export interface RelayTraceSettings {
    readonly client: boolean;
    readonly login: boolean;
}
export interface WebhookOptions {
    readonly url: string;
    readonly secret: string;
    readonly events?: readonly ('queued' | 'delivered' | 'deferred' | 'delayed' | 'bounced' | 'expired' | 'cancelled' | 'suppressed' | 'held' | 'released' | 'rescheduled' | 'complained' | 'uncertain' | 'notice-queued')[] | undefined;
}
export interface WebhookSettings {
    readonly url: string;
    readonly secret: string;
    readonly events: readonly ('queued' | 'delivered' | 'deferred' | 'delayed' | 'bounced' | 'expired' | 'cancelled' | 'suppressed' | 'held' | 'released' | 'rescheduled' | 'complained' | 'uncertain' | 'notice-queued')[];
}

// config/schema
export declare const relaySchema: SchemaExtension;

// gate/gate
export interface Caller {
    readonly kind: 'caller';
    readonly key: ApiKey;
    readonly account?: Account;
    readonly headers: HeaderLines;
}
export declare class Gate {
    #private;
    constructor(ports: GatePorts);
    admit(request: HttpRequest, needed: Scope | 'any'): Promise<Caller | Refusal>;
}
export interface GatePorts {
    readonly keys: StoredKeys;
    readonly findAccount: (name: string) => Promise<Account | undefined>;
    readonly bans: Bans;
    readonly isTrusted: (address: string) => boolean;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly requestsPerSecond: () => number;
}
type HeaderLines = Readonly<Record<string, string>>;
export type Refusal = {
    readonly kind: 'no-key' | 'banned' | 'unknown-key' | 'ended';
    readonly headers: HeaderLines;
} | {
    readonly kind: 'foreign-network';
    readonly headers: HeaderLines;
    readonly address: string;
} | {
    readonly kind: 'too-many';
    readonly headers: HeaderLines;
    readonly limit: number;
} | {
    readonly kind: 'account-gone';
    readonly headers: HeaderLines;
    readonly account: string;
} | {
    readonly kind: 'no-scope';
    readonly headers: HeaderLines;
    readonly key: ApiKey;
    readonly needed: Scope;
};

// http/prometheus
type Description = Parameters<Metrics['counter']>[0];
type Gauge = ReturnType<Metrics['gauge']>;
export declare class Prometheus implements Metrics {
    #private;
    counter(description: Description): Counter;
    gauge(description: Description): Gauge;
    histogram(description: Description): Histogram;
    text(): string;
}

// http/routes
export interface Readiness {
    readonly ready: boolean;
    readonly checks: readonly {
        readonly name: string;
        readonly ok: boolean;
        readonly detail: string;
    }[];
}

// key/api-key
export interface ApiKey {
    readonly id: string;
    readonly name: string;
    readonly account?: string;
    readonly scopes: readonly Scope[];
    readonly domains: readonly string[];
    readonly networks: readonly string[];
    readonly createdAt: number;
    readonly expiresAt?: number;
    readonly lastUsedAt?: number;
}
export declare const SCOPES: readonly ['send', 'read', 'content', 'operate', 'admin'];
export type Scope = (typeof SCOPES)[number];

// key/stored-keys
export declare class StoredKeys {
    #private;
    constructor(store: RelayStore, clock: Pick<Clock, 'now'>);
    add(wanted: Omit<ApiKey, 'id' | 'createdAt' | 'lastUsedAt'>): Promise<{
        readonly id: string;
        token: string;
    }>;
    find(token: string): Promise<ApiKey | 'expired' | undefined>;
    list(): Promise<readonly ApiKey[]>;
    remove(id: string): Promise<boolean>;
}

// listener/body
export declare class Body {
    #private;
    constructor(options: BodyOptions);
    get limitBytes(): number;
    get size(): number;
    get trouble(): BodyRefusal | undefined;
    write(piece: Buffer): void;
    backlog(): Promise<void> | undefined;
    content(): Promise<Buffer | BodyRefusal>;
    discard(): void;
    gone(): Promise<void>;
}
export interface BodyOptions {
    readonly limitBytes: number;
    readonly memoryBytes: number;
    readonly folder: string;
    readonly budget: MemoryBudget;
    readonly disk?: DiskRoom;
    readonly announcedBytes?: number;
}
export type BodyRefusal = 'too-large' | 'disk-full' | 'no-memory';
export interface DiskRoom {
    take(bytes: number): boolean;
    give(taken: number, came?: number): void;
}
export declare class MemoryBudget {
    #private;
    readonly limitBytes: number;
    constructor(limitBytes: number);
    get usedBytes(): number;
    take(bytes: number): boolean;
    give(bytes: number): void;
}

// listener/listener
export interface Bound extends ListenAddress {
    readonly port: number;
}
export interface ListenAddress {
    readonly host: string;
    readonly port: number;
    readonly implicitTls: boolean;
    readonly plainLogin: boolean;
    readonly startTls: boolean;
    readonly proxy: boolean;
}
export declare class Listener {
    #private;
    constructor(options: ListenerOptions);
    get open(): number;
    listen(address: ListenAddress): Promise<Bound>;
    close({ withinMs }: {
        readonly withinMs: number;
    }): Promise<void>;
    destroy(reason: unknown): void;
}
export interface ListenerOptions {
    readonly policy: SmtpPolicy;
    readonly clock: Clock;
    readonly contexts: () => TlsContexts | undefined;
    readonly limits: () => WireLimits;
    readonly isProxy: () => InNetwork;
    readonly isTrusted: () => InNetwork;
}

// listener/session-limits
export interface WireLimits {
    readonly softErrors: number;
    readonly hardErrors: number;
    readonly errorDelayMs: number;
    readonly idleMs: number;
    readonly idleBeforeLoginMs: number;
    readonly loginWithinMs: number;
    readonly bodyIdleMs: number;
    readonly bodyMs: number;
}

// listener/smtp-policy
export interface Ending {
    readonly because: string;
    readonly inHandshake: boolean;
    readonly messages: number;
    readonly errors: number;
}
export interface Peer {
    readonly id: string;
    readonly address: string;
    readonly port: number;
    readonly listener: string;
    readonly trusted: boolean;
    readonly tls?: {
        readonly protocol: string;
        readonly cipher: string;
    };
    readonly hello: string;
    readonly extended: boolean;
    readonly http?: true;
    readonly account?: Account;
}
export interface SmtpPolicy {
    readonly hostname: string;
    readonly methods: readonly string[];
    readonly messageBytes: number;
    connected(peer: Peer, leave: (reply: Reply) => void): Reply | undefined;
    login(credential: Credential, peer: Peer, signal: AbortSignal): Promise<Account | Reply>;
    mail(sender: Address | null, options: MailOptions, peer: Peer): Soon<Reply | undefined>;
    rcpt(recipient: TransactionRecipient, transaction: Transaction, peer: Peer): Soon<Reply | undefined>;
    body(transaction: Transaction, peer: Peer): Body | Reply;
    message(body: Body, transaction: Transaction, peer: Peer, signal: AbortSignal): Promise<Reply>;
    ended(peer: Peer, how: Ending): void;
}
export type Soon<T> = T | Promise<T>;

// listener/tls
export interface TlsContexts {
    readonly fallback: SecureContext;
    readonly byName: ReadonlyMap<string, SecureContext>;
}

// listener/transaction
export interface MailOptions {
    readonly sizeBytes?: number;
    readonly eightBit?: boolean;
    readonly utf8?: boolean;
    readonly requireTls?: boolean;
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
}
export interface Transaction {
    readonly id: string;
    readonly sender: Address | null;
    readonly options: MailOptions;
    readonly recipients: TransactionRecipient[];
}
export interface TransactionRecipient {
    readonly address: Address;
    readonly notify?: readonly Notify[];
    readonly originalRecipient?: string;
}

// relay
export interface HttpPlace {
    readonly host: string;
    readonly port: number;
}
export declare class Relay {
    #private;
    readonly told: readonly string[];
    constructor(parts: RelayParts, { given, told, readConfig }: Start);
    get mailer(): Mailer;
    get keyFiles(): readonly string[];
    get addresses(): readonly Bound[];
    get httpAddresses(): readonly HttpPlace[];
    get adminPort(): number | undefined;
    listen(): Promise<readonly Bound[]>;
    readiness(): Promise<Readiness>;
    reload(config?: RelayConfig): Promise<Reloaded>;
    close({ withinMs }?: {
        readonly withinMs?: number;
    }): Promise<void>;
    destroy(reason?: unknown): void;
    [Symbol.asyncDispose](): Promise<void>;
}
interface Start {
    readonly given: RelayConfig;
    readonly told: readonly string[];
    readonly readConfig: RelaySeams['readConfig'];
}
export declare function createRelay(options?: RelayOptions | RelayConfig, seams?: RelaySeams): Promise<Relay>;

// server/http-server
export interface HttpServer {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    close(withinMs: number, clock: Clock): Promise<void>;
    destroy(): void;
}

// server/route
export type BodyTrouble = 'too-large' | 'no-memory';
export interface Client {
    readonly address: string;
    readonly port: number;
    readonly listener: string;
    readonly tls?: {
        readonly protocol: string;
        readonly cipher: string;
    };
}
export interface HttpRequest {
    readonly method: string;
    readonly path: string;
    readonly params: Readonly<Record<string, string>>;
    readonly query: URLSearchParams;
    header(name: string): string | undefined;
    body(): Promise<Buffer | BodyTrouble>;
    readonly client: Client;
    readonly signal: AbortSignal;
    readonly stopping: AbortSignal;
    cut(): void;
}

// store/store
export type Ask = <R extends Row>(statement: string, ...values: readonly Value[]) => Promise<readonly R[]>;
export type Durability = 'lasting' | 'passing';
export interface RelayStore extends AsyncDisposable {
    readonly ask: Ask;
    transact<T>(durability: Durability, work: (ask: Ask) => Promise<T>): Promise<T>;
    close(): Promise<void>;
}
export type Row = Readonly<Record<string, Value>>;
export type Value = string | number | null;

// upkeep/first-records
export type FirstStartSeams = Pick<MailerSeams, 'resolver' | 'specialRanges'>;

// upkeep/first-start
export interface FirstStart {
    readonly config: RelayConfig;
    readonly told: readonly string[];
}
export declare function prepareFirstStart(config: RelayConfig, oldFolders?: readonly string[], seams?: FirstStartSeams): Promise<FirstStart>;

// upkeep/json-log
export interface ClosableLogger {
    readonly logger: Logger;
    flush(): void;
}
export declare function openLog({ level, }: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
}): Promise<ClosableLogger>;

// upkeep/warm-preflight
export declare class Background {
    #private;
    constructor(options: BackgroundOptions);
    start(): void;
    look(): void;
    close(): void;
}
interface BackgroundOptions {
    readonly mailer: Pick<Mailer, 'clearance' | 'on'>;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly senders: () => Promise<readonly string[]>;
}

// v1/v1-route
export interface ListedAccount extends Account {
    readonly from: 'configuration' | 'store';
}
export interface V1Ports {
    readonly gate: Gate;
    readonly mailer: Mailer;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly keys: StoredKeys;
    readonly accounts: () => Promise<readonly ListedAccount[]>;
    readonly findAccount: (name: string) => Promise<Account | undefined>;
    readonly webhooks: () => Pick<WebhookReplay, 'list' | 'replay'>;
    readonly counts: () => Promise<QueueCounts>;
    readonly readiness: () => Promise<{
        readonly ready: boolean;
        readonly checks: readonly {
            readonly name: string;
            readonly ok: boolean;
            readonly detail: string;
        }[];
    }>;
    readonly reload: () => Promise<{
        readonly told: readonly string[];
        readonly needsRestart: readonly string[];
    }>;
    readonly version: string;
}

// webhook/place
export type Place = string;

// webhook/records
export interface Changes {
    readonly place: Place;
    readonly parked: readonly Parked[];
    readonly again: readonly Parked[];
    readonly unparked: readonly Place[];
    readonly dropped: readonly Dropped[];
}
export type DropReason = 'age' | 'number' | 'gone';
export interface Dropped {
    readonly after: Place;
    readonly through: Place;
    readonly count: number;
    readonly because: DropReason;
}
export interface Parked {
    readonly place: Place;
    readonly after: Place;
    readonly since: number;
    readonly attempts: number;
    readonly due: number;
}
export declare class Records {
    #private;
    constructor(store: RelayStore);
    add(id: string, place: Place): Promise<void>;
    takeOver(places: ReadonlyMap<string, Place>, former: Place): Promise<void>;
    hold(id: string, holder: string, leaseMs: number): Promise<Standing | undefined>;
    renew(id: string, holder: string, leaseMs: number): Promise<boolean>;
    giveUp(id: string, holder: string): Promise<void>;
    restart(id: string, holder: string, place: Place): Promise<void>;
    write(id: string, holder: string, changes: Changes): Promise<number | undefined>;
    soonest(id: string, limit: number): Promise<readonly Parked[]>;
    oldest(id: string, limit: number): Promise<readonly Parked[]>;
    standing(id: string): Promise<Standing | undefined>;
    replay(id: string, events: readonly Parked[]): Promise<void>;
    undrop(id: string, ranges: readonly Dropped[]): Promise<void>;
    dropped(id: string): Promise<readonly Dropped[]>;
}
export interface Standing {
    readonly place: Place;
    readonly former: Place;
    readonly parked: number;
}

// webhook/replay
interface Configured {
    readonly url: string;
    readonly events: readonly string[];
}
export interface EndpointState {
    readonly id: string;
    readonly endpoint: string;
    readonly events: readonly string[];
    readonly place?: string;
    readonly parked: number;
    readonly dropped: readonly Dropped[];
}
export interface Replayed {
    readonly after: Place;
    readonly through: Place;
    readonly events: number;
}
export declare class WebhookReplay {
    #private;
    constructor(records: Records, endpoints: readonly Configured[], mailer: Pick<Mailer, 'readFacts'>, now: () => number);
    list(): Promise<readonly EndpointState[]>;
    replay(name: string, typed?: {
        readonly after?: string;
        readonly through?: string;
    }): Promise<readonly Replayed[]>;
}
