/**
 * Problems: what stands against a release, in words.
 */

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

export interface Candidate {
  readonly version: string
  readonly changelog: string
  readonly manifests: readonly Manifest[]
  /** What git says differs from the last commit. */
  readonly changed: readonly string[]
}

/** `## 1.2.0` and what stands below it. */
const SECTION = /^## (.+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm

export function problemsOf({ version, changelog, manifests, changed }: Candidate): readonly string[] {
  if (!/^\d+\.\d+\.\d+(-[0-9a-z.-]+)?$/.test(version))
    return [`version: found ${JSON.stringify(version)}, wanted three numbers such as 1.2.0`]
  const sections = new Map(
    [...changelog.matchAll(SECTION)].map(([, title = '', text = '']) => [title.trim(), text.trim()]),
  )
  const pending = sections.get('Pending')
  return [
    ...(pending ? ['CHANGELOG.md: entries still stand under Pending; move them under the version'] : []),
    ...(sections.get(version) ? [] : [`CHANGELOG.md: has no entries under "## ${version}"`]),
    ...manifests.flatMap(manifest => versionProblems(manifest, version)),
    ...(changed.length > 0 ? [`the working tree has changes: ${changed.slice(0, 3).join(', ')}`] : []),
  ]
}

function versionProblems({ name, version: found, dependencies = {} }: Manifest, version: string): readonly string[] {
  const ours = Object.entries(dependencies).filter(([other]) => other.startsWith('@postrider/'))
  return [
    ...(found === version ? [] : [`${name}: its version is ${found}, wanted ${version}`]),
    ...ours
      .filter(([, wanted]) => wanted !== version)
      .map(([other, wanted]) => `${name}: depends on ${other} ${wanted}, wanted ${version}`),
  ]
}
