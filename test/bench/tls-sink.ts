/**
 * TLS sink: a mail server that offers STARTTLS, takes everything and keeps nothing. A process of its own; it tells its parent
 * how many messages it has, a hundred times a second at most.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'

const [address = '', port = '', key = '', chain = ''] = process.argv.slice(2)
const secureContext = createSecureContext({ key: readFileSync(key), cert: readFileSync(chain) })
const END = Buffer.from('\r\n.\r\n')
let count = 0
let told = 0

setInterval(() => {
  if (told === count) return
  told = count
  process.send?.(count)
}, 10)

createServer(socket => {
  socket.setNoDelay(true)
  socket.write('220 sink.bench.test ESMTP\r\n')
  converse(socket, false)
}).listen(Number(port), address, () => process.send?.(0))

process.on('disconnect', () => process.exit(0))

function converse(socket: Socket, secure: boolean): void {
  let held: Buffer = Buffer.alloc(0)
  let inData = false
  const onData = (chunk: Buffer): void => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    let replies = ''
    for (;;) {
      const mark = inData ? END : '\r\n'
      const at = held.indexOf(mark)
      if (at < 0) break
      const line = inData ? '.' : held.toString('latin1', 0, at)
      held = held.subarray(at + mark.length)
      if (inData) count++
      const said = inData ? '250 2.0.0 taken\r\n' : answer(line, secure)
      inData = !inData && /^DATA/i.test(line)
      if (/^STARTTLS/i.test(line)) {
        socket.off('data', onData)
        socket.write(said, () => converse(new TLSSocket(socket, { isServer: true, secureContext }), true))
        return
      }
      replies += said
      if (/^QUIT/i.test(line)) {
        socket.end(replies)
        return
      }
    }
    if (replies !== '') socket.write(replies)
  }
  socket.on('data', onData)
  // A relay that hangs up without QUIT is no fault of the benchmark.
  socket.on('error', () => socket.destroy())
}

function answer(line: string, secure: boolean): string {
  switch (line.slice(0, 4).toUpperCase()) {
    case 'EHLO':
      return `250-sink.bench.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 52428800\r\n${secure ? '' : '250-STARTTLS\r\n'}250 ENHANCEDSTATUSCODES\r\n`
    case 'STAR':
      return '220 2.0.0 go ahead\r\n'
    case 'DATA':
      return '354 go ahead\r\n'
    case 'QUIT':
      return '221 2.0.0 bye\r\n'
    default:
      return '250 2.0.0 ok\r\n'
  }
}
