/**
 * Hooks: what pages are made of that live: an answer that is asked for anew, what is told, the place, the minute.
 */
import { type AnswerOf, type Asked, ask, type Refused, type Route } from '../client/ask.ts'
import { every, later, now } from '../client/clock.ts'
import { type Connection, type Event, onConnection, onEvent } from '../client/events.ts'
import { type Place, placeOf } from '../client/place.ts'
import { useCallback, useEffect, useRef, useState } from '../view/view.ts'

export interface Answered<Value> {
  readonly value: Value | undefined
  readonly problem: Error | Refused | undefined
  readonly isAsking: boolean
  /** Asks again; what is shown stays until the answer is there. */
  readonly again: () => void
}

/** Asks when it is first drawn, and whenever what is asked has changed. `undefined` asks nothing. */
export function useAnswer<R extends Route>(
  route: R,
  asked: Omit<Asked<R>, 'signal'> | undefined,
): Answered<AnswerOf<R>> {
  const key = asked === undefined ? undefined : JSON.stringify(asked)
  const [state, setState] = useState<{
    readonly key?: string | undefined
    readonly value?: AnswerOf<R>
    readonly problem?: Error
  }>({})
  const [turn, setTurn] = useState(0)
  const [isAsking, setIsAsking] = useState(true)
  const again = useCallback(() => setTurn(before => before + 1), [])
  useEffect(() => {
    if (key === undefined) return
    const leaving = new AbortController()
    setIsAsking(true)
    ask(route, { ...(JSON.parse(key) as Asked<R>), signal: leaving.signal }).then(
      value => {
        setState({ key, value })
        setIsAsking(false)
      },
      (problem: Error) => {
        if (leaving.signal.aborted) return
        setState(before => (before.key === key ? { ...before, problem } : { key, problem }))
        setIsAsking(false)
      },
    )
    return () => leaving.abort()
  }, [route, key, turn])
  const isCurrent = state.key === key
  return { value: isCurrent ? state.value : undefined, problem: isCurrent ? state.problem : undefined, isAsking, again }
}

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const take = (): void => setHash(location.hash)
    // It may have changed since it was first drawn.
    take()
    addEventListener('hashchange', take)
    return () => removeEventListener('hashchange', take)
  }, [])
  return placeOf(hash)
}

export function useEvents(listener: (event: Event) => void): void {
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => onEvent(event => latest.current(event)), [])
}

export function useConnection(): Connection {
  const [connection, setConnection] = useState<Connection>('off')
  useEffect(() => onConnection(setConnection), [])
  return connection
}

/** Calls when events have come, once for many: half a second after the first of them. */
export function useSettled(call: (events: readonly Event[]) => void): void {
  const waiting = useRef<Event[]>([])
  const latest = useRef(call)
  latest.current = call
  const stop = useRef(() => {})
  useEffect(() => () => stop.current(), [])
  useEvents(event => {
    waiting.current.push(event)
    if (waiting.current.length > 1) return
    stop.current = later(500, () => latest.current(waiting.current.splice(0)))
  })
}

/** The time, drawn anew now and then. */
export function useNow(everyMs = 15_000): number {
  const [at, setAt] = useState(now)
  useEffect(() => every(everyMs, () => setAt(now())), [everyMs])
  return at
}
