/**
 * MailView: what a message says, from all sides: html, text, findings, programs, links, attachments, headers, source.
 *
 * Policy. What a sender wrote is text in this page, and html only in a frame of its own. A link of it is followed by who wants to.
 */
import { request } from '../client/ask.ts'
import { type Mail, type MailPlace, partPlace, rawPlace } from '../client/mail-place.ts'
import { say } from '../language/say.ts'
import { useEffect, useState } from '../view/view.ts'
import { Links } from './asked-links.tsx'
import { LevelMark } from './checks.tsx'
import { Choice } from './choice.tsx'
import { MailFrame } from './mail-frame.tsx'
import { Empty, Foreign, ProblemNote, Waiting, Wide } from './parts.tsx'
import { Programs } from './programs.tsx'
import { bytes, number } from './written.ts'

const SIDES = ['html', 'text', 'findings', 'programs', 'links', 'attachments', 'headers', 'raw'] as const
type Side = (typeof SIDES)[number]

export function MailView({ mail, place }: { readonly mail: Mail; readonly place: MailPlace }) {
  const has: Partial<Record<Side, boolean>> = {
    html: mail.html !== '',
    text: mail.text !== '' || mail.html === '',
    programs: mail.html !== '',
    links: mail.links.length > 0,
    attachments: mail.attachments.length > 0,
  }
  const sides = SIDES.filter(side => has[side] ?? true)
  const [side, setSide] = useState<Side>(sides[0] ?? 'raw')
  return (
    <div class="mail">
      <div class="tools">
        <Choice
          label={say('mail.sides')}
          chosen={side}
          choose={setSide}
          options={sides.map(each => [each, labelOf(each, mail)])}
        />
        <a class="button" href={rawPlace(place)} download={`${place.id}.eml`}>
          {say('message.content.download')}
        </a>
      </div>
      <Shown side={side} mail={mail} place={place} />
    </div>
  )
}

function labelOf(side: Side, { links, attachments, findings }: Mail): string {
  const wrong = findings.filter(({ level }) => level === 'warn' || level === 'fail').length
  const counts: Partial<Record<Side, number>> = {
    links: links.length,
    attachments: attachments.length,
    ...(wrong > 0 && { findings: wrong }),
  }
  const count = counts[side]
  return `${say(`message.content.${side}`)}${count === undefined ? '' : ` (${number(count)})`}`
}

function Shown({ side, mail, place }: { readonly side: Side; readonly mail: Mail; readonly place: MailPlace }) {
  switch (side) {
    case 'html':
      // Styles may fetch too, and are not listed among the links.
      return <MailFrame place={place} hasRemote={/https?:\/\//i.test(mail.html)} />
    case 'text':
      return mail.text === '' ? (
        <Empty>{say('mail.no-text')}</Empty>
      ) : (
        <Text label={say('message.content.text')} of={mail.text} />
      )
    case 'findings':
      return <Findings mail={mail} />
    case 'programs':
      return <Programs place={place} />
    case 'links':
      return <Links mail={mail} place={place} />
    case 'attachments':
      return <Attachments mail={mail} place={place} />
    case 'headers':
      return <Headers mail={mail} />
    case 'raw':
      return <Source place={place} />
  }
}

function Text({ label, of }: { readonly label: string; readonly of: string }) {
  return (
    <Wide label={label}>
      <pre class="raw">{of}</pre>
    </Wide>
  )
}

function Findings({ mail: { findings } }: { readonly mail: Mail }) {
  return (
    <ul class="checks">
      {findings.map(({ id, level, value = '' }, at) => {
        const shown = id === 'size' || id === 'clipped' ? bytes(Number(value)) : value
        const text =
          level === 'ok' ? say(`finding.${id}`, { value: shown }) : say(`finding.${id}.wrong`, { value: shown })
        return (
          <li key={`${id} ${at}`}>
            <LevelMark level={level} />
            <p>
              <bdi>{text}</bdi>
            </p>
          </li>
        )
      })}
    </ul>
  )
}

function Attachments({ mail: { attachments }, place }: { readonly mail: Mail; readonly place: MailPlace }) {
  return (
    <ul class="links">
      {attachments.map(({ part, filename, type, sizeBytes }) => (
        <li key={part}>
          <a href={partPlace(place, part)} download={filename}>
            <Foreign>{filename}</Foreign>
          </a>
          <span class="note">
            <Foreign>{type}</Foreign> · {bytes(sizeBytes)}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Headers({ mail: { headers } }: { readonly mail: Mail }) {
  return (
    <dl class="pairs">
      {headers.map(({ name, value }, at) => (
        <div key={`${name} ${at}`}>
          <dt>
            <Foreign>{name}</Foreign>
          </dt>
          <dd>
            <Foreign>{value}</Foreign>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** No more of it than a browser shows without stopping; the whole is saved. */
const MOST_SOURCE = 1_000_000

function Source({ place: { of, id } }: { readonly place: MailPlace }) {
  const [raw, setRaw] = useState<string>()
  const [problem, setProblem] = useState<Error>()
  useEffect(() => {
    const leaving = new AbortController()
    const route = of === 'inbox' ? 'GET /v1/inbox/{id}/raw' : 'GET /v1/messages/{id}/raw'
    firstOf(request(route, { path: { id }, signal: leaving.signal })).then(setRaw, (error: Error) => {
      if (!leaving.signal.aborted) setProblem(error)
    })
    return () => leaving.abort()
  }, [of, id])
  if (problem !== undefined) return <ProblemNote problem={problem} />
  if (raw === undefined) return <Waiting />
  return (
    <>
      <Text label={say('message.content.raw')} of={raw} />
      {raw.length >= MOST_SOURCE && <p class="note">{say('mail.source.cut')}</p>}
    </>
  )
}

async function firstOf(asked: Promise<Response>): Promise<string> {
  const reader = (await asked).body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (reader !== undefined && text.length < MOST_SOURCE) {
    const { done, value } = await reader.read()
    if (done) return text
    text += value
  }
  await reader?.cancel()
  return text.slice(0, MOST_SOURCE)
}
