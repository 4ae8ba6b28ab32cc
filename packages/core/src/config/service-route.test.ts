import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { SERVICE_IDS } from '../provider/provider.ts'
import { SERVICES } from '../provider/services.ts'
import { resolveOptions } from './resolve.ts'

const CWD = import.meta.dirname

/** The first route that these keys become. */
async function settled(route: Record<string, unknown>) {
  const { options } = await resolveOptions(
    { hostname: 'mail.example.com', routes: [{ domain: '*', ...route } as never] },
    { cwd: CWD },
  )
  return options.routes[0]!
}

async function refusal(route: Record<string, unknown>): Promise<string> {
  return settled(route).then(
    () => 'taken',
    (error: Error) => error.message,
  )
}

const login = { user: 'u', password: 'p' }

suite('a route that names a service', () => {
  test('has its host, its first port, TLS that is verified, and the recipients it takes', async () => {
    assert.deepEqual(await settled({ service: 'ses', region: 'eu-central-1', login }), {
      domain: '*',
      host: 'email-smtp.eu-central-1.amazonaws.com',
      port: 465,
      tls: 'verified',
      implicitTls: true,
      concurrency: 10,
      recipients: 50,
      login: { user: 'u', password: 'p', method: 'auto' },
    })
  })
  test('logs in as everyone does there, unless somebody is named', async () => {
    const users = async (route: Record<string, unknown>) => (await settled(route)).login?.user
    assert.equal(await users({ service: 'resend', login: { password: 're_1' } }), 'resend')
    assert.equal(await users({ service: 'sendgrid', login: { password: 'SG.1' } }), 'apikey')
    assert.equal(await users({ service: 'postmark', login: { password: 'token' } }), 'token')
    assert.equal(await users({ service: 'postmark', login: { user: 'access-key', password: 'secret' } }), 'access-key')
  })
  test('may take another of its ports, with STARTTLS where the service has it', async () => {
    const { port, implicitTls } = await settled({ service: 'resend', port: 2587, login: { password: 'p' } })
    assert.deepEqual([port, implicitTls], [2587, false])
    const postmark = await settled({ service: 'postmark', login: { password: 'p' } })
    assert.deepEqual([postmark.port, postmark.implicitTls, postmark.tls], [587, false, 'verified'])
    assert.match(
      await refusal({ service: 'postmark', port: 465, login }),
      /port: found 465, wanted one of 587, 2525, 25$/,
    )
  })
  test('has the host of its region, and no other', async () => {
    assert.equal((await settled({ service: 'mailgun', login })).host, 'smtp.mailgun.org')
    assert.equal((await settled({ service: 'mailgun', region: 'eu', login })).host, 'smtp.eu.mailgun.org')
    assert.match(await refusal({ service: 'ses', login }), /region: found nothing, wanted a region of the service/)
    assert.match(await refusal({ service: 'ses', region: 'a.evil.test/', login }), /region: found "a.evil.test\/"/)
    assert.match(await refusal({ service: 'mailgun', region: 'asia', login }), /wanted one of us, eu$/)
    assert.match(await refusal({ service: 'resend', region: 'eu', login }), /wanted no region: resend has one host$/)
    assert.match(await refusal({ service: 'mailgun', region: 'constructor', login }), /wanted one of us, eu$/)
  })
  test('is refused without a login, without the user it needs, and beside a host', async () => {
    assert.match(await refusal({ service: 'resend' }), /login: found nothing, wanted a login/)
    assert.match(await refusal({ service: 'brevo', login: { password: 'p' } }), /login.user: found nothing/)
    assert.match(
      await refusal({ service: 'brevo', host: 'a.example', login }),
      /wanted a route with either host or service/,
    )
    assert.match(await refusal({ login }), /wanted a route with either host or service/)
    assert.match(await refusal({ host: 'a.example', login: { password: 'p' } }), /login.user: found nothing/)
    assert.match(
      await refusal({ host: 'a.example', region: 'eu' }),
      /region: found "eu", wanted none: only a service has regions$/,
    )
  })
  test('that nobody knows names the one that was meant', async () => {
    assert.match(
      await refusal({ service: 'sendgird', login }),
      /service: found "sendgird", wanted one of ses, .* \(did you mean sendgrid\?\)$/,
    )
  })
  test('can be had of every service of the table', async () => {
    for (const service of SERVICE_IDS) {
      const region = '{region}' in SERVICES[service].hosts ? { region: 'eu-west-1' } : {}
      const { host, port } = await settled({ service, ...region, login })
      assert.match(host, /^[a-z0-9.-]+\.[a-z]+$/)
      assert.ok([465, 587].includes(port), service)
    }
  })
  test('is in each region of the service at the host of that region', async () => {
    for (const service of SERVICE_IDS)
      for (const [region, expected] of Object.entries(SERVICES[service].hosts))
        if (region !== '' && region !== '{region}')
          assert.equal((await settled({ service, region, login })).host, expected, `${service} ${region}`)
  })
})
