/**
 * MakeKey: what `keygen` does.
 *
 * Policy. Where the domain is signed for already, the new key gets a selector of its own, and is not called the record to publish:
 * it is the next key, and signs nothing until the configuration names it. A selector in use is refused.
 *
 * Not here: which selectors are in use (selectors-in-use.ts).
 */

import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode, fileProblem, writeJson } from '../terminal/index.ts'
import { type Context, type Input, textFlag, UsageError } from './command.ts'
import { requireSenderDomain, selectorFlag, wholeNumberFlag } from './flag-values.ts'
import { selectorsInUse } from './selectors-in-use.ts'
import { zoneLine } from './zone-line.ts'

const SELECTOR = 'postrider'

export async function run(input: Input, context: Context): Promise<ExitCode> {
  const { generateDkimKey, dkimRecord, splitTxt } = await import('@postrider/core')
  const domain = await requireSenderDomain(input.args[0] ?? '', 'domain')
  const wanted = await selectorFlag(input)
  const algorithm = textFlag(input, 'algorithm') ?? 'rsa'
  if (algorithm !== 'rsa' && algorithm !== 'ed25519') {
    throw new UsageError(say('usage.algorithm', { algorithm }))
  }
  const bits = wholeNumberFlag(input, 'bits', { least: 1024, most: 4096 }) ?? 2048
  const inUse = await selectorsInUse(domain, input, context)
  if (wanted !== undefined && inUse.includes(wanted)) {
    throw new UsageError(say('usage.selector-in-use', { selector: wanted, domain }), say('usage.selector-in-use.fix'))
  }
  const selector = wanted ?? freeSelector(inUse)
  const { key, pem } = await generateDkimKey({
    domain,
    selector,
    algorithm: algorithm === 'rsa' ? 'rsa-sha256' : 'ed25519-sha256',
    bits,
  })
  const file = resolve(context.cwd, textFlag(input, 'out') ?? `${selector}.${domain}.pem`)
  if (!(await keep(file, pem, context))) return EXIT.cannotCreate
  const record = dkimRecord(key)
  const line = zoneLine(record.name, splitTxt(record.value))
  if (context.json) writeJson(context.out, { file, domain, selector, record: { type: 'TXT', ...record }, inUse })
  else if (inUse.length === 0) context.out.write(firstKey({ domain, selector, file, line, inUse }))
  else context.out.write(nextKey({ domain, selector, file, line, inUse }))
  return EXIT.ok
}

function freeSelector(inUse: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? SELECTOR : `${SELECTOR}${number}`
    if (!inUse.includes(name)) return name
  }
}

async function keep(file: string, pem: string, { err }: Context): Promise<boolean> {
  try {
    await writeFile(file, pem, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') {
      err.write(`${say('keygen.exists', { file })}\n`)
      return false
    }
    const { problem, fix } = fileProblem(error) ?? {}
    if (problem === undefined) throw error
    err.write(`postrider: ${problem}\n  fix: ${fix}\n`)
    return false
  }
}

interface MadeKey {
  readonly domain: string
  readonly selector: string
  readonly file: string
  readonly line: string
  readonly inUse: readonly string[]
}

function firstKey({ domain, selector, file, line }: MadeKey): string {
  return [
    say('keygen.private-key', { file }),
    say('keygen.publish'),
    '',
    line,
    '',
    say('keygen.name'),
    '',
    ...setting({ domain, selector, file }),
    '',
  ].join('\n')
}

function setting({ domain, selector, file }: Pick<MadeKey, 'domain' | 'selector' | 'file'>): readonly string[] {
  return ['dkim:', `  - domain: ${domain}`, `    selector: ${selector}`, `    privateKeyFile: ${file}`]
}

function nextKey({ domain, selector, file, line, inUse }: MadeKey): string {
  return [
    say('keygen.private-key', { file }),
    say('keygen.change', { domain, selectors: inUse }),
    '',
    say('keygen.change.add'),
    '',
    line,
    '',
    say('keygen.change.swap'),
    '',
    ...setting({ domain, selector, file }),
    '',
    say('keygen.change.remove'),
    '',
  ].join('\n')
}
