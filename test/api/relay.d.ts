// @postrider/relay

export { Account } from 'account/account'
export { AccountLimits } from 'account/account'
export { AccountOptions } from 'config/relay-options'
export { AccountRecord } from 'account/account'
export { AcmeOptions } from 'config/relay-options'
export { Alias } from 'config/alias-file'
export { ApiKey } from 'key/api-key'
export { BackupList } from 'assembly/backup-files'
export { BackupSeams } from 'assembly/backup'
export { Bound } from 'listener/listener'
export { CertificatePair } from 'certificate/pair'
export { ClosableLogger } from 'upkeep/json-log'
export { EditableAccountStore } from 'account/store'
export { EndpointState } from 'webhook/endpoint-state'
export { FACT_KINDS as WEBHOOK_EVENTS } from 'webhook/fact-kinds'
export { FORMATS as WEBHOOK_FORMATS } from 'webhook/formats'
export { FirstLogin } from 'assembly/first-login'
export { FirstStart } from 'upkeep/first-start'
export { FoundAliases } from 'assembly/find-aliases'
export { HttpPlace } from 'relay'
export { KeyRotationState } from 'assembly/key-rotations'
export { KeyRotations } from 'assembly/key-rotations'
export { ListenAddress } from 'listener/listener'
export { LoggedDelivery } from 'webhook/delivery-log'
export { LookFromOutside } from 'assembly/public-look'
export { Missing } from 'dkim/rotation'
export { OpenedUsers } from 'assembly/open-accounts'
export { ROLES } from 'user/user'
export { Readiness } from 'admin/routes'
export { Relay } from 'relay'
export { RelayConfig } from 'config/options'
export { RelayConfigRequest } from 'config/options'
export { RelayInterface } from 'relay'
export { RelayOptions } from 'config/options'
export { RelayPlaces } from 'assembly/places'
export { RelaySeams } from 'assembly/relay-parts'
export { RelaySectionOptions } from 'config/relay-options'
export { RelaySettings } from 'config/relay-options'
export { Reloaded } from 'assembly/reload'
export { Replayed } from 'webhook/replay'
export { Restored } from 'assembly/restore'
export { RestoredAccess } from 'assembly/restored-access'
export { Role } from 'user/user'
export { RotationStage } from 'dkim/rotation'
export { SCOPES } from 'key/api-key'
export { Scope } from 'key/api-key'
export { StoredKeys } from 'key/stored-keys'
export { TokenVerifier } from 'account/login'
export { TxtRecord } from 'dkim/rotation'
export { User } from 'user/user'
export { WebhookOptions } from 'config/relay-options'
export { Webhooks } from 'webhook/webhooks'
export { accountName } from 'account/account'
export { backUp } from 'assembly/backup'
export { createRelay } from 'relay'
export { endAccess } from 'assembly/account-access'
export { endRestoredSessions } from 'assembly/restored-access'
export { findAliases } from 'assembly/find-aliases'
export { findCertificates } from 'assembly/places'
export { givenPolicy } from 'assembly/given-policy'
export { hashSecret } from 'account/secret'
export { holdRestored } from 'assembly/restored-mail'
export { isSecretHash } from 'account/secret'
export { loadRelayConfig } from 'config/options'
export { lookAtProvider } from 'oidc/provider'
export { lookFromOutside } from 'assembly/public-look'
export { networkProblem } from 'admission/network'
export { openAccountStore } from 'assembly/open-accounts'
export { openAccounts } from 'assembly/open-accounts'
export { openKeyRotations } from 'assembly/key-rotations'
export { openKeys } from 'assembly/open-accounts'
export { openLog } from 'upkeep/json-log'
export { openUsers } from 'assembly/open-accounts'
export { openWebhooks } from 'assembly/webhook-service'
export { placesOf } from 'assembly/places'
export { prepareFirstStart } from 'upkeep/first-start'
export { prepareSigningKeys } from 'assembly/signing-keys'
export { relayOptionsFromEnvironment } from 'config/options'
export { relaySchema } from 'config/schema'
export { releaseRestored } from 'assembly/restored-mail'
export { resolveRelayOptions } from 'config/options'
export { restore } from 'assembly/restore'
export { senderPatternProblem } from 'admission/sender'
export { timelineLink } from 'assembly/public-part'

// access-control/access-control
export declare class AccessControl {
    #private;
    constructor(ports: AccessControlPorts);
    askerOf(request: HttpRequest): Asker | undefined;
    admitAny(request: HttpRequest, needed: Scope | 'any'): Promise<Caller | Refusal | SessionRefusal>;
    admit(request: HttpRequest, needed: Scope | 'any'): Promise<KeyCaller | Refusal>;
    stillMay(request: HttpRequest, needed: Scope | 'any'): Promise<boolean>;
    whyNoMore(request: HttpRequest, needed: Scope | 'any'): Promise<Refusal | SessionRefusal | undefined>;
}
export interface AccessControlPorts {
    readonly keys: StoredKeys;
    readonly sessions: () => Pick<StoredSessions, 'find' | 'look'> | undefined;
    readonly findAccount: (name: string) => Promise<Account | undefined>;
    readonly bans: Bans;
    readonly isTrusted: (address: string) => boolean;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly requestsPerSecond: () => number;
    readonly anyone?: ((shown: string | undefined) => Account | undefined) | undefined;
}
export type Caller = KeyCaller | SessionCaller;
type HeaderLines = Readonly<Record<string, string>>;
export interface KeyCaller {
    readonly kind: 'caller';
    readonly key: ApiKey;
    readonly account?: Account;
    readonly headers: HeaderLines;
}
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
export interface SessionCaller {
    readonly kind: 'session';
    readonly session: Session;
    readonly account?: undefined;
    readonly headers: HeaderLines;
}
export type SessionRefusal = {
    readonly kind: 'foreign-page' | 'no-session';
    readonly headers: HeaderLines;
} | {
    readonly kind: 'no-leave';
    readonly headers: HeaderLines;
    readonly needed: Scope;
};

// access-control/api-log
export declare class ApiLog {
    #private;
    constructor(clock: Clock, askerOf: (request: HttpRequest) => Asker | undefined);
    list(limit: number): readonly LoggedRequest[];
    of(site: Site): Site;
}
export interface Asker {
    readonly kind: 'user' | 'key';
    readonly who: string;
}
export interface LoggedRequest extends Partial<Asker> {
    readonly at: number;
    readonly method: string;
    readonly path: string;
    readonly address: string;
    readonly status: number;
    readonly ms: number;
}

// access-control/front-door
export interface Entered {
    readonly kind: 'entered';
    readonly session: Session;
    readonly cookie: string;
}
export type Entry = Entered | {
    readonly kind: Turned;
};
export declare class FrontDoor {
    #private;
    constructor(ports: FrontDoorPorts);
    byPassword(request: HttpRequest, user: string, password: string): Promise<Entry>;
    byLink(request: HttpRequest, token: string, password: string): Promise<Entry>;
    byProvider(request: HttpRequest, { name, role, content }: NewUser): Promise<Entry>;
    dismiss(name: string): Promise<void>;
    refuse(request: HttpRequest, user: string): {
        readonly kind: Turned;
    };
    keepsOut(request: HttpRequest): 'banned' | undefined;
    changePassword(request: HttpRequest, session: Session, old: string, next: string): Promise<Turned | 'changed'>;
    leave(request: HttpRequest, session: Session): Promise<string>;
}
export interface FrontDoorPorts {
    readonly users: StoredUsers;
    readonly provided: ProvidedUsers;
    readonly sessions: StoredSessions;
    readonly links: LoginLinks;
    readonly logins: Logins;
    readonly bans: Bans;
    readonly isTrusted: (address: string) => boolean;
    readonly sessionMs: () => number;
    readonly count: (result: 'welcome' | Turned) => void;
    readonly linkUsed: () => void;
    readonly clock: Clock;
    readonly logger: Logger;
}
export type Turned = 'foreign-page' | 'banned' | 'refused' | 'busy' | 'trouble';

// access-control/provider-door
type Admission = Parameters<typeof chosenFor<Role>>[1];
export declare class ProviderDoor {
    #private;
    constructor(ports: ProviderDoorPorts);
    leave(request: HttpRequest): Promise<{
        readonly url: string;
        readonly cookie: string;
    } | undefined>;
    comeBack(request: HttpRequest): Promise<Entry>;
    forgotten(request: HttpRequest): string;
}
export interface ProviderDoorPorts {
    readonly provider: Provider;
    readonly frontDoor: FrontDoor;
    readonly admission: () => Admission;
    readonly logger: Logger;
}

// account/account
export interface Account {
    readonly name: string;
    readonly senders: readonly string[];
    readonly rewriteFrom?: string;
    readonly returnPath?: ReturnPathUse;
    readonly passOn?: PassOnTo;
    readonly unsubscribe?: UnsubscribeUse;
    readonly feedbackId?: string;
    readonly pool?: string;
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
export type LoginAnswer = {
    readonly kind: 'welcome';
    readonly account: Account;
} | {
    readonly kind: 'refused';
} | {
    readonly kind: 'busy';
} | {
    readonly kind: 'trouble';
};
export interface LoginOptions {
    readonly stores: readonly Pick<AccountStore, 'find'>[];
    readonly clock: Clock;
    readonly verifyToken?: TokenVerifier;
    readonly pool?: VerifierPool;
    readonly anyone?: ((credential: Credential) => Account | undefined) | undefined;
    readonly onTrouble?: (error: unknown) => void;
    readonly usualSenders?: () => readonly string[];
    readonly usualRewriteFrom?: () => string | undefined;
    readonly parallel?: number;
    readonly waiting?: number;
    readonly rememberMs?: number;
}
export declare class Logins {
    #private;
    constructor(options: LoginOptions);
    get takesTokens(): boolean;
    get isOpen(): boolean;
    account(name: string): Promise<Account | undefined>;
    check(credential: Credential, signal: AbortSignal, client?: string): Promise<LoginAnswer>;
}
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

// account/verifier-pool
export interface Claimant {
    readonly address: string;
    readonly name: string;
    readonly known: boolean;
}
export declare class VerifierPool {
    #private;
    constructor(options: VerifierPoolOptions);
    verify(secret: string, hash: string, claimant?: Claimant): Promise<boolean | 'busy'>;
}
export interface VerifierPoolOptions {
    readonly parallel: number;
    readonly waiting: number;
    readonly perAddress?: number;
    readonly verify?: (secret: string, hash: string) => Promise<boolean>;
}

// admin/prometheus
type Description = Parameters<Metrics['counter']>[0];
type Gauge = ReturnType<Metrics['gauge']>;
export declare class Prometheus implements Metrics {
    #private;
    counter(description: Description): Counter;
    gauge(description: Description): Gauge;
    histogram(description: Description): Histogram;
    text(): string;
}

// admin/routes
export interface Readiness {
    readonly ready: boolean;
    readonly checks: readonly {
        readonly name: string;
        readonly ok: boolean;
        readonly detail: string;
    }[];
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
    onLogin(told: (key: string, isRight: boolean) => void): void;
    heard(key: string, times: number, agoMs: number): void;
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
    readonly isMistake?: true;
    readonly limited?: Limited;
}

// admission/sender
export declare function senderPatternProblem(pattern: string): string | undefined;

// assembly/account-access
export declare function endAccess(config: RelayConfig, name: string): Promise<void>;

// assembly/backup
export interface BackupSeams {
    readonly clock?: Pick<Clock, 'now'>;
    readonly freeBytes?: (folder: string) => Promise<number>;
}
export declare function backUp(config: RelayConfig, folder: string, seams?: BackupSeams): Promise<BackupList>;

// assembly/backup-files
export interface BackedUpFile {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
}
export interface BackupList {
    readonly version: 1;
    readonly madeAt: number;
    readonly queue: 'file' | 'database';
    readonly files: readonly BackedUpFile[];
}

// assembly/context
export interface Current {
    config: RelayConfig;
    trusted: InNetwork;
    proxies: InNetwork;
    returnKeys: ReturnKeys | undefined;
    aliases: AliasIndex;
    linkKeys: () => readonly Uint8Array[];
    httpProxies: InNetwork;
    limits: RelayConfig['relay']['limits'] & RelayConfig['options']['limits'];
}
export interface PublicSeen {
    readonly links: PublicLinks;
    readonly challenges: Map<string, string>;
    readonly answersChallenges: boolean;
}
export interface RelayContext {
    readonly current: Current;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly metrics: Prometheus;
    readonly folder: string;
    readonly mailer: Mailer;
    readonly publicPart: PublicSeen;
    readonly capture: CaptureService | undefined;
}

// assembly/find-aliases
export interface FoundAliases {
    readonly aliases: readonly Alias[];
    readonly missing: readonly string[];
}
export declare function findAliases(config: RelayConfig): Promise<FoundAliases>;

// assembly/first-login
export interface FirstLogin {
    readonly url: string;
    readonly file: string;
    readonly expiresAt: number;
}

// assembly/given-policy
export declare function givenPolicy({ options, relay }: RelayConfig, domain: string): Promise<string | undefined>;

// assembly/http-service
export interface HttpListening {
    readonly servers: readonly HttpServer[];
    readonly interfaceUrls: readonly string[];
    readonly firstLogin?: FirstLogin | undefined;
    readonly end: () => Promise<void>;
}

// assembly/key-rotations
export interface KeyRotationState {
    readonly domain: string;
    readonly stage: RotationStage;
    readonly begunAt: number;
    readonly since: number;
    readonly signedAt?: number;
    readonly selectors: readonly string[];
    readonly former: readonly string[];
    readonly records: readonly TxtRecord[];
    readonly byHook: boolean;
    readonly retiresAt?: number;
    readonly lookedAt?: number;
    readonly missing: readonly Missing[];
}
export interface KeyRotations extends AsyncDisposable {
    list(): Promise<readonly KeyRotationState[]>;
    begin(domain: string, at: number): Promise<{
        readonly kind: 'begun' | 'open';
        readonly state: KeyRotationState;
    } | {
        readonly kind: 'unsigned';
    }>;
    cancel(domain: string, at: number): Promise<KeyRotationState | undefined>;
}
export declare function openKeyRotations(config: RelayConfig): Promise<KeyRotations>;

// assembly/open-accounts
export interface OpenedUsers {
    readonly users: StoredUsers;
    readonly linkFor: (name: string) => Promise<{
        readonly url: string;
        readonly expiresAt: number;
    } | undefined>;
    readonly close: () => Promise<void>;
}
export declare function openAccountStore(path: string): Promise<EditableAccountStore>;
export declare function openAccounts(config: RelayConfig): Promise<EditableAccountStore>;
export declare function openKeys(config: RelayConfig, clock?: Clock): Promise<{
    readonly keys: StoredKeys;
    readonly close: () => Promise<void>;
}>;
export declare function openUsers(config: RelayConfig, clock?: Clock): Promise<OpenedUsers>;

// assembly/places
export interface RelayPlaces {
    readonly folder: string;
    readonly spool: string;
    readonly accountsFile: string | undefined;
    readonly storeFile: string | undefined;
    readonly certificateFolders: readonly string[];
}
export declare function findCertificates(config: RelayConfig): Promise<{
    readonly pairs: readonly CertificatePair[];
    readonly problems: readonly string[];
}>;
export declare function placesOf(config: RelayConfig): RelayPlaces;

// assembly/public-look
export type LookFromOutside = {
    readonly root: string;
} & ({
    readonly kind: 'ours';
} | {
    readonly kind: 'other';
    readonly status: number;
} | {
    readonly kind: 'silent';
    readonly message: string;
    readonly code: string;
});
export declare function lookFromOutside(config: RelayConfig): Promise<readonly LookFromOutside[]>;

// assembly/public-part
interface LinkTerm {
    readonly now: number;
    readonly forMs: number;
}
export declare class PublicPart implements PublicSeen {
    #private;
    readonly challenges: Map<string, string>;
    readonly links: PublicLinks;
    constructor(current: Current);
    get answersChallenges(): boolean;
    get servers(): readonly HttpServer[];
    listen(context: RelayContext, certificates: Certificates): Promise<void>;
    close(withinMs: number, clock: Clock): Promise<void>;
    destroy(): void;
}
export declare function timelineLink(config: RelayConfig, id: QueueId, { now, forMs }: LinkTerm): string | undefined;

// assembly/relay-parts
export interface OwnRoutes extends Pick<V1Ports, 'readiness' | 'reload' | 'version'> {
    readonly webFolder: URL;
}
export interface RelayParts {
    readonly config: RelayConfig;
    readonly mailer: Mailer;
    readonly metrics: Prometheus;
    readonly listener: Listener;
    publicServers(): PublicPart['servers'];
    listenHttp(own: OwnRoutes): Promise<HttpListening>;
    readonly background: Background;
    readonly told: readonly string[];
    readonly counts: () => Promise<QueueCounts>;
    readiness(): Promise<Readiness>;
    reload(config: RelayConfig): Promise<Reloaded>;
    onClose(end: () => Promise<void>): void;
    close(withinMs: number): Promise<void>;
    destroy(reason: unknown): void;
}
export interface RelaySeams extends Omit<MailerSeams, 'metrics'>, Pick<KeyRotationSeams, 'nameServer'> {
    readonly verifyToken?: TokenVerifier;
    readonly mayReach?: (address: string) => boolean;
    readonly readConfig?: () => Promise<RelayConfig>;
}

// assembly/reload
export interface Reloaded {
    readonly told: readonly string[];
    readonly needsRestart: readonly string[];
}

// assembly/restore
export interface Restored {
    readonly madeAt: number;
    readonly held?: number;
    readonly files: readonly string[];
    readonly access?: RestoredAccess;
    readonly finished: boolean;
}
export declare function restore(config: RelayConfig, folder: string, seams?: BackupSeams): Promise<Restored>;

// assembly/restored-access
export interface RestoredAccess {
    readonly keys: readonly string[];
    readonly users: readonly string[];
}
export declare function endRestoredSessions(config: RelayConfig): Promise<RestoredAccess>;

// assembly/restored-mail
export declare function holdRestored({ options: { queue } }: RelayConfig, madeAt: number): Promise<number>;
export declare function releaseRestored(mailer: Pick<Mailer, 'queue'>): Promise<number>;

// assembly/signing-keys
export interface KeyRotationSeams extends Pick<MailerSeams, 'resolver'> {
    readonly nameServer?: (address: string) => OpenResolver;
}
export declare function prepareSigningKeys(config: RelayConfig, seams?: FirstStartSeams): Promise<FirstStart>;

// assembly/webhook-service
export declare function openWebhooks(config: RelayConfig, mailer: Pick<Mailer, 'readFacts' | 'newestFact' | 'queue'>, clock?: Clock): Promise<{
    readonly webhooks: Webhooks;
    readonly close: () => Promise<void>;
}>;

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

// config/alias-file
export interface Alias {
    readonly name: string;
    readonly to: readonly string[];
    readonly webhook?: InboundEndpoint | undefined;
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
    readonly returnPath?: 'auto' | 'ours' | 'as-given' | undefined;
    readonly passOn?: 'sender' | 'nobody' | undefined;
    readonly unsubscribe?: 'as-given' | 'lists' | 'all' | undefined;
    readonly feedbackId?: string | undefined;
    readonly pool?: string | undefined;
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
export interface RelayAccountsSettings {
    readonly name: string;
    readonly password?: string | undefined;
    readonly passwordHash?: string | undefined;
    readonly senders?: readonly string[] | undefined;
    readonly rewriteFrom?: string | undefined;
    readonly returnPath?: 'auto' | 'ours' | 'as-given' | undefined;
    readonly passOn?: 'sender' | 'nobody' | undefined;
    readonly unsubscribe?: 'as-given' | 'lists' | 'all' | undefined;
    readonly feedbackId: string;
    readonly pool?: string | undefined;
    readonly limits?: AccountLimitOptions | undefined;
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
export interface RelayCaptureMailboxesOptions {
    readonly name: string;
    readonly account?: string | undefined;
    readonly tag?: string | undefined;
    readonly to?: string | undefined;
}
export interface RelayCaptureOptions {
    readonly enabled?: boolean | undefined;
    readonly anyone?: boolean | undefined;
    readonly token?: string | undefined;
    readonly messages?: number | undefined;
    readonly bytes?: number | undefined;
    readonly ageMs?: number | undefined;
    readonly release?: readonly string[] | undefined;
    readonly linkNetworks?: readonly string[] | undefined;
    readonly mailboxes?: readonly RelayCaptureMailboxesOptions[] | undefined;
    readonly scenarios?: readonly RelayCaptureScenariosOptions[] | undefined;
}
export interface RelayCaptureScenariosOptions {
    readonly to?: string | undefined;
    readonly tag?: string | undefined;
    readonly outcome: 'delivered' | 'bounced' | 'complained' | 'suppressed' | 'deferred' | 'greylisted' | 'slow' | 'uncertain' | 'tls-refused';
    readonly code?: number | undefined;
    readonly times?: number | undefined;
    readonly ms?: number | undefined;
}
export interface RelayCaptureSettings {
    readonly enabled: boolean;
    readonly anyone: boolean;
    readonly token: string;
    readonly messages: number;
    readonly bytes: number;
    readonly ageMs: number;
    readonly release: readonly string[];
    readonly linkNetworks: readonly string[];
    readonly mailboxes: readonly RelayCaptureMailboxesOptions[];
    readonly scenarios: readonly RelayCaptureScenariosOptions[];
}
export interface RelayCertificatesOptions {
    readonly certificateFile: string;
    readonly privateKeyFile: string;
}
export interface RelayDkimRotationOptions {
    readonly dnsHook?: string | undefined;
}
export interface RelayDkimRotationSettings {
    readonly dnsHook: string;
}
export interface RelayHttpOidcOptions {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecretFile?: string | undefined;
    readonly scope?: string | undefined;
    readonly name?: string | undefined;
    readonly nameClaim?: string | undefined;
    readonly roleClaim?: string | undefined;
    readonly roles?: readonly RelayHttpOidcRolesOptions[] | undefined;
    readonly addresses?: readonly string[] | undefined;
}
export interface RelayHttpOidcRolesOptions {
    readonly value: string;
    readonly role: 'see' | 'operate' | 'admin';
    readonly content?: boolean | undefined;
}
export interface RelayHttpOidcRolesSettings {
    readonly value: string;
    readonly role: 'see' | 'operate' | 'admin';
    readonly content: boolean;
}
export interface RelayHttpOidcSettings {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecretFile: string;
    readonly scope: string;
    readonly name: string;
    readonly nameClaim: string;
    readonly roleClaim: string;
    readonly roles: readonly RelayHttpOidcRolesSettings[];
    readonly addresses: readonly string[];
}
export interface RelayHttpOptions {
    readonly listen?: readonly string[] | undefined;
    readonly names?: readonly string[] | undefined;
    readonly proxies?: readonly string[] | undefined;
    readonly requestsPerSecond?: number | undefined;
    readonly requestMs?: number | undefined;
    readonly bodyBytes?: number | undefined;
    readonly bodiesBytes?: number | undefined;
    readonly interface?: boolean | undefined;
    readonly sessionIdleMs?: number | undefined;
    readonly sessionMs?: number | undefined;
    readonly oidc?: RelayHttpOidcOptions | undefined;
}
export interface RelayHttpSettings {
    readonly listen: readonly string[];
    readonly names: readonly string[];
    readonly proxies: readonly string[];
    readonly requestsPerSecond: number;
    readonly requestMs: number;
    readonly bodyBytes: number;
    readonly bodiesBytes: number;
    readonly interface: boolean;
    readonly sessionIdleMs: number;
    readonly sessionMs: number;
    readonly oidc?: RelayHttpOidcSettings | undefined;
}
export interface RelayInboundAliasesOptions {
    readonly name: string;
    readonly to?: readonly string[] | undefined;
    readonly webhook?: RelayInboundAliasesWebhookOptions | undefined;
}
export interface RelayInboundAliasesSettings {
    readonly name: string;
    readonly to: readonly string[];
    readonly webhook?: RelayInboundAliasesWebhookOptions | undefined;
}
export interface RelayInboundAliasesWebhookOptions {
    readonly url: string;
    readonly secret: string;
    readonly previousSecret?: string | undefined;
}
export interface RelayInboundOptions {
    readonly listen?: readonly string[] | undefined;
    readonly aliases?: readonly RelayInboundAliasesOptions[] | undefined;
    readonly aliasesFile?: string | undefined;
    readonly seal?: string | undefined;
    readonly messageBytes?: number | undefined;
}
export interface RelayInboundSettings {
    readonly listen: readonly string[];
    readonly aliases: readonly RelayInboundAliasesSettings[];
    readonly aliasesFile: string;
    readonly seal?: string | undefined;
    readonly messageBytes: number;
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
export interface RelayPublicMtaStsOptions {
    readonly domains?: readonly string[] | undefined;
    readonly mode?: 'testing' | 'enforce' | 'none' | undefined;
    readonly mx?: readonly string[] | undefined;
    readonly maxAgeMs?: number | undefined;
}
export interface RelayPublicMtaStsSettings {
    readonly domains: readonly string[];
    readonly mode: 'testing' | 'enforce' | 'none';
    readonly mx: readonly string[];
    readonly maxAgeMs: number;
}
export interface RelayPublicOptions {
    readonly listen?: readonly string[] | undefined;
    readonly names?: readonly string[] | undefined;
    readonly mtaSts?: RelayPublicMtaStsOptions | undefined;
}
export interface RelayPublicSettings {
    readonly listen: readonly string[];
    readonly names: readonly string[];
    readonly mtaSts: RelayPublicMtaStsSettings;
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
    readonly dkimRotation?: RelayDkimRotationOptions | undefined;
    readonly certificates?: readonly RelayCertificatesOptions[] | undefined;
    readonly certificateFolders?: readonly string[] | undefined;
    readonly acme?: AcmeOptions | undefined;
    readonly trace?: RelayTraceOptions | undefined;
    readonly limits?: RelayLimitsOptions | undefined;
    readonly ban?: RelayBanOptions | undefined;
    readonly spike?: RelaySpikeOptions | undefined;
    readonly admin?: RelayAdminOptions | undefined;
    readonly http?: RelayHttpOptions | undefined;
    readonly public?: RelayPublicOptions | undefined;
    readonly webhooks?: readonly WebhookOptions[] | undefined;
    readonly inbound?: RelayInboundOptions | undefined;
    readonly capture?: RelayCaptureOptions | undefined;
}
export interface RelaySettings {
    readonly listen: readonly string[];
    readonly folder: string;
    readonly domains: readonly string[];
    readonly accounts: readonly RelayAccountsSettings[];
    readonly accountsFile: string;
    readonly senders: readonly string[];
    readonly rewriteFrom: string;
    readonly postmaster: string;
    readonly trustedNetworks: readonly string[];
    readonly proxies: readonly string[];
    readonly dkimRotation: RelayDkimRotationSettings;
    readonly certificates: readonly RelayCertificatesOptions[];
    readonly certificateFolders: readonly string[];
    readonly acme?: AcmeSettings | undefined;
    readonly trace: RelayTraceSettings;
    readonly limits: RelayLimitsSettings;
    readonly ban: RelayBanSettings;
    readonly spike: RelaySpikeSettings;
    readonly admin: RelayAdminSettings;
    readonly http: RelayHttpSettings;
    readonly public: RelayPublicSettings;
    readonly webhooks: readonly WebhookSettings[];
    readonly inbound: RelayInboundSettings;
    readonly capture: RelayCaptureSettings;
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
    readonly previousSecret?: string | undefined;
    readonly events?: readonly ('queued' | 'delivered' | 'deferred' | 'delayed' | 'bounced' | 'expired' | 'cancelled' | 'suppressed' | 'held' | 'released' | 'rescheduled' | 'complained' | 'returned' | 'auto-replied' | 'unsubscribed' | 'uncertain' | 'notice-queued')[] | undefined;
    readonly format?: 'postrider' | 'resend' | 'postmark' | undefined;
}
export interface WebhookSettings {
    readonly url: string;
    readonly secret: string;
    readonly previousSecret?: string | undefined;
    readonly events: readonly ('queued' | 'delivered' | 'deferred' | 'delayed' | 'bounced' | 'expired' | 'cancelled' | 'suppressed' | 'held' | 'released' | 'rescheduled' | 'complained' | 'returned' | 'auto-replied' | 'unsubscribed' | 'uncertain' | 'notice-queued')[];
    readonly format: 'postrider' | 'resend' | 'postmark';
}

// config/schema
export declare const relaySchema: SchemaExtension;

// dkim/rotation
export interface Missing {
    readonly where: string;
    readonly found: string;
}
export declare const OPEN_STAGES: readonly ['publish', 'retire', 'revoke'];
export type RotationStage = (typeof OPEN_STAGES)[number] | 'done' | 'cancelled';
export interface TxtRecord {
    readonly name: string;
    readonly value: string;
}

// domain/own-domains
export interface DomainRecord {
    readonly kind: 'dkim' | 'spf' | 'dmarc';
    readonly name: string;
    readonly type: 'TXT';
    readonly value: string;
    readonly status: RecordStatus;
    readonly found: readonly string[];
}
export interface OwnDomain {
    readonly name: string;
    readonly keys: readonly Pick<DkimKey, 'selector' | 'algorithm'>[];
}
export declare class OwnDomains {
    #private;
    constructor(ports: OwnDomainsPorts);
    list(): readonly OwnDomain[];
    find(name: string): OwnDomain | undefined;
    records({ name }: OwnDomain, signal: AbortSignal): Promise<readonly DomainRecord[]>;
}
export interface OwnDomainsPorts {
    readonly options: () => Pick<ResolvedOptions, 'dkim' | 'hostname' | 'egress'>;
    readonly resolver: Resolver;
    readonly clock: Clock;
    readonly ranges?: readonly SpecialRange[] | undefined;
}
export type RecordStatus = 'published' | 'missing' | 'different' | 'unknown';

// inbox/ask-links
export interface AskedLink {
    readonly url: string;
    readonly hops: readonly LinkHop[];
    readonly status?: number;
    readonly problem?: (typeof LINK_PROBLEMS)[number];
    readonly detail?: string;
    readonly tookMs: number;
}
export declare const LINK_PROBLEMS: readonly ['no-web-address', 'forbidden', 'unreachable', 'certificate', 'timeout', 'too-many-redirects', 'not-asked'];
export interface LinkHop {
    readonly url: string;
    readonly status: number;
}

// inbox/capture-service
export interface CaptureOptions {
    readonly folder: string;
    readonly bounds: InboxBounds;
    readonly mailboxes: readonly Mailbox[];
    readonly scenarios: readonly Scenario[];
    readonly release: Pick<ReleasePorts, 'allowed' | 'open'>;
    readonly mayReach: MayReach;
    readonly clock: Clock;
    readonly logger: Logger;
}
export declare class CaptureService implements Capture {
    #private;
    readonly inbox: Inbox;
    readonly clock: MovableClock;
    readonly mailboxes: readonly Mailbox[];
    scenarios: readonly Scenario[];
    readonly releases: Releases;
    private constructor();
    static open(options: CaptureOptions): Promise<CaptureService>;
    follow(mailer: Mailer): void;
    outcomeOf(...asked: Parameters<Capture['outcomeOf']>): ReturnType<Capture['outcomeOf']>;
    take(...[job, content]: Parameters<Capture['take']>): Promise<void>;
    forward(ms: number): Promise<void>;
    askLinks(urls: readonly string[], signal: AbortSignal): Promise<readonly AskedLink[] | undefined>;
    close(withinMs: number): Promise<void>;
    destroy(reason: unknown): void;
}

// inbox/captured
export interface Captured extends Envelope {
    readonly subject: string;
    readonly author?: NamedAddress;
    readonly to: readonly NamedAddress[];
    readonly cc: readonly NamedAddress[];
    readonly replyTo: readonly NamedAddress[];
    readonly messageId: string;
    isRead: boolean;
}
export interface Envelope {
    readonly id: string;
    readonly at: number;
    readonly from: string;
    readonly recipients: readonly string[];
    readonly account?: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly sizeBytes: number;
}
export interface NamedAddress {
    readonly name: string;
    readonly address: string;
}

// inbox/filter
export interface InboxFilter {
    readonly id?: string | undefined;
    readonly to?: string | undefined;
    readonly from?: string | undefined;
    readonly subject?: string | undefined;
    readonly account?: string | undefined;
    readonly tag?: string | undefined;
    readonly mailbox?: Mailbox | undefined;
    readonly unread?: boolean | undefined;
    readonly since?: number | undefined;
    readonly before?: number | undefined;
    readonly after?: string | undefined;
}

// inbox/inbox
export declare class Inbox {
    #private;
    private constructor();
    static open(ports: InboxPorts): Promise<Inbox>;
    get size(): number;
    get bytes(): number;
    has(id: string): boolean;
    take(envelope: Envelope, content: MessageContent): Promise<void>;
    find(filter?: InboxFilter): Generator<Captured>;
    get(id: string): Captured | undefined;
    content(id: string): Promise<Buffer | undefined>;
    stream(id: string): Promise<ReadableStream<Uint8Array> | undefined>;
    remove(filter: InboxFilter): Promise<number>;
    listen(listener: Listener): (() => void) | undefined;
    close(): void;
}
export interface InboxBounds {
    readonly messages: number;
    readonly bytes: number;
    readonly ageMs: number;
}
export interface InboxPorts {
    readonly folder: string;
    readonly bounds: InboxBounds;
    readonly clock: Clock;
    readonly logger: Logger;
}
type Listener = (mail: Captured) => void;

// inbox/mailbox
export interface Mailbox {
    readonly name: string;
    readonly account?: string | undefined;
    readonly tag?: string | undefined;
    readonly to?: string | undefined;
}

// inbox/movable-clock
export declare class MovableClock implements Clock {
    #private;
    constructor(machine: Clock);
    get aheadMs(): number;
    now(): number;
    monotonic(): number;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
    after(ms: number, call: () => void, options?: {
        readonly idle?: boolean;
    }): () => void;
    forward(ms: number): void;
}

// inbox/releases
export interface Planned {
    readonly hosts: readonly string[];
    readonly noRoute?: string;
    readonly confirm: string;
    readonly until: number;
}
export interface ReleasePorts {
    readonly allowed: readonly string[];
    readonly open: (barred: (address: string) => string | undefined) => Promise<Mailer>;
    readonly clock: Pick<Clock, 'now'>;
    readonly logger: Logger;
}
export interface Released {
    readonly id: string;
    readonly to: string;
    readonly at: number;
    readonly state: string;
    readonly attempts: number;
    readonly lastReply?: string;
}
export declare class Releases {
    #private;
    readonly allowed: readonly string[];
    constructor(ports: ReleasePorts);
    plan(wanted: Wanted): Promise<Planned>;
    send(wanted: Wanted, raw: Uint8Array, confirm: string): Promise<string>;
    list(captured: string): Promise<readonly Released[]>;
    open(): Promise<Mailer>;
    mailer(): Promise<Mailer | undefined>;
    reload(config: Parameters<Mailer['reload']>[0]): Promise<void>;
    close(withinMs: number): Promise<void>;
    destroy(reason: unknown): void;
}
export interface Wanted {
    readonly mail: Captured;
    readonly to: string;
    readonly by: string;
}

// inbox/scenario
export interface Scenario {
    readonly to?: string | undefined;
    readonly tag?: string | undefined;
    readonly outcome: Played['outcome'];
    readonly code?: number | undefined;
    readonly times?: number | undefined;
    readonly ms?: number | undefined;
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
    look(token: string): Promise<ApiKey | 'expired' | undefined>;
    list(): Promise<readonly ApiKey[]>;
    remove(id: string): Promise<boolean>;
    removeOf(account: string): Promise<void>;
}

// link/public-links
export declare class PublicLinks {
    #private;
    constructor(ports: PublicLinksPorts);
    timeline(id: QueueId, until: number): string | undefined;
    attachment(id: QueueId, part: number, until: number): string | undefined;
}
export interface PublicLinksPorts {
    readonly root: () => string | undefined;
    readonly keys: () => readonly Uint8Array[];
}

// listener/aliases
export interface AliasEndpoint {
    readonly url: string;
    readonly secret: string;
    readonly previousSecret?: string | undefined;
}
export type AliasIndex = ReadonlyMap<string, {
    readonly alias: Aliased;
    readonly place: number;
}>;
export interface Aliased {
    readonly name: string;
    readonly to: readonly string[];
    readonly webhook?: AliasEndpoint | undefined;
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
    readonly inbound?: 'alone' | 'with-logins';
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
    readonly inbound?: Readonly<Record<NonNullable<ListenAddress['inbound']>, SmtpPolicy>>;
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
    readonly takesStrangers?: boolean;
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

// oidc/person
export interface Admission<Role extends string> {
    readonly nameClaim: string;
    readonly roleClaim: string;
    readonly addresses: readonly string[];
    readonly roles: readonly RoleOf<Role>[];
}
type Claims = Readonly<Record<string, unknown>>;
export interface Person<Role extends string> {
    readonly name: string;
    readonly role: Role;
    readonly content: boolean;
}
export interface RoleOf<Role extends string> {
    readonly value: string;
    readonly role: Role;
    readonly content: boolean;
}
export declare function chosenFor<Role extends string>(claims: Claims, { nameClaim, roleClaim, addresses, roles }: Admission<Role>, least: Role): Person<Role> | undefined;

// oidc/provider
export interface Begun extends Checks {
    readonly url: string;
}
export interface Checks {
    readonly state: string;
    readonly nonce: string;
    readonly verifier: string;
}
export interface Provider {
    begin(back: string): Promise<Begun>;
    claims(came: URL, checks: Checks): Promise<Readonly<Record<string, unknown>>>;
}
export interface ProviderOptions {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecretFile: string;
    readonly scope: string;
}
export declare function lookAtProvider(options: ProviderOptions): Promise<void>;

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
    get readFiles(): readonly string[];
    get addresses(): readonly Bound[];
    get httpAddresses(): readonly HttpPlace[];
    get publicAddresses(): readonly HttpPlace[];
    get interface(): RelayInterface;
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
export interface RelayInterface {
    readonly urls: readonly string[];
    readonly firstLogin?: FirstLogin | undefined;
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
interface Answer {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
}
export type BodyTrouble = 'too-large' | 'no-memory';
export interface Client {
    readonly address: string;
    readonly port: number;
    readonly listener: string;
    readonly via: 'tls' | 'proxy' | 'loopback' | 'plain';
    readonly tls?: {
        readonly protocol: string;
        readonly cipher: string;
    };
}
export type HttpAnswer = JsonAnswer | OtherAnswer;
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
export interface JsonAnswer extends Answer {
    readonly value: object;
}
export interface OtherAnswer extends Answer {
    readonly type: string;
    readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}
export interface Route {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly path: string;
    readonly answer: (request: HttpRequest) => Promise<HttpAnswer>;
}
export interface Site {
    readonly routes: readonly Route[];
    readonly unknown: (request: HttpRequest, allowed: readonly string[]) => Promise<HttpAnswer>;
    readonly foreignHost: () => HttpAnswer;
    readonly failed: (error: unknown) => HttpAnswer;
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

// upkeep/certificates
export declare class Certificates {
    #private;
    constructor({ config, clock, logger }: CertificatesOptions);
    get fallback(): CertificatePair | undefined;
    get contexts(): TlsContexts | undefined;
    open(): Promise<readonly string[]>;
    prepare(config: RelayConfig): Promise<() => Promise<void>>;
    reload(): Promise<void>;
    close(): void;
    check(now: number): {
        readonly name: string;
        readonly ok: boolean;
        readonly detail: string;
    };
}
interface CertificatesOptions {
    readonly config: RelayConfig;
    readonly clock: Clock;
    readonly logger: Logger;
}

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

// user/audit
export interface Action {
    readonly kind: 'user' | 'key';
    readonly who: string;
    readonly address: string;
    readonly action: string;
    readonly asked: string;
}
export declare class Audit {
    #private;
    constructor(store: RelayStore, clock: Pick<Clock, 'now'>, mostKept?: number);
    begin({ kind, who, address, action, asked }: Action): Promise<(status: number) => Promise<void>>;
    list(limit: number, before?: string): Promise<readonly AuditEntry[]>;
}
export interface AuditEntry extends Action {
    readonly id: string;
    readonly at: number;
    readonly status?: number;
}

// user/login-links
export interface LoginLink {
    readonly token: string;
    readonly user: string;
    readonly expiresAt: number;
}
export declare class LoginLinks {
    #private;
    constructor(store: RelayStore, clock: Pick<Clock, 'now'>);
    make(name: string): Promise<LoginLink>;
    makeFirst(): Promise<LoginLink | undefined>;
    find(token: string): Promise<string | undefined>;
    use(token: string, secretHash: string): Promise<string | undefined>;
}

// user/provided-users
export declare class ProvidedUsers {
    #private;
    constructor(store: RelayStore, clock: Pick<Clock, 'now'>);
    admit(person: NewUser): Promise<boolean>;
    dismiss(name: string): Promise<number>;
}

// user/stored-sessions
export interface ListedSession {
    readonly id: string;
    readonly user: string;
    readonly createdAt: number;
    readonly seenAt: number;
    readonly address: string;
    readonly agent: string;
}
export interface Session extends ListedSession {
    readonly role: Role;
    readonly content: boolean;
    readonly language: string;
    readonly endsAt: number;
}
export interface SessionTimes {
    readonly idleMs: number;
    readonly sessionMs: number;
}
export declare class StoredSessions {
    #private;
    constructor(store: RelayStore, clock: Pick<Clock, 'now'>, times: () => SessionTimes);
    start(user: Pick<User, 'name'>, { address, agent }: Pick<ListedSession, 'address' | 'agent'>): Promise<{
        readonly id: string;
        readonly token: string;
    }>;
    startVerified({ name, secretHash }: Pick<User, 'name'> & {
        readonly secretHash: string;
    }, from: Pick<ListedSession, 'address' | 'agent'>): Promise<{
        readonly id: string;
        readonly token: string;
    } | undefined>;
    find(token: string, address: string): Promise<Session | undefined>;
    look(token: string): Promise<Session | undefined>;
    list(user?: string): Promise<readonly ListedSession[]>;
    end(id: string): Promise<boolean>;
    endOthers(user: string, kept: string): Promise<number>;
}

// user/stored-users
export type NewUser = Pick<User, 'name' | 'role' | 'content'>;
export declare class StoredUsers {
    #private;
    constructor(store: RelayStore, clock: Pick<Clock, 'now'>);
    find(name: string): Promise<User | undefined>;
    list(): Promise<readonly User[]>;
    isEmpty(): Promise<boolean>;
    add(user: NewUser): Promise<boolean>;
    change(name: string, { role, content, language }: Partial<User>): Promise<boolean>;
    setPassword(name: string, secretHash: string, kept?: string): Promise<boolean>;
    changePassword(name: string, verified: string, secretHash: string, kept: string): Promise<boolean>;
    shutOut(name: string): Promise<boolean>;
    endAllSessions(): Promise<void>;
    remove(name: string): Promise<boolean>;
    record(name: string): Promise<AccountRecord | undefined>;
}

// user/user
export declare const ROLES: readonly ['see', 'operate', 'admin'];
export type Role = (typeof ROLES)[number];
export interface User {
    readonly name: string;
    readonly role: Role;
    readonly content: boolean;
    readonly language: string;
    readonly createdAt: number;
    readonly hasPassword: boolean;
    readonly provided: boolean;
}

// v1/v1-route
export interface InterfacePorts {
    readonly frontDoor: FrontDoor;
    readonly users: StoredUsers;
    readonly sessions: StoredSessions;
    readonly links: LoginLinks;
    readonly provider: () => {
        readonly door: ProviderDoor;
        readonly name: string;
    } | undefined;
}
export interface ListedAccount extends Account {
    readonly from: 'configuration' | 'store';
}
export interface V1Ports {
    readonly interface: () => InterfacePorts | undefined;
    readonly audit: Pick<Audit, 'begin' | 'list'>;
    readonly apiLog: Pick<ApiLog, 'list'>;
    readonly capture: () => CaptureService | undefined;
    readonly accessControl: AccessControl;
    readonly mailer: Mailer;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly keys: StoredKeys;
    readonly accounts: () => Promise<readonly ListedAccount[]>;
    readonly accountStore: EditableAccountStore;
    readonly domains: OwnDomains;
    readonly links: PublicLinks;
    readonly findAccount: (name: string) => Promise<Account | undefined>;
    readonly webhooks: () => Webhooks;
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

// webhook/address-guard
export type MayReach = (address: string) => boolean;

// webhook/delivery-log
export interface Delivery {
    readonly at: number;
    readonly event: string;
    readonly type: string;
    readonly attempt: number;
    readonly taken: boolean;
    readonly answer: string;
    readonly tookMs: number;
}
export declare class DeliveryLog {
    #private;
    constructor(store: RelayStore, clock: Pick<Clock, 'after'>);
    note(endpoint: string, delivery: Delivery): void;
    write(): Promise<void>;
    list(endpoint: string, { limit, before }: {
        readonly limit: number;
        readonly before?: string | undefined;
    }): Promise<readonly LoggedDelivery[]>;
    clear(endpoint: string): Promise<void>;
}
export interface LoggedDelivery extends Delivery {
    readonly id: string;
}

// webhook/endpoint
export interface ConfiguredEndpoint {
    readonly url: string;
    readonly secret: string;
    readonly previousSecret?: string | undefined;
    readonly events: readonly string[];
    readonly format?: Format | undefined;
}
export interface Endpoint extends ConfiguredEndpoint {
    readonly id: string;
    readonly from: 'configuration' | 'store';
    readonly format: Format;
    readonly types?: readonly string[];
    readonly account?: string;
}

// webhook/endpoint-state
export interface EndpointState {
    readonly id: string;
    readonly endpoint: string;
    readonly from: 'configuration' | 'store';
    readonly format: Format;
    readonly events: readonly string[];
    readonly types?: readonly string[];
    readonly account?: string;
    readonly place?: string;
    readonly stopped?: Stopped;
    readonly parked: number;
    readonly failingSince?: number;
    readonly dropped: readonly Dropped[];
}

// webhook/fact-kinds
export declare const FACT_KINDS: readonly DurableFact['kind'][];

// webhook/formats
export declare const FORMATS: readonly ['postrider', 'resend', 'postmark'];
export type Format = (typeof FORMATS)[number];

// webhook/inbound-poster
export interface InboundEndpoint {
    readonly url: string;
    readonly secret: string;
    readonly previousSecret?: string | undefined;
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
export interface Known extends Standing {
    readonly stopped?: Stopped;
    readonly failingSince?: number;
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
    parkedAt(id: string, place: Place): Promise<Parked | undefined>;
    standing(id: string): Promise<Known | undefined>;
    stop(id: string, because: StopReason): Promise<boolean>;
    start(id: string): Promise<boolean>;
    replay(id: string, events: readonly Parked[]): Promise<void>;
    undrop(id: string, ranges: readonly Dropped[]): Promise<void>;
    remove(id: string): Promise<void>;
    dropped(id: string): Promise<readonly Dropped[]>;
}
export interface Standing {
    readonly place: Place;
    readonly former: Place;
    readonly parked: number;
}
export type StopReason = 'gone' | 'operator';
export interface Stopped {
    readonly at: number;
    readonly because: StopReason;
}

// webhook/replay
export interface ReplayRange {
    readonly after?: string | undefined;
    readonly through?: string | undefined;
    readonly before?: string | undefined;
}
export interface Replayed {
    readonly after: Place;
    readonly through: Place;
    readonly events: number;
}

// webhook/stored-endpoints
export type EndpointChanges = Partial<Pick<StoredEndpoint, 'url' | 'secret' | 'previousSecret' | 'events' | 'format' | 'types'>>;
export type NewEndpoint = Pick<StoredEndpoint, 'url' | 'secret' | 'events' | 'format' | 'types' | 'account'>;
export interface StoredEndpoint extends Endpoint {
    readonly from: 'store';
    readonly createdAt: number;
}
export declare class StoredEndpoints {
    #private;
    constructor(store: RelayStore, clock: Pick<Clock, 'now'>);
    list(): Promise<readonly StoredEndpoint[]>;
    orphans(): Promise<readonly string[]>;
    add({ url, secret, events, format, types, account }: NewEndpoint): Promise<string | undefined>;
    change(before: StoredEndpoint, changes: EndpointChanges): Promise<boolean>;
    remove(id: string): Promise<boolean>;
}

// webhook/webhooks
export type WantedEndpoint = Omit<NewEndpoint, 'secret'> & {
    readonly secret?: string | undefined;
};
export declare class Webhooks {
    #private;
    constructor(parts: WebhooksParts);
    list(): Promise<readonly EndpointState[]>;
    show(name: string): Promise<EndpointState>;
    endpoints(): Promise<readonly Endpoint[]>;
    stored(): Promise<readonly StoredEndpoint[]>;
    add(wanted: WantedEndpoint): Promise<{
        readonly id: string;
        readonly secret: string;
    }>;
    change(name: string, changes: Omit<EndpointChanges, 'secret' | 'previousSecret'> & {
        readonly rotate?: boolean;
        readonly endRotation?: boolean;
    }): Promise<{
        readonly id: string;
        readonly secret?: string;
    }>;
    remove(name: string): Promise<string>;
    removeOf(account: string): Promise<void>;
    stop(name: string): Promise<boolean>;
    start(name: string): Promise<boolean>;
    test(name: string, kind?: DurableFact['kind']): Promise<Delivery>;
    deliveries(name: string, page: {
        readonly limit: number;
        readonly before?: string | undefined;
    }): Promise<readonly LoggedDelivery[]>;
    replay(name: string, typed?: ReplayRange): Promise<readonly Replayed[]>;
    replayOne(name: string, event: string): Promise<void>;
    dueAt(name: string, event: string): Promise<number | undefined>;
    bodyOf(name: string, event: string): Promise<string | undefined>;
    find(name: string): Promise<Endpoint>;
}
export interface WebhooksParts {
    readonly configured: readonly ConfiguredEndpoint[];
    readonly stored: StoredEndpoints;
    readonly records: Records;
    readonly log: DeliveryLog;
    readonly mailer: Pick<Mailer, 'readFacts' | 'newestFact'> & {
        readonly queue: Pick<Mailer['queue'], 'show'>;
    };
    readonly clock: Clock;
    readonly mayReach: MayReach;
    readonly onChange?: () => Promise<void>;
}
