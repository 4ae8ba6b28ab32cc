/**
 * OpenApi: the routes of our own family as an OpenAPI 3.1 document, from the shapes that check them. docs/openapi.json is written from it.
 *
 * Not here: the Resend part, which has a document of its own where it comes from.
 */
import { kinds as k, schemaOf } from '@postrider/core'
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

const REFUSALS = {
  401: 'No API key.',
  403: 'The API key is none, has ended, or may not do this.',
  422: 'What was asked cannot be understood, or is not known.',
  429: 'Too many requests, or too many wrong keys; `retry-after` says when to come back.',
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
    security: [{ key: [] }],
    paths: Object.fromEntries(
      [...paths].map(([path, each]) => [
        path.replaceAll(/:(\w+)/g, '{$1}'),
        Object.fromEntries(each.map(route => [route.method.toLowerCase(), operationOf(route)])),
      ]),
    ),
    components: {
      schemas: { Error: schemaOf(ERROR) },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key: `postrider key add`.' },
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
    tags: [subject.replace(/\..*/, '')],
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(body !== undefined && {
      requestBody: {
        required: isOctets(body),
        content: isOctets(body) ? { [body.type]: {} } : { 'application/json': { schema: schemaOf(body) } },
      },
    }),
    responses: {
      200: {
        description: 'As asked.',
        content: isOctets(answers) ? { [answers.type]: {} } : { 'application/json': { schema: schemaOf(answers) } },
      },
      ...Object.fromEntries(
        Object.entries({ ...(route.path.includes(':') && { 404: 'There is none.' }), ...REFUSALS }).map(
          ([status, description]) => [
            status,
            { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
          ],
        ),
      ),
    },
  }
}

function whoMay({ scope, about }: V1Route): string {
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
