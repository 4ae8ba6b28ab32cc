/**
 * Inquiry: a short conversation that sends no mail: does the host greet us, and would it take mail for these addresses?
 *
 * Policy. In plain text and with a null reverse-path, as a notice would come; it ends with QUIT whatever was answered. For the
 * operator who asks about his own host, not for verifying strangers' addresses.
 *
 * Not here: which host and why (the doctor). RFC 5321 §3.1, §3.3.
 */
import type { Clock } from '../ambient/clock.ts'
import { type Address, printAddress } from '../model/address.ts'
import type { Departure } from '../model/egress.ts'
import { printReply, type Reply } from '../model/reply.ts'
import { ehlo, helo, mail, QUIT, rcpt } from './command.ts'
import { type DialTarget, dial } from './dial.ts'
import { SmtpError } from './errors.ts'
import { Wire } from './wire.ts'

export interface InquiryTarget extends Omit<DialTarget, 'localAddress'> {
  readonly departure: Departure
  /** For the connection and for each reply. */
  readonly patienceMs: number
}

export interface Inquired {
  /** The greeting, on one line. */
  readonly greeting: string
  /** What was answered for each address, as `250 2.1.5 Ok`; fewer when the host broke off or refused MAIL. */
  readonly answers: readonly { readonly address: string; readonly code: number; readonly reply: string }[]
  /** Why there are fewer. */
  readonly problem?: string
}

/** @throws SmtpError when no greeting came. */
export async function inquire(
  target: InquiryTarget,
  { addresses, clock }: { readonly addresses: readonly Address[]; readonly clock: Clock },
  signal: AbortSignal,
): Promise<Inquired> {
  const { departure, patienceMs, ...to } = target
  const { localAddress } = departure
  const socket = await dial(
    { ...to, ...(localAddress === undefined ? {} : { localAddress }) },
    { clock, connectMs: patienceMs },
    signal,
  )
  const wire = new Wire(socket, clock)
  const disobey = wire.obey(signal)
  try {
    const greeting = await wire.reply('greeting', patienceMs)
    const asked = greeting.code === 220 ? await askEach(wire, { addresses, departure, patienceMs }) : { answers: [] }
    wire.send(QUIT)
    return { greeting: printReply(greeting), ...asked }
  } finally {
    disobey()
    wire.fail('closed', 'the inquiry has ended')
  }
}

async function askEach(
  wire: Wire,
  {
    addresses,
    departure: { hostname },
    patienceMs,
  }: { readonly addresses: readonly Address[]; readonly departure: Departure; readonly patienceMs: number },
): Promise<Omit<Inquired, 'greeting'>> {
  const answers: { address: string; code: number; reply: string }[] = []
  const say = async (command: string): Promise<Reply> => {
    wire.send(command)
    return wire.reply('rcpt', patienceMs)
  }
  try {
    if ((await say(ehlo(hostname))).code !== 250) await say(helo(hostname))
    if (addresses.length === 0) return { answers }
    const toMail = await say(mail(null, {}))
    if (toMail.code >= 300) return { answers, problem: `MAIL FROM:<> was answered: ${printReply(toMail)}` }
    for (const address of addresses) {
      const reply = await say(rcpt(address))
      answers.push({ address: printAddress(address), code: reply.code, reply: printReply(reply) })
    }
    return { answers }
  } catch (error) {
    if (error instanceof SmtpError) return { answers, problem: error.message }
    throw error
  }
}
