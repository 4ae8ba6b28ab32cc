/**
 * ReadReport: the JSON of a report that others wrote. RFC 8460 §4.4.
 *
 * Policy. Reports in the wild leave out what they do not know, write a list where a text should be and a text where a list
 * should be, and invent policy types; all of that is read. What has no report in it is refused, in words. Everything is
 * bounded: it comes from strangers.
 *
 * Not here: mail and gzip around it (read-mail.ts), what it means (explain.ts).
 */

/** Sessions that failed in one way. */
export interface ReadFailure {
  /** Of RFC 8460 §4.3, or what the reporter made up. */
  readonly type: string
  /** How many sessions failed so; 0 when the report does not say. */
  readonly count: number
  /** The address that the reporter sent from. */
  readonly sendingAddress?: string
  /** The mail host that was tried. */
  readonly mxHost?: string
  /** The address of that mail host. */
  readonly mxAddress?: string
  /** A code of the reporter's own, as it is written. */
  readonly reason?: string
  /** Often a URL with more about it; never fetched. */
  readonly information?: string
}

/** What a report tells of one policy. */
export interface ReadPolicy {
  /** Of RFC 8460 §4.2, or what the reporter made up. */
  readonly type: string
  /** The domain that the policy is of; absent when the report does not say. */
  readonly domain?: string
  /** The lines of the MTA-STS policy, or the TLSA records, as the reporter saw them. */
  readonly text: readonly string[]
  /** The `mx` patterns of an MTA-STS policy. */
  readonly mxHosts: readonly string[]
  /** Sessions that succeeded under it. */
  readonly good: number
  /** Sessions that failed under it. */
  readonly bad: number
  /** How they failed, at most 10,000 entries. */
  readonly failures: readonly ReadFailure[]
}

export interface ReadReport {
  /** Who reports; `somebody` when the report does not say. */
  readonly organisation: string
  /** Whom to ask about it; absent when the report does not say. */
  readonly contact?: string
  /** The name that the reporter gave it; may be empty. */
  readonly id: string
  /** As written; RFC 3339. */
  readonly start: string
  /** As written; RFC 3339. */
  readonly end: string
  /** One entry for each policy that was applied, at most 10,000. */
  readonly policies: readonly ReadPolicy[]
}

/** Why it is no report that can be read. */
export interface ReportProblem {
  /** In a sentence, such as `it has no "policies"`. */
  readonly problem: string
}

const MAX_ITEMS = 10_000
const MAX_TEXT = 2_000

type Bag = Readonly<Record<string, unknown>>

/** Never throws. */
export function readReport(text: string): ReadReport | ReportProblem {
  let value: unknown
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch (error) {
    return { problem: `it is not JSON: ${(error as Error).message.slice(0, MAX_TEXT)}` }
  }
  const report = bag(value)
  const policies = listOf(report?.policies)
  if (report === undefined || policies === undefined) return { problem: 'it has no "policies"' }
  const range = bag(report['date-range'])
  const contact = textOf(report['contact-info'])
  return {
    organisation: textOf(report['organization-name']) ?? 'somebody',
    ...(contact === undefined ? {} : { contact }),
    id: textOf(report['report-id']) ?? '',
    start: textOf(range?.['start-datetime']) ?? '',
    end: textOf(range?.['end-datetime']) ?? '',
    policies: policies.flatMap(one => policyIn(bag(one))),
  }
}

function policyIn(entry: Bag | undefined): ReadPolicy[] {
  if (entry === undefined) return []
  const policy = bag(entry.policy)
  const summary = bag(entry.summary)
  const domain = textOf(policy?.['policy-domain'])
  return [
    {
      type: textOf(policy?.['policy-type']) ?? 'no-policy-found',
      ...(domain === undefined ? {} : { domain }),
      text: textsOf(policy?.['policy-string']),
      mxHosts: textsOf(policy?.['mx-host'] ?? policy?.['mx-host-pattern']),
      good: countOf(summary?.['total-successful-session-count']),
      bad: countOf(summary?.['total-failure-session-count']),
      failures: (listOf(entry['failure-details']) ?? []).flatMap(one => failureIn(bag(one))),
    },
  ]
}

function failureIn(entry: Bag | undefined): ReadFailure[] {
  if (entry === undefined) return []
  const optional = (key: string, name: string): object => {
    const text = textOf(entry[key])
    return text === undefined || text === '' ? {} : { [name]: text }
  }
  return [
    {
      type: textOf(entry['result-type']) ?? 'validation-failure',
      count: countOf(entry['failed-session-count']),
      ...optional('sending-mta-ip', 'sendingAddress'),
      ...optional('receiving-mx-hostname', 'mxHost'),
      ...optional('receiving-ip', 'mxAddress'),
      ...optional('failure-reason-code', 'reason'),
      ...optional('additional-information', 'information'),
    },
  ]
}

function bag(value: unknown): Bag | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : undefined
}

/** Longer lists than anybody sends are cut. */
function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS) : undefined
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  // Control characters of a stranger do not reach a terminal.
  return typeof value === 'string' ? value.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ').slice(0, MAX_TEXT) : undefined
}

function textsOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? listOf(value) : value === undefined ? [] : [value]
  return (list ?? []).flatMap(one => textOf(one) ?? [])
}

function countOf(value: unknown): number {
  const count = typeof value === 'string' ? Number(value) : value
  return typeof count === 'number' && Number.isFinite(count) && count > 0 ? Math.floor(count) : 0
}
