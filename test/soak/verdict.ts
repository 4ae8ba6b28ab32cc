/**
 * Verdict: what must be true when a soak is over, each with what speaks against it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import type { DurableFact } from '../../packages/core/src/model/fact.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { assertSound } from '../support/sound.ts'
import type { Entry } from './ledger.ts'

export interface Judgement {
  readonly rule: string
  /** Empty: it holds. */
  readonly against: readonly string[]
}

export interface Arrivals {
  readonly took: ReadonlyMap<string, number>
  readonly told: ReadonlyMap<string, number>
}

/** The queue's own story. */
export interface Story {
  readonly bounced: ReadonlySet<string>
  readonly uncertain: ReadonlyMap<string, number>
  readonly unsound: readonly string[]
  readonly left: number
}

export async function readStory(path: string): Promise<Story> {
  const store = await openSqliteQueue({ path, clock: systemClock })
  try {
    const bounced = new Set<string>()
    const uncertain = new Map<string, number>()
    const judge = (fact: DurableFact): void => {
      if (fact.kind === 'bounced') bounced.add(fact.recipient)
      if (fact.kind !== 'uncertain') return
      for (const address of fact.recipients) uncertain.set(address, (uncertain.get(address) ?? 0) + 1)
    }
    for (const { fact } of await store.facts(0, Number.MAX_SAFE_INTEGER)) judge(fact)
    const unsound = await assertSound(path, store).then(
      () => [],
      (error: Error) => [error.message],
    )
    return { bounced, uncertain, unsound, left: (await store.counts(Date.now())).messages }
  } finally {
    await store.close()
  }
}

const say = ({ number, habit, recipient, answer, said }: Entry): string =>
  `n${number} of ${habit} to ${recipient}: ${answer} ${said}`

/** What was promised, kept. */
export function judgePromises(entries: readonly Entry[], { took, told }: Arrivals, story: Story): readonly Judgement[] {
  const arrived = ({ recipient }: Entry): number => took.get(recipient) ?? 0
  const promised = entries.filter(({ answer }) => answer === 'accepted')
  const lost = promised.filter(entry => arrived(entry) === 0 && !story.bounced.has(entry.recipient))
  const bounced = entries.filter(({ recipient }) => story.bounced.has(recipient))
  const notPromised = entries.filter(entry => /refused|unfinished/.test(entry.answer))
  const twice = entries.filter(entry => arrived(entry) > 1 + (story.uncertain.get(entry.recipient) ?? 0))
  return [
    { rule: 'every message answered 250 has arrived, or bounced where it had to', against: lost.map(say) },
    {
      rule: 'nothing bounced but what the mail host refused',
      against: bounced.filter(({ recipient }) => !recipient.startsWith('nouser')).map(say),
    },
    {
      rule: 'of every bounce the sender was told',
      against: bounced.filter(({ recipient }) => !told.has(recipient)).map(say),
    },
    {
      rule: 'nothing refused or unfinished has arrived',
      against: notPromised.filter(entry => arrived(entry) > 0).map(say),
    },
    {
      rule: 'nothing arrived twice but what was told to be uncertain',
      against: twice.map(entry => `${say(entry)}: ${arrived(entry)} times`),
    },
    { rule: 'no message without an answer', against: entries.filter(({ answer }) => answer === 'open').map(say) },
  ]
}

/** What the relay may leave beside its queue. */
const KNOWN =
  /^(queue\.db(-wal|-shm|-dots|-holder)?|accounts\.db(-wal|-shm)?|volume\.json|certificates|keys|mta-sts.*|queue\.db\..*)$/

export function judgeQueue(path: string, { left, unsound }: Story): readonly Judgement[] {
  const files = readdirSync(dirname(path)).filter(name => !KNOWN.test(name))
  return [
    { rule: 'the queue is empty', against: left === 0 ? [] : [`${left} messages are left in ${basename(path)}`] },
    { rule: 'the queue file is sound and has no orphans', against: unsound },
    { rule: 'no file is left that nobody needs', against: files },
  ]
}

interface LogLine {
  readonly level?: number
  readonly event?: string
  readonly fact?: string
  readonly msg?: string
}

/** Events of the log, counted, and what should never stand in it. */
export function readLog(path: string): {
  readonly counts: ReadonlyMap<string, number>
  readonly crashes: readonly string[]
} {
  const counts = new Map<string, number>()
  const crashes: string[] = []
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    let parsed: LogLine = {}
    try {
      parsed = JSON.parse(line) as LogLine
    } catch {
      crashes.push(line)
    }
    const name = `${parsed.level ?? '?'} ${parsed.event ?? parsed.fact ?? parsed.msg ?? ''}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return { counts, crashes }
}
