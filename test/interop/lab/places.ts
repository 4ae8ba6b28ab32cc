/**
 * Places: the addresses and ports of the lab, fixed so that zones can name them, and movable where a machine needs it.
 *
 * Policy. Everything lies in 127.88.0.0/16. SMTP, DNS and HTTPS have their real ports, so that what is tested is what runs.
 */

export interface Place {
  readonly address: string
  readonly port: number
}

const port = (name: string, usual: number): number => Number(process.env[`MAIL_LAB_${name}_PORT`] ?? usual)

export const SMTP_PORT: number = port('SMTP', 25)
/** RFC 8461 §3.3: policies are fetched from port 443. */
const HTTPS_PORT = port('HTTPS', 443)

/** unbound, validating: point programs here. */
export const RESOLVER: Place = { address: '127.88.53.1', port: port('DNS', 53) }
/** nsd, serves all zones. */
export const AUTHORITY: Place = { address: '127.88.53.2', port: port('AUTHORITY', 5353) }
/** Nobody listens here. */
export const NOBODY: Place = { address: '127.88.53.3', port: 5399 }
/** The HTTPS host of all MTA-STS policies. */
export const POLICIES: Place = { address: '127.88.0.20', port: HTTPS_PORT }

/** Where a relay under test listens, and on which ports. */
export const RELAY = '127.88.0.30'
export const RELAY_PORTS = { starttls: 587, tls: 465, plain: 2525 } as const

export const NAME_SERVER = 'ns.auth.test.'
