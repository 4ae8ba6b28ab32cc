/**
 * Erasure: takes an address out of messages that are done, of the tables and of the outcomes of the fast path, some in each transaction.
 *
 * Policy. Everything under way stands in the tables first, and every fact has its row: nothing is unpacked from an old text later. What the
 * segments of the ring still hold of a message that is done goes when its segment is emptied, within minutes.
 *
 * Not here: what is taken out of texts (../erasure.ts).
 */
import type { Address } from '../../model/address.ts'
import type { QueueId } from '../../model/queue-id.ts'
import type { About } from '../encode.ts'
import { addUp, ERASED, type Erased, Eraser, NOTHING_ERASED, wantedOf } from '../erasure.ts'
import type { Connections, Session } from './connection.ts'
import { dropKept } from './kept-content.ts'
import { SQL as COMMON, named } from './sql.ts'

/** How many messages one statement looks through. */
const STRETCH = 1_000
/** How many one transaction changes. */
const AT_ONCE = 100

const SQL = named({
  mentioning: `WITH stretch AS MATERIALIZED (SELECT n, sender, key, meta FROM message WHERE n > $1 ORDER BY n LIMIT $2)
    SELECT s.n, $3::text IS NULL OR lower(s.sender) = $3 OR strpos(lower(s.meta), $4) > 0 OR strpos(lower(s.key), $4) > 0
      OR EXISTS (SELECT FROM job j JOIN recipient r ON r.job = j.id
        WHERE j.id BETWEEN s.n * 16384 AND s.n * 16384 + 16383 AND j.domain = $5 AND lower(r.local) = $6)
    FROM stretch s ORDER BY s.n`,
  personal: `SELECT m.n, m.id, m.sender, m.key, m.meta, EXISTS (SELECT FROM content c WHERE c.n = m.n)
    FROM message m WHERE m.n = ANY ($1::bigint[]) ORDER BY m.n FOR UPDATE OF m`,
  setPersonal: `UPDATE message SET sender = p.sender, meta = p.meta, key = CASE WHEN p.freed THEN NULL ELSE message.key END,
      digest = CASE WHEN p.freed THEN NULL ELSE message.digest END
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[]) AS p (n, sender, meta, freed) WHERE message.n = p.n`,
  personalRecipients: `SELECT r.job, r.place, j.domain, r.local, r.reply, r.extra FROM unnest($1::bigint[]) AS m (n)
    JOIN job j ON j.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383 JOIN recipient r ON r.job = j.id`,
  setRecipients: `UPDATE recipient SET local = p.local, reply = p.reply, extra = p.extra
    FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[]) AS p (job, place, local, reply, extra)
    WHERE recipient.job = p.job AND recipient.place = p.place`,
  factsOf: 'SELECT seq, json FROM fact WHERE message = ANY ($1::bigint[])',
  setFacts: `UPDATE fact SET json = p.json FROM unnest($1::bigint[], $2::text[]) AS p (seq, json) WHERE fact.seq = p.seq`,
  keptOf: 'SELECT n FROM kept WHERE n = ANY ($1::bigint[])',
  mentioningOutcomes: `WITH stretch AS MATERIALIZED (SELECT id, n, at, entry FROM outcome WHERE id > $1 ORDER BY id LIMIT $2)
    SELECT id, n, at, CASE WHEN $3::text IS NULL OR strpos(lower(entry), $3) > 0 THEN entry END FROM stretch ORDER BY id`,
  setOutcomes: `UPDATE outcome AS o SET entry = p.entry FROM unnest($1::text[], $2::bigint[], $3::text[]) AS p (id, at, entry)
    WHERE o.at = p.at AND o.id = p.id`,
})

export async function erase(connections: Connections, person: Address): Promise<Erased> {
  const eraser = new Eraser(person)
  return addUp(await eraseTables(connections, person, eraser), await eraseOutcomes(connections, person, eraser))
}

async function eraseTables(connections: Connections, person: Address, eraser: Eraser): Promise<Erased> {
  const { address, needle, domain, local } = wantedOf(person)
  let all = NOTHING_ERASED
  for (let after = 0; ; ) {
    type Candidate = [n: number, mayBe: boolean | null]
    const rows = await connections.ask<Candidate>(
      'passing',
      SQL.mentioning,
      after,
      STRETCH,
      address,
      needle,
      domain,
      local,
    )
    const found = rows.filter(([, mayBe]) => mayBe).map(([n]) => n)
    for (let at = 0; at < found.length; at += AT_ONCE) {
      const some = found.slice(at, at + AT_ONCE)
      all = addUp(all, await connections.transact('lasting', session => eraseMessages(session, some, eraser)))
    }
    if (rows.length < STRETCH) return all
    after = rows[rows.length - 1]?.[0] as number
  }
}

type MessageRow = [n: number, id: string, sender: string, key: string | null, meta: string, open: boolean]
type RecipientRow = [
  job: number,
  place: number,
  domain: string,
  local: string,
  reply: string | null,
  extra: string | null,
]

async function eraseMessages(session: Session, numbers: readonly number[], eraser: Eraser): Promise<Erased> {
  const messages = await session.run<MessageRow>(SQL.personal, numbers)
  const recipients = Map.groupBy(await session.run<RecipientRow>(SQL.personalRecipients, numbers), ([job]) =>
    Math.floor(job / 16_384),
  )
  const its = messages.filter(
    ([n, , sender, key, meta]) =>
      eraser.isPrinted(sender) ||
      eraser.isInJson(meta) ||
      eraser.isIn(key) ||
      recipients.get(n)?.some(([, , domain, local]) => eraser.is(local, domain)),
  )
  const done = its.filter(row => !row[5])
  if (done.length > 0) await eraseDone(session, done, { recipients, eraser })
  const which = done.map(([n]) => n)
  const contents = (await session.run<[number]>(SQL.keptOf, which)).length
  dropKept(session, which)
  const open = its.filter(row => row[5]).map(([, id]) => id as QueueId)
  return { messages: done.length, contents, open: open.length, openIds: open }
}

interface Erasing {
  readonly recipients: ReadonlyMap<number, readonly RecipientRow[]>
  readonly eraser: Eraser
}

async function eraseDone(
  session: Session,
  done: readonly MessageRow[],
  { recipients, eraser }: Erasing,
): Promise<void> {
  const column = <R, T>(rows: readonly R[], pick: (row: R) => T): T[] => rows.map(pick)
  session.send(
    SQL.setPersonal,
    column(done, row => row[0]),
    column(done, row => eraser.text(row[2])),
    column(done, row => eraser.meta(row[4])),
    // Whoever comes with it again means another message.
    column(done, row => eraser.isIn(row[3])),
  )
  const rows = done
    .flatMap(([n]) => recipients.get(n) ?? [])
    .map(([job, place, domain, local, reply, extra]) => {
      const isIt = eraser.is(local, domain)
      const rest = isIt || extra === null ? null : eraser.json(extra)
      return [job, place, isIt ? ERASED : local, reply === null ? null : eraser.text(reply), rest] as const
    })
  session.send(SQL.setRecipients, ...[0, 1, 2, 3, 4].map(at => column(rows, row => row[at])))
  await eraseFacts(
    session,
    done.map(([n]) => n),
    eraser,
  )
}

async function eraseFacts(session: Session, numbers: readonly number[], eraser: Eraser): Promise<void> {
  const facts = await session.run<[seq: number, json: string]>(SQL.factsOf, numbers)
  session.send(
    SQL.setFacts,
    facts.map(([seq]) => seq),
    facts.map(([, json]) => eraser.json(json)),
  )
}

type OutcomeRow = [id: string, n: number, at: number, entry: string | null]

async function eraseOutcomes(connections: Connections, person: Address, eraser: Eraser): Promise<Erased> {
  const { needle } = wantedOf(person)
  let all = NOTHING_ERASED
  for (let after = ''; ; ) {
    const rows = await connections.ask<OutcomeRow>('passing', SQL.mentioningOutcomes, after, STRETCH, needle)
    const found = rows.filter(row => row[3] !== null && eraser.isInJson(row[3]))
    for (let at = 0; at < found.length; at += AT_ONCE) {
      const some = found.slice(at, at + AT_ONCE)
      await connections.transact('lasting', async session => {
        // As who records late facts does: what is told meanwhile is seen.
        for (const [, n] of some) session.send(COMMON.lockNumber, n)
        session.send(
          SQL.setOutcomes,
          some.map(([id]) => id),
          some.map(([, , at]) => at),
          some.map(row => erasedAbout(eraser.json(row[3] as string))),
        )
        await eraseFacts(
          session,
          some.map(([, n]) => n),
          eraser,
        )
      })
      all = addUp(all, { ...NOTHING_ERASED, messages: some.length })
    }
    if (rows.length < STRETCH) return all
    after = rows[rows.length - 1]?.[0] as string
  }
}

/** An outcome is `[head, facts, about]` (fast-path/outcome.ts). As in `meta` of a message that stands in the tables. */
function erasedAbout(entry: string): string {
  const [head, facts, about = {}] = JSON.parse(entry) as [unknown, unknown, About?]
  const { card: _, passesOn: __, ...rest } = about
  return JSON.stringify([head, facts, { ...rest, erased: true }])
}
