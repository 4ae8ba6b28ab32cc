/**
 * Packed: rows without the names of their fields, for where they are many: between the threads of the SQLite store, where structured
 * clone copies every name with every row (4 % of the time that a message takes), and in texts that are kept.
 *
 * Policy. Whatever is packed is unpacked by the function beside it, and nothing else looks inside. The order of what is kept
 * (jobs, recipients, settled recipients) never changes.
 */
import type {
  LeasedJob,
  LeasedRecipient,
  NewJob,
  NewMessage,
  NewRecipient,
  Settled,
  SettledRecipient,
  SuppressionRow,
  ToldFact,
} from './rows.ts'

type Values = readonly (number | string | null)[]

export type PackedMessage = readonly [
  id: string,
  sender: string,
  acceptedAt: number,
  due: number,
  expiresAt: number,
  size: number,
  priority: number,
  account: string | null,
  held: string | null,
  key: string | null,
  digest: string | null,
  meta: string,
  about: string,
  jobs: PackedJobs,
  recipients: number,
  facts: readonly string[],
  start: number,
  end: number,
]

export function packMessage(message: NewMessage): PackedMessage {
  const { id, sender, acceptedAt, due, expiresAt, size, priority, account, held, key, digest, meta, about } = message
  const { recipients, facts, start, end } = message
  const jobs = packJobs(message.jobs)
  return [
    id,
    sender,
    acceptedAt,
    due,
    expiresAt,
    size,
    priority,
    account,
    held,
    key,
    digest,
    meta,
    about,
    jobs,
    recipients,
    facts,
    start,
    end,
  ]
}

export function unpackMessage(packed: PackedMessage): NewMessage {
  const [
    id,
    sender,
    acceptedAt,
    due,
    expiresAt,
    size,
    priority,
    account,
    held,
    key,
    digest,
    meta,
    about,
    flat,
    recipients,
    facts,
    start,
    end,
  ] = packed
  const jobs = unpackJobs(flat)
  return {
    id,
    sender,
    acceptedAt,
    due,
    expiresAt,
    size,
    priority,
    account,
    held,
    key,
    digest,
    meta,
    about,
    jobs,
    recipients,
    facts,
    start,
    end,
  }
}

/** Domain and recipients, again and again. */
export type PackedJobs = readonly (string | PackedRecipients)[]

export function packJobs(jobs: readonly NewJob[]): PackedJobs {
  const packed: (string | PackedRecipients)[] = []
  for (const { domain, recipients } of jobs) packed.push(domain, packRecipients(recipients))
  return packed
}

export function unpackJobs(packed: PackedJobs): readonly NewJob[] {
  const jobs: NewJob[] = []
  for (let at = 0; at < packed.length; at += 2) {
    jobs.push({ domain: packed[at] as string, recipients: unpackRecipients(packed[at + 1] as PackedRecipients) })
  }
  return jobs
}

/** Place, local part and extra, again and again. */
export type PackedRecipients = Values

export function packRecipients(recipients: readonly NewRecipient[]): PackedRecipients {
  const packed: (number | string | null)[] = []
  for (const { place, local, extra } of recipients) packed.push(place, local, extra)
  return packed
}

export function unpackRecipients(packed: PackedRecipients): readonly NewRecipient[] {
  const recipients: NewRecipient[] = []
  for (let at = 0; at < packed.length; at += 3) {
    recipients.push({
      place: packed[at] as number,
      local: packed[at + 1] as string,
      extra: packed[at + 2] as string | null,
    })
  }
  return recipients
}

export type PackedJob = readonly [
  job: number,
  domain: string,
  priority: number,
  attempts: number,
  expiresAt: number,
  id: string,
  acceptedAt: number,
  meta: string,
  /** Place, local part, delay told, extra and suppression, again and again. */
  recipients: Values,
]

export function packJob(leased: LeasedJob): PackedJob {
  const { job, domain, priority, attempts, expiresAt, id, acceptedAt, meta } = leased
  const recipients: (number | string | null)[] = []
  for (const { place, local, delayTold, extra, suppressed } of leased.recipients)
    recipients.push(place, local, delayTold, extra, suppressed)
  return [job, domain, priority, attempts, expiresAt, id, acceptedAt, meta, recipients]
}

export function unpackJob(packed: PackedJob): LeasedJob {
  const [job, domain, priority, attempts, expiresAt, id, acceptedAt, meta, values] = packed
  const recipients: LeasedRecipient[] = []
  for (let at = 0; at < values.length; at += 5) {
    recipients.push({
      place: values[at] as number,
      local: values[at + 1] as string,
      delayTold: values[at + 2] as number,
      extra: values[at + 3] as string | null,
      suppressed: values[at + 4] as string | null,
    })
  }
  return { job, domain, priority, attempts, expiresAt, id, acceptedAt, meta, recipients }
}

export type PackedSettled = readonly [
  job: number,
  token: number,
  id: string,
  attempt: number,
  next: number | null,
  recipients: PackedSettledRecipients,
  finals: number,
  suppressions: readonly SuppressionRow[],
  notices: readonly PackedMessage[],
  /** Message id, time and JSON, again and again. */
  facts: Values,
  keepUntil: number,
]

export function packSettled(settled: Settled): PackedSettled {
  const { job, token, id, attempt, next, finals, suppressions, keepUntil } = settled
  const recipients = packSettledRecipients(settled.recipients)
  const notices = settled.notices.map(packMessage)
  const facts: (number | string)[] = []
  for (const { id, at, json } of settled.facts) facts.push(id, at, json)
  return [job, token, id, attempt, next, recipients, finals, suppressions, notices, facts, keepUntil]
}

export function unpackSettled(packed: PackedSettled): Settled {
  const [job, token, id, attempt, next, recipients, finals, suppressions, notices, values, keepUntil] = packed
  const facts: ToldFact[] = []
  for (let at = 0; at < values.length; at += 3) {
    facts.push({ id: values[at] as string, at: values[at + 1] as number, json: values[at + 2] as string })
  }
  return {
    job,
    token,
    id,
    attempt,
    next,
    recipients: unpackSettledRecipients(recipients),
    finals,
    suppressions,
    notices: notices.map(unpackMessage),
    facts,
    keepUntil,
  }
}

/** Place, state, delay told and reply, again and again. */
export type PackedSettledRecipients = Values

export function packSettledRecipients(recipients: readonly SettledRecipient[]): PackedSettledRecipients {
  const packed: (number | string)[] = []
  for (const { place, state, delayTold, reply } of recipients) packed.push(place, state, delayTold, reply)
  return packed
}

export function unpackSettledRecipients(packed: PackedSettledRecipients): readonly SettledRecipient[] {
  const recipients: SettledRecipient[] = []
  for (let at = 0; at < packed.length; at += 4) {
    recipients.push({
      place: packed[at] as number,
      state: packed[at + 1] as number,
      delayTold: packed[at + 2] as number,
      reply: packed[at + 3] as string,
    })
  }
  return recipients
}
