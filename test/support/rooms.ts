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
      // What reads markup is loaded by who first has some.
      mime: { floor: 1, imports: [], npm: ['htmlparser2'], doors: [...DOOR, 'links.ts', 'markup.ts'] },
      // Who is large, and what they bear. Their names are words that the options show without loading the table.
      provider: { floor: 1, imports: ['model'], npm: [], doors: [...DOOR, 'provider.ts', 'services.ts'] },
      // How we stand with others, as values: how it begins, changes and is joined.
      reputation: { floor: 1, imports: ['model'], npm: [], doors: DOOR },
      smtp: { floor: 2, imports: ['ambient', 'model', 'observe'], npm: [], doors: DOOR },
      http: { floor: 2, imports: ['ambient', 'model'], npm: ['undici'], doors: DOOR },
      dns: { floor: 3, imports: ['ambient', 'http', 'model'], npm: ['dns-packet'], doors: DOOR },
      compose: step(['language', 'mime', 'model'], ['nodemailer'], [...DOOR, 'inspect.ts']),
      sign: step(['ambient', 'model']),
      queue: step(['ambient', 'model'], ['pg'], [...DOOR, 'copies.ts', 'postgres/hosts.ts', 'postgres/open.ts']),
      schedule: step(['ambient', 'model', 'reputation'], ['p-queue']),
      route: step(['ambient', 'dns', 'http', 'model', 'provider'], ['mailauth']),
      deliver: step(['ambient', 'model', 'smtp']),
      outcome: step(['ambient', 'language', 'model', 'provider']),
      // What to publish and how bad it is are words that the front door shows without loading the engine.
      preflight: step(['ambient', 'dns', 'language', 'model'], ['mailauth'], [...DOOR, 'advice.ts', 'report.ts']),
      // What reads the reports of others loads nothing of what sends ours.
      tlsrpt: step(['ambient', 'dns', 'mime', 'model'], [], [...DOOR, 'read.ts']),
      // Mail that tells about mail, loaded by who first takes some; return addresses are read where nothing else is.
      report: { ...step(['mime', 'model']), doors: [...DOOR, 'return-address.ts'] },
      statistics: step(['ambient', 'model']),
      // A relay from places that have no sockets: of the rooms below it only types.
      client: { floor: 5, imports: ['model', 'queue'], npm: [], doors: DOOR },
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
      // Ids in the only form that some clients can hold.
      uuid: { floor: 0, imports: [], npm: [], doors: DOOR },
      // What people read who are not operators, by key, as in core.
      language: { floor: 0, imports: [], npm: [], doors: 'any' },
      // Links that are good for a while, with their proof.
      link: { floor: 0, imports: [], npm: [], doors: DOOR },
      account: { floor: 1, imports: ['store'], npm: [], doors: DOOR },
      certificate: { floor: 0, imports: [], npm: ['acme-client'], doors: DOOR },
      webhook: {
        floor: 1,
        imports: ['store', 'uuid'],
        npm: ['standardwebhooks', 'undici'],
        // What an endpoint may ask for are words that the options show without loading what tells it.
        doors: [...DOOR, 'fact-kinds.ts', 'formats.ts'],
      },
      admission: { floor: 2, imports: ['account', 'store'], npm: [], doors: DOOR },
      // Which programs show what a message asks for.
      compatibility: { floor: 0, imports: [], npm: [], doors: DOOR },
      // Captured mail, where nothing is delivered.
      inbox: { floor: 2, imports: ['webhook'], npm: ['undici'], doors: DOOR },
      listener: { floor: 3, imports: ['account', 'admission'], npm: [], doors: DOOR },
      admin: { floor: 3, imports: [], npm: [], doors: DOOR },
      // The domains that mail is signed for, and what stands of them in the DNS.
      domain: { floor: 0, imports: [], npm: [], doors: DOOR },
      // The keys of a domain, turned in stages.
      dkim: { floor: 1, imports: ['store'], npm: [], doors: DOOR },
      // Who somebody is, by the word of an OpenID provider.
      oidc: { floor: 0, imports: [], npm: ['openid-client'], doors: DOOR },
      // API keys; who shows one over HTTP is served by the rooms below it.
      key: { floor: 1, imports: ['store'], npm: [], doors: DOOR },
      server: {
        floor: 4,
        imports: ['listener'],
        npm: ['@hono/node-server', 'hono'],
        doors: [...DOOR, 'http-address.ts'],
      },
      // The people of the web interface, their sessions and links.
      user: { floor: 2, imports: ['account', 'key', 'store'], npm: [], doors: DOOR },
      // The files of the web interface, as they were built.
      'web-files': { floor: 5, imports: ['server'], npm: [], doors: DOOR },
      'access-control': {
        floor: 5,
        imports: ['account', 'admission', 'key', 'oidc', 'server', 'user'],
        npm: [],
        doors: DOOR,
      },
      resend: {
        floor: 6,
        imports: [
          'account',
          'admission',
          'access-control',
          'domain',
          'key',
          'link',
          'listener',
          'server',
          'user',
          'uuid',
          'webhook',
        ],
        npm: [],
        doors: DOOR,
      },
      // What strangers may look at.
      public: { floor: 6, imports: ['language', 'link', 'server'], npm: [], doors: DOOR },
      // What test suites ask of Mailpit, on its paths.
      mailpit: { floor: 6, imports: ['access-control', 'inbox', 'server'], npm: [], doors: DOOR },
      // Our own family of routes.
      v1: {
        floor: 6,
        imports: [
          'account',
          'admission',
          'access-control',
          'compatibility',
          'domain',
          'inbox',
          'key',
          'language',
          'link',
          'server',
          'user',
          'webhook',
        ],
        npm: [],
        doors: DOOR,
      },
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
    // The web interface: it runs in a browser, and knows the relay as a stranger does, by its routes.
    folder: 'packages/relay/web',
    name: '@postrider/relay/web',
    workspaces: ['@postrider/core'],
    rooms: {
      // What people read, by key, as in core.
      language: { floor: 0, imports: [], npm: [], doors: 'any' },
      // What draws.
      view: { floor: 0, imports: [], npm: ['preact'], doors: 'any' },
      // What asks the relay, and is told by it.
      client: { floor: 0, imports: [], npm: [], doors: 'any' },
      part: { floor: 1, imports: ['client', 'language', 'view'], npm: [], doors: 'any' },
      page: { floor: 2, imports: 'below', npm: [], doors: 'any' },
      [FRONT]: { floor: 3, imports: 'below', npm: ['esbuild'], doors: 'any' },
    },
  },
  {
    folder: 'packages/cli/src',
    name: '@postrider/cli',
    workspaces: ['@postrider/core', '@postrider/relay'],
    rooms: {
      // What people read, by key, as in core.
      language: { floor: 0, imports: [], npm: ['fast-string-width'], doors: 'any' },
      terminal: { floor: 1, imports: ['language'], npm: ['@clack/prompts'], doors: DOOR },
      records: { floor: 1, imports: ['language'], npm: [], doors: DOOR },
      checkup: { floor: 2, imports: ['language', 'terminal'], npm: [], doors: DOOR },
      judge: { floor: 1, imports: ['language'], npm: [], doors: DOOR },
      setup: { floor: 2, imports: ['records', 'terminal'], npm: ['yaml'], doors: DOOR },
      completion: { floor: 1, imports: ['language'], npm: [], doors: DOOR },
      // How a refusal is printed is loaded when there is one.
      command: { floor: 3, imports: 'below', npm: ['commander'], doors: [...DOOR, 'refusal.ts'] },
      [FRONT]: { floor: 4, imports: 'below', npm: ['commander'], doors: 'any' },
    },
  },
]
