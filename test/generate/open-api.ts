/** docs/openapi.json and the table of docs/http.md: our own routes, from the table that serves them. */
import { openApi, V1_ROUTES } from '../../packages/relay/src/v1/index.ts'
import { table } from './markdown.ts'

export function generate(): string {
  return `${JSON.stringify(openApi(V1_ROUTES), null, 2)}\n`
}

export function generateTable(): string {
  return table(
    ['path', 'scope', 'of', 'what'],
    V1_ROUTES.map(({ method, path, scope, about, says }) => [
      `\`${method} ${path}\``,
      scope,
      about === 'own' ? 'the account, or all' : 'the relay',
      says,
    ]),
  )
}
