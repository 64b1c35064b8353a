// A browser with an empty profile, which tells what its pages do that they should not.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { chromium } from 'playwright-core'

export const DESKTOP = { width: 1280, height: 900 }
export const PHONE = { width: 360, height: 740 }
const PATIENCE = 20_000

export class Reader {
  static async start(url) {
    const reader = new Reader()
    reader.url = url
    reader.problems = []
    reader.folder = mkdtempSync(join(tmpdir(), 'page-'))
    reader.context = await chromium.launchPersistentContext(join(reader.folder, 'profile'), {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-proxy-server',
        // Not even the browser's own questions leave this machine.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
        `--log-net-log=${join(reader.folder, 'net.json')}`,
      ],
      viewport: null,
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    reader.context.setDefaultTimeout(PATIENCE)
    await reader.context.exposeBinding('violated', (_, what) => reader.problem(`against the page's policy: ${what}`))
    await reader.context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
        globalThis.violated(`${effectiveDirective} ${blockedURI} ${sample}`)
      })
    })
    return reader
  }

  problem(what) {
    this.problems.push(what)
  }

  expect(holds, what) {
    if (!holds) this.problem(what)
  }

  /** Opens the page at an anchor and waits until it is there. */
  async open(anchor = '', { viewport = DESKTOP, scheme = 'light' } = {}) {
    const page = await this.context.newPage()
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme: scheme })
    page.on('pageerror', error => this.problem(`thrown: ${error.stack || error.message}`))
    page.on('console', message => {
      if (!['error', 'warning'].includes(message.type())) return
      this.problem(`console: ${message.text()} (${message.location().url})`)
    })
    await page.goto(`${this.url}/docs${anchor}`)
    await page.locator('.introduction-section h1').waitFor()
    return page
  }

  /** The document, as the page gets it. */
  async document() {
    return (await fetch(`${this.url}/openapi.json`)).json()
  }

  /** Ends the browser, and looks at whom it has talked to. */
  async end() {
    await this.context.close()
    for (const host of strangers(join(this.folder, 'net.json'), new URL(this.url).host)) this.problem(`asked ${host}`)
    rmSync(this.folder, { recursive: true })
  }

  /** The files of the ended browser that hold a text. */
  kept(text) {
    const forms = [Buffer.from(text), Buffer.from(text, 'utf16le')]
    return readdirSync(join(this.folder, 'profile'), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath ?? entry.path, entry.name))
      .filter(file => forms.some(form => readFileSync(file).includes(form)))
  }
}

/** Whom pages have asked for anything, by the browser's own log. */
function strangers(log, host) {
  const { constants, events } = JSON.parse(readFileSync(log))
  const asked = events.filter(({ type, params }) => type === constants.logEventTypes.URL_REQUEST_START_JOB &&
    params?.initiator && params.initiator !== 'not an origin').map(({ params }) => new URL(params.url).host)
  if (!asked.includes(host)) throw new Error('the log of the browser does not tell what the page has asked for')
  return new Set(asked.filter(other => other && other !== host))
}
