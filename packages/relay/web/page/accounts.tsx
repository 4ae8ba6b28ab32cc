/**
 * Accounts: who may submit mail, without what they log in with.
 *
 * Not here: API keys (keys.tsx).
 */
import { linkTo } from '../client/place.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { useAnswer } from '../part/hooks.ts'
import { Command, Empty, Foreign, ProblemNote, Section, Waiting, Wide } from '../part/parts.tsx'
import { list, number } from '../part/written.ts'
import { Keys } from './keys.tsx'

type Account = Routes['GET /v1/accounts']['answer']['accounts'][number]

export function AccountsPage() {
  const { value, problem, again } = useAnswer('GET /v1/accounts', {})
  const names = value?.accounts.map(({ name }) => name) ?? []
  return (
    <>
      <Section
        title={say('accounts.list')}
        note={
          <>
            {say('accounts.note')} <Command>postrider user add NAME</Command>
          </>
        }
      >
        {problem !== undefined && <ProblemNote problem={problem} again={again} />}
        {value === undefined && problem === undefined && <Waiting />}
        {value?.accounts.length === 0 && <Empty>{say('accounts.none')}</Empty>}
        {names.length > 0 && <Table accounts={value?.accounts ?? []} />}
      </Section>
      <Keys accounts={names} />
    </>
  )
}

function Table({ accounts }: { readonly accounts: readonly Account[] }) {
  return (
    <Wide label={say('accounts.list')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('accounts.name')}</th>
            <th scope="col">{say('accounts.senders')}</th>
            <th scope="col">{say('accounts.limits')}</th>
            <th scope="col">{say('accounts.from')}</th>
          </tr>
        </thead>
        <tbody>
          {accounts.map(({ name, senders, limits, from }) => (
            <tr key={name}>
              <th scope="row">
                <a href={linkTo(['messages'], { q: `account:${name}` })}>
                  <Foreign>{name}</Foreign>
                </a>
              </th>
              <td>{senders.length === 0 ? say('accounts.senders.usual') : <Foreign>{list(senders)}</Foreign>}</td>
              <td>
                {list(
                  Object.entries(limits ?? {}).flatMap(([key, value]) =>
                    value === undefined ? [] : [`${key} ${number(value)}`],
                  ),
                )}
              </td>
              <td>{say(`accounts.from.${from}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}
