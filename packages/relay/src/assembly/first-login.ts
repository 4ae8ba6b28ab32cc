/**
 * FirstLogin: while nobody can log in to the web interface, a link by which somebody comes in, in a file that only this user reads.
 *
 * Policy. It is good once, for a quarter of an hour; the file goes when it was used, when its time is over, and when the relay ends. It
 * stands in no log and in no fact.
 *
 * Not here: who shows it on a terminal (the command `serve`), what a link is (user/login-links.ts).
 */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@postrider/core'
import type { LoginLinks } from '../user/index.ts'
import { loginUrl } from './interface-place.ts'

/** The login that a first start made. */
export interface FirstLogin {
  /** A secret: for a terminal, and for nothing that is kept. */
  readonly url: string
  /** Where it stands, readable by its owner alone. */
  readonly file: string
  /** When the link stops working, in milliseconds since 1970. */
  readonly expiresAt: number
}

export class FirstLoginFile {
  readonly #file: string
  readonly #clock: Clock
  #stop = (): void => undefined

  constructor(folder: string, clock: Clock) {
    this.#file = join(folder, 'first-login.txt')
    this.#clock = clock
  }

  /** @param place where the interface is. Undefined: somebody can log in */
  async open(links: LoginLinks, place: string): Promise<FirstLogin | undefined> {
    // Of a relay that was killed.
    await this.remove()
    const link = await links.makeFirst()
    if (link === undefined) return undefined
    const { token, expiresAt } = link
    const url = loginUrl(place, token)
    await writeFile(this.#file, `${url}\n`, { mode: 0o600, flag: 'wx' })
    this.#stop = this.#clock.after(expiresAt - this.#clock.now(), () => void this.remove().catch(() => undefined))
    return { url, file: this.#file, expiresAt }
  }

  async remove(): Promise<void> {
    this.#stop()
    await rm(this.#file, { force: true })
  }
}
