/**
 * Hosts: the mail hosts of the lab, their certificates, what they answer, and the MTA-STS policies.
 */

export interface MailHost {
  readonly address: string
  readonly name: string
  readonly server: 'exim' | 'postfix'
  /** Of CERTIFICATES; none: it offers no STARTTLS. */
  readonly certificate?: string
}

export const HOSTS: readonly MailHost[] = [
  { address: '127.88.0.11', name: 'mx1.good.test', server: 'exim', certificate: 'mx1' },
  { address: '127.88.0.12', name: 'mx2.good.test', server: 'exim', certificate: 'mx2' },
  { address: '127.88.0.13', name: 'mx.danebad.test', server: 'exim', certificate: 'mx3' },
  { address: '127.88.0.14', name: 'mx.plain.test', server: 'exim', certificate: 'mx4' },
  { address: '127.88.0.15', name: 'mx.sts.test', server: 'exim', certificate: 'wrongname' },
  { address: '127.88.0.16', name: 'notlisted.sts.test', server: 'exim' },
  { address: '127.88.0.17', name: 'mx.postfix.test', server: 'postfix', certificate: 'postfix' },
]

/** By file name: the names in it, and who signed it. */
export const CERTIFICATES: Readonly<Record<string, { names: readonly string[]; issuer?: 'itself' }>> = {
  // Only DANE-EE makes it right: neither its name nor its issuer does.
  mx1: { names: ['anything.invalid'], issuer: 'itself' },
  mx2: { names: ['mx2.good.test'] },
  mx3: { names: ['mx.danebad.test'] },
  mx4: { names: ['mx.plain.test'] },
  wrongname: { names: ['other.example.test'] },
  postfix: { names: ['mx.postfix.test'], issuer: 'itself' },
  // For a relay under test.
  relay: { names: ['relay.good.test', 'localhost', '127.88.0.30'] },
  policies: {
    names: ['plain', 'sts', 'ststesting', 'stsredirect'].map(zone => `mta-sts.${zone}.test`),
  },
}

/** What the exim hosts say, judged by the start of the local part, by the sender's domain, or by a word in the Subject. */
export interface Answer {
  readonly when: 'recipient' | 'sender' | 'subject'
  readonly match: string
  /** None: it accepts, or closes without a word. */
  readonly reply?: string
  readonly closes?: boolean
  readonly delaySeconds?: number
  /** What a right sender makes of it. */
  readonly becomes: 'delivered' | 'deferred' | 'bounced'
  /** The failure code of it. */
  readonly code?: string
  /** The address is not mailed again for a while: only a mailbox that does not exist deserves that. */
  readonly suppresses?: boolean
}

export const ANSWERS: readonly Answer[] = [
  {
    when: 'recipient',
    match: 'nouser',
    reply: '550 5.1.1 <$local_part@$domain>: Recipient address rejected: User unknown in virtual mailbox table',
    becomes: 'bounced',
    code: 'user-unknown',
    suppresses: true,
  },
  {
    when: 'recipient',
    match: 'full',
    reply: '552 5.2.2 Mailbox full / quota exceeded',
    becomes: 'bounced',
    code: 'mailbox-full',
  },
  {
    when: 'recipient',
    match: 'tempfull',
    reply: '452 4.2.2 The email account that you tried to reach is over quota',
    becomes: 'deferred',
    code: 'mailbox-full',
  },
  {
    when: 'recipient',
    match: 'grey',
    reply: '451 4.7.1 Greylisting in action, please come back later',
    becomes: 'deferred',
    code: 'greylisted',
  },
  {
    when: 'recipient',
    match: 'rate',
    reply: '421 4.7.28 Our system has detected an unusual rate of unsolicited mail',
    becomes: 'deferred',
    code: 'rate-limited',
  },
  {
    when: 'recipient',
    match: 'blocked',
    reply: '554 5.7.1 Service unavailable; Client host [$sender_host_address] blocked using zen.spamhaus.org',
    becomes: 'deferred',
    code: 'blocklisted',
  },
  {
    when: 'recipient',
    match: 'multi',
    reply:
      '550 5.7.26 This mail has been blocked because the sender is unauthenticated.\\nRequires all senders to authenticate\\nhttps://support.example.com',
    becomes: 'bounced',
    code: 'unauthenticated',
  },
  { when: 'recipient', match: 'drop', reply: '421 4.4.2 closing', closes: true, becomes: 'deferred' },
  { when: 'recipient', match: 'vanish', closes: true, becomes: 'deferred', code: 'connection-lost' },
  { when: 'recipient', match: 'slow', delaySeconds: 8, becomes: 'delivered' },
  { when: 'sender', match: 'tempmail.test', reply: '451 4.3.0 temporary sender problem', becomes: 'deferred' },
  {
    when: 'subject',
    match: 'REJECTDATA',
    reply: '554 5.6.0 message content rejected',
    becomes: 'bounced',
    code: 'content-refused',
  },
  { when: 'subject', match: 'DEFERDATA', reply: '451 4.3.0 try later', becomes: 'deferred' },
]

export interface Policy {
  readonly text?: string
  /** Answer 302 to this address instead. */
  readonly redirect?: string
}

/** By policy domain. RFC 8461 §3.2 */
export const MTA_STS: Readonly<Record<string, Policy>> = {
  'plain.test': { text: 'version: STSv1\nmode: enforce\nmx: mx.plain.test\nmax_age: 86400\n' },
  'sts.test': { text: 'version: STSv1\r\nmode: enforce\r\nmx: mx.sts.test\r\nmax_age: 604800\r\n' },
  'ststesting.test': { text: 'version: STSv1\nmode: testing\nmx: *.sts.test\nmax_age: 86400\n' },
  'stsredirect.test': { redirect: 'https://mta-sts.plain.test/.well-known/mta-sts.txt' },
}
