import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer } from '@postrider/core'
import { createFakeDns, startFakeMx } from '@postrider/core/testing'
import type { Context, Input } from './command.ts'
import { tlsrpt } from './tlsrpt.ts'

const REPORT = JSON.stringify({
  'organization-name': 'Company-X',
  'date-range': { 'start-datetime': '2026-04-01T00:00:00Z', 'end-datetime': '2026-04-01T23:59:59Z' },
  'report-id': '1',
  policies: [
    {
      policy: { 'policy-type': 'sts', 'policy-string': ['version: STSv1', 'mode: enforce'], 'policy-domain': 'y.test' },
      summary: { 'total-successful-session-count': 3, 'total-failure-session-count': 2 },
      'failure-details': [
        { 'result-type': 'certificate-expired', 'receiving-mx-hostname': 'mx.y.test', 'failed-session-count': 2 },
      ],
    },
  ],
})

async function run(
  verb: string,
  input: Input,
  stdin = '',
  cwd = '/',
): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const context: Context = {
    out: { interactive: false, write: text => (out += text) },
    err: { interactive: false, write: text => (err += text) },
    json: input.flags.json === true,
    env: {},
    cwd,
    stdin: (async function* () {
      yield Buffer.from(stdin)
    })(),
    now: () => 0,
  }
  const command = tlsrpt.subcommands?.find(({ name }) => name === verb)
  const code = await command?.run?.(input, context, new AbortController().signal)
  return { code: code ?? -1, out, err }
}

test('read says who reports, what failed, and what to do, and ends with 1', async () => {
  const { code, out } = await run('read', { args: ['-'], flags: {} }, REPORT)
  assert.equal(code, 1)
  assert.match(
    out,
    /^Company-X reports 2026-04-01T00:00:00Z to 2026-04-01T23:59:59Z \(1\): 3 sessions went well, 2 sessions failed\.$/m,
  )
  assert.match(out, /2 × certificate-expired at mx\.y\.test\..*To do: renew the certificate/)
})

test('read --json gives the report and its summary on one line', async () => {
  const { out } = await run('read', { args: ['-'], flags: { json: true } }, REPORT)
  const { organisation, summary } = JSON.parse(out)
  assert.deepEqual([organisation, summary.level, summary.bad], ['Company-X', 'warn', 2])
})

test('read of something else says so and ends with 65', async () => {
  const { code, err } = await run('read', { args: ['-'], flags: {} }, 'Subject: hi\n\nhello\n')
  assert.equal(code, 65)
  assert.match(err, /neither JSON nor gzip/)
})

test('show tells what was counted of each domain', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'postrider-cli-'))
  try {
    await using mx = await startFakeMx({ name: 'mx.dest.test', certificate: false })
    const mailer = await createMailer(
      {
        hostname: 'out.sender.test',
        preflight: 'off',
        queue: { path: join(cwd, 'postrider.db') },
        delivery: { port: mx.port, allowPrivateAddresses: true },
      },
      { resolver: createFakeDns({ 'dest.test': { MX: '10 mx.dest.test' }, 'mx.dest.test': { A: mx.address } }) },
    )
    const receipt = await mailer.send({ from: 'a@sender.test', to: 'b@dest.test', subject: 'x', text: 'y' })
    await receipt.settled()
    await mailer.close()
    writeFileSync(join(cwd, 'postrider.yaml'), 'hostname: out.sender.test\n')
    const { code, out } = await run('show', { args: [], flags: {} }, '', cwd)
    assert.equal(code, 0)
    assert.match(out, /^\d{4}-\d\d-\d\d dest\.test$/m)
    assert.match(out, /^ {2}no policy: 0 sessions good, 1 failed$/m)
    assert.match(out, /1 × starttls-not-supported at mx\.dest\.test 127\.0\.0\.1/)
    assert.match((await run('show', { args: ['other.test'], flags: {} }, '', cwd)).out, /nothing was counted/)
  } finally {
    rmSync(cwd, { recursive: true })
  }
})
