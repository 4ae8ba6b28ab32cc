/**
 * Place: a plan without a record for a name that cannot have it.
 *
 * Policy. What is meant for an alias stands where the alias leads, in a zone that may be somebody else's; what can stand nowhere is
 * left out, and the reason is told. Both are found out where the doctor finds them out (core, handed in).
 */

import type { RecordPlace } from '@postrider/core'
import { say } from '../language/records.ts'
import type { Plan, PublishRecord, RecordText, Stage } from './record.ts'

export type FindPlace = (name: string) => Promise<RecordPlace>

export async function placePlan(plan: Plan, findPlace: FindPlace): Promise<Plan> {
  const { policyFile: _, ...withoutFile } = plan
  const { domain, records, dmarcStages } = plan
  const names = new Set([domain, ...records.map(({ name }) => name), ...dmarcStages.map(({ record }) => record.name)])
  const places = new Map(await Promise.all([...names].map(async name => [name, await findPlace(name)] as const)))
  const placeOf = ({ name }: Pick<RecordText, 'name'>): RecordPlace => places.get(name) ?? { kind: 'there' }
  const nowhere = new Set([...places.values()].flatMap(place => (place.kind === 'nowhere' ? [place.why] : [])))
  // Then there is no name for its policy file and its logo either.
  const isName = placeOf({ name: domain }).kind !== 'nowhere'
  return {
    ...(isName ? plan : withoutFile),
    records: records.flatMap(record => placedRecord(record, placeOf(record), domain)),
    dmarcStages: dmarcStages.flatMap(stage => placedStage(stage, placeOf(stage.record))),
    advice: isName ? [...nowhere, ...plan.advice] : [...nowhere],
  }
}

function placedRecord(record: PublishRecord, place: RecordPlace, domain: string): readonly PublishRecord[] {
  if (place.kind === 'there') return [record]
  if (place.kind === 'nowhere') return []
  const { name } = place
  const inDomain = name === domain || name.endsWith(`.${domain}`)
  const why = say('records.place.alias', { why: record.why, name, alias: record.name })
  return [{ ...record, name, why, setBy: record.setBy === 'domain' && !inDomain ? 'other-domain' : record.setBy }]
}

function placedStage(stage: Stage, place: RecordPlace): readonly Stage[] {
  if (place.kind === 'there') return [stage]
  return place.kind === 'nowhere' ? [] : [{ ...stage, record: { ...stage.record, name: place.name } }]
}
