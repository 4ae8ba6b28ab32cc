/**
 * Ports: free ones, for programs that must be found again after a restart.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Ports that are free on an address now. */
export async function freePorts(address: string, count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    server.listen(0, address)
    await once(server, 'listening')
    ports.push((server.address() as AddressInfo).port)
  }
  for (const server of servers) server.close()
  return ports
}
