/**
 * MessageContent: what a message says, for as long as its bytes are kept.
 *
 * Policy. It is asked for when somebody wants to see it.
 */
import { ask, Refused } from '../client/ask.ts'
import type { Mail } from '../client/mail-place.ts'
import type { Message } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { MailView } from '../part/mail-view.tsx'
import { Button, Empty, ProblemNote, Section } from '../part/parts.tsx'
import { useState } from '../view/view.ts'

export function MessageContent({ entry: { id } }: { readonly entry: Message }) {
  const [mail, setMail] = useState<Mail>()
  const [problem, setProblem] = useState<Error>()
  const show = (): void => {
    setProblem(undefined)
    ask('GET /v1/messages/{id}/mail', { path: { id } }).then(setMail, setProblem)
  }
  const status = problem instanceof Refused ? problem.status : undefined
  return (
    <Section
      title={say('message.content')}
      tools={
        mail === undefined && problem === undefined && <Button onClick={show}>{say('message.content.show')}</Button>
      }
    >
      {status === 404 && <Empty>{say('message.content.gone')}</Empty>}
      {status === 403 && <Empty>{say('message.content.forbidden')}</Empty>}
      {problem !== undefined && status !== 404 && status !== 403 && <ProblemNote problem={problem} again={show} />}
      {mail !== undefined && <MailView mail={mail} place={{ of: 'messages', id }} />}
    </Section>
  )
}
