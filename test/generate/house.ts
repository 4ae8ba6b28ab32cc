/**
 * The picture of the house in docs/flow.md: the rooms of each package by their floors, as Mermaid. From the plan that the
 * architecture test holds every import against, so that it cannot drift.
 */
import { FRONT, HOUSES, type House } from '../support/rooms.ts'

export function generate(): string {
  return [
    '```mermaid',
    'flowchart BT',
    ...HOUSES.flatMap(house => [...packageOf(house), '']),
    ...HOUSES.flatMap(({ name, workspaces }) =>
      workspaces.map(other => `  ${idOf(name)} -->|public door| ${idOf(other)}`),
    ),
    '```',
    '',
  ].join('\n')
}

function packageOf(house: House): readonly string[] {
  const floors = Map.groupBy(Object.entries(house.rooms), ([, { floor }]) => floor)
  const ascending = [...floors].sort(([a], [b]) => a - b)
  return [
    `  subgraph ${idOf(house.name)}["${house.name}"]`,
    '    direction BT',
    ...ascending.map(([floor, rooms]) => {
      const names = rooms.map(([room]) => (room === FRONT ? 'entries' : room)).sort()
      return `    ${idOf(house.name)}${floor}["${names.join(' · ')}"]`
    }),
    ...ascending.slice(1).map(([floor], at) => {
      const [below] = ascending[at] as readonly [number, unknown]
      return `    ${idOf(house.name)}${floor} --> ${idOf(house.name)}${below}`
    }),
    '  end',
  ]
}

function idOf(name: string): string {
  return name.replace('@postrider/', '').replace('/', '-')
}
