/**
 * Browser: Debian's Chromium, and pages of it that are watched: whatever a policy forbids, a script throws or another host is asked for is
 * a fault.
 */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium'

export interface Watched {
  readonly page: Page
  readonly context: BrowserContext
  /** What must not have happened. */
  readonly faults: readonly string[]
}

export async function startBrowser(): Promise<Browser> {
  if (!existsSync(PROGRAM)) throw new Error(`no browser at ${PROGRAM}: npm run test:web brings it`)
  return chromium.launch({
    executablePath: PROGRAM,
    args: [
      // Tests run as root in a container.
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
}

/** What a refusal of the relay leaves in the console is none of ours. */
const REFUSAL = /^Failed to load resource: the server responded with a status of 4\d\d/

export async function watch(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const faults: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' && !REFUSAL.test(message.text())) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', error => faults.push(`thrown: ${error.message}`))
  page.on('dialog', async dialog => {
    faults.push(`dialog: ${dialog.message()}`)
    await dialog.dismiss()
  })
  context.on('request', request => {
    const url = request.url()
    if (!url.startsWith(origin) && !/^(?:data|blob|about|chrome-error):/.test(url)) faults.push(`asked: ${url}`)
  })
  return { page, context, faults }
}
