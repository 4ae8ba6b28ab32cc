/**
 * Options against their JSON Schema, as a validator that is not ours reads it: what an editor underlines is refused at start.
 *
 * The schema cannot say everything (whether a text is a host name), so the other direction does not hold.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonSchema, MailerError, resolveOptions } from '@postrider/core'
import fc from 'fast-check'
import { fromJSONSchema } from 'zod'

type Node = {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node
  readonly anyOf?: readonly Node[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
}

const schema = (await jsonSchema()) as Node
const validator = fromJSONSchema(schema as never)

const junk = fc.constantFrom<unknown>(null, '', 'x', 0, -1, 2.5, 1e300, true, [], {}, ['a'], { a: 1 }, 'auto', 4)

const valueFor = (node: Node): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 20, arbitrary: goodFor(node) }, { weight: 1, arbitrary: junk })

function goodFor(node: Node): fc.Arbitrary<unknown> {
  const { minimum = 0, maximum = 1, properties, items } = node
  if (node.anyOf) return fc.oneof(...node.anyOf.map(goodFor))
  if (node.const !== undefined) return fc.constant(node.const)
  if (node.enum) return fc.constantFrom(...node.enum)
  if (node.type === 'integer') return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constant(maximum + 1))
  if (node.type === 'number') return fc.double({ min: minimum, max: maximum, noNaN: true })
  if (node.type === 'boolean') return fc.boolean()
  if (items) return fc.array(valueFor(items), { maxLength: 2 })
  if (!properties) return fc.constantFrom('mail.example.com', 'a@example.com', '192.0.2.1', 'mail2026', '')
  const keys = fc.constantFrom(...Object.keys(properties), 'unknown')
  return fc
    .uniqueArray(keys, { maxLength: 3 })
    .chain(some => fc.record(Object.fromEntries(some.map(key => [key, valueFor(properties[key] ?? {})]))))
}

test('what the JSON Schema of options refuses is refused at start', async () => {
  const seen = { taken: 0, refused: 0 }
  const property = fc.asyncProperty(valueFor(schema), async options => {
    const { success } = validator.safeParse(options)
    try {
      await resolveOptions(options as never, { cwd: '/nonexistent', machineName: 'mail.example.com' })
      seen.taken++
      assert.ok(success, 'taken at start, and refused by the schema')
    } catch (error) {
      assert.ok(MailerError.is(error), String(error))
      seen.refused++
    }
  })
  await fc.assert(property, { numRuns: 1000 })
  assert.ok(seen.taken > 50 && seen.refused > 50, JSON.stringify(seen))
})
