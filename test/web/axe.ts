/**
 * Axe: what it finds on a page.
 */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = axe.source

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  const found = (await page.evaluate(`axe.run().then(({ violations }) => violations)`)) as readonly Violation[]
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
  )
}
