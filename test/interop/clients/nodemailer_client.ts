/**
 * nodemailer with its pool: NodeBB.
 */
import { readFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'

const wish = (name: string): string => process.env[`MAIL_${name}`] ?? ''
const transport = createTransport({
  host: wish('HOST'),
  port: Number(wish('PORT')),
  secure: wish('SECURITY') === 'tls',
  requireTLS: wish('SECURITY') === 'starttls',
  ignoreTLS: wish('SECURITY') === 'plain',
  authMethod: wish('METHOD').toUpperCase(),
  auth: { user: wish('USER'), pass: wish('PASSWORD') },
  tls: wish('VERIFY') === 'no' ? { rejectUnauthorized: false } : { ca: readFileSync(wish('CA')) },
  pool: true,
})
const message = { from: { name: 'Dörfer Forum', address: wish('FROM') }, to: wish('TO'), text: wish('TEXT') }
for (const subject of [`${wish('SUBJECT')} (first)`, wish('SUBJECT')]) await transport.sendMail({ ...message, subject })
transport.close()
