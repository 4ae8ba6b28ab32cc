/**
 * Marks: of final dots of what is on the fast path, written many at once.
 *
 * Policy. A mark is on its way to the server before its final dot is to the site. As the conversation about a message begins it is noted
 * that its dot may soon come, and whatever goes to the server next takes its mark along: a tick, or the mark of another whose dot
 * is there. Only a dot that comes before any of these sends for itself. A mark stands in the segment of its message, because
 * with that it is emptied.
 *
 * Not here: marks of what stands in the tables (../table-path.ts).
 */
import type { Job } from '../../../model/job.ts'
import type { Connections } from '../connection.ts'
import { MARKS, type Statement } from '../sql.ts'
import type { Born, BornMessages } from './born.ts'

export interface MarksParts {
  readonly connections: Connections
  /** Sends a statement at once, whose answer nobody waits for. */
  readonly send: (statement: Statement, ...values: readonly unknown[]) => void
}

const statementOf = (segment: number): Statement => MARKS[segment] as Statement

export class Marks {
  readonly #parts: MarksParts
  readonly #born: BornMessages
  /** Whose dot may soon come, and whose mark nothing took along yet. */
  readonly #near = new Set<Born>()

  constructor(parts: MarksParts, born: BornMessages) {
    this.#parts = parts
    this.#born = born
  }

  /** The conversation about it begins. */
  near(job: Job): void {
    const born = this.#leased(job)
    if (born === undefined || born.mark !== 'none') return
    born.mark = 'near'
    this.#near.add(born)
  }

  /** Its dot is there. `false`: it does not stand here. */
  enter(job: Job): boolean {
    const born = this.#leased(job)
    if (born === undefined) {
      // On its way into the tables: there it is to be known as marked too, also when the server loses its marks.
      const leaving = this.#born.find(job.id)
      if (leaving?.lease?.token === job.lease.token) leaving.marked = true
      return false
    }
    born.marked = true
    if (born.mark === 'sent') return true
    this.#near.add(born)
    this.#parts.send(statementOf(born.segment), this.take(born.segment))
    return true
  }

  /** The numbers that whoever writes now takes along. */
  take(segment: number): readonly number[] {
    const taken: number[] = []
    for (const born of this.#near) {
      if (!this.#counts(born)) this.#near.delete(born)
      else if (born.segment === segment) {
        this.#near.delete(born)
        born.mark = 'sent'
        taken.push(born.n)
      }
    }
    return taken
  }

  /** What was taken along was not written, or nobody knows. */
  lost(segment: number, numbers: readonly number[]): void {
    const [near, entered]: [Born[], number[]] = [[], []]
    for (const n of numbers) {
      const born = this.#born.numbered(n)
      if (born?.mark !== 'sent') continue
      if (born.marked) entered.push(n)
      else near.push(born)
    }
    for (const born of near) {
      born.mark = 'near'
      this.#near.add(born)
    }
    if (entered.length > 0) this.#parts.send(statementOf(segment), entered)
  }

  /** The server lost its marks, or may not have had them: those that count are made anew. */
  async again(): Promise<void> {
    const sent = this.#born.all().filter(born => (born.marked || born.mark === 'sent') && this.#counts(born))
    for (const [segment, its] of Map.groupBy(sent, born => born.segment)) {
      const numbers = its.map(({ n }) => n)
      await this.#parts.connections.ask('lasting', statementOf(segment), numbers)
    }
  }

  #counts(born: Born): boolean {
    return this.#born.numbered(born.n) === born && born.lease !== undefined
  }

  #leased({ id, lease }: Job): Born | undefined {
    const born = this.#born.find(id)
    return born?.lease?.token === lease.token && born.leaving === undefined ? born : undefined
  }
}
