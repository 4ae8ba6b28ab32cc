/**
 * Captured: one captured message: what it says from all sides, and what became of it in the place of the network.
 *
 * Not here: the views themselves (part/mail-view.tsx).
 */
import { ask, Refused } from '../client/ask.ts'
import { linkTo } from '../client/place.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { Confirm, type Question } from '../part/confirm.tsx'
import { useAnswer } from '../part/hooks.ts'
import { MailView } from '../part/mail-view.tsx'
import {
  Button,
  CopyButton,
  Empty,
  Foreign,
  Pairs,
  ProblemNote,
  Section,
  type State,
  StateMark,
  Waiting,
  When,
} from '../part/parts.tsx'
import { tell } from '../part/tell.tsx'
import { useMay } from '../part/who.ts'
import { bytes, sender } from '../part/written.ts'
import { useState } from '../view/view.ts'
import { Release } from './captured-release.tsx'
import { Preflight } from './message-route.tsx'

type Whole = Routes['GET /v1/inbox/{id}']['answer']

export function CapturedPage({ id }: { readonly id: string }) {
  const { value, problem, again } = useAnswer('GET /v1/inbox/{id}', { path: { id } })
  if (problem instanceof Refused && problem.status === 404) return <Empty>{say('captured.gone')}</Empty>
  if (problem instanceof Refused && problem.status === 403) return <Empty>{say('message.content.forbidden')}</Empty>
  if (problem !== undefined) return <ProblemNote problem={problem} again={again} />
  if (value === undefined) return <Waiting rows={10} />
  return (
    <>
      <Head mail={value} />
      <div class="columns">
        <div>
          <Section title={say('message.content')}>
            <MailView mail={value} place={{ of: 'inbox', id }} />
          </Section>
        </div>
        <aside>
          <About mail={value} />
          <Outcomes mail={value} />
          <WouldBe mail={value} />
          <Release id={id} />
        </aside>
      </div>
    </>
  )
}

function Head({ mail: { id, subject } }: { readonly mail: Whole }) {
  const mayOperate = useMay('operate')
  const [question, setQuestion] = useState<Question>()
  const remove = (): void =>
    setQuestion({
      title: say('inbox.delete.title', { count: 1 }),
      text: <p>{say('inbox.delete.one')}</p>,
      action: say('inbox.delete'),
      tone: 'danger',
      work: async () => {
        const { removed } = await ask('DELETE /v1/inbox/{id}', { path: { id } })
        location.hash = linkTo(['inbox'])
        tell(say('inbox.deleted', { count: removed }))
      },
    })
  return (
    <div class="head">
      <p class="title">
        <Foreign class="subject">{subject.trim() || say('mail.no-subject')}</Foreign>
      </p>
      <div class="tools">
        <a class="button" href={linkTo(['inbox'])}>
          {say('captured.back')}
        </a>
        {mayOperate && (
          <Button tone="danger" onClick={remove}>
            {say('inbox.delete')}
          </Button>
        )}
      </div>
      <Confirm question={question} close={() => setQuestion(undefined)} />
    </div>
  )
}

type Mailbox = Whole['to'][number]

function named({ name, address }: Mailbox): string {
  return name === '' ? address : `${name} <${address}>`
}

function About({ mail }: { readonly mail: Whole }) {
  const { author, to, cc, replyTo, tags, codes } = mail
  const text = (name: string, value: string | undefined) =>
    value === undefined || value === '' ? undefined : ([name, <Foreign key={name}>{value}</Foreign>] as const)
  const all = (mailboxes: readonly Mailbox[]): string => mailboxes.map(named).join(', ')
  return (
    <Section title={say('message.about')}>
      <Pairs
        rows={[
          text(say('message.from'), author && named(author)),
          text(say('message.to'), all(to)),
          text(say('message.cc'), all(cc)),
          text(say('captured.reply-to'), all(replyTo)),
          text(say('message.envelope'), sender(mail.from)),
          text(say('captured.recipients'), mail.recipients.join(', ')),
          [say('captured.received'), <When key="at" at={mail.at} as="whole" />],
          [say('message.size'), bytes(mail.sizeBytes)],
          text(say('message.account'), mail.account),
          text(
            say('message.tags'),
            Object.entries(tags)
              .map(([name, value]) => `${name}=${value}`)
              .join(', '),
          ),
          codes.length === 0
            ? undefined
            : [
                say('captured.codes'),
                <span key="codes" class="tools">
                  {codes.map(code => (
                    <span key={code} class="command">
                      <code>{code}</code>
                      <CopyButton text={code} label={say('copy.command', { command: code })} />
                    </span>
                  ))}
                </span>,
              ],
        ]}
      />
    </Section>
  )
}

function Outcomes({ mail: { id, outcomes } }: { readonly mail: Whole }) {
  return (
    <Section title={say('captured.outcomes')}>
      <ul class="outcomes">
        {outcomes.map(({ address, state, lastReply }) => (
          <li key={address}>
            <StateMark state={state as State} /> <Foreign>{address}</Foreign>
            {lastReply !== undefined && <Foreign class="note">{lastReply}</Foreign>}
          </li>
        ))}
      </ul>
      <p class="same">
        <a href={linkTo(['messages', id])}>{say('captured.story')}</a>
      </p>
    </Section>
  )
}

/** What preflight knew as it was accepted, and where one asks what it would say now. */
function WouldBe({ mail: { id, author, recipients } }: { readonly mail: Whole }) {
  const { value } = useAnswer('GET /v1/messages/{id}/story', { path: { id } })
  return (
    <>
      {value !== undefined && <Preflight story={value} />}
      <Section title={say('captured.refused')} note={say('captured.refused.says')}>
        <a class="button" href={linkTo(['refused'], { from: author?.address, to: recipients.join(' ') })}>
          {say('captured.refused.ask')}
        </a>
      </Section>
    </>
  )
}
