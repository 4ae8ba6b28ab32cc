/**
 * Settings: who one is, one's password and sessions; for who may administer, the users of the interface.
 */
import { ask } from '../client/ask.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { Field } from '../part/fields.tsx'
import { useAnswer } from '../part/hooks.ts'
import { LanguageSwitch } from '../part/language-switch.tsx'
import { Button, Foreign, Mark, Pairs, ProblemNote, Section, Waiting, When, Wide } from '../part/parts.tsx'
import { tell } from '../part/tell.tsx'
import { useMay, useWho } from '../part/who.ts'
import { useState } from '../view/view.ts'
import { Users } from './users.tsx'

const LEAST_PASSWORD = 12

export function SettingsPage() {
  const mayAdminister = useMay('admin')
  // Where everybody is let in, nobody has a session.
  const isLoggedIn = useWho().who.kind === 'session'
  return (
    <>
      <Self />
      {isLoggedIn && <Sessions />}
      {isLoggedIn && <Password />}
      {mayAdminister && <Users />}
    </>
  )
}

function Self() {
  const { who, again } = useWho()
  const leave = (): void => {
    ask('DELETE /v1/session', {}).then(again, (problem: Error) => tell(problem.message))
  }
  return (
    <Section
      title={say('settings.self')}
      tools={who.kind === 'session' && <Button onClick={leave}>{say('logout.action')}</Button>}
    >
      <Pairs
        rows={[
          [say('login.name'), <Foreign key="name">{who.name}</Foreign>],
          who.role === undefined ? undefined : [say('settings.role'), say(`role.${who.role}`)],
          who.endsAt === undefined ? undefined : [say('settings.ends'), <When key="ends" at={who.endsAt} as="whole" />],
          [say('settings.version'), who.version],
        ]}
      />
      <LanguageSwitch />
    </Section>
  )
}

type Session = Routes['GET /v1/sessions']['answer']['sessions'][number]

function Sessions() {
  const { value, problem, again } = useAnswer('GET /v1/sessions', {})
  const end = (work: Promise<unknown>): void => {
    work.then(
      () => {
        tell(say('settings.sessions.ended'))
        again()
      },
      (refused: Error) => tell(refused.message),
    )
  }
  return (
    <Section
      title={say('settings.sessions')}
      tools={<Button onClick={() => end(ask('DELETE /v1/sessions', {}))}>{say('settings.sessions.end-others')}</Button>}
    >
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting rows={2} />}
      {value !== undefined && (
        <Wide label={say('settings.sessions')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('login.name')}</th>
                <th scope="col">{say('settings.sessions.seen')}</th>
                <th scope="col">{say('settings.sessions.from')}</th>
                <th scope="col">{say('settings.sessions.agent')}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {value.sessions.map(session => (
                <SessionRow
                  key={session.id}
                  of={session}
                  end={id => end(ask('DELETE /v1/sessions/{id}', { path: { id } }))}
                />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </Section>
  )
}

function SessionRow({ of, end }: { readonly of: Session; readonly end: (id: string) => void }) {
  const { id, user, seenAt, address, agent, current } = of
  return (
    <tr>
      <th scope="row">
        <Foreign>{user}</Foreign>
      </th>
      <td>
        <When at={seenAt} />
      </td>
      <td>{address}</td>
      <td class="agent">
        <Foreign>{agent}</Foreign>
      </td>
      <td>
        {current ? (
          <Mark tone="good">{say('settings.sessions.current')}</Mark>
        ) : (
          <Button onClick={() => end(id)} aria-label={say('settings.sessions.end.label', { user, address })}>
            {say('settings.sessions.end')}
          </Button>
        )}
      </td>
    </tr>
  )
}

function Password() {
  const { who } = useWho()
  const [problem, setProblem] = useState<Error>()
  const change = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form)
    try {
      const body = { old: String(given.get('old')), password: String(given.get('password')) }
      await ask('POST /v1/session/password', { body })
      tell(say('settings.password.changed'))
      setProblem(undefined)
      form.reset()
    } catch (error) {
      setProblem(error as Error)
    }
  }
  return (
    <Section title={say('settings.password')} note={say('settings.password.note')}>
      <form
        class="fields"
        onSubmit={event => {
          event.preventDefault()
          // Never rejects: what goes wrong is shown below.
          void change(event.currentTarget)
        }}
      >
        <input hidden readOnly autocomplete="username" value={who.name} />
        <Field label={say('settings.password.old')} name="old" type="password" complete="current-password" required />
        <Field
          label={say('login.password.new')}
          name="password"
          type="password"
          complete="new-password"
          minLength={LEAST_PASSWORD}
          hint={say('login.password.hint', { count: LEAST_PASSWORD })}
          required
        />
        <Button type="submit">{say('settings.password.change')}</Button>
      </form>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </Section>
  )
}
