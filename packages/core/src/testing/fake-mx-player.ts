/**
 * Fake MX player: one connection served by a dialogue, line by line.
 *
 * Policy. A client that says something else is told 554 and cut off, and the difference is a fault. A client that goes
 * before the script is over is a fault, too, unless the script only waits for QUIT.
 */
import type { Socket } from 'node:net'
import { type Dialogue, isExpected } from './dialogue.ts'
import type { FakeMxState, ReceivedMessage } from './fake-mx-options.ts'
import { FakeMxSocket } from './fake-mx-socket.ts'

export async function playDialogue(raw: Socket, { steps }: Dialogue, state: FakeMxState): Promise<void> {
  const socket = new FakeMxSocket(raw)
  let heard: string[] = []
  for (const step of steps) {
    switch (step.kind) {
      case 'say':
        socket.write(step.text)
        break
      case 'hear': {
        const line = await socket.line()
        if (line === undefined) return leave(step.pattern)
        heard.push(line)
        if (isExpected(step.pattern, line)) break
        state.fault(`expected "${step.pattern}", heard "${line}"`)
        socket.write('554 5.5.0 this is not in the script\r\n')
        return socket.end()
      }
      case 'message': {
        const content = await socket.message()
        if (content === undefined) return leave('a message')
        state.received(messageOf(heard, content))
        heard = []
        break
      }
      case 'tls':
        if (state.context === undefined || !(await socket.startTls(state.context))) return
        break
      case 'octets':
        if (!(await socket.some())) return
        break
      case 'close':
        return socket.end()
      case 'reset':
        return socket.reset()
      case 'wait':
        await state.options.waits?.(step.name)
        break
      default:
        step satisfies never
    }
  }
  socket.end()

  function leave(expected: string): void {
    if (expected !== 'QUIT') state.fault(`expected "${expected}", and the client went away`)
  }
}

function messageOf(lines: readonly string[], content: Buffer): ReceivedMessage {
  const recipients: { address: string; parameters: string }[] = []
  let hello = ''
  let from = ''
  let fromParameters = ''
  for (const line of lines) {
    const [, verb = '', address = '', parameters = ''] = /^(MAIL FROM|RCPT TO):<([^>]*)> ?(.*)$/i.exec(line) ?? []
    if (/^(?:EHLO|HELO) /i.test(line)) hello = line.slice(5)
    else if (/^mail/i.test(verb)) {
      from = address
      fromParameters = parameters
    } else if (/^rcpt/i.test(verb)) recipients.push({ address, parameters })
  }
  return { hello, from, fromParameters, recipients, content, connection: 0 }
}
