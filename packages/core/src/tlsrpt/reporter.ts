/**
 * Reporter: sends each day's counts to the domains that ask for them. RFC 8460 §3, §4.1, §5.
 *
 * Policy.
 * - A day ends at midnight UTC; its reports go out at a time in the four hours after it that chance decides, so that
 *   receivers do not get all of them at once (§4.1). What was missed while nothing ran goes out soon after the start, if it
 *   is at most three days old.
 * - Every address of the record gets the report. What could not be handed over is tried again after 1, 2, 4, 8 and 8 hours:
 *   a day, as §5.5 asks.
 * - What became of a report is noted before the next one is begun, so that a restart does not send it twice. Of all who share the
 *   queue one sends it: who begins notes that first, for an hour, after which it is another's when he was killed.
 *
 * Not here: how a mail is signed and queued, and how a URL is posted to (the mailer), the report itself (report.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import type { Random } from '../ambient/random.ts'
import { DnsError, lookupTxt, type Resolver } from '../dns/index.ts'
import { type Domain, parseAddress, printAddress } from '../model/address.ts'
import { dayOf, startOfDay, type TlsDay, type TlsReportNote } from '../model/tls-result.ts'
import { readTlsRptRecord } from './record.ts'
import { compressed, reportOf, type Submitter, type TlsReport } from './report.ts'

export interface ReporterPorts {
  readonly clock: Clock
  readonly random: Random
  readonly resolver: Resolver
  readonly submitter: Submitter
  /** Days with counts, of which the report is not settled, in order; `after` goes on. */
  readonly due: (wanted: DueWanted) => Promise<readonly TlsDay[]>
  readonly note: (note: TlsReportNote) => Promise<void>
  /** The same before it is begun; `false` when another has begun, or ended. */
  readonly claim: (note: TlsReportNote, dueAt: number) => Promise<boolean>
  /** Why it could not be posted, or undefined. Rejects only when the signal aborts. */
  readonly post: (url: string, body: Buffer, signal: AbortSignal) => Promise<string | undefined>
  /** The same for a mail; it is signed and queued, and what becomes of it then is the queue's. */
  readonly mail: (mail: MailWanted) => Promise<string | undefined>
  readonly onTrouble: (error: unknown) => void
}

export interface DueWanted {
  readonly since: number
  readonly before: number
  readonly dueAt: number
  readonly limit: number
  readonly after?: { readonly day: number; readonly domain: Domain }
}

export interface MailWanted {
  readonly report: TlsReport
  readonly day: number
  readonly about: Domain
  readonly to: string
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const SPREAD_MS = 4 * HOUR_MS
/** After the start, for what was missed. */
const SOON_MS = 10 * MINUTE_MS
const RETRY_MS = [1, 2, 4, 8, 8].map(hours => hours * HOUR_MS)
const OLDEST_DAYS = 3
const PAGE = 64
const AT_ONCE = 8
/** More addresses than any record needs. */
const MAX_ADDRESSES = 10

export class Reporter {
  readonly #ports: ReporterPorts
  readonly #stop = new AbortController()
  #cancel: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(ports: ReporterPorts) {
    this.#ports = ports
  }

  start(): void {
    const { clock, random } = this.#ports
    this.#wakeAt(clock.now() + MINUTE_MS + random() * SOON_MS)
  }

  /** Sends everything that is due now. @returns how many reports wait for another try. */
  async sendDue(): Promise<number> {
    const { clock, due } = this.#ports
    const now = clock.now()
    const today = dayOf(now)
    let waiting = 0
    let after: DueWanted['after']
    for (;;) {
      const page = await due({
        since: today - OLDEST_DAYS,
        before: today,
        dueAt: now,
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      })
      waiting += await this.#sendAll(page)
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE || this.#stop.signal.aborted) return waiting
      after = { day: last.day, domain: last.domain }
    }
  }

  /** Ends what is under way; what is not noted is sent at the next start. */
  async close(): Promise<void> {
    this.destroy()
    await this.#running
  }

  destroy(): void {
    this.#cancel?.()
    this.#stop.abort(new Error('reporting was stopped'))
  }

  #wakeAt(at: number): void {
    const { clock } = this.#ports
    this.#cancel = clock.after(
      at - clock.now(),
      () => {
        this.#running = this.#wake()
      },
      { idle: true },
    )
  }

  async #wake(): Promise<void> {
    const { clock, random, onTrouble } = this.#ports
    let again = true
    try {
      again = (await this.sendDue()) > 0
    } catch (error) {
      // The queue or a bug; either way the next hour may be better, and mail is not held up by statistics.
      if (!this.#stop.signal.aborted) onTrouble(error)
    }
    if (this.#stop.signal.aborted) return
    const now = clock.now()
    const tomorrow = startOfDay(dayOf(now) + 1) + random() * SPREAD_MS
    this.#wakeAt(again ? Math.min(tomorrow, now + HOUR_MS) : tomorrow)
  }

  async #sendAll(days: readonly TlsDay[]): Promise<number> {
    let next = 0
    let waiting = 0
    const worker = async (): Promise<void> => {
      while (next < days.length && !this.#stop.signal.aborted) {
        const note = await this.#sendOnce(days[next++] as TlsDay)
        if (note === undefined) continue
        if (note.state === 'waiting') waiting++
        await this.#ports.note(note)
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, days.length) }, worker))
    return waiting
  }

  /** Undefined: another sends it. */
  async #sendOnce(day: TlsDay): Promise<TlsReportNote | undefined> {
    const { clock, claim, note } = this.#ports
    const at = clock.now()
    const { tries = 0, sentTo = [] } = day.report ?? {}
    const begun: TlsReportNote = {
      day: day.day,
      domain: day.domain,
      state: 'waiting',
      at,
      tries,
      sentTo,
      dueAt: at + HOUR_MS,
    }
    if (!(await claim(begun, at))) return undefined
    try {
      return await this.#send(day)
    } catch (error) {
      // It was told to stop: whoever is next may begin at once.
      await note({ ...begun, dueAt: at })
      throw error
    }
  }

  async #send(day: TlsDay): Promise<TlsReportNote> {
    const wanted = await this.#addressesOf(day.domain)
    if ('again' in wanted) return this.#failed(day, [], wanted.again)
    if (wanted.addresses.length === 0) return this.#settled(day, 'unwanted', [], wanted.detail)
    const report = reportOf(day, this.#ports.submitter)
    const sentTo = [...(day.report?.sentTo ?? [])]
    const problems: string[] = []
    for (const address of wanted.addresses.filter(each => !sentTo.includes(each))) {
      const problem = await this.#handOver(address, report, day)
      if (problem === undefined) sentTo.push(address)
      else problems.push(`${address}: ${problem}`)
    }
    return problems.length === 0 ? this.#settled(day, 'sent', sentTo) : this.#failed(day, sentTo, problems.join('; '))
  }

  async #addressesOf(
    domain: Domain,
  ): Promise<{ readonly addresses: readonly string[]; readonly detail?: string } | { readonly again: string }> {
    try {
      const { values } = await lookupTxt(this.#ports.resolver, `_smtp._tls.${domain}`, this.#stop.signal)
      const read = readTlsRptRecord(values)
      if (read.kind === 'none') return { addresses: [] }
      if (read.kind === 'invalid') return { addresses: [], detail: `its record is invalid: ${read.problem}` }
      const addresses = [...new Set(read.record.rua)].filter(uri => /^(?:https|mailto):/i.test(uri))
      return { addresses: addresses.slice(0, MAX_ADDRESSES), detail: 'its record has no https or mailto address' }
    } catch (error) {
      if (!(error instanceof DnsError)) throw error
      return error.code === 'bad-name' ? { addresses: [] } : { again: error.message }
    }
  }

  async #handOver(address: string, report: TlsReport, { day, domain }: TlsDay): Promise<string | undefined> {
    const { post, mail } = this.#ports
    if (/^https:/i.test(address)) return post(address, await compressed(report), this.#stop.signal)
    const to = mailboxOf(address)
    return to === undefined ? 'it is no address' : mail({ report, day, about: domain, to })
  }

  #settled(
    { day, domain, report }: TlsDay,
    state: 'sent' | 'unwanted' | 'given-up',
    sentTo: readonly string[],
    detail?: string,
  ): TlsReportNote {
    const at = this.#ports.clock.now()
    const tries = (report?.tries ?? 0) + 1
    return { day, domain, state, at, tries, sentTo, ...(detail === undefined ? {} : { detail }) }
  }

  #failed(day: TlsDay, sentTo: readonly string[], detail: string): TlsReportNote {
    const wait = RETRY_MS[day.report?.tries ?? 0]
    if (wait === undefined) return this.#settled(day, 'given-up', sentTo, detail)
    const at = this.#ports.clock.now()
    return { ...this.#settled(day, 'given-up', sentTo, detail), state: 'waiting', dueAt: at + wait }
  }
}

/** RFC 6068: the first address alone; headers of the sender's choosing are not for us to write. */
function mailboxOf(uri: string): string | undefined {
  const [text = ''] = uri.slice('mailto:'.length).split(/[?,]/)
  try {
    const address = parseAddress(decodeURIComponent(text))
    return 'problem' in address ? undefined : printAddress(address)
  } catch {
    // decodeURIComponent throws at a wrong escape.
    return undefined
  }
}
