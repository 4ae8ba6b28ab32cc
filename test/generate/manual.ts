/** The manual page of the command line, from its commands. */
import { COMMANDS } from '../../packages/cli/src/command/index.ts'
import { manual, placesOf } from '../../packages/cli/src/completion/index.ts'

/** When its form was last changed by hand. */
const DATE = 'November 30, 2026'

export function generate(): string {
  return manual(placesOf(COMMANDS, ['en']), DATE)
}
