/**
 * Rooms: the floor plan that the architecture test holds every import line against.
 *
 * Policy. A room imports itself and the rooms its row names, all on lower floors, through their doors. A front door (`(src)`)
 * sits above all rooms of its package. One file of a room owns each npm package its row names.
 *
 * Not here: how imports are read (source.ts), the laws themselves (../architecture.test.ts).
 */

export interface Room {
  readonly floor: number
  /** Rooms of the same package it may import; `below` means every room on a lower floor. */
  readonly imports: readonly string[] | 'below'
  /** npm packages it may own; one file of the room each. */
  readonly npm: readonly string[]
  /** How other rooms come in: these files of it, or any file when the room holds words rather than work. */
  readonly doors: readonly string[] | 'any'
}

export interface House {
  /** Folder of the package's sources. */
  readonly folder: string
  readonly name: string
  /** Workspace packages it may import, by their public entries. */
  readonly workspaces: readonly string[]
  readonly rooms: Readonly<Record<string, Room>>
}

/** The room of the files that lie directly in `src`. */
export const FRONT = '(src)'

const DOOR = ['index.ts']
const words = { floor: 0, imports: [], doors: 'any' } as const
const step = (imports: readonly string[], npm: readonly string[] = [], doors: readonly string[] = DOOR): Room => ({
  floor: 4,
  imports,
  npm,
  doors,
})

export const HOUSES: readonly House[] = [
  {
    folder: 'packages/core/src',
    name: '@postrider/core',
    workspaces: [],
    rooms: {
      model: { ...words, npm: [] },
      ambient: { ...words, npm: ['lru-cache', 'tldts'] },
      // What channels, metrics and levels are called are words that the front door shows without loading what records.
      observe: {
        floor: 1,
        imports: ['language', 'model'],
        npm: [],
        doors: [...DOOR, 'channels.ts', 'log-line.ts', 'metrics.ts'],
      },
      // What people read, by key: English, and each other language beside it. Only what is said is loaded.
      language: { ...words, npm: [] },
      mime: { floor: 1, imports: [], npm: [], doors: DOOR },
      // Who is large, and what they bear. Their names are words that the options show without loading the table.
      provider: { floor: 1, imports: ['model'], npm: [], doors: [...DOOR, 'provider.ts'] },
      smtp: { floor: 2, imports: ['ambient', 'model', 'observe'], npm: [], doors: DOOR },
      http: { floor: 2, imports: ['ambient', 'model'], npm: ['undici'], doors: DOOR },
      dns: { floor: 3, imports: ['ambient', 'http', 'model'], npm: ['dns-packet'], doors: DOOR },
      compose: step(['language', 'mime', 'model'], ['htmlparser2', 'nodemailer'], [...DOOR, 'inspect.ts']),
      sign: step(['ambient', 'model']),
      queue: step(['ambient', 'model'], ['pg'], [...DOOR, 'postgres/hosts.ts', 'postgres/store.ts']),
      schedule: step(['ambient', 'model'], ['p-queue']),
      route: step(['ambient', 'dns', 'http', 'model', 'provider'], ['mailauth']),
      deliver: step(['ambient', 'model', 'smtp']),
      outcome: step(['ambient', 'language', 'model', 'provider']),
      // What to publish and how bad it is are words that the front door shows without loading the engine.
      preflight: step(['ambient', 'dns', 'language', 'model'], ['mailauth'], [...DOOR, 'advice.ts', 'report.ts']),
      // What reads the reports of others loads nothing of what sends ours.
      tlsrpt: step(['ambient', 'dns', 'mime', 'model'], [], [...DOOR, 'read.ts']),
      feedback: step(['mime', 'model']),
      flow: { floor: 6, imports: 'below', npm: [], doors: 'any' },
      config: { floor: 5, imports: 'below', npm: ['yaml'], doors: 'any' },
      testing: { floor: 6, imports: ['ambient', 'dns', 'model'], npm: [], doors: 'any' },
      // Who is wired to whom.
      assembly: { floor: 7, imports: 'below', npm: [], doors: 'any' },
      // What a user holds.
      api: { floor: 8, imports: 'below', npm: [], doors: 'any' },
      [FRONT]: { floor: 9, imports: 'below', npm: [], doors: 'any' },
    },
  },
  {
    folder: 'packages/relay/src',
    name: '@postrider/relay',
    workspaces: ['@postrider/core'],
    rooms: {
      store: { floor: 0, imports: [], npm: ['pg'], doors: DOOR },
      account: { floor: 1, imports: ['store'], npm: [], doors: DOOR },
      certificate: { floor: 0, imports: [], npm: ['acme-client'], doors: DOOR },
      webhook: {
        floor: 1,
        imports: ['store'],
        npm: ['standardwebhooks', 'undici'],
        doors: [...DOOR, 'fact-kinds.ts'],
      },
      admission: { floor: 2, imports: ['account'], npm: [], doors: DOOR },
      listener: { floor: 3, imports: ['account', 'admission'], npm: [], doors: DOOR },
      http: { floor: 3, imports: [], npm: [], doors: DOOR },
      // API keys; who shows one over HTTP is served by the rooms below it.
      key: { floor: 1, imports: ['store'], npm: [], doors: DOOR },
      server: {
        floor: 4,
        imports: ['listener'],
        npm: ['@hono/node-server', 'hono'],
        doors: [...DOOR, 'http-address.ts'],
      },
      gate: { floor: 5, imports: ['account', 'admission', 'key', 'server'], npm: [], doors: DOOR },
      resend: {
        floor: 6,
        imports: ['account', 'admission', 'gate', 'key', 'listener', 'server'],
        npm: [],
        doors: DOOR,
      },
      // Our own family of routes.
      v1: { floor: 6, imports: ['account', 'admission', 'gate', 'key', 'server', 'webhook'], npm: [], doors: DOOR },
      config: { floor: 7, imports: 'below', npm: [], doors: 'any' },
      // What runs beside the mail.
      upkeep: { floor: 8, imports: 'below', npm: ['pino'], doors: 'any' },
      // Who is wired to whom.
      assembly: { floor: 9, imports: 'below', npm: [], doors: 'any' },
      [FRONT]: { floor: 10, imports: 'below', npm: [], doors: 'any' },
      testing: { floor: 11, imports: 'below', npm: [], doors: 'any' },
    },
  },
  {
    folder: 'packages/cli/src',
    name: '@postrider/cli',
    workspaces: ['@postrider/core', '@postrider/relay'],
    rooms: {
      // What people read, by key, as in core.
      language: { floor: 0, imports: [], npm: [], doors: 'any' },
      terminal: { floor: 1, imports: ['language'], npm: ['@clack/prompts'], doors: DOOR },
      records: { floor: 1, imports: ['language'], npm: [], doors: DOOR },
      checkup: { floor: 2, imports: ['language', 'terminal'], npm: [], doors: DOOR },
      judge: { floor: 1, imports: ['language'], npm: [], doors: DOOR },
      setup: { floor: 2, imports: ['records', 'terminal'], npm: ['yaml'], doors: DOOR },
      // How a refusal is printed is loaded when there is one.
      command: { floor: 3, imports: 'below', npm: ['commander'], doors: [...DOOR, 'refusal.ts'] },
      [FRONT]: { floor: 4, imports: 'below', npm: ['commander'], doors: 'any' },
    },
  },
]

/** Something of the platform that only some files may touch. A path that ends in `/` stands for the whole folder. */
export interface Owner {
  readonly owners: readonly string[]
  readonly because: string
  /** Names of the module that touch nothing outside, free for everyone. */
  readonly pure?: readonly string[]
}

const core = (path: string): string => `packages/core/src/${path}`

/** Besides the command line: the default mailer of send() is the process's own, so its file reads the environment and hands it down. */
const PROCESS = ['packages/cli/src/main.ts', core('api/send.ts')]

export const MODULE_OWNERS: Readonly<Record<string, Owner>> = {
  'node:net': {
    owners: [
      core('smtp/dial.ts'),
      core('smtp/tls.ts'),
      core('dns/udp.ts'),
      core('dns/tcp.ts'),
      core('testing/'),
      'packages/relay/src/listener/',
      'packages/relay/src/testing/',
    ],
    because: 'sockets are opened in one place, with a deadline',
    pure: ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'],
  },
  'node:tls': {
    owners: [core('smtp/tls.ts'), core('testing/'), 'packages/relay/src/listener/', 'packages/relay/src/testing/'],
    because: 'what a certificate must fulfil is decided in one place',
    pure: ['checkServerIdentity', 'getCACertificates', 'rootCertificates'],
  },
  'node:dgram': { owners: [core('dns/udp.ts'), core('testing/')], because: 'names are asked in one place' },
  'node:sqlite': {
    owners: [core('queue/sqlite/'), 'packages/relay/src/store/'],
    because: 'only a store owns a file',
  },
  'node:worker_threads': { owners: [core('queue/sqlite/')], because: 'only the store has a thread of its own' },
  'node:http': {
    owners: ['packages/relay/src/http/', 'packages/relay/src/server/', 'packages/relay/src/testing/', core('testing/')],
    because: 'http/get.ts is the one HTTP door out',
  },
  'node:https': {
    owners: ['packages/relay/src/server/', core('testing/')],
    because: 'http/get.ts is the one HTTP door out',
  },
  'node:http2': { owners: [], because: 'http/get.ts is the one HTTP door out' },
  'node:dns': { owners: [core('dns/')], because: 'the system resolver knows neither TTL nor AD', pure: [] },
  'node:dns/promises': { owners: [], because: 'the system resolver knows neither TTL nor AD' },
  'node:child_process': { owners: [], because: 'a library starts no programs' },
  'node:cluster': { owners: [], because: 'a library does not fork' },
  'node:process': { owners: PROCESS, because: 'the process belongs to the command line' },
  'node:timers': { owners: [core('ambient/')], because: 'time comes in by argument (Clock)' },
  'node:timers/promises': { owners: [core('ambient/')], because: 'time comes in by argument (Clock)' },
  'node:perf_hooks': { owners: [core('ambient/')], because: 'time comes in by argument (Clock)' },
}

export interface Global extends Owner {
  readonly pattern: RegExp
}

/** The command line's main reads the clock itself, because loading core for it would double the time of `--version`. */
const TIME = {
  owners: [core('ambient/'), core('testing/'), 'packages/cli/src/main.ts'],
  because: 'time comes in by argument (Clock)',
}

export const GLOBALS: Readonly<Record<string, Global>> = {
  'Date.now': { pattern: /\bDate\s*\.\s*now\b/g, ...TIME },
  'new Date()': { pattern: /\bnew\s+Date\s*(?:\(\s*\)|(?![\s(\w]))/g, ...TIME },
  'performance.now': { pattern: /\bperformance\s*\.\s*(?:now|timeOrigin)\b/g, ...TIME },
  setTimeout: { pattern: /(?<![.\w$#'"])setTimeout\s*\(/g, ...TIME },
  setInterval: { pattern: /(?<![.\w$#'"])setInterval\s*\(/g, ...TIME },
  'AbortSignal.timeout': { pattern: /\bAbortSignal\s*\.\s*timeout\b/g, ...TIME },
  'Math.random': {
    pattern: /\bMath\s*\.\s*random\b/g,
    owners: [core('ambient/')],
    because: 'chance comes in by argument (Random)',
  },
  process: {
    pattern: /(?<![.\w$#])process\s*(?:\?\.|\.|\[)/g,
    owners: PROCESS,
    because: 'the process belongs to the command line',
  },
  fetch: { pattern: /(?<![.\w$#])fetch\s*\(/g, owners: [], because: 'http/get.ts is the one HTTP door out' },
}
