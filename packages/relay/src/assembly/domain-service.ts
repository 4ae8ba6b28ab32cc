/**
 * DomainService: the domains that mail is signed for, with a resolver of their own: what somebody has just published is looked at anew.
 */
import { createResolver, type MailerSeams, type OpenResolver } from '@postrider/core'
import { OwnDomains } from '../domain/index.ts'
import type { RelayContext } from './context.ts'

export type DomainSeams = Pick<MailerSeams, 'resolver' | 'specialRanges'>

export interface DomainService {
  readonly domains: OwnDomains
  readonly end: () => Promise<void>
}

export function openDomains({ current, clock }: RelayContext, seams: DomainSeams): DomainService {
  const { servers, timeoutMs } = current.config.options.dns
  const own: OpenResolver | undefined = seams.resolver
    ? undefined
    : createResolver({ servers, timeoutMs, cacheEntries: 0, clock })
  const resolver = seams.resolver ?? (own as OpenResolver)
  const options = () => current.config.options
  return {
    domains: new OwnDomains({ options, resolver, clock, ranges: seams.specialRanges }),
    end: async () => own?.close(),
  }
}
