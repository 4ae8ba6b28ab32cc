/**
 * Level: the exit code for the worst of several findings.
 */
import type { CheckLevel } from '@postrider/core'
import { EXIT, type ExitCode } from '../terminal/index.ts'

export function exitCodeOfLevel(worst: CheckLevel): ExitCode {
  switch (worst) {
    case 'ok':
    case 'note':
      return EXIT.ok
    case 'unknown':
      return EXIT.tempFail
    case 'warn':
      return EXIT.warned
    case 'fail':
      return EXIT.failed
  }
  return worst satisfies never
}
