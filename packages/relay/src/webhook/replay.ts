/**
 * Replay: events that an endpoint has passed, told to it again.
 *
 * Policy. They are parked, and the relay that tells the endpoint finds them there: within some seconds it tells them
 * beside what is new, with the ids that they had, so that a receiver can leave out what it has. Only events that the endpoint
 * asks for are told, only what the queue still keeps, and no more than may be parked.
 *
 * Not here: the command (the CLI), telling (tenure.ts).
 */
import { type Mailer, MailerError } from '@postrider/core'
import { BEGINNING, numberOf, type Place, placeOf, readPlace } from './place.ts'
import { type Dropped, endpointId, MOST_PARKED, type Parked, type Records } from './records.ts'

/** An endpoint as its configuration has it. */
interface Configured {
  readonly url: string
  readonly events: readonly string[]
}

export interface EndpointState {
  readonly id: string
  /** Scheme, host and port: the path is often a secret. */
  readonly endpoint: string
  readonly events: readonly string[]
  /** Up to where it has been told; undefined when no relay has begun to. */
  readonly place?: string
  /** Events that it did not take and that are tried again. */
  readonly parked: number
  /** What it will not be told, unless it is replayed. */
  readonly dropped: readonly Dropped[]
}

/** Events after `after` and up to `through`. */
export interface Replayed {
  readonly after: Place
  readonly through: Place
  /** How many of them will be told again. */
  readonly events: number
}

const PAGE = 500

export class WebhookReplay {
  readonly #records: Records
  readonly #endpoints: readonly Configured[]
  readonly #readFacts: Mailer['readFacts']
  readonly #now: () => number

  constructor(
    records: Records,
    endpoints: readonly Configured[],
    mailer: Pick<Mailer, 'readFacts'>,
    now: () => number,
  ) {
    this.#records = records
    this.#endpoints = endpoints
    this.#readFacts = options => mailer.readFacts(options)
    this.#now = now
  }

  async list(): Promise<readonly EndpointState[]> {
    return Promise.all(
      this.#endpoints.map(async ({ url, events }) => {
        const id = endpointId(url)
        const standing = await this.#records.standing(id)
        return {
          id,
          endpoint: new URL(url).origin,
          events,
          ...(standing !== undefined && { place: standing.place }),
          parked: standing?.parked ?? 0,
          dropped: await this.#records.dropped(id),
        }
      }),
    )
  }

  /**
   * @param name an id, a URL, or its scheme, host and port when one endpoint has it
   * @param typed places or ids of events; without them what was dropped
   * @throws MailerError `not-possible`, `invalid-option`
   */
  async replay(
    name: string,
    typed: { readonly after?: string; readonly through?: string } = {},
  ): Promise<readonly Replayed[]> {
    const { url, events } = this.#find(name)
    const id = endpointId(url)
    const standing = await this.#records.standing(id)
    if (standing === undefined) throw impossible(`${new URL(url).origin} was never told anything`, 'start the relay')
    const [after, through] = [placeFrom(typed, 'after'), placeFrom(typed, 'through')]
    const isRange = after !== undefined || through !== undefined
    const dropped = isRange ? [] : await this.#records.dropped(id)
    const ranges = isRange ? [{ after: after ?? BEGINNING, through: through ?? standing.place }] : dropped
    let room = MOST_PARKED - standing.parked
    const done: Replayed[] = []
    for (const range of ranges) {
      // What it has not been told yet it will be told anyway.
      const last = range.through > standing.place ? standing.place : range.through
      const told = await this.#park(id, { after: range.after, through: last }, { events, room })
      room -= told
      done.push({ after: range.after, through: last, events: told })
    }
    await this.#records.undrop(id, dropped)
    return done
  }

  async #park(
    id: string,
    { after, through }: { readonly after: Place; readonly through: Place },
    { events, room }: { readonly events: readonly string[]; readonly room: number },
  ): Promise<number> {
    const now = this.#now()
    let count = 0
    for (let at = numberOf(after); ; ) {
      const page = await this.#readFacts({ after: at, limit: PAGE })
      const last = page.at(-1)
      if (last === undefined) return count
      const wanted = page.filter(({ number, fact }) => placeOf(number) <= through && events.includes(fact.kind))
      if (count + wanted.length > room)
        throw impossible(
          `more than ${MOST_PARKED} events would wait for one endpoint; ${count} of these do already`,
          'replay a smaller range, or wait until it has been told',
        )
      await this.#records.replay(
        id,
        wanted.map(({ number }): Parked => ({ ...beside(number), since: now, attempts: 0, due: now })),
      )
      count += wanted.length
      at = last.number
      if (placeOf(at) >= through) return count
    }
  }

  #find(name: string): Configured {
    const found = this.#endpoints.filter(
      ({ url }) => url === name || endpointId(url) === name || new URL(url).origin === name.replace(/\/$/, ''),
    )
    const [only, another] = found
    if (only !== undefined && another === undefined) return only
    const ids = this.#endpoints.map(({ url }) => `${endpointId(url)} (${new URL(url).origin})`)
    throw new MailerError('invalid-option', `${only === undefined ? 'no' : 'more than one'} endpoint is ${name}`, {
      where: 'endpoint',
      found: name,
      wanted: ids.length === 0 ? 'an endpoint of relay.webhooks, of which there are none' : `one of ${ids.join(', ')}`,
    })
  }
}

function beside(number: number): Pick<Parked, 'place' | 'after'> {
  return { place: placeOf(number), after: placeOf(number - 1) }
}

function placeFrom(
  typed: { readonly after?: string; readonly through?: string },
  name: 'after' | 'through',
): Place | undefined {
  const text = typed[name]
  if (text === undefined) return undefined
  const place = readPlace(text)
  if (place !== undefined) return place
  throw new MailerError(
    'invalid-option',
    `${name}: found ${JSON.stringify(text)}, wanted a place or the id of an event`,
    {
      where: name,
      found: text,
      wanted: 'a place such as 0000000000000042, or the id of an event',
    },
  )
}

function impossible(message: string, fix: string): MailerError {
  return new MailerError('not-possible', message, { where: 'relay.webhooks', fix })
}
