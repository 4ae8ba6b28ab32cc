/**
 * The OpenAPI document: valid, complete, and what is served.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compileErrors, validate } from '@readme/openapi-parser'
import { V1_ROUTES } from '../../packages/relay/src/v1/table.ts'
import { startV1World } from './world.ts'

test('the document that is served is OpenAPI 3.1, and the one in docs', async () => {
  await using world = await startV1World()
  const { body } = await world.ask('GET', '/v1/openapi.json', { key: await world.makeKey({ scopes: ['send'] }) })
  assert.equal(body.openapi, '3.1.0')
  assert.deepEqual(body, JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8')))
  const result = await validate(structuredClone(body))
  assert.ok(result.valid, result.valid ? '' : compileErrors(result))
})

test('each route is told, with a name of its own, what is asked and what is answered', async () => {
  await using world = await startV1World()
  const { paths } = (await world.ask('GET', '/v1/openapi.json')).body
  const names = new Set<string>()
  for (const { method, path, says, body, query } of V1_ROUTES) {
    const told = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    assert.equal(told?.summary, says, path)
    names.add(told.operationId)
    assert.equal(told.requestBody !== undefined, body !== undefined, path)
    const asked = told.parameters.filter((each: { readonly in: string }) => each.in === 'query')
    assert.equal(asked.length, Object.keys(query?.rule.node.properties ?? {}).length, path)
    assert.ok(Object.keys(told.responses['200'].content).length === 1, path)
  }
  assert.equal(names.size, V1_ROUTES.length)
  assert.doesNotMatch(JSON.stringify(paths), /"wanted":"|"secret":true/)
})
