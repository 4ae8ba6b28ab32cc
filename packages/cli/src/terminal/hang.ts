/**
 * Hang: a text that stands to the right of something, in lines that fit the terminal and begin below one another.
 *
 * Policy. Only where a person looks: what is piped keeps its lines, so that programs can read them. A line that is to be copied whole, such as
 * a DNS record or a command, is never broken: the terminal itself breaks it, and copies it as one.
 *
 * Not here: how wide a text is and where it may be broken (language/width.ts).
 */
import { wrapTo } from '../language/width.ts'
import type { Terminal } from './human.ts'

/** Less room than this is worse than lines that the terminal breaks. */
const LEAST_ROOM = 20
/** `mail.example.com. IN A 192.0.2.1`, and the commands of this program. */
const TO_COPY = /^\S+ IN [A-Z]+ |^(?:npx )?postrider [a-z](?!.*[;:] )/

/** @param indent the column, from 0, at which the first line stands already and the others are to begin */
export function hang(text: string, indent: number, { interactive, columns }: Terminal): string {
  const room = interactive && columns !== undefined ? columns - indent : 0
  const lines = text.split('\n')
  const fitting = room < LEAST_ROOM ? lines : lines.flatMap(line => (TO_COPY.test(line) ? [line] : broken(line, room)))
  return fitting.join(`\n${' '.repeat(indent)}`)
}

function broken(line: string, room: number): readonly string[] {
  return wrapTo(line, room).split('\n')
}
