/**
 * Body: the body of a request as JSON.
 */
import type { HttpRequest } from '../server/index.ts'
import { ApiError } from './api-error.ts'

/** @throws ApiError when it is too large, or no JSON */
export async function readJson(request: HttpRequest): Promise<unknown> {
  const body = await request.body()
  if (body === 'too-large')
    throw new ApiError(413, 'validation_error', 'The request body is too large.', { connection: 'close' })
  if (body === 'no-memory') {
    const text = 'Too many large requests at once; try again in a moment.'
    throw new ApiError(503, 'application_error', text, { 'retry-after': '1', connection: 'close' })
  }
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    // What is wrong with it, its author sees best.
    throw new ApiError(400, 'validation_error', 'The request body is not valid JSON.')
  }
}
