/**
 * DmarcCount: what receivers saw of mail that is said to be of a domain of ours, as DMARC aggregate reports tell it, summed.
 *
 * Not here: reports as they are read (report/), what follows from the counts (api/dmarc.ts). RFC 9990.
 */

/** What one report adds. */
export interface DmarcAddition {
  /** Who wrote it, and what it calls the report: the same one counts once. */
  readonly reporter: string
  readonly id: string
  /** Days since 1970, UTC, on which what it tells of began. */
  readonly day: number
  readonly domain: string
  /** The policy that stood then. */
  readonly policy: string
  readonly rows: readonly DmarcRow[]
}

export interface DmarcRow {
  /** The address that the mail came from; empty for what was summed for want of room. */
  readonly source: string
  /** Aligned, as DMARC sees it. */
  readonly dkim: boolean
  readonly spf: boolean
  /** `none`, `quarantine`, `reject`. */
  readonly disposition: string
  readonly count: number
}

/** The sum over some days. */
export interface DmarcCount extends DmarcRow {
  readonly domain: string
  /** Empty for what was summed for want of room. */
  readonly reporter: string
  readonly firstDay: number
  readonly lastDay: number
}

/** The reports of a domain in some days. */
export interface DmarcReports {
  readonly domain: string
  readonly reports: number
  /** On how many days something began that is reported. */
  readonly days: number
  /** Of the newest of them. */
  readonly policy: string
}

export interface DmarcSums {
  /** The largest first; at most `MOST_COUNTS`. */
  readonly counts: readonly DmarcCount[]
  readonly reports: readonly DmarcReports[]
}
