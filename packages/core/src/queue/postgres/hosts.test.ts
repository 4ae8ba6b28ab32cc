import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailerError } from '../../model/error.ts'
import { PostgresHosts, readHosts } from './hosts.ts'

test('a connection string with several hosts is one for each of them, each with its port', () => {
  assert.deepEqual(readHosts('postgres://me:a%2Cb@one:5432,[::1]:5433,three/mail?sslmode=require'), [
    'postgres://me:a%2Cb@one:5432/mail?sslmode=require',
    'postgres://me:a%2Cb@[::1]:5433/mail?sslmode=require',
    'postgres://me:a%2Cb@three/mail?sslmode=require',
  ])
})

test('a connection string with one host stays as it is, and says no more than pg knows', () => {
  for (const url of ['postgres://me@one/mail', 'postgres:///mail?host=/run/postgresql', '/run/postgresql mail'])
    assert.deepEqual(readHosts(url), [url])
  assert.deepEqual(readHosts('postgres://one/mail?target_session_attrs=primary'), ['postgres://one/mail'])
})

test('a queue is for servers that can be written to, and a host has a name', () => {
  for (const url of ['postgres://one/mail?target_session_attrs=any', 'postgres://one,/mail'])
    assert.throws(
      () => readHosts(url),
      error => MailerError.is(error) && error.code === 'invalid-option' && error.where === 'queue.url',
    )
})

/** Servers by the port in their connection string: away, a standby, or a primary. */
type Servers = Record<string, 'away' | 'standby' | 'primary'>

function pool(hosts: PostgresHosts, servers: Servers) {
  const idle: Made[] = []
  const made: Made[] = []
  interface Made {
    readonly port: string
    query(): Promise<{ rows: unknown[] }>
    release(broken: boolean): void
  }
  const connect = async (): Promise<Made> => {
    const known = idle.pop()
    if (known !== undefined) return known
    const { port } = new URL(hosts.options.connectionString)
    const client: Made = {
      port,
      query: async () => ({ rows: [{ only_reads: servers[port] === 'standby' }] }),
      release: broken => void (broken || idle.push(client)),
    }
    hosts.made(client)
    if (servers[port] === 'away') throw new Error(`${port} is away`)
    made.push(client)
    return client
  }
  return { connect, made }
}

test('the first server that can be written to is used, and stays so until it is not', async () => {
  const hosts = new PostgresHosts('postgres://a:1,b:2,c:3/mail')
  const servers: Servers = { 1: 'away', 2: 'standby', 3: 'primary' }
  const { connect } = pool(hosts, servers)
  const first = await hosts.lend(connect)
  assert.equal(first.port, '3')
  servers[1] = 'primary'
  assert.equal((await hosts.lend(connect)).port, '3', 'nobody goes back by himself')
  servers[3] = 'away'
  assert.equal((await hosts.lend(connect)).port, '1')
  first.release(false)
  assert.equal((await hosts.lend(connect)).port, '1', 'what is of another server is let go')
})

test('when no server can be written to, each was asked once, and what the last one said is told', async () => {
  const hosts = new PostgresHosts('postgres://a:1,b:2/mail')
  const { connect, made } = pool(hosts, { 1: 'away', 2: 'standby' })
  await assert.rejects(hosts.lend(connect), { code: '25006' })
  assert.equal(made.length, 1)
})

test('that all connections are lent is the fault of no server', async () => {
  const hosts = new PostgresHosts('postgres://a:1,b:2/mail')
  const busy = new Error('timeout exceeded when trying to connect')
  await assert.rejects(
    hosts.lend(() => Promise.reject(busy)),
    busy,
  )
  assert.match(hosts.options.connectionString, /a:1/)
})
