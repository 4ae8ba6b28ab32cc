/**
 * Statement: SQL whose rows are read and written by name.
 *
 * Policy. What a column holds is declared once, and the declaration is its type. Nothing is checked while rows are read: a test
 * holds every declaration against the schema (sql.test.ts), and the tables are STRICT, so that no row can differ.
 *
 * Not here: the tables (tables.ts), the statements (sql.ts).
 */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { type Columns, type Row, TABLES, type TableName, type TableRow } from './tables.ts'

/** A statement as it is declared. */
export type StatementText =
  /** Changes something. */
  | string
  /** Asks whether there is such a row. */
  | { readonly check: string }
  /** Adds a whole row. */
  | { readonly insert: TableName; readonly sql?: string }
  /** Answers these columns of a table, or all, which `*` stands for. */
  | { readonly of: TableName; readonly columns?: readonly string[]; readonly sql: string }
  /** Answers what is in no table as it is. */
  | { readonly row: Columns; readonly sql: string }

/** A statement that is declared so, prepared. */
export type StatementOf<T> = T extends string
  ? Change
  : T extends { readonly check: string }
    ? Check
    : T extends { readonly insert: infer N extends TableName }
      ? Insert<TableRow<N>>
      : T extends { readonly of: infer N extends TableName; readonly columns: readonly (infer K)[] }
        ? Query<Pick<TableRow<N>, K & keyof TableRow<N>>>
        : T extends { readonly of: infer N extends TableName }
          ? Query<TableRow<N>>
          : T extends { readonly row: infer C extends Columns }
            ? Query<Row<C>>
            : never

/** As it is: a step more would cost a hundredth of what a message does. */
type Change = Pick<StatementSync, 'run'>

class Check {
  readonly #statement: StatementSync

  constructor(statement: StatementSync) {
    this.#statement = statement
  }

  holds(...values: SQLInputValue[]): boolean {
    return this.#statement.get(...values) !== undefined
  }
}

class Insert<R> {
  readonly #statement: StatementSync
  readonly #names: readonly (keyof R)[]
  /** Used again for each row. */
  readonly #values: SQLInputValue[]

  constructor(statement: StatementSync, names: readonly string[]) {
    this.#statement = statement
    this.#names = names as readonly (keyof R)[]
    this.#values = names.map(() => null)
  }

  run(row: R): void {
    for (let at = 0; at < this.#names.length; at++) this.#values[at] = row[this.#names[at]!] as SQLInputValue
    this.#statement.run(...this.#values)
  }
}

/** Gets rows as arrays and names them, which costs a third of what the objects of node:sqlite do. */
class Query<R> {
  readonly #statement: StatementSync
  readonly #names: readonly string[]

  constructor(statement: StatementSync, names: readonly string[]) {
    this.#statement = statement
    this.#names = names
    statement.setReturnArrays(true)
  }

  get(...values: SQLInputValue[]): R | undefined {
    const row = this.#statement.get(...values)
    return row === undefined ? undefined : this.#name(row)
  }

  /** Of what always has a row, such as a count. */
  one(...values: SQLInputValue[]): R {
    return this.#name(this.#statement.get(...values)!)
  }

  all(...values: SQLInputValue[]): readonly R[] {
    return this.#statement.all(...values).map(row => this.#name(row))
  }

  *iterate(...values: SQLInputValue[]): Iterable<R> {
    for (const row of this.#statement.iterate(...values)) yield this.#name(row)
  }

  /** The one place that takes a row for what it is declared to be; its values stand under their places. */
  #name(values: Readonly<Record<string, SQLOutputValue>>): R {
    const row: Record<string, SQLOutputValue> = {}
    for (let at = 0; at < this.#names.length; at++) row[this.#names[at]!] = values[at]!
    return row as R
  }
}

/** The names of what it takes or answers, in their order. */
export function namesOf(text: StatementText): readonly string[] {
  if (typeof text === 'string' || 'check' in text) return []
  if ('insert' in text) return Object.keys(TABLES[text.insert])
  return 'row' in text ? Object.keys(text.row) : (text.columns ?? Object.keys(TABLES[text.of]))
}

/** The SQL itself. */
export function sqlOf(text: StatementText): string {
  if (typeof text === 'string') return text
  if ('check' in text) return text.check
  if ('row' in text) return text.sql
  const columns = namesOf(text).map(columnName)
  if ('of' in text) return text.sql.replace(/(?<=(SELECT|RETURNING) )\*/, columns.join(', '))
  return `INSERT INTO ${text.insert} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ${text.sql ?? ''}`
}

/** `acceptedAt` is the column `accepted_at`. */
function columnName(name: string): string {
  return name.replace(/[A-Z]/g, capital => `_${capital.toLowerCase()}`)
}

export function prepare(db: DatabaseSync, text: StatementText): Change | Check | Insert<never> | Query<unknown> {
  const statement = db.prepare(sqlOf(text))
  if (typeof text === 'string') return statement
  if ('check' in text) return new Check(statement)
  return 'insert' in text ? new Insert(statement, namesOf(text)) : new Query(statement, namesOf(text))
}
