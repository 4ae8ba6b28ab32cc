/**
 * Keys: API keys, listed, made and taken away.
 *
 * Policy. A key is shown when it is made and kept nowhere here.
 */
import { ask } from '../client/ask.ts'
import { now } from '../client/clock.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { Confirm, type Question } from '../part/confirm.tsx'
import { Field, givenIn, Select } from '../part/fields.tsx'
import { useAnswer } from '../part/hooks.ts'
import { Button, CopyButton, Empty, Foreign, ProblemNote, Section, Waiting, When, Wide } from '../part/parts.tsx'
import { tell } from '../part/tell.tsx'
import { list } from '../part/written.ts'
import { useState } from '../view/view.ts'

type Key = Routes['GET /v1/keys']['answer']['keys'][number]
const SCOPES = ['send', 'read', 'content', 'operate', 'admin'] as const
const DAY_MS = 86_400_000

export function Keys({ accounts }: { readonly accounts: readonly string[] }) {
  const { value, problem, again } = useAnswer('GET /v1/keys', {})
  const [question, setQuestion] = useState<Question>()
  const remove = ({ id, name }: Key): void =>
    setQuestion({
      title: say('keys.remove.title', { name }),
      text: <p>{say('keys.remove.says')}</p>,
      action: say('keys.remove'),
      tone: 'danger',
      command: `postrider key remove ${id}`,
      work: async () => {
        await ask('DELETE /v1/keys/{id}', { path: { id } })
        tell(say('keys.removed', { name }))
        again()
      },
    })
  return (
    <>
      <Section title={say('keys.list')}>
        {problem !== undefined && <ProblemNote problem={problem} again={again} />}
        {value === undefined && problem === undefined && <Waiting />}
        {value?.keys.length === 0 && <Empty>{say('keys.none')}</Empty>}
        {value !== undefined && value.keys.length > 0 && <Table keys={value.keys} remove={remove} />}
        <Confirm question={question} close={() => setQuestion(undefined)} />
      </Section>
      <AddKey accounts={accounts} again={again} />
    </>
  )
}

function Table({ keys, remove }: { readonly keys: readonly Key[]; readonly remove: (key: Key) => void }) {
  return (
    <Wide label={say('keys.list')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('keys.name')}</th>
            <th scope="col">{say('keys.account')}</th>
            <th scope="col">{say('keys.scopes')}</th>
            <th scope="col">{say('keys.used')}</th>
            <th scope="col">{say('keys.ends')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {keys.map(key => (
            <tr key={key.id}>
              <th scope="row">
                <Foreign>{key.name}</Foreign>
              </th>
              <td>{key.account === undefined ? say('keys.account.operator') : <Foreign>{key.account}</Foreign>}</td>
              <td>{list(key.scopes.map(scope => say(`scope.${scope}`)))}</td>
              <td>{key.lastUsedAt === undefined ? say('keys.used.never') : <When at={key.lastUsedAt} />}</td>
              <td>{key.expiresAt === undefined ? say('keys.ends.never') : <When at={key.expiresAt} />}</td>
              <td>
                <Button
                  tone="danger"
                  onClick={() => remove(key)}
                  aria-label={say('keys.remove.label', { name: key.name })}
                >
                  {say('keys.remove')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

interface Made {
  readonly name: string
  readonly token: string
}

function AddKey({ accounts, again }: { readonly accounts: readonly string[]; readonly again: () => void }) {
  const [problem, setProblem] = useState<Error>()
  const [made, setMade] = useState<Made>()
  const add = async (form: HTMLFormElement): Promise<void> => {
    const { name = '', account, days } = givenIn(form)
    const scopes = SCOPES.filter(scope => new FormData(form).has(`scope-${scope}`))
    const end = days ? { expiresAt: now() + Number(days) * DAY_MS } : {}
    try {
      const body = { name, scopes, ...(account ? { account } : {}), ...end }
      const answer = await ask('POST /v1/keys', { body })
      setMade({ name, token: answer.key })
      setProblem(undefined)
      form.reset()
      again()
    } catch (error) {
      setProblem(error as Error)
    }
  }
  return (
    <Section title={say('keys.add')}>
      <div role="status">
        {made !== undefined && (
          <p class="secret">
            {say('keys.made', { name: made.name })}
            <span class="command">
              <code>{made.token}</code>
              <CopyButton text={made.token} label={say('keys.made.copy')} />
            </span>
          </p>
        )}
      </div>
      <form
        class="fields"
        onSubmit={event => {
          event.preventDefault()
          // Never rejects: what goes wrong is shown below.
          void add(event.currentTarget)
        }}
      >
        <Field label={say('keys.name')} name="name" required />
        <Select
          label={say('keys.account')}
          name="account"
          value=""
          options={[['', say('keys.account.operator')], ...accounts.map(name => [name, name] as const)]}
        />
        <Field label={say('keys.add.expires')} name="days" type="number" hint={say('keys.add.expires.hint')} />
        <fieldset class="scopes">
          <legend>{say('keys.add.scopes')}</legend>
          {SCOPES.map(scope => (
            <label key={scope}>
              <input type="checkbox" name={`scope-${scope}`} /> {say(`scope.${scope}`)}
            </label>
          ))}
        </fieldset>
        <Button type="submit">{say('keys.add.action')}</Button>
      </form>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </Section>
  )
}
