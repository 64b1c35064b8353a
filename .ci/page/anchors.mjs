// `documentation_url` of an error opens at what the guides say about its code, and so do links on the page.
import { readFileSync } from 'node:fs'

import { arrives, follow } from './place.mjs'
import { PHONE } from './reader.mjs'

export async function anchors(reader) {
  const codes = [...readFileSync(process.env.ERRORS, 'utf8').matchAll(/^### `(\w+)`$/gm)].map(match => match[1])
  reader.expect(codes.length > 20, `only ${codes.length} codes in ${process.env.ERRORS}`)

  const page = await reader.open('', { viewport: PHONE })
  for (const code of codes) {
    await follow(page, code)
    await at(reader, page, code)
  }
  await page.close()

  const refused = await fetch(`${reader.url}/v1/me`)
  const { code, documentation_url: there } = await refused.json()
  reader.expect(there === `${reader.url}/docs#${code}`, `the documentation of ${code} is ${there}`)
  // From elsewhere: one code with each number of underscores.
  const cold = new Map(codes.map(code => [code.split('_').length, code]))
  for (const code of cold.values()) {
    const opened = await reader.open(`#${code}`)
    await at(reader, opened, code)
    await opened.close()
  }
}

/** The heading is at the top of the window, and the focus is at it. */
async function at(reader, page, code) {
  const heading = page.getByRole('heading', { name: code, exact: true })
  const elsewhere = await arrives(heading)
  if (elsewhere) throw new Error(`#${code} does not open at its heading, but at ${elsewhere}`)
  const focused = await heading.evaluate(heading => Boolean(heading.closest(':focus')))
  reader.expect(focused, `#${code} does not take the focus along`)
}
