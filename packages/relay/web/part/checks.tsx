/**
 * Checks: findings of preflight and the doctor: how bad, what was found, what was wanted, and what to publish, ready to be copied.
 */
import type { Check } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { CopyButton, Foreign, Mark, type Tone } from './parts.tsx'

const TONES = { ok: 'good', note: 'plain', unknown: 'held', warn: 'wait', fail: 'bad' } as const satisfies Record<
  Check['level'],
  Tone
>

export function LevelMark({ level }: { readonly level: Check['level'] }) {
  return <Mark tone={TONES[level]}>{say(`level.${level}`)}</Mark>
}

export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul class="checks">
      {checks.map((check, at) => (
        <CheckItem key={`${check.id} ${at}`} check={check} />
      ))}
    </ul>
  )
}

function CheckItem({ check: { id, level, found, wanted, fix } }: { readonly check: Check }) {
  return (
    <li>
      <LevelMark level={level} />
      <div>
        <p>
          <code class="id">{id}</code> <Foreign>{found}</Foreign>
        </p>
        {level !== 'ok' && (
          <p class="note">
            <Foreign>{say('check.wanted', { wanted })}</Foreign>
          </p>
        )}
        {fix !== undefined && (
          <div class="fix">
            <pre>{fix}</pre>
            <CopyButton text={fix} label={say('check.copy', { id })} />
          </div>
        )}
      </div>
    </li>
  )
}
