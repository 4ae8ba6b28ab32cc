/**
 * ReadAsked: what was asked, checked by the shapes of its route.
 *
 * Policy. What a route does not know is refused, in the query and in the body: a filter that is misspelt would else be the whole queue.
 * A text of the query becomes what its shape wants, a number or a list with commas. What is given twice is refused: two readers could
 * each believe another one. What everybody may post, without a key, is small and says beforehand how long it is. Of many problems
 * the first ones are told.
 *
 * Not here: who may ask (access-control/).
 */
import type { Buffer } from 'node:buffer'
import { type AnyShape, checkShape, type Problem, printProblem, problemsOf, type SchemaNode } from '@postrider/core'
import type { HttpRequest } from '../server/index.ts'
import { busy, invalid, V1Error } from './v1-error.ts'
import { isOctets, type V1Route } from './v1-route.ts'

/** @throws V1Error 422 */
export function readQuery(shape: AnyShape | undefined, query: URLSearchParams): unknown {
  const node = shape?.rule.node.properties ?? {}
  // Without a prototype: a query may name `__proto__`, too.
  const given: Record<string, unknown> = Object.create(null)
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name)
    if (values.length > 1)
      throw invalid({ where: name, found: 'it twice', wanted: 'it once', fix: `give ${name} once` })
    given[name] = Object.hasOwn(node, name) ? fromText(values[0] ?? '', node[name]) : values[0]
  }
  if (shape !== undefined) return checked(shape, given, 'the query')
  const [unknown] = Object.keys(given)
  if (unknown === undefined) return given
  throw invalid({ where: unknown, found: 'it in the query', wanted: 'no query', fix: 'leave it out' })
}

function fromText(text: string, node: SchemaNode | undefined): unknown {
  if (node?.type === 'array') return text.split(',').map(each => fromText(each, node.items))
  if (node?.type === 'integer' && /^-?\d{1,16}$/.test(text)) return Number(text)
  if (node?.type === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true'
  return text
}

/** Of who shows no key. */
const MOST_OPEN_OCTETS = 16_384
const MOST_PROBLEMS = 20

/** @throws V1Error 400, 413, 415, 422, 503 */
export async function readBody({ body: wanted, scope }: V1Route, request: HttpRequest): Promise<unknown> {
  if (wanted === undefined) return undefined
  if (scope === 'open' && !isShort(request)) throw tooLarge()
  const octets = await request.body()
  if (octets === 'too-large') throw tooLarge()
  if (octets === 'no-memory') throw busy('too many large requests at once', 1)
  if (isOctets(wanted)) return octets
  const type = request.header('content-type')
  // What a page of another site may post without being asked first is never taken.
  if (octets.length > 0 && !/^application\/json\b/i.test(type ?? ''))
    throw new V1Error(415, 'validation_error', {
      message: `content-type: found ${type ?? 'none'}, wanted application/json`,
      wrong: {
        where: 'content-type',
        wanted: 'application/json',
        fix: 'send the header content-type: application/json',
      },
    })
  return checked(wanted, octets.length === 0 ? {} : parsed(octets), 'the body')
}

/** A body in chunks says nothing of its length. */
function isShort(request: HttpRequest): boolean {
  const length = request.header('content-length')
  return length === undefined
    ? request.header('transfer-encoding') === undefined
    : /^\d{1,5}$/.test(length) && Number(length) <= MOST_OPEN_OCTETS
}

function tooLarge(): V1Error {
  return new V1Error(413, 'validation_error', { message: 'the body is too large', headers: { connection: 'close' } })
}

function parsed(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString('utf8'))
  } catch {
    // What is wrong with it, its author sees best.
    throw new V1Error(400, 'validation_error', { message: 'the body is not JSON' })
  }
}

function checked(shape: AnyShape, given: unknown, whole: string): unknown {
  const result = checkShape(shape, given)
  if ('value' in result) return result.value
  const issues = result.issues
    .slice(0, MOST_PROBLEMS)
    .map(issue => (issue.keys === undefined ? issue : { ...issue, keys: issue.keys.slice(0, MOST_PROBLEMS) }))
  const problems = problemsOf(issues, given, shape.rule.node).slice(0, MOST_PROBLEMS)
  const [first] = problems
  throw new V1Error(422, 'validation_error', {
    message: problems.map(printProblem).join('\n'),
    wrong: first === undefined ? {} : wrongOf(first, whole),
  })
}

function wrongOf({ path, found, wanted }: Problem, whole: string) {
  const where = path.length === 0 ? whole : path.join('.')
  const isUnknown = found === 'a key that does not exist'
  return { where, found, wanted, fix: isUnknown ? `leave ${where} out, or correct its name` : `correct ${where}` }
}
