/**
 * route: where mail for a domain would go, in what order, how safely, and why.
 */

import type { Hop, NoRoute, Route } from '@postrider/core'
import { say } from '../language/commands.ts'
import { columns, word } from '../language/words.ts'
import { EXIT, type ExitCode, moment, table, writeJson } from '../terminal/index.ts'
import type { Command, Context } from './command.ts'
import { openMailer } from './mailer.ts'

export const route: Command = {
  name: 'route',
  summary: 'Show where mail for a domain would go, in what order, how safely, and why.',
  args: [{ form: '<domain>', says: 'a domain or an e-mail address' }],
  examples: ['postrider route gmail.com', 'postrider route someone@example.org --json'],
  run: async (input, context, signal) => {
    const mailer = await openMailer(input, context, 'look')
    try {
      return show(await mailer.route((input.args[0] ?? '').replace(/^.*@/, ''), { signal }), context)
    } finally {
      await mailer.close()
    }
  },
}

function show(found: Route | NoRoute, context: Context): ExitCode {
  if (context.json) writeJson(context.out, withoutLogins(found))
  else context.out.write(`${found.kind === 'route' ? routeText(found) : noRouteText(found)}\n`)
  if (found.kind === 'route') return EXIT.ok
  return found.reason === 'dns-failed' || found.reason === 'policy-lookup-failed' ? EXIT.tempFail : EXIT.noHost
}

function withoutLogins(found: Route | NoRoute): object {
  if (found.kind !== 'route') return found
  return {
    ...found,
    hops: found.hops.map(({ login, ...hop }) => ({ ...hop, ...(login ? { login: { user: login.user } } : {}) })),
  }
}

function routeText(found: Route): string {
  const rows = found.hops.map(hop => [
    String(hop.preference),
    hop.host,
    `${hop.address}:${hop.port}`,
    hop.departure.localAddress ?? word('any'),
    tlsText(hop),
  ])
  return [
    say('route.by', { domain: found.domain, via: found.via, site: found.site }),
    table(columns('preference', 'host', 'address', 'from', 'tls'), rows),
    ...policyLines(found),
    ...skippedLines(found),
  ].join('\n')
}

function tlsText({ tls, implicitTls }: Hop): string {
  const how =
    tls.verify?.by === 'dane'
      ? say('route.against-tlsa', { count: tls.verify.records.length })
      : tls.verify?.by === 'pkix'
        ? say('route.for-names', { names: tls.verify.names })
        : ''
  return `${tls.level}${how} (${tls.sources.join(', ')})${implicitTls ? say('route.from-first-octet') : ''}`
}

function noRouteText(found: NoRoute): string {
  return [
    say('route.none', { domain: found.domain, reason: found.reason, detail: found.detail }),
    ...policyLines(found),
    ...skippedLines(found),
  ].join('\n')
}

function policyLines({ policy }: Route | NoRoute): string[] {
  const { mtaSts, mtaStsProblem, dane } = policy
  const sts =
    mtaSts === undefined
      ? (mtaStsProblem ?? word('none'))
      : say('route.sts', {
          mode: mtaSts.mode,
          id: mtaSts.id,
          from: mtaSts.from,
          time: moment(mtaSts.until),
          mx: mtaSts.mx.join(' '),
        })
  return [`MTA-STS: ${sts}`, `DANE: ${dane}`]
}

function skippedLines({ skipped }: Route | NoRoute): string[] {
  return skipped.map(({ host, address, because, detail }) =>
    say('route.skipped', { host: address ? `${host} ${address}` : host, because, detail }),
  )
}
