/** Rows are read for what they are declared to be, unchecked: so every declaration is held against the schema here. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { MIGRATIONS } from './migrations.ts'
import { SQL } from './sql.ts'
import { SQL_BESIDE } from './sql-beside.ts'
import { SQL_HISTORY } from './sql-history.ts'
import { namesOf, type StatementText, sqlOf } from './statement.ts'
import { type Columns, TABLES } from './tables.ts'

const db = new DatabaseSync(':memory:')
for (const migration of MIGRATIONS) db.exec(migration)

const columnName = (name: string): string => name.replace(/[A-Z]/g, capital => `_${capital.toLowerCase()}`)

/** What the schema says of a column, in the words of a declaration. */
function kindOf(table: string, column: string): string | undefined {
  const of = db.prepare(`SELECT type, "notnull" AS required, pk FROM pragma_table_xinfo(?) WHERE name = ?`)
  const found = of.get(table, column) as { type: string; required: number; pk: number } | undefined
  return found && `${found.type.toLowerCase()}${found.required === 0 && found.pk === 0 ? '?' : ''}`
}

suite('tables', () => {
  for (const [table, columns] of Object.entries<Columns>(TABLES))
    test(`${table} holds what its declaration says`, () => {
      for (const [name, kind] of Object.entries(columns)) assert.equal(kindOf(table, columnName(name)), kind, name)
    })
})

function declared(text: StatementText): Columns {
  if (typeof text === 'string' || 'check' in text || 'insert' in text) return {}
  return 'row' in text ? text.row : TABLES[text.of]
}

suite('statements', () => {
  for (const [name, text] of Object.entries<StatementText>({ ...SQL, ...SQL_BESIDE, ...SQL_HISTORY })) {
    test(`${name} answers the columns that it names, in their order`, () => {
      const columns = db.prepare(sqlOf(text)).columns()
      if (typeof text === 'string' || 'insert' in text) return assert.deepEqual(columns, [])
      if ('check' in text) return assert.equal(columns.length, 1)
      assert.deepEqual(
        columns.map(column => column.name),
        namesOf(text).map('row' in text ? String : columnName),
      )
      for (const [at, { column, table }] of columns.entries()) {
        // What is computed is in no table.
        if (column === null || table === null) continue
        const its: string = namesOf(text)[at]!
        assert.equal(declared(text)[its], kindOf(table, column), its)
        if ('of' in text) assert.equal(table, text.of)
      }
    })
  }
})
