/**
 * Overview: what needs a hand now, how much waits, and what happens as it happens. Each figure leads to the list behind it.
 */
import { say } from '../language/say.ts'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { Hands } from './hands.tsx'
import { Counts } from './queue.tsx'
import { Tail } from './tail.tsx'
import { spanOf, Volume } from './volume.tsx'

export function OverviewPage({ query }: { readonly query: URLSearchParams }) {
  const { value, again } = useAnswer('GET /v1/queue', {})
  useSettled(again)
  return (
    <>
      <Hands held={value?.held ?? 0} />
      <h2 class="unseen">{say('queue.waiting')}</h2>
      <Counts value={value} />
      <Volume span={spanOf(query)} />
      <Tail />
    </>
  )
}
