/**
 * Terraform: records as resources of a provider: hashicorp/aws for Route 53, cloudflare/cloudflare (5 and later).
 *
 * Policy. A file says on its first line which provider it is for, and how to get the other one. A set of records in Route 53
 * takes the place of the one that stands there, which is why what stands beside ours is in it.
 */
import { say } from '../language/records.ts'
import type { Addition, RecordSet } from './record.ts'

export function terraformRoute53(sets: readonly RecordSet[]): string {
  const blocks = sets.map(({ name, type, ttl, values, known }) =>
    resource('aws_route53_record', `${name}_${type}`, {
      zone_id: 'var.zone_id',
      name: quoted(name),
      type: quoted(type),
      ttl: String(ttl),
      records: `[${values.map(value => quoted(type === 'TXT' ? withoutOuterQuotes(value) : value)).join(', ')}]`,
      allow_overwrite: String(known),
    }),
  )
  return file([say('terraform.route53'), 'variable "zone_id" {}', ...blocks])
}

export function terraformCloudflare(additions: readonly Addition[]): string {
  const names = new Map<string, number>()
  const blocks = additions.map(({ name, type, content, ttl, priority, comment, inPlaceOf }) => {
    const label = `${name}_${type}`
    const count = (names.get(label) ?? 0) + 1
    names.set(label, count)
    const first = inPlaceOf.map(old => `# first delete: ${name} ${type} ${old}\n`)
    const block = resource('cloudflare_dns_record', count === 1 ? label : `${label}_${count}`, {
      zone_id: 'var.zone_id',
      name: quoted(name),
      type: quoted(type),
      content: quoted(content),
      ...(priority === undefined ? {} : { priority: String(priority) }),
      ttl: String(ttl),
      ...(type === 'A' || type === 'AAAA' ? { proxied: 'false' } : {}),
      comment: quoted(comment),
    })
    return `${first.join('')}${block}`
  })
  return file([say('terraform.cloudflare'), 'variable "zone_id" {}', ...blocks])
}

function resource(kind: string, label: string, fields: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(fields).map(key => key.length))
  const lines = Object.entries(fields).map(([key, value]) => `  ${key.padEnd(width)} = ${value}`)
  return [`resource ${quoted(kind)} ${quoted(identifier(label))} {`, ...lines, '}'].join('\n')
}

/** Letters, digits and underscores, and no digit in front. */
function identifier(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
    .replace(/^(?=\d)/, '_')
}

/** The provider puts the outer quotes of a TXT record itself; strings after the first follow `\"\"`. */
function withoutOuterQuotes(value: string): string {
  return value.slice(1, -1).replaceAll('" "', '""')
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{')
}

function file(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}
