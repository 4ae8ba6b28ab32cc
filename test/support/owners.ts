/**
 * Owners: what of the platform only some files may touch, which files, and why.
 *
 * Not here: rooms and their imports (rooms.ts), the laws themselves (../architecture.test.ts).
 */

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
  'node:async_hooks': { owners: [core('language/tell-in.ts')], because: 'what a reader is told is said in one place' },
  'node:worker_threads': { owners: [core('queue/sqlite/')], because: 'only the store has a thread of its own' },
  'node:http': {
    owners: [
      'packages/relay/src/admin/',
      'packages/relay/src/server/',
      'packages/relay/src/testing/',
      core('testing/'),
    ],
    because: 'http/get.ts is the one HTTP door out',
  },
  'node:https': {
    owners: ['packages/relay/src/server/', core('testing/')],
    because: 'http/get.ts is the one HTTP door out',
  },
  'node:http2': { owners: [], because: 'http/get.ts is the one HTTP door out' },
  // Hosts of webhooks are found as any program that speaks HTTP finds them, the hosts file among it.
  'node:dns': {
    owners: [core('dns/'), 'packages/relay/src/webhook/address-guard.ts'],
    because: 'the system resolver knows neither TTL nor AD',
    pure: [],
  },
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
  owners: [
    core('ambient/'),
    core('testing/'),
    'packages/cli/src/main.ts',
    'packages/relay/web/client/clock.ts',
    core('client/wait.ts'),
  ],
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
  fetch: {
    pattern: /(?<![.\w$#])fetch\s*\(/g,
    owners: [core('client/ask.ts'), 'packages/relay/web/client/ask.ts'],
    because: 'http/get.ts is the one HTTP door out',
  },
}
