import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { tempFolder } from '../support/folder.ts'
import { surfaceOf } from './surface.ts'

function surface(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = tempFolder(t)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return surfaceOf(join(folder, 'index.d.ts'), folder)
}

test('what an entry exports is followed to its declaration, and what that names with it', t => {
  const text = surface(t, {
    'index.d.ts': `export { type A, make as build } from './a.js';\n`,
    'a.d.ts': `import type { B } from './b.js';\nexport interface A {\n    readonly b: B;\n}\nexport declare function make(a: A): void;\nexport interface Unseen {\n}\n`,
    'b.d.ts': `interface C {\n    c: 1;\n}\nexport type B = C | 2;\nexport {};\n`,
  })
  assert.equal(
    text,
    `export { A } from 'a'
export { make as build } from 'a'

// a
export interface A {
    readonly b: B;
}
export declare function make(a: A): void;

// b
export type B = C | 2;
interface C {
    c: 1;
}
`,
  )
})

test('export * and a chain of doors lead to the same declaration', t => {
  const text = surface(t, {
    'index.d.ts': `export * from './door.js';\n`,
    'door.d.ts': `export { One } from './one.js';\n`,
    'one.d.ts': `export declare class One {\n    #private;\n    run(): void;\n}\n`,
  })
  assert.match(text, /^export \{ One \} from 'one'\n/)
  assert.match(text, /export declare class One \{\n {4}#private;\n {4}run\(\): void;\n\}/)
})

test('a name that is not ours is listed with its package', t => {
  assert.equal(surface(t, { 'index.d.ts': `export { Agent } from 'undici';\n` }), `export { Agent } from 'undici'\n\n`)
})
