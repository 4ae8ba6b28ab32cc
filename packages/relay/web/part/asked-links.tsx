/**
 * AskedLinks: the links of a captured message, and, when somebody asks, what answers at each.
 *
 * Policy. Nothing is asked before a button is pressed, and it says what asking does.
 */
import { ask } from '../client/ask.ts'
import type { Mail, MailPlace } from '../client/mail-place.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { useState } from '../view/view.ts'
import { Button, CopyButton, Foreign, Mark, ProblemNote } from './parts.tsx'

type Answer = Routes['POST /v1/inbox/{id}/links']['answer']['links'][number]

export function Links({ mail: { links }, place }: { readonly mail: Mail; readonly place: MailPlace }) {
  const [asked, setAsked] = useState<ReadonlyMap<string, Answer>>(new Map())
  return (
    <>
      {place.of === 'inbox' && <Asking id={place.id} take={setAsked} />}
      <ul class="links">
        {links.map(({ url, text, as, in: part }) => (
          <li key={`${as} ${part} ${url}`}>
            <span class="note">{as === 'img' ? say('mail.link.image') : <Foreign>{text}</Foreign>}</span>
            <span class="command">
              {/^https?:\/\//i.test(url) ? (
                <a href={url} target="_blank" rel="noopener noreferrer">
                  <Foreign>{url}</Foreign>
                </a>
              ) : (
                <Foreign>{url}</Foreign>
              )}
              <CopyButton text={url} label={say('mail.link.copy', { url })} />
            </span>
            <Told of={asked.get(url)} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Asking({ id, take }: { readonly id: string; readonly take: (answers: ReadonlyMap<string, Answer>) => void }) {
  const [problem, setProblem] = useState<Error>()
  const [isAsking, setIsAsking] = useState(false)
  const start = (): void => {
    setIsAsking(true)
    setProblem(undefined)
    ask('POST /v1/inbox/{id}/links', { path: { id } })
      .then(({ links }) => take(new Map(links.map(link => [link.url, link]))), setProblem)
      .finally(() => setIsAsking(false))
  }
  return (
    <>
      <p class="note said">
        {say('links.ask.says')}{' '}
        <Button onClick={start} disabled={isAsking}>
          {say('links.ask')}
        </Button>
      </p>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </>
  )
}

function Told({ of }: { readonly of: Answer | undefined }) {
  if (of === undefined) return null
  const { status, problem, detail, hops } = of
  const isGood = problem === undefined && status !== undefined && status < 400
  return (
    <span class="note" role="status">
      <Mark tone={isGood ? 'good' : problem === 'not-asked' ? 'plain' : 'bad'}>
        {problem === undefined ? String(status) : say(`links.problem.${problem}`)}
      </Mark>{' '}
      {detail !== undefined && <Foreign>{detail}</Foreign>}
      {hops.length > 1 && <Foreign>{hops.map(hop => `${hop.status} ${hop.url}`).join(' → ')}</Foreign>}
    </span>
  )
}
