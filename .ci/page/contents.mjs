// The guides, every operation and its samples are there, for what they weigh.
import { follow } from './place.mjs'

// Of all that a first visit loads.
const BUDGET = 1_500_000

/** The names of an operation's section and menu entry. */
const anchor = (path, method, operation) =>
  `tag/${operation.tags[0].toLowerCase().replaceAll(' ', '-')}/${method.toUpperCase()}${path}`

export async function contents(reader) {
  const document = await reader.document()
  const page = await reader.open()
  const visit = await page.evaluate(() => {
    const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    const bytes = entries.reduce((sum, entry) => sum + entry.transferSize, 0)
    const [{ startTime }] = performance.getEntriesByName('first-contentful-paint')
    return { bytes, painted: Math.round(startTime), shown: Math.round(performance.now()) }
  })
  console.log(`  ${visit.bytes} bytes, painted after ${visit.painted} ms, shown after ${visit.shown} ms`)
  reader.expect(visit.bytes > 0 && visit.bytes <= BUDGET, `${visit.bytes} bytes, and it may be ${BUDGET}`)

  await guides(reader, page, document)
  await menu(reader, page, document)
  await samples(reader, page, document)
  await foreignLinks(reader, page)
}

async function guides(reader, page, document) {
  const shown = await page.locator('.introduction-description :is(h1, h2, h3, h4)').allInnerTexts()
  const written = document.info.description.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)
  for (const [, heading] of written) reader.expect(shown.includes(heading), `no guide "${heading}"`)
  for (const guide of ['Quick start', 'Authentication', 'Pagination', 'Errors', 'Idempotency']) {
    reader.expect(shown.includes(guide), `no guide "${guide}"`)
  }
  const text = await page.locator('.introduction-description').innerText()
  reader.expect(text.includes(reader.url), 'the guides do not name this server')
}

async function menu(reader, page, document) {
  const nav = page.getByRole('complementary')
  for (const group of await nav.getByRole('button', { name: /^Open Group/ }).all().then(all => all.reverse())) {
    await group.click()
  }
  const entries = await nav.locator('a[href]').evaluateAll(links =>
    links.map(link => [decodeURIComponent(link.hash.slice(1)), link.innerText.split('\n')[0]]))
  const titles = new Map(entries)
  for (const [where, operation] of operations(document)) {
    reader.expect(titles.get(where) === operation.summary, `in the menu, #${where} is ${titles.get(where)}`)
  }
  for (const [, code] of document.info.description.matchAll(/^### (\w+)$/gm)) {
    reader.expect(titles.get(code) === code, `in the menu, #${code} is ${titles.get(code)}`)
  }
}

/** Shows one operation of each tag in every language. */
async function samples(reader, page, document) {
  const all = [...new Map(operations(document).reverse().map(entry => [entry[1].tags[0], entry])).values()]
  const section = where => page.locator(`[id="api/${where}"]`)
  for (const [where] of all) await follow(page, where)
  for (const [where] of all) await section(where).locator('pre').first().waitFor()
  const languages = all[0][1]['x-codeSamples'].map(sample => sample.label)
  for (const [index, language] of languages.entries()) {
    const [where] = all.at(-1)
    await section(where).getByRole('button', { name: /^Change code sample language/ }).click()
    const offered = await page.getByRole('option').allInnerTexts()
    reader.expect(offered.join() === languages.join(), `samples in ${offered}, and there are ${languages}`)
    await page.getByRole('option', { name: language, exact: true }).click()
    for (const [place, operation] of all) {
      const sample = operation['x-codeSamples'][index].source.replaceAll('https://api.protocol.chat', reader.url)
      const shown = await section(place).locator('pre').first().textContent()
      reader.expect(shown.trim() === sample.trim(), `#${place} has as sample in ${language}:\n${shown}`)
    }
  }
  const shown = await page.locator('body').innerText()
  for (const [name] of shown.matchAll(/api\.protocol\.chat|Scalar|Ask AI|MCP|Generate SDK|API Client/g)) {
    reader.problem(`the page speaks of ${name}`)
  }
}

async function foreignLinks(reader, page) {
  const links = await page.locator('a[href^=http]').evaluateAll(all =>
    all.filter(link => link.checkVisibility()).map(link => link.href))
  for (const link of links) reader.expect(/^https:\/\/protocol\.chat\//.test(link), `a link to ${link}`)
}

const operations = document => Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).filter(([, operation]) => operation.operationId)
    .map(([method, operation]) => [anchor(path, method, operation), operation]))
