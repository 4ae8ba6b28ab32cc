/**
 * Ask: one request, and its answer with the JSON that it must have.
 */
export interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

export async function ask(url: string, { method = 'GET', path, headers = {}, body }: Asked): Promise<Told> {
  const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Told['body'] }
}
