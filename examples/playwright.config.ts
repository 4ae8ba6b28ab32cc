/** How Playwright runs 12: with the browser that CHROMIUM names, or its own. */
import { defineConfig, type PlaywrightTestConfig } from '@playwright/test'

const { CHROMIUM } = process.env

const config: PlaywrightTestConfig = defineConfig({
  testMatch: '12-playwright.spec.ts',
  reporter: 'line',
  use: CHROMIUM === undefined ? {} : { launchOptions: { executablePath: CHROMIUM } },
})

export default config
