/**
 * Confirm: asks before something is done, with what it is about and the command that does the same.
 *
 * Policy. The dialog is the browser's own: focus stays in it, Escape leaves it, and focus goes back to where it came from.
 */
import { say } from '../language/say.ts'
import { type ComponentChildren, useEffect, useId, useRef, useState } from '../view/view.ts'
import { Button, Command, ProblemNote } from './parts.tsx'

export interface Question {
  readonly title: string
  readonly text: ComponentChildren
  readonly action: string
  readonly tone?: 'main' | 'danger'
  readonly command?: string
  /** What is done; what it throws is shown. */
  readonly work: () => Promise<void>
  /** May it be done at all? */
  readonly isPossible?: boolean
}

export function Confirm({ question, close }: { readonly question: Question | undefined; readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  const [failed, setFailed] = useState<{ readonly question: Question | undefined; readonly problem: Error }>()
  // Of this question, and of none before.
  const problem = failed !== undefined && failed.question === question ? failed.problem : undefined
  const [isBusy, setIsBusy] = useState(false)
  useEffect(() => {
    if (question !== undefined) dialog.current?.showModal()
    else dialog.current?.close()
  }, [question])
  const run = async (): Promise<void> => {
    setIsBusy(true)
    setFailed(undefined)
    try {
      await question?.work()
      close()
    } catch (error) {
      setFailed({ question, problem: error as Error })
    } finally {
      setIsBusy(false)
    }
  }
  // The browser tells of it a moment later: whoever is quick has asked again by then.
  const closed = (): void => {
    if (dialog.current?.open !== true) close()
  }
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={closed}>
      {question !== undefined && (
        <form
          onSubmit={event => {
            event.preventDefault()
            // Never rejects: what goes wrong is shown in the dialog.
            void run()
          }}
        >
          <h2 id={id}>{question.title}</h2>
          <div class="dialog-text">{question.text}</div>
          {question.command !== undefined && (
            <p class="same">
              {say('confirm.command')} <Command>{question.command}</Command>
            </p>
          )}
          {problem !== undefined && <ProblemNote problem={problem} />}
          <div class="tools">
            <Button onClick={close}>{say('confirm.leave')}</Button>
            <Button type="submit" tone={question.tone ?? 'main'} disabled={isBusy || question.isPossible === false}>
              {question.action}
            </Button>
          </div>
        </form>
      )}
    </dialog>
  )
}
