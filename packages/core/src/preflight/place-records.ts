/**
 * PlaceRecords: checks without a record for a name that cannot have it.
 *
 * Policy. What is proposed for an alias is proposed where the alias leads, and whoever runs that place has to publish it, or the
 * alias has to go. In place of a record that can stand nowhere the reason is told. Where the alias is the fault and is told as
 * such (`domain.not-alias`), what would be published beside it is told when it is gone.
 *
 * Not here: where a record can stand (record-place.ts).
 */
import { say } from '../language/findings-domain.ts'
import type { Domain } from '../model/address.ts'
import type { Check } from '../model/clearance.ts'
import type { Asking } from './ask.ts'
import { findRecordPlace, type RecordPlace, whyNowhere } from './record-place.ts'

/** A line of a fix that is a record to publish. */
const RECORD = /^(?:publish only: )?(\S+)\. IN (?:TXT|A|AAAA|MX|TLSA|PTR) /

/** The checks of the gate: whoever cannot publish anything for the From domain is told that, and no more. */
export async function placeForSender(
  asking: Asking,
  { from, checks }: { readonly from: Domain; readonly checks: readonly Check[] },
): Promise<readonly Check[]> {
  const why = whyNowhere(from)
  if (why === undefined) return placeRecords(asking, checks)
  return checks.map(each => (each.fix === undefined ? each : { ...each, fix: why }))
}

export async function placeRecords(asking: Asking, checks: readonly Check[]): Promise<readonly Check[]> {
  const apex = checks.find(({ id }) => id === 'domain.not-alias')
  const names = new Set(checks.flatMap(({ fix = '' }) => namesIn(fix)))
  const places = new Map(
    await Promise.all([...names].map(async name => [name, await findRecordPlace(asking, name)] as const)),
  )
  return checks.flatMap(each => {
    const astray = namesIn(each.fix ?? '').filter(name => places.get(name)?.kind !== 'there')
    if (astray.length === 0) return [each]
    if (apex !== undefined && astray.every(name => apex.found.startsWith(`${name} CNAME`))) return []
    return [{ ...each, fix: placed(each.fix ?? '', places) }]
  })
}

function namesIn(fix: string): readonly string[] {
  return fix.split('\n').flatMap(line => nameIn(line) ?? [])
}

function nameIn(line: string): string | undefined {
  return RECORD.exec(line)?.[1]
}

function placed(fix: string, places: ReadonlyMap<string, RecordPlace>): string {
  const told = new Set<string>()
  let dropped = false
  for (const line of fix.split('\n')) {
    const name = nameIn(line)
    const place = name === undefined ? undefined : places.get(name)
    // What stands below a record (what it takes the place of, what changes) is about it.
    if (name !== undefined) dropped = place?.kind === 'nowhere'
    if (place?.kind === 'nowhere') told.add(place.why)
    else if (place?.kind === 'elsewhere') for (const each of moved(line, name ?? '', place.name)) told.add(each)
    else if (!dropped) told.add(line)
  }
  return [...told].join('\n')
}

function moved(line: string, name: string, target: string): readonly string[] {
  return [line.replace(`${name}. IN `, `${target}. IN `), say('record.moved', { name, target })]
}
