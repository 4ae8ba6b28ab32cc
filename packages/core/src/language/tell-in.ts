/**
 * TellIn: something told in the language of one reader, in a process that has many.
 *
 * Policy. It holds for what is said while it is told, over every `await`, and for nothing else: what is kept or logged is said
 * elsewhere, in English. So whoever tells something here remembers none of it for others.
 *
 * Not here: the language of a process with one reader (speaker.ts), how a kept sentence is recognised (retell.ts).
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type Language, spokenIn } from './languages.ts'
import { type Spoken, speakWhere } from './speaker.ts'

/** Says a sentence that was kept or thrown in English; what stands in no catalogue, such as what a server said, as it is. */
export type Retell = (text: string) => string

const readers = new AsyncLocalStorage<Spoken>()

/** What `tell` gives, said in that language. */
export async function tellIn<Told>(language: Language, tell: (retell: Retell) => Told | Promise<Told>): Promise<Told> {
  const [spoken, { retell }] = await Promise.all([spokenIn(language), import('./retell.ts')])
  speakWhere(() => readers.getStore())
  return readers.run(spoken, () => tell(retell))
}
