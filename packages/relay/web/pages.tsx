/**
 * Pages: which page is shown at which place.
 */
import type { Place } from './client/place.ts'
import { say } from './language/say.ts'
import { AccountsPage } from './page/accounts.tsx'
import { ApiLogPage } from './page/api-log.tsx'
import { CapturedPage } from './page/captured.tsx'
import { DoctorPage } from './page/doctor.tsx'
import { DomainsPage } from './page/domains.tsx'
import { InboxPage } from './page/inbox.tsx'
import { MessagePage } from './page/message.tsx'
import { MessagesPage } from './page/messages.tsx'
import { OverviewPage } from './page/overview.tsx'
import { ProvidersPage } from './page/providers.tsx'
import { QueuePage } from './page/queue.tsx'
import { RefusedPage } from './page/refused.tsx'
import { SettingsPage } from './page/settings.tsx'
import { SuppressionsPage } from './page/suppressions.tsx'
import { WebhooksPage } from './page/webhooks.tsx'
import { Empty } from './part/parts.tsx'
import type { Who } from './part/who.ts'
import type { JSX } from './view/view.ts'

const PAGES = {
  inbox: ({ query, path }: Place) =>
    path[1] === undefined ? <InboxPage query={query} /> : <CapturedPage key={path[1]} id={path[1]} />,
  overview: ({ query }: Place) => <OverviewPage query={query} />,
  messages: ({ query, path }: Place) =>
    path[1] === undefined ? <MessagesPage query={query} /> : <MessagePage key={path[1]} id={path[1]} />,
  queue: ({ query }: Place) => <QueuePage query={query} />,
  suppressions: ({ query }: Place) => <SuppressionsPage query={query} />,
  providers: ({ query }: Place) => <ProvidersPage query={query} />,
  domains: () => <DomainsPage />,
  doctor: ({ query }: Place) => <DoctorPage query={query} />,
  refused: ({ query }: Place) => <RefusedPage query={query} />,
  webhooks: () => <WebhooksPage />,
  accounts: () => <AccountsPage />,
  log: () => <ApiLogPage />,
  settings: () => <SettingsPage />,
} as const satisfies Record<string, (place: Place) => JSX.Element>
type Page = keyof typeof PAGES

/** What a page needs that not everybody may. */
const NEEDED: Partial<Record<Page, 'operate' | 'admin'>> = { doctor: 'operate', accounts: 'admin', log: 'admin' }

export function pagesFor({ scopes, captures }: Who): readonly Page[] {
  const may = (scope: 'operate' | 'admin'): boolean => scopes.includes(scope) || scopes.includes('admin')
  return (Object.keys(PAGES) as Page[]).filter(page => {
    if (page === 'inbox') return captures
    return NEEDED[page] === undefined || may(NEEDED[page])
  })
}

const isPage = (name: string): name is Page => Object.hasOwn(PAGES, name)
const nameOf = ({ path }: Place): string => path[0] ?? 'overview'

export function titleOf(place: Place): string {
  const name = nameOf(place)
  if (!isPage(name)) return say('page.unknown')
  if (place.path.length > 1 && name === 'inbox') return say('page.captured')
  return name === 'messages' && place.path.length > 1 ? say('page.message') : say(`page.${name}`)
}

export function pageAt(place: Place) {
  const name = nameOf(place)
  return isPage(name) ? PAGES[name](place) : <Empty>{say('page.unknown.text')}</Empty>
}
