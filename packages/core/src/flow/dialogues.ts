/**
 * Dialogues: of which deliveries that succeed the conversation is kept, in the fact `delivered`, for who looks into how a mail site speaks or
 * what became of one message. Those of failures are kept always.
 *
 * Policy. Whatever was asked for beforehand, by recipient or tag, up to `MOST_ASKED` in an hour; and of each mail site the next one as
 * soon as a day's share of time has passed since the last, so that the last few of a day are always there, of `MOST_SITES` sites. So
 * there is a bound to what they take, whoever writes the configuration. There are commands and replies in
 * it, no octet of a message and nothing of a login: what is not there cannot leak (observe/transcript.ts).
 *
 * Not here: how a conversation is noted (observe/transcript.ts), how long facts are kept (queue/).
 */
import { printAddress } from '../model/address.ts'
import type { Job } from '../model/job.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
export const MOST_ASKED = 1_000
export const MOST_SITES = 500

export interface DialogueOptions {
  readonly recipients: readonly string[]
  readonly tags: readonly string[]
  readonly perSite: number
}

export interface DialoguePort {
  /** Whether that of this delivery is kept; counts it when it is. */
  wants(job: Job, site: string): boolean
}

export const noDialogues: DialoguePort = { wants: () => false }

export function openDialogues(
  { recipients, tags, perSite }: DialogueOptions,
  clock: { readonly monotonic: () => number },
): DialoguePort {
  const wanted = new Set(recipients.map(each => each.toLowerCase()))
  const marked = new Set(tags)
  const asked = new HourlyCount()
  const sites = new LastOfSites(DAY_MS / perSite)
  return {
    wants(job, site) {
      const now = clock.monotonic()
      if (isAsked(job, wanted, marked) && asked.add(now)) return true
      return perSite > 0 && sites.add(site, now)
    },
  }
}

function isAsked({ recipients, tags }: Job, wanted: ReadonlySet<string>, marked: ReadonlySet<string>): boolean {
  return (
    (marked.size > 0 &&
      Object.entries(tags).some(([name, value]) => marked.has(name) || marked.has(`${name}=${value}`))) ||
    (wanted.size > 0 &&
      recipients.some(
        ({ address }) => wanted.has(printAddress(address).toLowerCase()) || wanted.has(`@${address.domain}`),
      ))
  )
}

/** Up to `MOST_ASKED` within an hour. */
class HourlyCount {
  #count = 0
  #since = Number.NEGATIVE_INFINITY

  add(now: number): boolean {
    if (now - this.#since >= HOUR_MS) [this.#count, this.#since] = [0, now]
    return this.#count++ < MOST_ASKED
  }
}

/** When the last of each site was kept. */
class LastOfSites {
  readonly #pauseMs: number
  /** The longest ago first. */
  readonly #kept = new Map<string, number>()

  constructor(pauseMs: number) {
    this.#pauseMs = pauseMs
  }

  /** `false`: the last one is not long enough ago, or it is one site too many. */
  add(site: string, now: number): boolean {
    const last = this.#kept.get(site)
    if (last !== undefined && now - last < this.#pauseMs) return false
    if (last === undefined && this.#kept.size >= MOST_SITES && !this.#forgetOne(now)) return false
    this.#kept.delete(site)
    this.#kept.set(site, now)
    return true
  }

  #forgetOne(now: number): boolean {
    for (const [site, at] of this.#kept) return now - at >= DAY_MS && this.#kept.delete(site)
    return false
  }
}
