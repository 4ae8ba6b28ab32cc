/**
 * Refusal: why a sender was not cleared, check by check, as the doctor prints them.
 */
import type { Check, CheckId } from '@postrider/core'
import { checkText } from '@postrider/core/language'
import { printFindings } from '../checkup/index.ts'
import type { Terminal } from '../terminal/index.ts'

/** @param checks of a MailerError `not-cleared` */
export async function printRefusal(checks: readonly Check[], terminal: Terminal): Promise<string> {
  const { CHECKS } = await import('@postrider/core')
  const findings = checks.map(check => {
    const { title, why } = check.id in CHECKS ? checkText(check.id as CheckId) : { title: check.id, why: '' }
    return { ...check, title, why }
  })
  return `${printFindings(findings, terminal)}\n`
}
