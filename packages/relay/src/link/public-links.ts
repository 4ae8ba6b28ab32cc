/**
 * PublicLinks: links that a relay gives out, below the address of its public part.
 */
import type { QueueId } from '@postrider/core'
import { printLink, type SignedLink } from './signed-link.ts'

export interface PublicLinksPorts {
  /** `https://mail.example.com`; undefined where there is no public part. */
  readonly root: () => string | undefined
  readonly keys: () => readonly Uint8Array[]
}

const PLACES: Readonly<Record<SignedLink['kind'], string>> = { timeline: 'timeline', attachment: 'attachment' }

export class PublicLinks {
  readonly #it: PublicLinksPorts

  constructor(ports: PublicLinksPorts) {
    this.#it = ports
  }

  /** Undefined where there is no public part, or nothing to sign with. */
  timeline(id: QueueId, until: number): string | undefined {
    return this.#print({ kind: 'timeline', id, part: 0, until })
  }

  attachment(id: QueueId, part: number, until: number): string | undefined {
    return this.#print({ kind: 'attachment', id, part, until })
  }

  #print(link: SignedLink): string | undefined {
    const [root, token] = [this.#it.root(), printLink(link, this.#it.keys())]
    return root === undefined || token === undefined ? undefined : `${root}/${PLACES[link.kind]}/${token}`
  }
}
