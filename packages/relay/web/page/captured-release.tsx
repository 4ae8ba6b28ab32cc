/**
 * CapturedRelease: a captured message sent after all, to an address that the configuration allows; and what became of those that were.
 *
 * Policy. It is asked twice: with the address, and again with what would be done.
 */
import { ask } from '../client/ask.ts'
import { say } from '../language/say.ts'
import { Confirm, type Question } from '../part/confirm.tsx'
import { Field, givenIn } from '../part/fields.tsx'
import { useAnswer } from '../part/hooks.ts'
import { Button, Foreign, Pairs, ProblemNote, Section, type State, StateMark } from '../part/parts.tsx'
import { tell } from '../part/tell.tsx'
import { useMay } from '../part/who.ts'
import { bytes, sender } from '../part/written.ts'
import { useState } from '../view/view.ts'

export function Release({ id }: { readonly id: string }) {
  const mayOperate = useMay('operate')
  const { value, again } = useAnswer('GET /v1/inbox/{id}/releases', { path: { id } })
  const [question, setQuestion] = useState<Question>()
  const [problem, setProblem] = useState<Error>()
  // Where nothing may be released nobody is asked to.
  if (value === undefined || value.allowed.length === 0) return null
  const plan = async (to: string): Promise<void> => {
    setProblem(undefined)
    try {
      setQuestion(await askedTwice(id, to, again))
    } catch (error) {
      setProblem(error as Error)
    }
  }
  return (
    <Section title={say('release.title')} note={say('release.note', { allowed: value.allowed.join(', ') })}>
      {mayOperate && (
        <form
          class="fields"
          onSubmit={event => {
            event.preventDefault()
            // Never rejects: what goes wrong is shown.
            void plan(givenIn(event.currentTarget).to ?? '')
          }}
        >
          <Field label={say('release.to')} name="to" type="email" value={onlyOne(value.allowed)} required />
          <Button type="submit">{say('release.ask')}</Button>
        </form>
      )}
      {problem !== undefined && <ProblemNote problem={problem} />}
      <ul class="outcomes">
        {value.releases.map(({ id: released, to, state, lastReply }) => (
          <li key={released}>
            <StateMark state={state as State} /> <Foreign>{to}</Foreign>
            {lastReply !== undefined && <Foreign class="note">{lastReply}</Foreign>}
          </li>
        ))}
      </ul>
      <Confirm question={question} close={() => setQuestion(undefined)} />
    </Section>
  )
}

function onlyOne(allowed: readonly string[]): string {
  const [first = ''] = allowed
  return allowed.length === 1 && !first.startsWith('*') ? first : ''
}

/** What would be done, as a question. */
async function askedTwice(id: string, to: string, after: () => void): Promise<Question> {
  const planned = await ask('POST /v1/inbox/{id}/release', { path: { id }, body: { to } })
  const { from, subject, sizeBytes, hosts = [], noRoute, confirm } = planned
  return {
    title: say('release.title.sure', { to }),
    text: (
      <>
        <p>{say('release.says')}</p>
        <Pairs
          rows={[
            [say('message.envelope'), <Foreign key="from">{sender(from)}</Foreign>],
            [say('release.subject'), <Foreign key="subject">{subject}</Foreign>],
            [say('message.size'), bytes(sizeBytes)],
            [say('release.hosts'), <Foreign key="hosts">{noRoute ?? hosts.join(', ')}</Foreign>],
          ]}
        />
      </>
    ),
    action: say('release.do'),
    tone: 'danger',
    work: async () => {
      await ask('POST /v1/inbox/{id}/release', { path: { id }, body: { to, confirm } })
      tell(say('release.done', { to }))
      after()
    },
  }
}
