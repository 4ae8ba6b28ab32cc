/**
 * Sign mail with DKIM: make a key once, publish its record, and see whether the world can read it.
 *
 *   POSTRIDER_HOSTNAME=mail.example.com node 02-dkim.ts example.com
 */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createMailer, dkimRecord, generateDkimKey, loadConfig, MailerError } from '@postrider/core'

const [domain = 'example.com'] = process.argv.slice(2)
const selector = 'postrider'
const file = `${selector}.${domain}.pem`

if (!existsSync(file)) {
  const { key, pem } = await generateDkimKey({ domain, selector, algorithm: 'rsa-sha256' })
  await writeFile(file, pem, { mode: 0o600 })
  const { name, value } = dkimRecord(key)
  console.log(`publish  ${name} TXT ${value}`)
}

// The same three lines stand in postrider.yaml, under `dkim`.
const env = {
  ...process.env,
  POSTRIDER_DKIM_0_DOMAIN: domain,
  POSTRIDER_DKIM_0_SELECTOR: selector,
  POSTRIDER_DKIM_0_PRIVATE_KEY_FILE: file,
}
await using mailer = await createMailer(await loadConfig({ env, cwd: process.cwd() }), { deliver: false })

try {
  const sender = `me@${domain}`
  const { checks } = await mailer.clearance({ envelopeFrom: sender, from: [sender] })
  for (const { level, id, found } of checks) console.log(`${level}  ${id}: ${found}`)
} catch (error) {
  if (!MailerError.is(error)) throw error
  console.log(`${error.message}\n${error.fix}`)
  process.exitCode = 1
}
