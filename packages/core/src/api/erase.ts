/**
 * Erase: a person is taken out of the history, as who answers for the data asks.
 *
 * Policy. What waits is not touched and is told: its recipient is needed to deliver it. A suppression stays unless it is lifted on purpose: to
 * keep somebody from being mailed, the address has to be known.
 *
 * Not here: what is taken out of what (queue/erasure.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import { requireAddress } from '../model/address.ts'
import { wrongValue } from '../model/wrong-value.ts'
import type { Recorder } from '../observe/index.ts'
import type { Erased, QueueStore } from '../queue/index.ts'
import { checkKeys, KINDS } from './arguments.ts'
import type { EraseOptions } from './requests.ts'

export interface ErasedPerson extends Erased {
  /** What became of the suppression of the address. */
  readonly suppression: 'none' | 'kept' | 'lifted'
}

export interface ErasePorts {
  readonly store: Pick<QueueStore, 'erase' | 'suppression' | 'unsuppress'>
  readonly clock: Pick<Clock, 'now'>
  readonly recorder: Pick<Recorder, 'record'>
}

const LONGEST_BY = 200

/** @throws MailerError `invalid-address`, `invalid-option`, `queue-unavailable` */
export async function erasePerson(
  text: string,
  options: EraseOptions,
  { store, clock, recorder }: ErasePorts,
): Promise<ErasedPerson> {
  const address = requireAddress(text, 'address')
  checkKeys(options, KINDS.erase)
  const { by = 'the program', suppressions = false } = options
  if (by.length > LONGEST_BY) {
    const found = `${by.length} characters`
    throw wrongValue('invalid-option', { where: 'options.by', found, wanted: `at most ${LONGEST_BY}` })
  }
  const stands = (await store.suppression(address, clock.now())) !== undefined
  const erased = await store.erase(address)
  if (suppressions && stands) {
    // Whom nothing could be erased of is not mailed again; and once more, so that where it stood is overwritten too.
    await store.unsuppress(address)
    await store.erase(address)
  }
  const { messages, contents, open } = erased
  recorder.record({ kind: 'erased', at: clock.now(), by, messages, contents, open })
  return { ...erased, suppression: !stands ? 'none' : suppressions ? 'lifted' : 'kept' }
}
