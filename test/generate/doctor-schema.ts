/** docs/doctor.schema.json: what `postrider doctor --json` prints, for programs. The ids come from the checks themselves. */
import { STATE_CHECKS } from '../../packages/cli/src/checkup/index.ts'
import { CHECKS } from '../../packages/core/src/language/checks.ts'
import { LEVELS } from '../../packages/core/src/preflight/report.ts'

const text = (description: string): object => ({ type: 'string', description })

const level = { enum: LEVELS, description: 'From harmless to certainly wrong.' }

function checksOf(ids: readonly string[]): object {
  return {
    type: 'array',
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['id', 'title', 'level', 'found', 'wanted', 'why'],
      properties: {
        id: { enum: ids, description: 'Stable; listed in checks.md. May stand several times, once for each subject.' },
        title: text('What is true when all is well.'),
        level,
        found: text('What was asked and what was answered.'),
        wanted: text('What should have been found.'),
        why: text('What happens when it is not so.'),
        fix: text('The record to publish, as a line of a zone file, or the command to run.'),
      },
    },
  }
}

const provider = {
  type: 'object',
  additionalProperties: false,
  required: ['provider', 'demand', 'source', 'status', 'because'],
  properties: {
    provider: text('Gmail, Yahoo, …'),
    demand: text('What it demands of senders.'),
    source: text('Where it says so.'),
    status: { enum: ['met', 'not-met', 'unknown', 'not-checkable'] },
    because: { type: 'array', items: { type: 'string' }, description: 'The ids of the checks that decided.' },
  },
}

const sender = {
  type: 'object',
  additionalProperties: false,
  required: ['of', 'publicAddresses', 'checks', 'providers'],
  properties: {
    of: text('The sender address.'),
    publicAddresses: {
      type: 'array',
      description: 'The addresses that the world sees.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['address', 'foundBy'],
        properties: { address: text('IPv4 or IPv6.'), foundBy: { enum: ['given', 'interface', 'dns-whoami'] } },
      },
    },
    checks: checksOf(Object.keys(CHECKS)),
    providers: { type: 'array', description: 'How we stand with what large receivers demand.', items: provider },
  },
}

export function generate(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'postrider doctor --json',
    description:
      'One object on one line for each run; with --watch, one for each round. The exit code is 0 when the worst level is ok or note, 1 for warn, 2 for fail, 75 for unknown.',
    type: 'object',
    additionalProperties: false,
    required: ['schema', 'at', 'senders', 'state', 'worst'],
    properties: {
      schema: { const: 1, description: 'Counts up when a program that reads this would have to change.' },
      at: text('When, in ISO 8601.'),
      senders: { type: 'array', items: sender },
      state: { ...checksOf(Object.keys(STATE_CHECKS)), description: 'Of this host itself.' },
      worst: level,
    },
  }
  return `${JSON.stringify(schema, undefined, 2)}\n`
}
