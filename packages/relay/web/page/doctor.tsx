/**
 * Doctor: sender addresses examined while one looks on, with the records to publish, again and again until all is fine.
 *
 * Not here: what a check is (the relay), the stream (client/doctor.ts).
 */
import { later, now } from '../client/clock.ts'
import { recordsIn } from '../client/dns-record.ts'
import { examine, type Report } from '../client/doctor.ts'
import { linkTo } from '../client/place.ts'
import type { Check } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { CheckList, LevelMark } from '../part/checks.tsx'
import { Field, givenIn } from '../part/fields.tsx'
import { Button, ProblemNote, Section, When } from '../part/parts.tsx'
import { Records } from '../part/records.tsx'
import { tell } from '../part/tell.tsx'
import { useCallback, useEffect, useRef, useState } from '../view/view.ts'

const AGAIN_MS = 10_000

interface Examination {
  /** Of which addresses: what was found of others is never shown, nor taken for theirs. */
  readonly key: string
  readonly made: number
  readonly reports: readonly Report[]
  readonly at?: number
  readonly isRunning: boolean
  readonly problem?: Error
}

export function DoctorPage({ query }: { readonly query: URLSearchParams }) {
  const addresses = (query.get('of') ?? '').split(/[\s,]+/).filter(Boolean)
  const [isWatched, setIsWatched] = useState(false)
  const { found, run } = useExamination(addresses)
  const isFine = found.reports.length > 0 && found.reports.every(({ checks }) => open(checks).length === 0)
  useEffect(() => {
    if (!isWatched || found.isRunning || addresses.length === 0) return
    if (isFine) {
      setIsWatched(false)
      return tell(say('doctor.fine'))
    }
    return later(AGAIN_MS, run)
  }, [isWatched, found.isRunning, isFine, run, addresses.length])
  return (
    <>
      <p class="intro">{say('doctor.intro')}</p>
      <form
        class="fields filter"
        onSubmit={event => {
          event.preventDefault()
          const link = linkTo(['doctor'], { of: givenIn(event.currentTarget).of })
          if (location.hash === link) run()
          else location.hash = link
        }}
      >
        <Field
          label={say('doctor.addresses')}
          name="of"
          value={addresses.join(' ')}
          hint={say('doctor.addresses.hint')}
          required
        />
        <Button type="submit" tone="main" disabled={found.isRunning}>
          {say('doctor.run')}
        </Button>
      </form>
      <div class="progress" role="status">
        {found.isRunning && <p>{say('doctor.running', { count: found.made })}</p>}
        {!found.isRunning && found.at !== undefined && <Verdict found={found} at={found.at} isFine={isFine} />}
        {found.reports.length > 0 && !isFine && (
          <Button onClick={() => setIsWatched(!isWatched)} aria-pressed={isWatched}>
            {isWatched ? say('doctor.stop') : say('doctor.watch')}
          </Button>
        )}
        {isWatched && <p class="note">{say('doctor.watching', { seconds: AGAIN_MS / 1000 })}</p>}
      </div>
      {found.problem !== undefined && <ProblemNote problem={found.problem} again={run} />}
      <ToPublish reports={found.reports} />
      {found.reports.map(report => (
        <Examined key={report.of} report={report} />
      ))}
    </>
  )
}

const begun = (key: string): Examination => ({ key, made: 0, reports: [], isRunning: false })

function useExamination(addresses: readonly string[]) {
  const key = addresses.join(' ')
  const [state, setState] = useState<Examination>(() => begun(key))
  const found = state.key === key ? state : begun(key)
  const leaving = useRef(new AbortController())
  const run = useCallback(() => {
    if (key === '') return
    leaving.current.abort()
    leaving.current = new AbortController()
    const { signal } = leaving.current
    const reports: Report[] = []
    // What is shown stays until the report is there.
    setState(before => ({ ...begun(key), reports: before.key === key ? before.reports : [], isRunning: true }))
    const hears = {
      check: () => {
        if (!signal.aborted) setState(before => ({ ...before, made: before.made + 1 }))
      },
      report: (report: Report) => reports.push(report),
    }
    examine(key.split(' '), hears, signal).then(
      () => {
        if (!signal.aborted) setState(before => ({ key, made: before.made, reports, at: now(), isRunning: false }))
      },
      (problem: Error) => {
        if (!signal.aborted) setState(before => ({ ...before, isRunning: false, problem }))
      },
    )
  }, [key])
  useEffect(() => {
    run()
    return () => leaving.current.abort()
  }, [run])
  return { found, run }
}

/** What is not fine; what could not be found out is no fault. */
function open(checks: readonly Check[]): readonly Check[] {
  return checks.filter(({ level }) => level === 'warn' || level === 'fail')
}

function Verdict({
  found: { reports },
  at,
  isFine,
}: {
  readonly found: Examination
  readonly at: number
  readonly isFine: boolean
}) {
  const count = reports.reduce((sum, { checks }) => sum + open(checks).length, 0)
  return (
    <p>
      <LevelMark level={isFine ? 'ok' : worst(reports)} /> {isFine ? say('doctor.fine') : say('doctor.open', { count })}{' '}
      <span class="note">
        <When at={at} />
      </span>
    </p>
  )
}

function worst(reports: readonly Report[]): Check['level'] {
  return reports.some(({ checks }) => checks.some(({ level }) => level === 'fail')) ? 'fail' : 'warn'
}

/** What the checks say to publish. */
function ToPublish({ reports }: { readonly reports: readonly Report[] }) {
  const fixes = reports.flatMap(({ checks }) => checks.flatMap(({ fix }) => (fix === undefined ? [] : [fix])))
  const records = recordsIn(fixes)
  return records.length === 0 ? null : <Records title={say('doctor.records')} records={records} />
}

function Examined({ report: { of, checks } }: { readonly report: Report }) {
  const fine = checks.filter(({ level }) => level === 'ok')
  const others = checks.filter(({ level }) => level !== 'ok')
  return (
    <Section title={of}>
      <CheckList checks={others} />
      {fine.length > 0 && (
        <details open={others.length === 0}>
          <summary>{say('doctor.show-fine', { count: fine.length })}</summary>
          <CheckList checks={fine} />
        </details>
      )}
    </Section>
  )
}
