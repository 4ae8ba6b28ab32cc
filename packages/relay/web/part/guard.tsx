/**
 * Guard: a page that cannot be drawn says so, and the menu around it goes on.
 *
 * Policy. It is drawn anew when somebody asks for that. Each page has a guard of its own (a key, in the shell): one that were told of the
 * next page after it is drawn would stand over it for a moment with the fault of the last.
 */
import { say } from '../language/say.ts'
import { type ComponentChildren, useErrorBoundary } from '../view/view.ts'
import { Button } from './parts.tsx'

export function Guard({ children }: { readonly children: ComponentChildren }) {
  const [problem, again] = useErrorBoundary(error => reportError(error))
  if (problem === undefined || problem === null) return <>{children}</>
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{say('page.broken')}</strong> {say('page.broken.text')}
      </p>
      <Button onClick={again}>{say('problem.again')}</Button>
    </div>
  )
}
