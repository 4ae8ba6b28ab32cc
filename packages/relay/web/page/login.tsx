/**
 * Login: in by a name and a password, or by a link that is good once, with the password that is chosen.
 *
 * Policy. The link stands behind `#`, which no server is sent, and leaves the address as soon as it was used.
 */
import { ask } from '../client/ask.ts'
import { linkTo } from '../client/place.ts'
import { say } from '../language/say.ts'
import { Field, givenIn } from '../part/fields.tsx'
import { useAnswer } from '../part/hooks.ts'
import { Button, Command, ProblemNote } from '../part/parts.tsx'
import { useEffect, useRef, useState } from '../view/view.ts'

const LEAST_PASSWORD = 12

interface LoginProps {
  /** What stands in a link that is good once. */
  readonly link: string | undefined
  /** What went wrong at the provider. */
  readonly came: string | undefined
  /** Was in, and is no more. */
  readonly hasLeft: boolean
  readonly entered: () => void
}

export function LoginPage({ link, came, hasLeft, entered }: LoginProps) {
  const [problem, setProblem] = useState<Error>()
  const [isBusy, setIsBusy] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = say('app.title', { page: say('login.title') })
    heading.current?.focus()
  }, [])
  const enter = async (form: HTMLFormElement): Promise<void> => {
    const { user } = givenIn(form)
    // As it was typed: spaces are part of it.
    const password = String(new FormData(form).get('password'))
    setIsBusy(true)
    try {
      await ask('POST /v1/session', { body: link === undefined ? { user, password } : { link, password } })
      if (link !== undefined) location.replace(linkTo([]))
      entered()
    } catch (error) {
      setProblem(error as Error)
      setIsBusy(false)
    }
  }
  return (
    <main class="alone" id="main">
      <h1 ref={heading} tabIndex={-1}>
        {link === undefined ? say('login.title') : say('login.first')}
      </h1>
      {hasLeft && <p class="note">{say('login.left')}</p>}
      <form
        class="panel login"
        onSubmit={event => {
          event.preventDefault()
          // Never rejects: what goes wrong is shown below.
          void enter(event.currentTarget)
        }}
      >
        {link === undefined && <Field label={say('login.name')} name="user" complete="username" required />}
        <Field
          label={link === undefined ? say('login.password') : say('login.password.new')}
          name="password"
          type="password"
          complete={link === undefined ? 'current-password' : 'new-password'}
          required
          {...(link === undefined
            ? {}
            : { minLength: LEAST_PASSWORD, hint: say('login.password.hint', { count: LEAST_PASSWORD }) })}
        />
        {problem !== undefined && <ProblemNote problem={problem} />}
        <Button type="submit" tone="main" disabled={isBusy}>
          {say('login.action')}
        </Button>
      </form>
      {link === undefined && <Provider problem={problem === undefined ? came : undefined} />}
      {link === undefined && (
        <p class="note">
          {say('login.hint')} <Command>postrider user reset NAME</Command>
        </p>
      )}
    </main>
  )
}

const PROBLEMS = ['refused', 'banned', 'trouble'] as const

/** The way in by the word of somebody else, where there is one. */
function Provider({ problem }: { readonly problem: string | undefined }) {
  const { value } = useAnswer('GET /v1/session/ways', {})
  const known = PROBLEMS.find(each => each === problem)
  return (
    <>
      {known !== undefined && (
        <p class="problem" role="alert">
          {say(`login.provider.${known}`)}
        </p>
      )}
      {value?.provider !== undefined && (
        <p>
          <a class="button" href="/v1/session/oidc">
            {say('login.provider', { name: value.provider })}
          </a>
        </p>
      )}
    </>
  )
}
