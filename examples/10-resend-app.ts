/**
 * An app that sends with the `resend` package, as it is. It moves to a relay of yours by one variable:
 *
 *   RESEND_BASE_URL=http://127.0.0.1:8080 RESEND_API_KEY=re_… node 10-resend-app.ts app@app.example someone@example.com
 *
 * The relay listens with `relay.http.listen: ["127.0.0.1:8080/plain"]`; `postrider key add app --account app` makes the key.
 */
import { Resend } from 'resend'

const [from = '', to = ''] = process.argv.slice(2)
const resend = new Resend(process.env.RESEND_API_KEY)

const { data, error } = await resend.emails.send(
  { from, to, subject: 'Your receipt', html: '<p>Thank you.</p>' },
  { idempotencyKey: 'receipt/1001' },
)
if (error) {
  console.error(`${error.name}: ${error.message}`)
  process.exitCode = 1
} else console.log(`sent ${data.id}`)
