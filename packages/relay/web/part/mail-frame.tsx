/**
 * MailFrame: the html of a message as its readers see it: on a telephone, a tablet or a desk; light, dark, or turned dark by their program.
 *
 * Policy. It is a document of its own, in a sandbox: nothing in it runs, and nothing is fetched until somebody asks for its images.
 */
import { htmlPlace, type MailPlace } from '../client/mail-place.ts'
import { say } from '../language/say.ts'
import { useState } from '../view/view.ts'
import { Choice } from './choice.tsx'
import { useAnswer } from './hooks.ts'
import { Button } from './parts.tsx'

const WIDTHS = ['phone', 'tablet', 'desktop'] as const
const LOOKS = ['light', 'dark', 'inverted'] as const

export function MailFrame({ place, hasRemote }: { readonly place: MailPlace; readonly hasRemote: boolean }) {
  const [width, setWidth] = useState<(typeof WIDTHS)[number]>('desktop')
  const [look, setLook] = useState<(typeof LOOKS)[number]>('light')
  const [remote, setRemote] = useState(false)
  const address = htmlPlace(place, { remote, look })
  return (
    <>
      <div class="tools">
        <Choice
          label={say('mail.width')}
          chosen={width}
          choose={setWidth}
          options={WIDTHS.map(each => [each, say(`mail.width.${each}`)])}
        />
        <Choice
          label={say('mail.look')}
          chosen={look}
          choose={setLook}
          options={LOOKS.map(each => [each, say(`mail.look.${each}`)])}
        />
      </div>
      <LeftOut place={place} />
      {hasRemote && !remote && (
        <p class="note said">
          {say('message.content.images.off')}{' '}
          <Button onClick={() => setRemote(true)}>{say('message.content.images')}</Button>
        </p>
      )}
      <div class="frame-ground">
        <iframe
          // What is shown in another way is another document, and no step to go back to.
          key={address}
          class={`frame ${width} ${look}`}
          title={say('message.content.frame')}
          src={address}
          sandbox=""
          referrerpolicy="no-referrer"
        />
      </div>
    </>
  )
}

/** That the frame shows less than there is, and of what. */
function LeftOut({ place: { of, id } }: { readonly place: MailPlace }) {
  const route = of === 'inbox' ? 'GET /v1/inbox/{id}/left-out' : 'GET /v1/messages/{id}/left-out'
  const { value } = useAnswer(route, { path: { id } })
  if (value === undefined || value.leftOut.length === 0) return null
  return (
    <p class="note said">
      {say('left-out.says', { what: value.leftOut.map(({ kind, count = 1 }) => say(`left-out.${kind}`, { count })) })}
    </p>
  )
}
