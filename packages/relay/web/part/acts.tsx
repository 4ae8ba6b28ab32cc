/**
 * Acts: held, released, tried or taken back: one message or many, after it was asked, with how many it is about.
 *
 * Policy. Of many, how many they are is asked of the relay before, by a dry run: what is shown is what would be done.
 */
import { ask } from '../client/ask.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { useId, useRef, useState } from '../view/view.ts'
import type { Question } from './confirm.tsx'
import { tell } from './tell.tsx'

export const ACTS = ['hold', 'release', 'retry', 'cancel'] as const
export type Act = (typeof ACTS)[number]
type Filter = NonNullable<Routes['POST /v1/queue/hold']['body']['filter']>

export type Chosen = { readonly command?: string } & (
  | { readonly ids: readonly string[]; readonly count?: number }
  | { readonly filter: Filter }
)

interface Acts {
  readonly question: Question | undefined
  readonly start: (act: Act, chosen: Chosen) => void
  readonly close: () => void
}

export function useActs(after: () => void): Acts {
  const [question, setQuestion] = useState<Question>()
  const because = useRef<HTMLInputElement>(null)
  const ask = async (act: Act, chosen: Chosen): Promise<void> => {
    const count = ('count' in chosen && chosen.count) || (await change(act, chosen, { dryRun: true }))
    setQuestion({
      title: say(`act.title.${act}`, { count }),
      text: (
        <>
          <p>{count === 0 ? say('act.none') : say(`act.${act}.says`)}</p>
          {act === 'hold' && <Because field={because} />}
        </>
      ),
      action: say(`act.${act}`),
      tone: act === 'cancel' ? 'danger' : 'main',
      ...(chosen.command === undefined ? {} : { command: chosen.command }),
      isPossible: count > 0,
      work: async () => {
        const why = because.current?.value.trim()
        const changed = await change(act, chosen, act === 'hold' && why ? { because: why } : {})
        tell(say(`act.done.${act}`, { count: changed }))
        after()
      },
    })
  }
  return {
    question,
    start: (act, chosen) => {
      ask(act, chosen).catch((problem: Error) => tell(problem.message))
    },
    close: () => setQuestion(undefined),
  }
}

async function change(
  act: Act,
  chosen: Chosen,
  more: { readonly dryRun?: boolean; readonly because?: string },
): Promise<number> {
  const which =
    'ids' in chosen
      ? { ids: chosen.ids }
      : Object.keys(chosen.filter).length > 0
        ? { filter: chosen.filter }
        : { all: true }
  const { messages } = await ask(`POST /v1/queue/${act}`, { body: { ...which, ...more } })
  return messages
}

function Because({ field }: { readonly field: { current: HTMLInputElement | null } }) {
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{say('act.because')}</label>
      <input ref={field} id={id} type="text" maxLength={200} aria-describedby={`${id}-hint`} />
      <span id={`${id}-hint`} class="note">
        {say('act.because.hint')}
      </span>
    </p>
  )
}
