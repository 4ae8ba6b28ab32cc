/**
 * Users: who may log in to the interface, as what; made, changed, let in again and taken away.
 *
 * Policy. A link is shown when it is made and kept nowhere here.
 */
import { ask } from '../client/ask.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { Confirm, type Question } from '../part/confirm.tsx'
import { Field, givenIn, Select } from '../part/fields.tsx'
import { useAnswer } from '../part/hooks.ts'
import { Button, CopyButton, Foreign, ProblemNote, Section, Waiting, Wide } from '../part/parts.tsx'
import { tell } from '../part/tell.tsx'
import { moment } from '../part/written.ts'
import { useState } from '../view/view.ts'

type User = Routes['GET /v1/users']['answer']['users'][number]
type Made = Routes['POST /v1/users']['answer']
const ROLES = ['see', 'operate', 'admin'] as const

export function Users() {
  const { value, problem, again } = useAnswer('GET /v1/users', {})
  const [question, setQuestion] = useState<Question>()
  const [made, setMade] = useState<Made>()
  const reset = ({ name }: User): void =>
    setQuestion({
      title: say('users.reset.title', { name }),
      text: <p>{say('users.reset.says')}</p>,
      action: say('users.reset'),
      command: `postrider user reset ${name}`,
      work: async () => {
        setMade(await ask('POST /v1/users/{name}/reset', { path: { name }, body: {} }))
        again()
      },
    })
  const remove = ({ name }: User): void =>
    setQuestion({
      title: say('users.remove.title', { name }),
      text: <p>{say('users.remove.says')}</p>,
      action: say('keys.remove'),
      tone: 'danger',
      work: async () => {
        await ask('DELETE /v1/users/{name}', { path: { name } })
        tell(say('users.removed', { name }))
        again()
      },
    })
  return (
    <Section title={say('users.list')} note={say('users.note')}>
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting rows={2} />}
      {value !== undefined && <Table users={value.users} reset={reset} remove={remove} again={again} />}
      <div role="status">{made !== undefined && <Link made={made} />}</div>
      <AddUser
        made={answer => {
          setMade(answer)
          again()
        }}
      />
      <Confirm question={question} close={() => setQuestion(undefined)} />
    </Section>
  )
}

function Link({ made: { name, link, expiresAt } }: { readonly made: Made }) {
  return (
    <p class="secret">
      {say('users.link', { name, until: moment(expiresAt) })}
      <span class="command">
        <code>{link}</code>
        <CopyButton text={link} label={say('users.link.copy')} />
      </span>
    </p>
  )
}

interface TableProps {
  readonly users: readonly User[]
  readonly reset: (user: User) => void
  readonly remove: (user: User) => void
  readonly again: () => void
}

function Table({ users, reset, remove, again }: TableProps) {
  const change = (name: string, body: Change): void => {
    ask('PATCH /v1/users/{name}', { path: { name }, body }).then(again, (refused: Error) => {
      tell(refused.message)
      again()
    })
  }
  return (
    <Wide label={say('users.list')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('login.name')}</th>
            <th scope="col">{say('settings.role')}</th>
            <th scope="col">{say('users.content')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {users.map(user => (
            <tr key={user.name}>
              <th scope="row">
                <Foreign>{user.name}</Foreign>
              </th>
              {user.provided ? <Provided user={user} /> : <Changeable user={user} change={change} />}
              <td class="tools">
                {!user.provided && (
                  <Button onClick={() => reset(user)} aria-label={say('users.reset.label', { name: user.name })}>
                    {say('users.reset')}
                  </Button>
                )}
                <Button
                  tone="danger"
                  onClick={() => remove(user)}
                  aria-label={say('users.remove.label', { name: user.name })}
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

type Change = Routes['PATCH /v1/users/{name}']['body']

interface ChangeableProps {
  readonly user: User
  readonly change: (name: string, body: Change) => void
}

function Changeable({ user, change }: ChangeableProps) {
  return (
    <>
      <td>
        <select
          value={user.role}
          aria-label={say('users.role.label', { name: user.name })}
          onChange={event => change(user.name, { role: ROLES.find(each => each === event.currentTarget.value) })}
        >
          {ROLES.map(role => (
            <option key={role} value={role}>
              {say(`role.${role}`)}
            </option>
          ))}
        </select>
      </td>
      <td>
        <input
          type="checkbox"
          checked={user.content}
          aria-label={say('users.content.label', { name: user.name })}
          onChange={event => change(user.name, { content: event.currentTarget.checked })}
        />
      </td>
    </>
  )
}

/** What it may do is changed elsewhere. */
function Provided({ user: { name, role, content } }: { readonly user: User }) {
  return (
    <>
      <td>
        {say(`role.${role}`)}
        <p class="note">{say('users.provided', { name })}</p>
      </td>
      <td>
        <input type="checkbox" checked={content} disabled aria-label={say('users.content.label', { name })} />
      </td>
    </>
  )
}

function AddUser({ made }: { readonly made: (answer: Made) => void }) {
  const [problem, setProblem] = useState<Error>()
  const add = async (form: HTMLFormElement): Promise<void> => {
    const { name = '', role: chosen, content } = givenIn(form)
    const role = ROLES.find(each => each === chosen) ?? 'see'
    try {
      made(await ask('POST /v1/users', { body: { name, role, content: content === 'on' } }))
      setProblem(undefined)
      form.reset()
    } catch (error) {
      setProblem(error as Error)
    }
  }
  return (
    <form
      class="fields"
      onSubmit={event => {
        event.preventDefault()
        // Never rejects: what goes wrong is shown below.
        void add(event.currentTarget)
      }}
    >
      <Field label={say('users.add.name')} name="name" required />
      <Select
        label={say('settings.role')}
        name="role"
        value="see"
        options={ROLES.map(role => [role, say(`role.${role}`)] as const)}
      />
      <label class="tick">
        <input type="checkbox" name="content" /> {say('users.content')}
      </label>
      <Button type="submit">{say('users.add')}</Button>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </form>
  )
}
