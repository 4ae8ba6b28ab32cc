/**
 * Verifiers: what independent programs think of a message or of a destination: dkimpy and OpenDKIM of a signature, dkimpy and
 * Mail::DKIM of a chain of ARC, Postfix's posttls-finger of a domain's transport security.
 */
import { existsSync, globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../../support/child.ts'
import { DEBIAN } from './folders.ts'
import { library, program, unpackedEnvironment } from './install.ts'
import type { LabState } from './lab.ts'
import { RESOLVER, SMTP_PORT } from './places.ts'
import { postfixEnvironment } from './postfix.ts'

export interface SignatureOpinion {
  /** `pass`, `fail`, or `error:` and what. */
  readonly result: string
  readonly domain: string
  readonly selector: string
  readonly algorithm: string
}

/** What a script in Python that stands beside this file says of a message. */
async function askPython(name: string, message: Uint8Array): Promise<string> {
  const script = join(import.meta.dirname, name)
  const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : program('python3')
  const ended = await runProgram(python, {
    args: [script, RESOLVER.address, String(RESOLVER.port)],
    env: { ...unpackedEnvironment(), PYTHONPATH: join(DEBIAN, 'usr/lib/python3/dist-packages') },
    input: message,
  })
  if (ended.code !== 0) throw new Error(`dkimpy did not work: ${ended.stderr}`)
  return ended.stdout.trim()
}

/** dkimpy's opinion of each signature of a message. */
export async function dkimpy(message: Uint8Array): Promise<readonly SignatureOpinion[]> {
  const lines = (await askPython('dkim_verify.py', message)).split('\n').filter(Boolean)
  return lines.map(line => {
    const [result = '', domain = '', selector = '', algorithm = ''] = line.split(' ')
    return { result, domain, selector, algorithm }
  })
}

/** dkimpy's opinion of the chain of ARC, and of how many sets it is: `pass 2`. */
export async function dkimpyArc(message: Uint8Array): Promise<string> {
  return askPython('arc_verify.py', message)
}

/** Mail::DKIM's opinion of the chain of ARC: `pass`, `fail`, `none`. */
export async function perlArc(message: Uint8Array): Promise<string> {
  const folders = ['usr/share/perl5', ...globSync('usr/lib/*-linux-gnu/perl5/*', { cwd: DEBIAN })]
  const ended = await runProgram('/usr/bin/perl', {
    args: [join(import.meta.dirname, 'arc_verify.pl'), RESOLVER.address, String(RESOLVER.port)],
    env: { ...unpackedEnvironment(), PERL5LIB: folders.map(folder => join(DEBIAN, folder)).join(':') },
    input: message,
  })
  if (ended.code !== 0) throw new Error(`Mail::DKIM did not work: ${ended.stderr}`)
  return ended.stdout.trim()
}

/**
 * OpenDKIM's opinion of each signature, from the Authentication-Results field that it put on top of a message which
 * Postfix took (RFC 8601 §2.2).
 */
export function openDkim(stored: Uint8Array): readonly SignatureOpinion[] {
  const [head = ''] = Buffer.from(stored)
    .toString('utf8')
    .split(/\r?\n\r?\n/)
  const field = /^Authentication-Results: (.*(?:\r?\n[ \t].*)*)/im.exec(head)?.[1] ?? ''
  const unfolded = field.replace(/\r?\n[ \t]+/g, ' ').replace(/\([^)]*\)/g, '')
  return unfolded
    .split(';')
    .filter(part => /^\s*dkim=/.test(part))
    .map(part => ({
      result: /dkim=(\w+)/.exec(part)?.[1] ?? '',
      domain: /header\.d=(\S+)/.exec(part)?.[1] ?? '',
      selector: /header\.s=(\S+)/.exec(part)?.[1] ?? '',
      algorithm: /header\.a=(\S+)/.exec(part)?.[1] ?? '',
    }))
}

/** What Postfix would think of the transport to a domain under its level `dane`. */
export async function posttlsFinger(domain: string, lab: LabState): Promise<string> {
  const resolv = join(lab.folder, 'resolv.conf')
  writeFileSync(resolv, `nameserver ${RESOLVER.address}\noptions edns0 trust-ad timeout:2 attempts:1\n`)
  const env = postfixEnvironment(join(lab.folder, 'postfix'))
  const preload = { LD_PRELOAD: `${env.LD_PRELOAD} ${library('libresolv_wrapper.so')}`, RESOLV_WRAPPER_CONF: resolv }
  const options = ['-t', '10', '-T', '10', '-c', '-l', 'dane', '-P', join(lab.folder, 'tls'), '-F', lab.caFile]
  const target = SMTP_PORT === 25 ? domain : `${domain}:${SMTP_PORT}`
  const ended = await runProgram(program('posttls-finger'), {
    args: [...options, target],
    env: { ...env, ...preload },
  })
  return ended.stdout + ended.stderr
}
