/**
 * QuotaProvider: a large provider as senders meet it: hidden quotas for each address and each sender domain, which forgive slowly.
 *
 * Policy. A quota grows by a fifth after a day in which it was not exceeded and half of it was used, and shrinks by a fifth after one in
 * which it was. Who is over is told so in the words of Gmail, and names whom it is about.
 *
 * Not here: a server that speaks SMTP; this answers what one would say to a recipient.
 */
export interface QuotaProvider {
  /** `undefined`: it is taken. */
  readonly answer: (from: { readonly source: string; readonly sender: string }, now: number) => string | undefined
  readonly asked: () => number
  readonly refused: () => number
}

interface Quota {
  day: number
  quota: number
  used: number
  over: boolean
}

const DAY = 86_400_000

export function quotaProvider({ source, sender }: { readonly source: number; readonly sender: number }): QuotaProvider {
  const quotas = new Map<string, Quota>()
  let asked = 0
  let refused = 0
  const use = (name: string, first: number, now: number): boolean => {
    const day = Math.floor(now / DAY)
    const known = quotas.get(name) ?? { day, quota: first, used: 0, over: false }
    quotas.set(name, known)
    if (day > known.day) {
      if (known.over) known.quota *= 0.8
      else if (known.used >= known.quota / 2) known.quota *= 1.5
      Object.assign(known, { day, used: 0, over: false })
    }
    known.used++
    known.over ||= known.used > known.quota
    return known.used <= known.quota
  }
  const answer: QuotaProvider['answer'] = (from, now) => {
    asked++
    const bySource = use(from.source, source, now)
    const bySender = use(from.sender, sender, now)
    if (bySource && bySender) return undefined
    refused++
    const of = bySource ? `SPF domain [${from.sender} 36]` : `IP address [${from.source} 19]`
    return `421 4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your ${of}.`
  }
  return { answer, asked: () => asked, refused: () => refused }
}
