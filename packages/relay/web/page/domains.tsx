/**
 * Domains: those that mail is signed for, what is to be published for each, and whether it stands in the DNS: looked at again until it does.
 *
 * Not here: every check of an address (doctor.tsx).
 */
import { later } from '../client/clock.ts'
import { quoted } from '../client/dns-record.ts'
import { linkTo } from '../client/place.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { useAnswer } from '../part/hooks.ts'
import { Button, Command, Empty, Mark, ProblemNote, Waiting } from '../part/parts.tsx'
import { Records } from '../part/records.tsx'
import { tell } from '../part/tell.tsx'
import { useMay } from '../part/who.ts'
import { list } from '../part/written.ts'
import { useEffect, useState } from '../view/view.ts'

const AGAIN_MS = 10_000

export function DomainsPage() {
  const { value, problem, again } = useAnswer('GET /v1/domains', {})
  if (problem !== undefined) return <ProblemNote problem={problem} again={again} />
  if (value === undefined) return <Waiting rows={6} />
  return (
    <>
      <p class="intro">{say('domains.intro')}</p>
      {value.domains.length === 0 && (
        <Empty>
          {say('domains.none')} <Command>postrider keygen --domain DOMAIN</Command>
        </Empty>
      )}
      {value.domains.map(({ name }) => (
        <Domain key={name} name={name} />
      ))}
    </>
  )
}

type Own = Routes['GET /v1/domains/{domain}']['answer']

function Domain({ name }: { readonly name: string }) {
  const { value, problem, isAsking, again } = useAnswer('GET /v1/domains/{domain}', { path: { domain: name } })
  const [isWatched, setIsWatched] = useState(false)
  const isDone = value?.records.every(({ status }) => status === 'published') ?? false
  useEffect(() => {
    if (!isWatched || isAsking) return
    if (!isDone) return later(AGAIN_MS, again)
    setIsWatched(false)
    return tell(say('domains.published', { name }))
  }, [isWatched, isAsking, isDone, again, name])
  if (problem !== undefined) return <ProblemNote problem={problem} again={again} />
  if (value === undefined) return <Waiting rows={4} />
  return (
    <>
      <div class="domain" role="status">
        <Standing own={value} isDone={isDone} />
        {!isDone && (
          <Button onClick={() => setIsWatched(!isWatched)} aria-pressed={isWatched}>
            {isWatched ? say('doctor.stop') : say('domains.watch')}
          </Button>
        )}
        {isWatched && <span class="note">{say('doctor.watching', { seconds: AGAIN_MS / 1000 })}</span>}
      </div>
      <Records
        title={say('domains.records', { name })}
        records={value.records.map(({ value: text, ...record }) => ({ ...record, value: quoted(text) }))}
      />
    </>
  )
}

function Standing({ own: { name, keys, verified }, isDone }: { readonly own: Own; readonly isDone: boolean }) {
  const mayOperate = useMay('operate')
  return (
    <>
      <h2>{name}</h2>
      <Mark tone={isDone ? 'good' : verified ? 'wait' : 'bad'}>
        {isDone ? say('domains.done') : verified ? say('domains.verified') : say('domains.open')}
      </Mark>
      <span class="note">
        {say('domains.keys', { keys: list(keys.map(({ selector, algorithm }) => `${selector} (${algorithm})`)) })}
      </span>
      {mayOperate && <a href={linkTo(['doctor'], { of: `postmaster@${name}` })}>{say('domains.examine')}</a>}
    </>
  )
}
