/**
 * AskPublic: one request to the public part, as a stranger would make it: under its name, with the certificate checked.
 *
 * Not here: what the answer means (the doctor).
 */
import { request as askPlain } from 'node:http'
import { request as askEncrypted } from 'node:https'
import { getCACertificates } from 'node:tls'
import { type Clock, systemClock } from '@postrider/core'

export interface PublicAnswer {
  readonly status: number
  /** The first 4 KiB. */
  readonly body: string
}

/** @throws when there is no answer: its message says why */
export type AskPublic = (url: URL) => Promise<PublicAnswer>

const LONGEST_MS = 10_000
const MOST_LENGTH = 4_096

/** @param authorities further ones that are trusted, PEM */
export function publicAsker(authorities: readonly string[], clock: Clock = systemClock): AskPublic {
  const ca = [...getCACertificates('default'), ...authorities]
  return url =>
    new Promise((resolve, reject) => {
      const how = { agent: false } as const
      const asked = url.protocol === 'https:' ? askEncrypted(url, { ...how, ca }) : askPlain(url, how)
      const stop = clock.after(LONGEST_MS, () => asked.destroy(new Error(`no whole answer in ${LONGEST_MS} ms`)))
      asked.on('error', reject)
      asked.on('close', stop)
      asked.on('response', answer => {
        let body = ''
        answer.setEncoding('utf8')
        answer.on('data', (text: string) => {
          body = (body + text).slice(0, MOST_LENGTH)
          if (body.length === MOST_LENGTH) answer.destroy()
        })
        answer.on('error', reject)
        answer.on('close', () => resolve({ status: answer.statusCode ?? 0, body }))
      })
      asked.end()
    })
}
