/**
 * Ask: a route of the relay, with what it wants, and its answer. The only place from which anything is fetched.
 *
 * Policy. Whoever asks is known by a cookie that this program never sees. A refusal is thrown as it was worded, with what to do. That nobody
 * is logged in any more is told to whoever listens, once for all pages.
 *
 * Sentences are asked for in the language that is shown.
 *
 * Not here: what is told without being asked (events.ts).
 */
import type { Routes } from './routes.ts'

export type Route = keyof Routes
type PathNames<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | PathNames<Rest> : never
type Member<R extends Route, Name extends string> = Routes[R] extends { readonly [Key in Name]: infer Value }
  ? Value
  : never

export type Asked<R extends Route> = (PathNames<R> extends never
  ? { readonly path?: never }
  : { readonly path: Readonly<Record<PathNames<R>, string>> }) & {
  readonly query?: Member<R, 'query'> & object
  readonly body?: Member<R, 'body'>
  readonly signal?: AbortSignal
}
export type AnswerOf<R extends Route> = Routes[R]['answer']

/** What the relay said against it. */
export class Refused extends Error {
  readonly status: number
  readonly where: string | undefined
  readonly fix: string | undefined

  constructor(status: number, said: { readonly message?: string; readonly where?: string; readonly fix?: string }) {
    super(said.message ?? `HTTP ${status}`)
    this.status = status
    this.where = said.where
    this.fix = said.fix
  }
}

const leaving = new Set<() => void>()

/** Called when the relay knows us no more. */
export function onLeft(call: () => void): () => void {
  leaving.add(call)
  return () => leaving.delete(call)
}

/** @throws Refused; TypeError when the relay cannot be reached */
export async function ask<R extends Route>(route: R, asked: Asked<R>): Promise<AnswerOf<R>> {
  const response = await request(route, asked)
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  return (isJson ? await response.json() : await response.text()) as AnswerOf<R>
}

/** The answer before it is read. @throws as `ask` */
export async function request<R extends Route>(
  route: R,
  { path, query, body, signal }: Asked<R>,
  accept?: string,
): Promise<Response> {
  const [method = 'GET', place = ''] = route.split(' ')
  const isText = typeof body === 'string'
  const response = await fetch(addressOf(place, path ?? {}, query ?? {}), {
    method,
    credentials: 'same-origin',
    headers: {
      'accept-language': document.documentElement.lang,
      ...(accept === undefined ? {} : { accept }),
      ...(method === 'GET' ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
    },
    ...(method === 'GET' ? {} : { body: isText ? body : JSON.stringify(body ?? {}) }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (response.ok) return response
  if (response.status === 401) for (const call of leaving) call()
  throw new Refused(response.status, await response.json().catch(() => ({})))
}

function addressOf(place: string, path: Readonly<Record<string, string>>, query: object = {}): string {
  const named = place.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return given.length === 0 ? named : `${named}?${new URLSearchParams(given)}`
}
