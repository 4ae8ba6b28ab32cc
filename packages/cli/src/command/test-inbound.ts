/**
 * TestInbound: what `inbound test` does: a mail to a return address of ours, brought as strangers bring bounces, and what became of it here.
 *
 * Policy. A message that is held in our queue, and never leaves, gets an address of its own; an automatic answer to it goes the public way:
 * MX, MTA-STS and DANE, port 25, STARTTLS. An answer changes nothing for any address, and the held message is the nonce: what is told of it
 * can only have come by this mail. It is cancelled at the end, whatever came of it. One attempt is made, and the worst step is the exit code.
 *
 * Not here: whether the records are right (doctor), how a stranger delivers (the mailer), what is said of it (inbound-steps.ts).
 */
import { Buffer } from 'node:buffer'
import type { DurableFact, Mailer, Receipt, ReturnKeys } from '@postrider/core'
import type { RelayConfig } from '@postrider/relay'
import { say } from '../language/inbound.ts'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import { type Context, type Input, UsageError } from './command.ts'
import { followMessage } from './follow-message.ts'
import { type InboundStep, printSteps, type Seen, type Way, wayOf } from './inbound-steps.ts'
import { exitCodeOfLevel } from './level.ts'
import { hasQueue, inMemory, openMailerWith, readOptionsWithKeys } from './mailer.ts'

/** One that stays when this program is killed is given up by then. */
const HELD_MS = 3_600_000
/** The relay tells before it says 250; who hands reports over from another host takes a moment. */
const RECORDED_WITHIN_MS = 20_000

interface Test {
  readonly config: RelayConfig
  readonly keys: ReturnKeys
  readonly context: Context
  readonly signal: AbortSignal
}

export async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const config = await readOptionsWithKeys(input, context)
  const { returnKeysOf } = await import('@postrider/core')
  const keys = returnKeysOf(config.options)
  if (keys === undefined) throw new UsageError(say('no-domain'))
  if (!(await hasQueue(config, context))) return EXIT.tempFail
  // Nothing of it leaves by itself: there is nobody to clear.
  const own = await openMailerWith(unchecked(config), 'look', context.seams)
  try {
    return await testWith(own, { config, keys, context, signal })
  } finally {
    await own.close()
  }
}

async function testWith(own: Mailer, test: Test): Promise<ExitCode> {
  const { keys, context } = test
  const { printReturnAddress } = await import('@postrider/core')
  const after = await own.newestFact()
  const nobody = `inbound-test@${keys.domain}`
  const held = await own.accept(
    letter({ from: nobody, to: nobody }),
    { from: null, to: [nobody] },
    {
      hold: 'postrider inbound test',
      returnPath: 'as-given',
      passOn: 'nobody',
      keepContent: false,
      expiresAt: context.now() + HELD_MS,
    },
  )
  try {
    const to = printReturnAddress({ purpose: 'bounce', id: held.id, recipient: 0 }, keys)
    const way = await bring({ to, about: held.messageId }, test)
    const recorded = way.taken ? await recordOf(own, held, { ...test, after }) : undefined
    const steps = [...way.steps, ...(way.taken ? [recordStep(recorded)] : [])]
    if (context.json) writeJson(context.out, { to, nonce: held.id, steps })
    else context.out.write(printSteps(steps, to, context.out))
    const bad = (['fail', 'warn'] as const).find(level => steps.some(step => step.level === level))
    return exitCodeOfLevel(bad ?? 'ok')
  } finally {
    await own.queue.cancel(held.id)
  }
}

function recordStep(fact: AutoReplied | undefined): InboundStep {
  if (fact === undefined) return { step: 'record', level: 'fail', found: say('record.missing'), fix: say('record.fix') }
  return { step: 'record', level: 'ok', found: say('record.found', { id: fact.messageId, what: fact.what }) }
}

function letter({ from, to, about }: { readonly from: string; readonly to: string; readonly about?: string }): Buffer {
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    'Subject: postrider-inbound-test',
    // RFC 3834 §5: an answer of a program, which no program answers and which is no verdict on any address.
    ...(about === undefined ? [] : ['Auto-Submitted: auto-replied', `In-Reply-To: ${about}`]),
    '',
    'postrider-inbound-test',
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}

/** Delivers once, from a queue of its own, as a host that is not this one. */
async function bring(
  { to, about }: { readonly to: string; readonly about: string },
  { config, keys, context, signal }: Test,
): Promise<Way> {
  const stranger = await openMailerWith(asStranger(config), 'deliver', context.seams)
  try {
    const seen: Seen = { hosts: [], sessions: [], outcome: undefined }
    const keep = (fact: Seen['sessions'][number]): void => {
      seen.sessions.push(fact)
    }
    const stops = [
      stranger.on('routed', ({ hosts }) => {
        seen.hosts.push(...hosts)
      }),
      stranger.on('session-opened', keep),
      stranger.on('session-failed', keep),
    ]
    const after = await stranger.newestFact()
    const mail = letter({ from: `inbound-test@${keys.domain}`, to, about })
    const receipt = await stranger.accept(mail, { from: null, to: [to] }, { returnPath: 'as-given' })
    seen.outcome = await firstOutcome(stranger, receipt, { after, context, signal })
    for (const stop of stops) stop()
    return wayOf(seen)
  } finally {
    await stranger.close()
  }
}

/** Of the one attempt: what is deferred stays away. */
async function firstOutcome(
  mailer: Mailer,
  receipt: Receipt,
  following: Parameters<typeof followMessage>[3],
): Promise<DurableFact | undefined> {
  const enough = new AbortController()
  let outcome: DurableFact | undefined
  const tell = (fact: DurableFact): void => {
    if (!['delivered', 'deferred', 'bounced', 'expired'].includes(fact.kind)) return
    outcome = fact
    enough.abort()
  }
  const signal = AbortSignal.any([following.signal, enough.signal])
  try {
    await followMessage(
      mailer,
      receipt,
      { tell, routed: () => {}, paused: () => enough.abort() },
      { ...following, signal },
    )
  } catch (error) {
    if (!enough.signal.aborted) throw error
  }
  return outcome
}

type AutoReplied = Extract<DurableFact, { kind: 'auto-replied' }>

/** What is told of the held message in our own queue, by whichever process took the answer. */
async function recordOf(
  own: Mailer,
  { id }: Receipt,
  { after, context, signal }: Test & { readonly after: number },
): Promise<AutoReplied | undefined> {
  const { systemClock } = await import('@postrider/core')
  const clock = context.seams?.clock ?? systemClock
  const late = new AbortController()
  const stop = clock.after(RECORDED_WITHIN_MS, () => late.abort())
  try {
    for await (const { fact } of own.facts({ after, signal: AbortSignal.any([signal, late.signal]) }))
      if (fact.kind === 'auto-replied' && fact.messageId === id) return fact
  } catch (error) {
    if (!late.signal.aborted) throw error
  } finally {
    stop()
  }
  return undefined
}

function unchecked(config: RelayConfig): RelayConfig {
  return { ...config, options: { ...config.options, preflight: 'off' } }
}

/**
 * Under another name, or the MX would be itself (RFC 5321 §5.1), and by no route but that of the world. What we demand of others, strangers
 * do not demand of us: only what we publish (MTA-STS, DANE) binds them.
 */
function asStranger(config: RelayConfig): RelayConfig {
  const { queue, egress, hostname, tls, ...options } = inMemory(unchecked(config)).options
  const { url: _url, directUrl: _direct, ...inFile } = queue
  const { overflow: _overflow, ...leaving } = egress
  const sources = egress.sources.map(({ hostname: _name, ...source }) => source)
  return {
    ...config,
    options: {
      ...options,
      hostname: `inbound-test.${hostname}` as typeof hostname,
      egress: { ...leaving, sources },
      queue: inFile,
      tls: { ...tls, minimum: 'opportunistic' },
      routes: [],
    },
  }
}
