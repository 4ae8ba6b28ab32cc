/**
 * The resolver contract on each of our resolvers.
 */
import { Buffer } from 'node:buffer'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { createResolver, decodeQuery, encodeReply } from '../../packages/core/src/dns/index.ts'
import { makeAuthority, makeCertificate } from '../../packages/core/src/testing/certificate.ts'
import { startDnsServer } from '../../packages/core/src/testing/dns-server.ts'
import { createFakeDns } from '../../packages/core/src/testing/fake-dns.ts'
import { answerFromZone, readZone } from '../../packages/core/src/testing/zone.ts'
import { CONTRACT_OPTIONS, CONTRACT_ZONE, describeResolver } from './resolver.ts'

describeResolver('the fake', async () => createFakeDns(CONTRACT_ZONE, CONTRACT_OPTIONS))

describeResolver('over UDP and TCP', async () => {
  const server = await startDnsServer(CONTRACT_ZONE, CONTRACT_OPTIONS)
  const resolver = createResolver({ servers: [server.server], clock: systemClock })
  return {
    ...resolver,
    close: async () => {
      await resolver.close()
      await server.close()
    },
  }
})

describeResolver('over HTTPS (RFC 8484)', async () => {
  const zone = readZone(CONTRACT_ZONE)
  const authority = makeAuthority()
  const server = createServer(
    makeCertificate({ names: ['dns.example.test'], issuer: authority }),
    (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', () => {
        const query = decodeQuery(Buffer.concat(chunks))
        if (query?.question === undefined || request.headers['content-type'] !== 'application/dns-message') {
          response.writeHead(400).end()
          return
        }
        const { fault, ...answer } = answerFromZone(zone, query.question, CONTRACT_OPTIONS)
        if (fault === 'silent') return
        const rcode = fault === undefined ? answer.rcode : fault === 'refused' ? 5 : 2
        const authentic = answer.authentic && query.wantsAuthentic
        const body = encodeReply({
          ...answer,
          rcode,
          authentic,
          id: query.id,
          question: query.question,
          truncated: false,
        })
        response.writeHead(200, { 'content-type': 'application/dns-message' }).end(body)
      })
    },
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const resolver = createResolver({
    servers: ['https://dns.example.test/dns-query'],
    clock: systemClock,
    trustAd: true,
    https: { ca: authority.cert, connectTo: { address: '127.0.0.1', port: (server.address() as AddressInfo).port } },
  })
  return {
    ...resolver,
    close: async () => {
      await resolver.close()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
})
