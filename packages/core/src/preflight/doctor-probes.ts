/**
 * DoctorProbes: what some checks need beyond the DNS, handed in. Each may be absent; then what needs it is not checked.
 *
 * Not here: who looks (the mailer has sockets, HTTP and the signing keys).
 */
import type { Address, Domain } from '../model/address.ts'
import type { Bind, Probe } from './checks/egress.ts'
import type { FetchPolicy } from './checks/mta-sts.ts'
import type { TryTls } from './checks/tlsa.ts'

/** What a mail host answers for each address, without getting mail; fewer answers with the reason why. */
export type AskMailboxes = (
  question: { readonly host: string; readonly addresses: readonly Address[] },
  signal: AbortSignal,
) => Promise<{
  readonly answers: readonly { readonly address: string; readonly code: number; readonly reply: string }[]
  readonly problem?: string
}>

export interface DoctorProbes {
  /** Connects to a mail host. */
  readonly probe?: Probe | undefined
  /** Binds to an address of this machine and lets it go; what went wrong, such as EADDRNOTAVAIL. */
  readonly bind?: Bind | undefined
  readonly askMailboxes?: AskMailboxes | undefined
  readonly fetchPolicy?: FetchPolicy | undefined
  readonly tryTls?: TryTls | undefined
  /** Milliseconds since 1970, as a host says whose clock is right. */
  readonly askTime?: ((signal: AbortSignal) => Promise<number | undefined>) | undefined
  /** A message of this domain, signed now. */
  readonly signSample?: ((from: Domain) => Promise<Uint8Array>) | undefined
}
