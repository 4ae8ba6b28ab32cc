/**
 * LookBack: pages of messages, put together. A page of the relay is what was found in a short time, and may be empty and have a next one: so
 * further pages are asked for until there is something to show, or it has been looked for a good while.
 */
import { ask } from '../client/ask.ts'
import type { Message, Routes } from '../client/routes.ts'
import { useCallback, useEffect, useMemo, useRef, useState } from '../view/view.ts'

type Query = Routes['GET /v1/messages']['query']

const WANTED = 50
/** About two seconds. */
const MOST_PAGES = 40

export interface LookBack {
  readonly messages: readonly Message[]
  readonly next: string | undefined
  readonly isLooking: boolean
  readonly problem: Error | undefined
  readonly more: () => void
  readonly again: () => void
  /** Takes what a message has become. */
  readonly renew: (ids: readonly string[]) => void
}

interface Found {
  readonly messages: readonly Message[]
  readonly next?: string | undefined
}

async function look(query: Query, after: string | undefined, signal: AbortSignal): Promise<Found> {
  const messages: Message[] = []
  let next = after
  for (let page = 0; page < MOST_PAGES; page++) {
    const asked = { ...query, limit: WANTED, ...(next === undefined ? {} : { after: next }) }
    const answer = await ask('GET /v1/messages', { query: asked, signal })
    messages.push(...answer.messages)
    next = answer.next
    if (next === undefined || messages.length >= WANTED) break
  }
  return { messages, next }
}

interface Looked extends Found {
  /** Of what was asked for: what was found for another search is never shown, not even until the next answer. */
  readonly key: string | undefined
  readonly isLooking: boolean
  readonly problem?: Error | undefined
}

const begun = (key: string | undefined): Looked => ({ key, messages: [], isLooking: key !== undefined })

export function useLookBack(query: Query | undefined): LookBack {
  const key = query === undefined ? undefined : JSON.stringify(query)
  const [state, setState] = useState<Looked>(() => begun(key))
  const looked = state.key === key ? state : begun(key)
  const leaving = useRef(new AbortController())
  const run = useCallback(
    (before: Found) => {
      leaving.current.abort()
      if (key === undefined) return
      leaving.current = new AbortController()
      const { signal } = leaving.current
      const { messages, next } = before
      // What is shown stays until the answer is there.
      setState(shown => ({ ...(shown.key === key ? shown : begun(key)), isLooking: true, problem: undefined }))
      look(JSON.parse(key) as Query, next, signal).then(
        found => {
          if (signal.aborted) return
          setState({ key, messages: [...messages, ...found.messages], next: found.next, isLooking: false })
        },
        (problem: Error) => {
          if (!signal.aborted) setState({ key, messages, next, isLooking: false, problem })
        },
      )
    },
    [key],
  )
  const [again, stop] = useMemo(() => [() => run({ messages: [] }), () => leaving.current.abort()], [run])
  useEffect(() => {
    again()
    return stop
  }, [again, stop])
  const renew = useCallback((ids: readonly string[]) => {
    for (const id of new Set(ids))
      ask('GET /v1/messages/{id}', { path: { id } }).then(
        renewed =>
          setState(before => ({ ...before, messages: before.messages.map(each => (each.id === id ? renewed : each)) })),
        () => undefined,
      )
  }, [])
  const { messages, next, isLooking, problem } = looked
  return { messages, next, isLooking, problem, more: () => run(looked), again, renew }
}
