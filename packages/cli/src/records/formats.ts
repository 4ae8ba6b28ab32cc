/**
 * Formats: a plan of records in the forms that DNS panels and tools take.
 *
 * Policy. Where a tool replaces all records of a name and type at once (Route 53, Terraform), what else stands there is
 * written out again, so that nothing is lost. What only somebody else can set is left out of what machines run, and told.
 *
 * Not here: zone files (zone-file.ts).
 */
import { type Plan, type PublishRecord, quotedStrings } from './record.ts'
import { zoneFile } from './zone-file.ts'

export const FORMATS = ['zone', 'table', 'json', 'terraform', 'cloudflare', 'route53'] as const
export type Format = (typeof FORMATS)[number]

export function printPlan(plan: Plan, format: Format): string {
  switch (format) {
    case 'zone':
      return zoneFile(plan)
    case 'table':
      return webForm(plan)
    case 'json':
      return pretty(plan)
    case 'terraform':
      return terraform(plan)
    case 'cloudflare':
      return cloudflare(plan)
    case 'route53':
      return route53(plan)
  }
  return format satisfies never
}

/** Name, type and value as the fields of a web form want them: the name without the domain, the value without quotes. */
function webForm({ domain, records, dmarcStages, policyFile, advice }: Plan): string {
  const blocks = records.map(record => {
    const [priority, target] = record.value.split(' ')
    return [
      `${record.why}${record.optional ? ' (optional)' : ''} [${record.state}]`,
      ...(record.setBy === 'address-provider' ? ['  set by    the provider of the address'] : []),
      `  name      ${relativeName(record.name, domain)}`,
      `  type      ${record.type}`,
      ...(record.type === 'MX'
        ? [`  priority  ${priority}`, `  value     ${target}`]
        : [`  value     ${record.value}`]),
      `  TTL       ${record.ttl}`,
      ...record.replaces.map(old => `  replaces  ${old}`),
    ].join('\n')
  })
  const later = dmarcStages.map(({ when, record }) => `DMARC, ${when}: ${record.value}`)
  const file = policyFile === undefined ? [] : [`serve at ${policyFile.url}:\n${policyFile.text.trimEnd()}`]
  return `${[...blocks, ...later, ...file, ...advice].join('\n\n')}\n`
}

function relativeName(name: string, domain: string): string {
  if (name === domain) return '@'
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : `${name}.`
}

/** The body of POST /zones/{zone_id}/dns_records/batch. */
function cloudflare(plan: Plan): string {
  const posts = ours(plan).map(({ name, type, value, ttl, why, replaces }) => {
    const [priority, target] = value.split(' ')
    return {
      type,
      name,
      content: type === 'MX' ? target : type === 'TXT' ? quotedStrings(value) : value,
      ttl,
      ...(type === 'MX' ? { priority: Number(priority) } : {}),
      ...(type === 'A' || type === 'AAAA' ? { proxied: false } : {}),
      // Longer ones are refused.
      comment: (replaces.length === 0 ? why : `in place of ${replaces.join(' and ')}`).slice(0, 100),
    }
  })
  return pretty({ posts })
}

interface Set {
  readonly name: string
  readonly type: string
  readonly ttl: number
  readonly values: readonly string[]
}

/** All records of one name and type, what stays beside ours included. */
function setsOf(plan: Plan): readonly Set[] {
  const sets = new Map<string, Set & { readonly values: string[] }>()
  for (const { name, type, ttl, value, beside } of ours(plan)) {
    const set = sets.get(`${name} ${type}`) ?? { name, type, ttl, values: [] }
    for (const each of [value, ...beside]) {
      const text = type === 'TXT' ? quotedStrings(each) : type === 'MX' ? `${each.replace(/\.$/, '')}.` : each
      if (!set.values.includes(text)) set.values.push(text)
    }
    sets.set(`${name} ${type}`, set)
  }
  return [...sets.values()]
}

/** The change batch of `aws route53 change-resource-record-sets`. */
function route53(plan: Plan): string {
  return pretty({
    Comment: `mail of ${plan.domain} from ${plan.hostname}`,
    Changes: setsOf(plan).map(({ name, type, ttl, values }) => ({
      Action: 'UPSERT',
      ResourceRecordSet: { Name: `${name}.`, Type: type, TTL: ttl, ResourceRecords: values.map(Value => ({ Value })) },
    })),
  })
}

function terraform(plan: Plan): string {
  const blocks = setsOf(plan).map(({ name, type, ttl, values }) =>
    [
      `resource "aws_route53_record" "${`${name}_${type}`.toLowerCase().replace(/[^a-z0-9_]/g, '_')}" {`,
      '  zone_id = var.zone_id',
      `  name    = ${JSON.stringify(name)}`,
      `  type    = ${JSON.stringify(type)}`,
      `  ttl     = ${ttl}`,
      `  records = [${values.map(value => hclText(type, value)).join(', ')}]`,
      '}',
    ].join('\n'),
  )
  return `${['variable "zone_id" {}', ...blocks].join('\n\n')}\n`
}

/** The provider puts the outer quotes of a TXT record itself; strings after the first follow `\"\"`. */
function hclText(type: string, value: string): string {
  const text = type === 'TXT' ? value.slice(1, -1).replaceAll('" "', '""') : value
  return JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{')
}

/** What the owner of the domain can set. */
function ours({ records }: Plan): readonly PublishRecord[] {
  return records.filter(({ setBy }) => setBy === 'domain')
}

function pretty(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
