/**
 * Folder: a directory that lives as long as a test.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'

/** A new empty folder, removed after the test `t`, or after the suite or file it is called in; not for hooks, which end at once. */
export function tempFolder(t?: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  if (t === undefined) after(remove)
  else t.after(remove)
  return folder
}
