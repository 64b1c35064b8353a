// Contrast, names and roles (axe), widths, and both colour schemes.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { arrives, follow } from './place.mjs'
import { DESKTOP, PHONE } from './reader.mjs'
import { call } from './try_it.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const OPERATION = 'tag/conversations/GET/v1/conversations'
const PLACES = [
  'errors',
  'parameter_invalid',
  'tag/messages/POST/v1/messages',
  'tag/attachments/POST/v1/attachments',
  'tag/messages/PUT/v1/messages/{id}/reactions/{name}',
  'models/Message',
]

export const looks = colour => async reader => {
  for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    const page = await reader.open('', { viewport, scheme: colour })
    const look = async (what, part) => {
      await wide(reader, page, `${what}, ${device}`)
      await accessible(reader, page, part, `${what}, ${device}`)
    }
    if (device === 'desktop') await scheme(reader, page, colour)
    await wide(reader, page, `the top, ${device}`)
    await go(page, OPERATION)
    await look('the page', 'html')
    await search(page, device)
    await look('the search', '[role=dialog]')
    await page.keyboard.press('Escape')
    if (device === 'phone') await page.getByRole('button', { name: 'Close Menu' }).first().click()
    const dialog = await call(page, process.env.TOKEN, '/v1/conversations')
    await look('a call', '[role=dialog]')
    if (device === 'phone' && colour === 'light') {
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      for (const place of PLACES) {
        await go(page, place)
        await wide(reader, page, `#${place}`)
      }
    }
    await page.close()
  }
}

async function go(page, place) {
  await follow(page, place)
  const elsewhere = await arrives(page.locator(`[id="api/${place}"]`).first())
  if (elsewhere) throw new Error(`#${place} leads to ${elsewhere}`)
}

/** On a phone it is in the menu. */
async function search(page, device) {
  if (device === 'phone') await page.getByRole('button', { name: 'Open Menu' }).first().click()
  await page.getByRole('button', { name: /^Open Search/ }).filter({ visible: true }).first().click()
  await page.getByRole('combobox').first().fill('message')
  await page.getByRole('option').first().waitFor()
}

/** Nothing makes the page itself move sideways, and nothing is cut off. */
async function wide(reader, page, where) {
  const outside = await page.evaluate(() => {
    const inside = element => {
      for (let box = element.parentElement; box; box = box.parentElement) {
        const { overflowX } = getComputedStyle(box)
        if (overflowX !== 'visible' && box.getBoundingClientRect().right <= innerWidth) return true
      }
      return false
    }
    const { scrollWidth } = document.documentElement
    const cut = [...document.querySelectorAll('main *')].filter(element => {
      const { right, width, height } = element.getBoundingClientRect()
      return width && height && right > innerWidth + 1 && element.checkVisibility() && !inside(element)
    })
    const wide = scrollWidth > innerWidth ? [`${scrollWidth} wide`] : []
    return [...wide, ...cut.map(element => element.outerHTML.slice(0, 120))]
  })
  for (const what of outside.slice(0, 3)) reader.problem(`outside of the window at ${where}: ${what}`)
}

async function accessible(reader, page, part, where) {
  await page.evaluate(() => Promise.allSettled(document.getAnimations()
    .filter(animation => Number.isFinite(animation.effect.getComputedTiming().endTime))
    .map(animation => animation.finished)))
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe)
  const { violations } = await page.evaluate(part => globalThis.axe.run(part, { resultTypes: ['violations'] }), part)
  for (const { id, impact, nodes } of violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))) {
    const [{ html, failureSummary }] = nodes
    reader.problem(`${impact} ${id} at ${where}, ${nodes.length} times: ${html.slice(0, 160)} ${failureSummary}`)
  }
}

/** The reader's system says which, and the reader may say otherwise. */
async function scheme(reader, page, colour) {
  const shown = () => page.evaluate(() => {
    const [red] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)
    return red < 64 ? 'dark' : 'light'
  })
  const toggle = page.getByRole('button', { name: /dark mode|light mode/i })
  reader.expect(await shown() === colour, `it is ${await shown()} where the system is ${colour}`)
  await toggle.click()
  reader.expect(await shown() !== colour, `it stays ${colour} against the reader's will`)
  await toggle.click()
  reader.expect(await shown() === colour, `it does not become ${colour} again`)
}
