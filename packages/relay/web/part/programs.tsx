/**
 * Programs: what programs for mail do not show of a message, feature by feature, with the lines and who lacks it.
 */
import type { MailPlace } from '../client/mail-place.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { useAnswer } from './hooks.ts'
import { Empty, Foreign, Mark, ProblemNote, Waiting } from './parts.tsx'
import { number } from './written.ts'

type Answer = Routes['GET /v1/inbox/{id}/check']['answer']
type Program = Answer['lacking'][number]['lackedBy'][number]

export function Programs({ place: { of, id } }: { readonly place: MailPlace }) {
  const route = of === 'inbox' ? 'GET /v1/inbox/{id}/check' : 'GET /v1/messages/{id}/check'
  const { value, problem, again } = useAnswer(route, { path: { id } })
  if (problem !== undefined) return <ProblemNote problem={problem} again={again} />
  if (value === undefined) return <Waiting />
  const { lacking, programs, used, updated, source, cut } = value
  return (
    <>
      <p class="note said">
        {say('programs.intro', { used, programs })}{' '}
        <a href={source} target="_blank" rel="noopener noreferrer">
          {say('programs.source', { updated })}
        </a>
      </p>
      {cut && <p class="note said">{say('programs.cut')}</p>}
      {lacking.length === 0 ? (
        <Empty>{say('programs.none')}</Empty>
      ) : (
        <ul class="checks">
          {lacking.map(each => (
            <Feature key={each.feature} of={each} among={programs} />
          ))}
        </ul>
      )}
    </>
  )
}

function Feature({ of, among }: { readonly of: Answer['lacking'][number]; readonly among: number }) {
  const { title, lines, times, lackedBy, partlyLackedBy } = of
  const more = times > lines.length
  return (
    <li>
      <Mark tone={lackedBy.length * 2 >= among ? 'bad' : lackedBy.length > 0 ? 'wait' : 'plain'}>
        {say('programs.share', { count: lackedBy.length, among })}
      </Mark>
      <div>
        <p>
          <code>
            <Foreign>{title}</Foreign>
          </code>{' '}
          <span class="note">
            {say(more ? 'programs.lines.more' : 'programs.lines', {
              lines: lines.map(number).join(', '),
              count: lines.length,
              times,
            })}
          </span>
        </p>
        {lackedBy.length > 0 && <p>{say('programs.lack', { programs: namesOf(lackedBy) })}</p>}
        {partlyLackedBy.length > 0 && (
          <p class="note">{say('programs.partly', { programs: namesOf(partlyLackedBy) })}</p>
        )}
      </div>
    </li>
  )
}

/** `Gmail (iOS, Android), Outlook (Windows)` */
function namesOf(programs: readonly Program[]): string {
  const names = [...new Set(programs.map(({ name }) => name))]
  return names
    .map(name => {
      const where = programs.filter(each => each.name === name).map(({ platform }) => say(`platform.${platform}`))
      return `${name} (${where.join(', ')})`
    })
    .join(', ')
}
