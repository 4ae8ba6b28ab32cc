/**
 * EventReader: reads an event stream of our own routes, event by event.
 */
import assert from 'node:assert/strict'
import type { V1World } from './world.ts'

export interface Event {
  readonly id?: string
  readonly event?: string
  // biome-ignore lint/suspicious/noExplicitAny: JSON of a fact
  readonly data?: any
}

export class Reader implements Disposable {
  readonly #abort = new AbortController()
  readonly #world: V1World
  #reader: ReadableStreamDefaultReader<string> | undefined
  #text = ''
  #isFirst = true
  /** Where the stream began, which is said before all events. */
  began: string | undefined

  constructor(world: V1World) {
    this.#world = world
  }

  /** @param key none when it is empty */
  async open(
    path: string,
    { key = this.#world.operator, headers = {} }: { key?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const response = await fetch(`${this.#world.url}${path}`, {
      headers: { ...(key !== '' && { authorization: `Bearer ${key}` }), ...headers },
      signal: this.#abort.signal,
    })
    if (response.ok) this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    return response
  }

  /** Undefined: the stream is over. */
  async next(): Promise<Event | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const block = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
        const [id, event, data] = ['id', 'event', 'data'].map(field)
        const isWhere = this.#isFirst && event === undefined
        this.#isFirst = false
        if (isWhere) {
          this.began = id
          continue
        }
        return { ...(id && { id }), ...(event && { event }), ...(data && { data: JSON.parse(data) }) }
      }
      const { done, value } = await this.#reader!.read()
      if (done) return undefined
      this.#text += value
    }
  }

  async take(count: number): Promise<Event[]> {
    const events: Event[] = []
    while (events.length < count) events.push((await this.next()) ?? assert.fail('the stream is over'))
    return events
  }

  [Symbol.dispose](): void {
    this.#abort.abort()
  }
}

export const reader = async (world: V1World, path: string, options = {}): Promise<Reader> => {
  const made = new Reader(world)
  const response = await made.open(path, options)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  return made
}
