/**
 * AuthApp: a web app whose login is that of others, Auth.js with its provider for links by mail, as its documentation shows: only what keeps
 * its users is ours, in memory. It says where it listens.
 */
import { createServer } from 'node:http'
import { Auth } from '@auth/core'
import Nodemailer from '@auth/core/providers/nodemailer'

const users = new Map()
const sessions = new Map()
const tokens = new Map()
const byEmail = email => [...users.values()].find(user => user.email === email) ?? null

const adapter = {
  createUser: async user => {
    const kept = { ...user, id: String(users.size + 1) }
    users.set(kept.id, kept)
    return kept
  },
  getUser: async id => users.get(id) ?? null,
  getUserByEmail: async email => byEmail(email),
  getUserByAccount: async () => null,
  updateUser: async user => {
    const kept = { ...users.get(user.id), ...user }
    users.set(kept.id, kept)
    return kept
  },
  linkAccount: async account => account,
  createSession: async session => {
    sessions.set(session.sessionToken, session)
    return session
  },
  getSessionAndUser: async token => {
    const session = sessions.get(token)
    return session === undefined ? null : { session, user: users.get(session.userId) }
  },
  updateSession: async session => session,
  deleteSession: async token => {
    sessions.delete(token)
  },
  createVerificationToken: async token => {
    tokens.set(`${token.identifier} ${token.token}`, token)
    return token
  },
  useVerificationToken: async ({ identifier, token }) => {
    const kept = tokens.get(`${identifier} ${token}`) ?? null
    tokens.delete(`${identifier} ${token}`)
    return kept
  },
}

const config = {
  basePath: '/auth',
  trustHost: true,
  secret: 'a secret of the app',
  adapter,
  providers: [Nodemailer({ server: process.env.SMTP_URL, from: 'App <login@app.example>' })],
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
  const answer = await Auth(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method,
      headers: Object.entries(request.headersDistinct).flatMap(([name, values]) => values.map(value => [name, value])),
      ...(hasBody && { body: Buffer.concat(chunks) }),
    }),
    config,
  )
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value)
  response.setHeader('set-cookie', answer.headers.getSetCookie())
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
}).listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
