/** What an import costs is what it loads: the rooms and the heavy libraries wait for the first mailer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runScript } from '../support/child.ts'

/** The files and packages that importing `specifier` loads. */
async function loadedBy(specifier: string): Promise<readonly string[]> {
  const code = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${JSON.stringify(specifier)})
    console.log(JSON.stringify(loaded))`
  const { code: exit, stdout, stderr } = await runScript(code, { cwd: import.meta.dirname })
  assert.equal(exit, 0, stderr)
  return JSON.parse(stdout) as string[]
}

const HEAVY = ['htmlparser2', 'mailauth', 'nodemailer', 'p-queue', 'pg', 'tldts', 'undici', 'yaml']

for (const specifier of ['@postrider/core', '@postrider/core/nodemailer']) {
  test(`importing ${specifier} loads no heavy library and no more than 105 modules`, async () => {
    const loaded = await loadedBy(specifier)
    const heavy = HEAVY.filter(name => loaded.some(url => url.includes(`/node_modules/${name}/`)))
    assert.deepEqual(heavy, [])
    const modules = loaded.filter(url => !url.startsWith('node:'))
    assert.ok(modules.length <= 105, `${modules.length} modules:\n${modules.join('\n')}`)
    assert.ok(modules.some(url => url.includes('packages/core/src/api/create-mailer.ts')))
  })
}
