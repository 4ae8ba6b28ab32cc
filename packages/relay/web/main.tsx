/**
 * Main: the web interface, put into the page: the pages for who is logged in, and the way in for who is not.
 */
import { ask, onLeft, Refused } from './client/ask.ts'
import { later } from './client/clock.ts'
import { linkTo } from './client/place.ts'
import { speak, takeLanguage } from './language/chosen.ts'
import { LoginPage } from './page/login.tsx'
import { pageAt, pagesFor } from './pages.tsx'
import { usePlace } from './part/hooks.ts'
import { Waiting } from './part/parts.tsx'
import { type Who, WhoContext } from './part/who.ts'
import { Shell } from './shell.tsx'
import { render, useCallback, useEffect, useState } from './view/view.ts'

const AGAIN_MS = 2000

function App() {
  const place = usePlace()
  const [who, setWho] = useState<Who | 'nobody' | undefined>(undefined)
  const [hasLeft, setHasLeft] = useState(false)
  const find = useCallback(() => {
    const enter = (found: Who): void => {
      // Chosen in another browser.
      if (takeLanguage(found.language)) location.reload()
      // Who opens it to see what an app has sent sees that.
      if (found.captures && location.hash === '') location.replace(linkTo(['inbox']))
      setWho(found)
    }
    ask('GET /v1/session', {}).then(enter, (problem: Error) => {
      if (problem instanceof Refused && problem.status === 401) setWho('nobody')
      // Starting, perhaps.
      else later(AGAIN_MS, find)
    })
  }, [])
  useEffect(find, [find])
  useEffect(
    () =>
      onLeft(() =>
        setWho(before => {
          if (typeof before === 'object') setHasLeft(true)
          return 'nobody'
        }),
      ),
    [],
  )
  if (who === undefined) return <Waiting />
  if (who === 'nobody' || place.path[0] === 'login')
    return (
      <LoginPage
        link={place.query.get('link') ?? undefined}
        came={place.query.get('problem') ?? undefined}
        hasLeft={hasLeft}
        entered={find}
      />
    )
  return (
    <WhoContext.Provider value={{ who, again: find }}>
      <Shell place={place} known={pagesFor(who)}>
        {pageAt(place)}
      </Shell>
    </WhoContext.Provider>
  )
}

const root = document.querySelector('#app')
await speak()
if (root !== null) {
  // What the page shows until this program is there.
  root.replaceChildren()
  render(<App />, root)
}
