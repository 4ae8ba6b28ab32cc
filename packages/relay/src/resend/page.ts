/**
 * Page: which page of a list is asked for, by the id at its edge.
 */
import { ApiError, invalid } from './api-error.ts'

const USUAL_LIMIT = 20
const MOST_LISTED = 100

export interface AskedPage {
  readonly limit: number
  readonly after: string | null
  readonly before: string | null
}

/** @throws ApiError 422 */
export function readPage(query: URLSearchParams): AskedPage {
  const limit = Number(query.get('limit') ?? USUAL_LIMIT)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED) throw invalid('limit: wanted 1 to 100')
  const after = query.get('after')
  const before = query.get('before')
  if (after !== null && before !== null) throw invalid('wanted `after` or `before`, not both')
  return { limit, after, before }
}

/** That page of a list that is there as a whole. @throws ApiError 422 for what names no page, 404 for an edge that is not in it */
export function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  query: URLSearchParams,
): { readonly page: readonly T[]; readonly has_more: boolean } {
  const { limit, after, before } = readPage(query)
  const edge = after ?? before
  const at = edge === null ? -1 : all.findIndex(({ id }) => id === edge.toLowerCase())
  if (edge !== null && at < 0) throw new ApiError(404, 'not_found', 'What the page begins at was not found')
  const rest = before === null ? all.slice(at + 1) : all.slice(0, at)
  return { page: before === null ? rest.slice(0, limit) : rest.slice(-limit), has_more: rest.length > limit }
}
