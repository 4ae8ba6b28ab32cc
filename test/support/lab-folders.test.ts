import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { labOf } from '../interop/lab/folders.ts'

test('servers that give up root lie where they may still go, whoever may enter the checkout', t => {
  /** A checkout in a folder of that mode. */
  const checkoutIn = (mode: number): string => {
    const above = mkdtempSync(join(tmpdir(), 'postrider-checkout-'))
    t.after(() => rmSync(above, { recursive: true, force: true }))
    const folder = join(above, 'postrider')
    mkdirSync(folder)
    chmodSync(above, mode)
    return folder
  }
  for (const closed of [0o700, 0o750])
    assert.equal(labOf(checkoutIn(closed), undefined), join(tmpdir(), 'postrider-lab'))
  for (const open of [0o755, 0o777, 0o711]) {
    const checkout = checkoutIn(open)
    assert.equal(labOf(checkout, undefined), join(checkout, '.work/lab'))
  }
  assert.equal(labOf(checkoutIn(0o700), '/srv/lab'), '/srv/lab')
})
