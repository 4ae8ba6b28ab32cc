/**
 * Formats: a plan of records in the forms that DNS panels and tools take.
 *
 * Policy. Where a tool replaces all records of a name and type at once (Route 53), what else stands there is written out
 * again, so that nothing is lost, and where that could not be found out nothing is replaced. Where it adds single records (Cloudflare), those that stand are left out, because they would
 * be refused, and those that must give way are named: nothing but their owner knows their ids. What only somebody else can
 * set is left out of what machines run, and told.
 *
 * Not here: zone files (zone-file.ts).
 */
import { recordTitle, say } from '../language/records.ts'
import { padTo, widthOf } from '../language/width.ts'
import { type Addition, type Plan, type PublishRecord, quotedStrings, type RecordSet } from './record.ts'
import { terraformCloudflare, terraformRoute53 } from './terraform.ts'
import { zoneFile } from './zone-file.ts'

/** Plain `terraform` is for Route 53. */
export const FORMATS = [
  'zone',
  'table',
  'json',
  'terraform',
  'terraform-route53',
  'terraform-cloudflare',
  'cloudflare',
  'route53',
] as const
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
    case 'terraform-route53':
      return terraformRoute53(setsOf(plan))
    case 'terraform-cloudflare':
      return terraformCloudflare(additionsOf(plan))
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
      recordTitle(record),
      ...(record.setBy === 'address-provider' ? [field('set-by', say('form.set-by-provider'))] : []),
      field('name', relativeName(record.name, domain)),
      field('type', record.type),
      ...(record.type === 'MX'
        ? [field('priority', priority ?? ''), field('value', target ?? '')]
        : [field('value', record.value)]),
      field('ttl', String(record.ttl)),
      ...record.replaces.map(old => field('replaces', old)),
    ].join('\n')
  })
  const later = dmarcStages.map(({ when, record }) => say('form.dmarc-later', { when, value: record.value }))
  const file =
    policyFile === undefined ? [] : [say('file.serve', { url: policyFile.url, text: policyFile.text.trimEnd() })]
  return `${[...blocks, ...later, ...file, ...advice].join('\n\n')}\n`
}

const FIELDS = ['name', 'type', 'priority', 'value', 'ttl', 'replaces', 'set-by'] as const

/** As wide as the longest of them, in whatever language. */
function field(name: (typeof FIELDS)[number], value: string): string {
  const width = Math.max(...FIELDS.map(each => widthOf(say(`form.${each}`))))
  return `  ${padTo(say(`form.${name}`), width)}  ${value}`
}

function relativeName(name: string, domain: string): string {
  if (name === domain) return '@'
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : `${name}.`
}

function additionsOf(plan: Plan): readonly Addition[] {
  return ours(plan)
    .filter(({ state }) => state !== 'published')
    .map(({ name, type, value, ttl, why, replaces }) => {
      const [priority, target = ''] = value.split(' ')
      return {
        type,
        name,
        content: type === 'MX' ? target : type === 'TXT' ? quotedStrings(value) : value,
        ttl,
        ...(type === 'MX' ? { priority: Number(priority) } : {}),
        // Longer ones are refused.
        comment: why.slice(0, 100),
        inPlaceOf: replaces,
      }
    })
}

/** What has to be deleted by hand, for a format in which only additions can be said. */
export function deletionsFor(plan: Plan, format: Format): readonly string[] {
  if (format !== 'cloudflare') return []
  return additionsOf(plan).flatMap(({ name, type, inPlaceOf }) => inPlaceOf.map(old => `${name} ${type} ${old}`))
}

/** The body of POST /zones/{zone_id}/dns_records/batch. */
function cloudflare(plan: Plan): string {
  const posts = additionsOf(plan).map(({ inPlaceOf: _, ...record }) => ({
    ...record,
    ...(record.type === 'A' || record.type === 'AAAA' ? { proxied: false } : {}),
  }))
  return pretty({ posts })
}

/** All records of one name and type, what stays beside ours included. */
function setsOf(plan: Plan): readonly RecordSet[] {
  const sets = new Map<string, RecordSet & { readonly values: string[] }>()
  for (const { name, type, ttl, value, beside, state } of ours(plan)) {
    const known = state !== 'unknown'
    const set = sets.get(`${name} ${type}`) ?? { name, type, ttl, known, values: [] }
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
    Comment: say('records.comment', { domain: plan.domain, hostname: plan.hostname }),
    Changes: setsOf(plan).map(({ name, type, ttl, values, known }) => ({
      // It is refused where something stands; UPSERT would take it away.
      Action: known ? 'UPSERT' : 'CREATE',
      ResourceRecordSet: { Name: `${name}.`, Type: type, TTL: ttl, ResourceRecords: values.map(Value => ({ Value })) },
    })),
  })
}

/** What the owner of the domain can set. */
function ours({ records }: Plan): readonly PublishRecord[] {
  return records.filter(({ setBy }) => setBy === 'domain')
}

function pretty(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
