/**
 * Shell: what stands around every page: the menu, the heading, whether events are heard, the colours.
 *
 * Policy. When the page changes, the focus goes to its heading, so that who does not see it hears where they are, and the title of the window
 * says it too.
 */
import { linkTo, type Place } from './client/place.ts'
import { say } from './language/say.ts'
import { titleOf } from './pages.tsx'
import { Guard } from './part/guard.tsx'
import { useConnection } from './part/hooks.ts'
import { Told } from './part/tell.tsx'
import { Theme } from './part/theme-switch.tsx'
import { type ComponentChildren, useEffect, useRef, useState } from './view/view.ts'

const MENU = [
  ['group.mail', ['inbox', 'overview', 'messages', 'queue', 'suppressions']],
  ['group.delivery', ['providers', 'domains', 'doctor', 'refused']],
  ['group.relay', ['webhooks', 'accounts', 'log', 'settings']],
] as const

export function Shell({
  place,
  known,
  children,
}: {
  readonly place: Place
  readonly known: readonly string[]
  readonly children: ComponentChildren
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  const isFirst = useRef(true)
  const title = titleOf(place)
  const key = place.path.join('/')
  useEffect(() => {
    document.title = say('app.title', { page: title })
    if (isFirst.current) isFirst.current = false
    else heading.current?.focus()
    scrollTo(0, 0)
  }, [key, title])
  return (
    <>
      <SkipLink />
      <Menu current={place.path[0] ?? 'overview'} known={known} />
      <main id="main">
        <header class="page-head">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <LiveMark />
        </header>
        <Guard key={key}>{children}</Guard>
      </main>
      <Told />
    </>
  )
}

function SkipLink() {
  return (
    // biome-ignore lint/a11y/useValidAnchor: it leads within the page; the address is kept for what is shown
    <a
      class="skip"
      href="#main"
      onClick={event => {
        event.preventDefault()
        document.querySelector<HTMLElement>('#main h1')?.focus()
      }}
    >
      {say('app.skip')}
    </a>
  )
}

function Menu({ current, known }: { readonly current: string; readonly known: readonly string[] }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <header class={`side ${isOpen ? 'open' : ''}`}>
      <div class="brand">
        <a href={linkTo([])}>
          <Sign />
          {say('app.name')}
        </a>
        <button
          type="button"
          class="button menu"
          aria-expanded={isOpen}
          aria-controls="menu"
          onClick={() => setIsOpen(!isOpen)}
        >
          {say('app.menu')}
        </button>
      </div>
      <nav id="menu" aria-label={say('app.main')}>
        {MENU.map(([group, pages]) => (
          <div key={group}>
            <p class="group" id={group}>
              {say(group)}
            </p>
            <ul aria-labelledby={group}>
              {pages
                .filter(page => known.includes(page))
                .map(page => (
                  <li key={page}>
                    <a
                      href={linkTo(page === 'overview' ? [] : [page])}
                      aria-current={page === current ? 'page' : undefined}
                      onClick={() => setIsOpen(false)}
                    >
                      {say(`page.${page}`)}
                    </a>
                  </li>
                ))}
            </ul>
          </div>
        ))}
        <Theme />
      </nav>
    </header>
  )
}

function Sign() {
  return (
    <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" class="sign" />
      <path d="M7 11h18v12H7zl9 7 9-7" class="sign-line" />
    </svg>
  )
}

function LiveMark() {
  const connection = useConnection()
  return (
    <p class={`live is-${connection}`} title={say(`live.${connection}.says`)}>
      {say(`live.${connection}`)}
    </p>
  )
}
