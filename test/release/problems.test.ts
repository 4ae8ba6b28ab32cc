import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Candidate, problemsOf } from './problems.ts'

const READY: Candidate = {
  version: '1.2.0',
  changelog: '# Changelog\n\n## Pending\n\n## 1.2.0\n\n- Something.\n\n## 1.1.0\n\n- Before.\n',
  manifests: [
    { name: '@postrider/core', version: '1.2.0', dependencies: { undici: '8.12.4' } },
    { name: '@postrider/relay', version: '1.2.0', dependencies: { '@postrider/core': '1.2.0' } },
  ],
  changed: [],
}

test('a clean tree whose versions and CHANGELOG agree may be released', () => {
  assert.deepEqual(problemsOf(READY), [])
})

test('entries under Pending stop a release', () => {
  const changelog = READY.changelog.replace('## Pending\n', '## Pending\n\n- Not yet told.\n')
  assert.match(problemsOf({ ...READY, changelog }).join(), /Pending/)
})

test('a version that the CHANGELOG does not tell of stops a release', () => {
  assert.match(problemsOf({ ...READY, version: '1.3.0' }).join('\n'), /no entries under "## 1\.3\.0"/)
})

test('a package of another version, or that wants another one, stops a release', () => {
  const manifests = [
    { name: '@postrider/core', version: '1.1.0' },
    { name: '@postrider/cli', version: '1.2.0', dependencies: { '@postrider/core': '1.1.0' } },
  ]
  assert.equal(problemsOf({ ...READY, manifests }).length, 2)
})

test('uncommitted changes and what is no version stop a release', () => {
  assert.match(problemsOf({ ...READY, changed: [' M README.md'] }).join(), /working tree/)
  assert.match(problemsOf({ ...READY, version: 'newest' }).join(), /three numbers/)
})
