/**
 * TakeOver: how far endpoints were told when that stood in a file of its own, webhooks.json.
 *
 * Policy. Taken over once: the file is removed when the store has it, and what is found again after a crash between the two moves no
 * endpoint back. Events that may have been told already keep the ids they were told with, so that a receiver can tell a repetition.
 */
import { readFile, rm } from 'node:fs/promises'
import { endpointId } from './endpoint.ts'
import { type Place, placeOf } from './place.ts'
import type { Records } from './records.ts'

/** @param newest the number of the newest fact there is */
export async function takeOver(path: string, records: Records, newest: () => Promise<number>): Promise<void> {
  const places = await readPlaces(path)
  if (places === undefined) return
  await records.takeOver(places, placeOf(await newest()))
  await rm(path, { force: true })
}

async function readPlaces(path: string): Promise<ReadonlyMap<string, Place> | undefined> {
  let kept: unknown
  try {
    kept = JSON.parse(await readFile(path, 'utf8'))
  } catch {
    // There is none, or somebody damaged it: endpoints begin anew from now on, as they did before.
    return undefined
  }
  const entries = Object.entries(kept ?? {}).filter(([, number]) => Number.isSafeInteger(number) && number >= 0)
  return new Map(entries.map(([url, number]) => [endpointId(url), placeOf(number as number)]))
}
