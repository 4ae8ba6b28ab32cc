/**
 * OpenApi: the routes of our own family as an OpenAPI 3.1 document, from the shapes that check them. docs/openapi.json is written from it.
 *
 * Not here: the Resend part, which has a document of its own where it comes from.
 */
import { type AnyShape, kinds as k, type SchemaNode, schemaOf } from '@postrider/core'
import { CHECK, ENTRY, NUMBERED_FACT } from './shapes.ts'
import { ERROR_NAMES } from './v1-error.ts'
import { isOctets, type V1Route } from './v1-route.ts'

const ERROR = k
  .strictObject({
    statusCode: k.int(),
    name: k.enum(ERROR_NAMES),
    message: k.string(),
    where: k.string().optional().describe('Which value.'),
    found: k.string().optional(),
    wanted: k.string().optional(),
    fix: k.string().optional().describe('What to do.'),
  })
  .describe('What went wrong, and what to do.')

/** What stands once in the document, and is pointed at. */
const PARTS: Readonly<Record<string, AnyShape>> = { Error: ERROR, Message: ENTRY, Fact: NUMBERED_FACT, Check: CHECK }
const NAMES = new Map<unknown, string>(Object.entries(PARTS).map(([name, { rule }]) => [rule.node, name]))

/** A shape as JSON Schema, with its parts pointed at. */
function schemaFor({ rule }: Pick<AnyShape, 'rule'>): object {
  return schemaOf({ rule: { node: pointing(rule.node) as SchemaNode } })
}

function pointing(value: unknown): unknown {
  const name = NAMES.get(value)
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  if (Array.isArray(value)) return value.map(pointing)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pointing(inner)]))
}

const REFUSALS = {
  401: 'No API key, and no session.',
  403: 'The API key is none, has ended, or may not do this; or the session may not.',
  404: 'There is none of this name.',
  422: 'What was asked cannot be understood, or is not known.',
  429: 'Too many requests, or too many wrong keys or logins; `retry-after` says when to come back.',
  503: 'Not now; `retry-after` says when to come back.',
} as const

/** The same for each caller. */
export function openApi(routes: readonly V1Route[]): object {
  const paths = Map.groupBy(routes, ({ path }) => path)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Postrider',
      version: '1',
      description: 'Everything that the command line can do, over HTTP. Mail is sent with the paths of the Resend API.',
    },
    servers: [{ url: '/', description: 'An address of `relay.http.listen`.' }],
    security: [{ key: [] }, { session: [] }],
    paths: Object.fromEntries(
      [...paths].map(([path, each]) => [
        path.replaceAll(/:(\w+)/g, '{$1}'),
        Object.fromEntries(each.map(route => [route.method.toLowerCase(), operationOf(route)])),
      ]),
    ),
    components: {
      schemas: Object.fromEntries(Object.entries(PARTS).map(([name, shape]) => [name, schemaOf(shape)])),
      responses: Object.fromEntries(
        Object.entries(REFUSALS).map(([status, description]) => [
          status,
          { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
        ]),
      ),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key: `postrider key add`.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-postrider',
          description: 'A login to the web interface (`POST /v1/session`), taken from its own page alone.',
        },
      },
    },
  }
}

function operationOf(route: V1Route): object {
  const { says, answers, body } = route
  const [subject = ''] = route.path.split('/').slice(2)
  return {
    operationId: nameOf(route),
    summary: says,
    description: whoMay(route),
    ...(route.scope === 'open' && { security: [] }),
    ...(route.scope === 'session' && { security: [{ session: [] }] }),
    tags: [subject.replace(/\..*/, '')],
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(body !== undefined && {
      requestBody: {
        required: isOctets(body),
        content: isOctets(body) ? { [body.type]: {} } : { 'application/json': { schema: schemaFor(body) } },
      },
    }),
    responses: {
      200: {
        description: 'As asked.',
        content: isOctets(answers) ? { [answers.type]: {} } : { 'application/json': { schema: schemaFor(answers) } },
      },
      ...Object.fromEntries(
        Object.keys(REFUSALS)
          .filter(status => status !== '404' || route.path.includes(':'))
          .map(status => [status, { $ref: `#/components/responses/${status}` }]),
      ),
    },
  }
}

function whoMay({ scope, about }: V1Route): string {
  if (scope === 'open') return 'Everybody, from the page of the interface.'
  if (scope === 'session') return 'Whoever is logged in to the interface.'
  const wanted = scope === 'any' ? 'Any API key' : `An API key with the scope \`${scope}\``
  return about === 'relay'
    ? `${wanted} that is an operator's.`
    : `${wanted}; one of an account sees its own mail alone.`
}

/** `getV1MessagesIdStory`, without what all have. */
function nameOf({ method, path }: V1Route): string {
  const words = path
    .split(/[/:.]+/)
    .slice(2)
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
  return `${method.toLowerCase()}${words.join('')}`
}

function pathParameters({ path }: V1Route): object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters({ query }: V1Route): object[] {
  const { properties = {}, required = [] } = query?.rule.node ?? {}
  return Object.entries(properties).map(([name, node]) => {
    const schema = schemaOf({ rule: { node } })
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(node.description !== undefined && { description: node.description }),
      ...(node.type === 'array' && { style: 'form', explode: false }),
      schema,
    }
  })
}
