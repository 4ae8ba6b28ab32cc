/**
 * Hosts: the machines of the island's internet in one program: the mail host of the domain, one of a big provider, and a web
 * server for MTA-STS policies.
 *
 *   node hosts.ts FOLDER      certificates in FOLDER/tls, policies in FOLDER/policies/<host name>
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { startFakeMx } from '@postrider/core/testing'
import { INTERNET } from './island.ts'

const [folder = ''] = process.argv.slice(2)
const certificate = (name: string) => ({
  cert: readFileSync(join(folder, `tls/${name}.pem`), 'utf8'),
  key: readFileSync(join(folder, `tls/${name}.key`), 'utf8'),
})

await Promise.all(
  (
    [
      ['mx.example.com', INTERNET.mx],
      ['mx.gmail.com', INTERNET.otherMx],
    ] as const
  ).map(([name, address]) => startFakeMx({ name, address, port: 25, certificate: certificate(name) })),
)

const web = createServer(certificate('web'), (request, response) => {
  // As it stands now: a policy is put there while this runs.
  const name = (request.headers.host ?? '').replace(/[^a-z0-9.-]/g, '')
  try {
    const text = readFileSync(join(folder, 'policies', name))
    response.writeHead(200, { 'content-type': 'text/plain' }).end(text)
  } catch {
    response.writeHead(404).end()
  }
})
web.listen(443, INTERNET.web, () => process.stdout.write('up\n'))
