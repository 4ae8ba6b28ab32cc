/**
 * LanguageSwitch: the language of the interface; kept in this browser, and with the user where somebody is logged in.
 */

import { LANGUAGES } from '@postrider/core/language'
import { ask } from '../client/ask.ts'
import { chooseLanguage, chosenLanguage } from '../language/chosen.ts'
import { say } from '../language/say.ts'
import { useId } from '../view/view.ts'
import { tell } from './tell.tsx'
import { useWho } from './who.ts'

export function LanguageSwitch() {
  const id = useId()
  const { who } = useWho()
  const choose = async (tag: string): Promise<void> => {
    try {
      if (who.kind === 'session') await ask('PATCH /v1/session', { body: { language: tag } })
      if (chooseLanguage(tag)) location.reload()
    } catch (error) {
      tell((error as Error).message)
    }
  }
  return (
    <p class="field">
      <label for={id}>{say('language.label')}</label>
      <select
        id={id}
        value={chosenLanguage() ?? ''}
        aria-describedby={`${id}-hint`}
        // Never rejects: what goes wrong is told.
        onChange={event => void choose(event.currentTarget.value)}
      >
        <option value="">{say('language.browser')}</option>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
      <span id={`${id}-hint`} class="note">
        {say('language.note')}
      </span>
    </p>
  )
}
