/**
 * ConfigFile: postrider.yaml with what is missing added. The only yaml import of the CLI.
 *
 * Policy. What stands there stays, comments and order included; a key that is there is never given another value. Lists get
 * further entries. The text of an unchanged file is the same text.
 *
 * Not here: what the keys mean and whether they are right (core reads the file that was written).
 */
import type { Document } from 'yaml'

export interface Settings {
  readonly hostname: string
  readonly domains: readonly string[]
  readonly keys: readonly { readonly domain: string; readonly selector: string; readonly privateKeyFile: string }[]
  /** The queue file; keys, certificates and accounts are kept beside it. */
  readonly queue: string
  /** Those that cannot be found out by looking. */
  readonly publicAddresses: readonly string[]
  /** Of all mail, where it does not go straight to its hosts. */
  readonly route?: RouteSettings
}

export interface RouteSettings {
  readonly service: string
  readonly region?: string
  readonly login: { readonly user?: string; readonly passwordFile: string }
}

/** What the file says already. */
export interface ExistingConfig {
  readonly hostname?: string
  readonly domains: readonly string[]
  readonly keyDomains: readonly string[]
  /** Those that are complete. */
  readonly keys: Settings['keys']
  readonly queue?: string
  /** All mail goes through somebody already. */
  readonly sendsThrough: boolean
}

const HEAD = ' Settings of postrider. Each key is described in docs/configuration.md; `postrider doctor` looks at them.'

export async function readExistingConfig(text: string): Promise<ExistingConfig> {
  const document = await parse(text)
  const hostname = document.get('hostname')
  const queue = document.getIn(['queue', 'path'])
  return {
    ...(typeof hostname === 'string' ? { hostname } : {}),
    ...(typeof queue === 'string' ? { queue } : {}),
    domains: listIn(document, ['relay', 'domains']),
    sendsThrough: items(document, ['routes']).some(route => (route as { domain?: unknown } | null)?.domain === '*'),
    keyDomains: items(document, ['dkim']).flatMap(key => {
      const { domain } = key as { domain?: unknown }
      return typeof domain === 'string' ? [domain] : []
    }),
    keys: items(document, ['dkim']).filter(isKey),
  }
}

function isKey(item: unknown): item is Settings['keys'][number] {
  const { domain, selector, privateKeyFile } = (item ?? {}) as Record<string, unknown>
  return [domain, selector, privateKeyFile].every(text => typeof text === 'string')
}

/** The text of the file with the settings in it. */
export async function addSettings(text: string, settings: Settings): Promise<string> {
  const document = await parse(text)
  const before = document.toString()
  if (document.contents === null) document.commentBefore = HEAD
  setOnce(document, ['hostname'], settings.hostname)
  if (settings.publicAddresses.length > 0)
    setOnce(document, ['egress', 'publicAddresses'], [...settings.publicAddresses])
  for (const key of settings.keys) append(document, ['dkim'], { ...key })
  setOnce(document, ['queue', 'path'], settings.queue)
  if (settings.route !== undefined) append(document, ['routes'], { domain: '*', ...settings.route })
  const there = listIn(document, ['relay', 'domains'])
  for (const domain of settings.domains) if (!there.includes(domain)) append(document, ['relay', 'domains'], domain)
  const after = document.toString()
  return after === before ? text : after
}

async function parse(text: string): Promise<Document> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) throw new Error(`postrider.yaml cannot be read: ${error.message}`)
  return document as Document
}

function setOnce(document: Document, path: readonly string[], value: unknown): void {
  if (!document.hasIn(path)) document.setIn(path, document.createNode(value))
}

function append(document: Document, path: readonly string[], value: unknown): void {
  if (items(document, path).length === 0) document.setIn(path, document.createNode([value]))
  else document.addIn(path, document.createNode(value))
}

function items(document: Document, path: readonly string[]): readonly unknown[] {
  const plain = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], document.toJS())
  return Array.isArray(plain) ? plain : []
}

function listIn(document: Document, path: readonly string[]): readonly string[] {
  return items(document, path).filter(item => typeof item === 'string')
}
