/**
 * Send one message and hear how it ended. Reads postrider.yaml or POSTRIDER_* variables:
 *
 *   POSTRIDER_HOSTNAME=mail.example.com node 01-send-one.ts me@example.com you@example.net
 */
import { send } from '@postrider/core'

const [from = 'me@example.com', to = 'you@example.net'] = process.argv.slice(2)

const receipt = await send({ from, to, subject: 'Hello', text: 'It works.\n' })
console.log(`queued ${receipt.id}`)

const outcome = await receipt.settled()
for (const { address, state, reply, detail } of outcome.recipients)
  console.log(`${address}: ${state}: ${reply ?? detail}`)
