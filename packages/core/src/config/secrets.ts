/**
 * Secrets: which keys of a configuration hold one, as the schema marks them.
 *
 * Policy. The keys are told, never what they hold. An address of a server is a secret for the password in it; one without
 * is none.
 */
import type { Path, SchemaNode } from './problem.ts'
import { hasPassword } from './queue-url.ts'

/** `relay.accounts.0.password`, in the order of the file. */
export function secretKeys(value: unknown, node: SchemaNode | undefined, path: Path = []): readonly string[] {
  if (node?.secret) return isSecret(value) ? [path.join('.')] : []
  if (Array.isArray(value)) return value.flatMap((item, at) => secretKeys(item, node?.items, [...path, at]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => secretKeys(inner, node?.properties?.[key], [...path, key]))
}

function isSecret(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false
  return !/^postgres(?:ql)?:/.test(value) || hasPassword(value)
}
