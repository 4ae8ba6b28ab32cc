/**
 * Sink: a mail host in a process of its own that can be killed, stopped and started. What it has taken is in a file before
 * the sender hears 250.
 *
 *   sink-child.ts NAME ADDRESS PORT FILE         its one line: `listening on PORT`
 *
 * Policy. Recipients are judged by the start of their local part: `nouser` is refused for good, `later` is told to come back
 * once, `lost` gets no reply the first time although its message was taken (RFC 1047). The file has a line for each recipient
 * of a message, `took ADDRESS`, and for each recipient a notice tells of, `told ADDRESS`.
 */
import { openSync, writeSync } from 'node:fs'
import { startFakeMx } from '@postrider/core/testing'

const [name = '', address = '', port = '0', path = ''] = process.argv.slice(2)
const file = openSync(path, 'a')
const seen = new Set<string>()

function firstTime(address: string): boolean {
  if (seen.has(address)) return false
  seen.add(address)
  return true
}

const mx = await startFakeMx({
  name,
  address,
  port: Number(port),
  answer: ({ verb, address = '', message }) => {
    if (verb === 'RCPT' && address.startsWith('nouser')) return '550 5.1.1 no such user'
    if (verb === 'RCPT' && address.startsWith('later') && firstTime(address)) return '451 4.3.0 some trouble, try later'
    if (verb !== 'MESSAGE' || message === undefined) return undefined
    const addresses = message.recipients.map(recipient => recipient.address)
    const lines = addresses.map(taken => `took ${taken}\n`)
    if (message.from === '') {
      const told = message.content.toString('latin1').matchAll(/^Final-Recipient: *rfc822; *(\S+)/gim)
      for (const [, failed] of told) lines.push(`told ${failed}\n`)
    }
    writeSync(file, lines.join(''))
    // It would be kept for ever; the file has what matters.
    mx.messages.length = 0
    return addresses.some(taken => taken.startsWith('lost') && firstTime(taken)) ? 'reset' : undefined
  },
})
process.stdout.write(`listening on ${mx.port}\n`)
process.once('SIGTERM', () => process.exit(0))
