/**
 * Writes every generated document, or with `--check` fails when one is stale. A document is generated from the code it
 * describes, so that it cannot say something else.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performancePage } from '../bench/page.ts'
import { generate as checks } from './checks.ts'
import { generateSchema, generateShortTable, generateTable } from './config.ts'
import { generate as doctorSchema } from './doctor-schema.ts'
import { generate as facts } from './facts.ts'
import { generate as failures } from './failures.ts'
import { generate as house } from './house.ts'
import { generate as manualPage } from './manual.ts'
import { generate as openApi, generateTable as routeTable } from './open-api.ts'
import { mailerOptions, relayOptions } from './options.ts'
import { generate as providers } from './providers.ts'
import { reference } from './reference/index.ts'
import { generate as rfcs } from './rfcs.ts'
import { generate as webRoutes } from './web-routes.ts'

interface Document {
  /** From the root of the repository. */
  readonly path: string
  readonly generate: () => string | Promise<string>
}

const DOCUMENTS: readonly Document[] = [
  { path: 'docs/performance.md', generate: performancePage },
  { path: 'docs/rfcs.md', generate: rfcs },
  { path: 'docs/facts.md', generate: facts },
  { path: 'docs/failures.md', generate: failures },
  { path: 'docs/checks.md', generate: checks },
  { path: 'docs/providers.md', generate: providers },
  { path: 'docs/doctor.schema.json', generate: doctorSchema },
  { path: 'packages/core/src/config/mailer-options.ts', generate: mailerOptions },
  { path: 'packages/relay/src/config/relay-options.ts', generate: relayOptions },
  { path: 'docs/configuration.md', generate: generateTable },
  { path: 'docs/postrider.schema.json', generate: generateSchema },
  { path: 'README.md', generate: async () => inPlace('README.md', 'options', await generateShortTable()) },
  { path: 'packages/cli/man/postrider.1', generate: manualPage },
  { path: 'docs/openapi.json', generate: openApi },
  { path: 'packages/relay/web/client/routes.ts', generate: webRoutes },
  { path: 'docs/http.md', generate: () => inPlace('docs/http.md', 'routes', routeTable()) },
  { path: 'docs/flow.md', generate: () => inPlace('docs/flow.md', 'house', house()) },
]

const ROOT = join(import.meta.dirname, '../..')
const check = process.argv.includes('--check')
const stale: string[] = []

for (const { path, generate } of DOCUMENTS) settle(path, await generate())
// Of declarations, some of which were just written.
for (const { path, text } of reference()) settle(path, text)

if (stale.length > 0) {
  process.stderr.write(`stale, run "npm run docs": ${stale.join(', ')}\n`)
  process.exitCode = 1
}

function settle(path: string, text: string): void {
  if (text === current(path)) return
  if (check) stale.push(path)
  else writeFileSync(join(ROOT, path), text)
}

function current(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return undefined
  }
}

/** A page with what stands between its two markers replaced. */
function inPlace(path: string, name: string, part: string): string {
  const marked = new RegExp(`(<!-- ${name}:[^>]*-->\\n)[\\s\\S]*?(<!-- /${name} -->)`)
  const page = current(path) ?? ''
  if (!marked.test(page)) throw new Error(`${path} has lost the markers of its ${name}`)
  return page.replace(marked, (_, begin: string, end: string) => `${begin}\n${part}\n${end}`)
}
