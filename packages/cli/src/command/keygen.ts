/**
 * keygen: make a DKIM key, keep the private half in a file, print the DNS record of the public half.
 */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import { type Command, type Context, type Input, textFlag, UsageError } from './command.ts'
import { zoneLine } from './zone-line.ts'

export const keygen: Command = {
  name: 'keygen',
  summary: 'Make a DKIM key and print its DNS record.',
  args: [{ form: '<domain>', says: 'the domain that signs (d=)' }],
  flags: [
    { form: '--selector <name>', says: 'the selector (default: "postrider")' },
    { form: '--algorithm <name>', says: 'rsa (default) or ed25519' },
    { form: '--bits <n>', says: 'size of an RSA key (default 2048)' },
    { form: '--out <file>', says: 'where the private key goes (default: SELECTOR.DOMAIN.pem)' },
  ],
  examples: ['postrider keygen example.com', 'postrider keygen example.com --selector 2026a --out keys/2026a.pem'],
  run,
}

async function run(input: Input, context: Context): Promise<ExitCode> {
  const { generateDkimKey, dkimRecord, splitTxt } = await import('@postrider/core')
  const domain = input.args[0] ?? ''
  const selector = textFlag(input, 'selector') ?? 'postrider'
  const algorithm = textFlag(input, 'algorithm') ?? 'rsa'
  if (algorithm !== 'rsa' && algorithm !== 'ed25519') {
    throw new UsageError(`--algorithm: found "${algorithm}", wanted rsa or ed25519`)
  }
  const bits = Number(textFlag(input, 'bits') ?? 2048)
  const { key, pem } = await generateDkimKey({
    domain,
    selector,
    algorithm: algorithm === 'rsa' ? 'rsa-sha256' : 'ed25519-sha256',
    bits,
  })
  const file = resolve(context.cwd, textFlag(input, 'out') ?? `${selector}.${domain}.pem`)
  try {
    await writeFile(file, pem, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const exists = (error as { code?: string }).code === 'EEXIST'
    context.err.write(
      exists
        ? `${file} exists; a key is never overwritten. Choose another --out or --selector.\n`
        : `${file} cannot be written: ${(error as Error).message}\n`,
    )
    return EXIT.cannotCreate
  }
  const record = dkimRecord(key)
  if (context.json) writeJson(context.out, { file, domain, selector, record: { type: 'TXT', ...record } })
  else
    context.out.write(
      `private key: ${file}\npublish this record:\n\n${zoneLine(record.name, splitTxt(record.value))}\n`,
    )
  return EXIT.ok
}
