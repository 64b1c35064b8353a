// Everything can be reached with the keys alone, and it shows where they are.
const MANY = 200

export async function keyboard(reader) {
  const page = await reader.open()
  await page.keyboard.press('Tab')
  reader.expect(await focused(page, 'a.skip'), 'the first thing that Tab reaches is not the way to the content')
  await page.keyboard.press('Enter')
  reader.expect(await focused(page, 'main'), 'the way to the content does not lead there')

  await page.reload()
  await page.locator('.introduction-section h1').waitFor()
  await walk(reader, page, 'button:has-text("Open Group - Conversations")')
  await page.keyboard.press('Enter')
  await walk(reader, page, 'a[href="#tag/conversations/GET/v1/conversations"]')
  await page.keyboard.press('Enter')
  const section = 'section[id$="GET/v1/conversations"]'
  await page.waitForFunction(selector => document.activeElement.matches(selector), section)

  await walk(reader, page, `${section} button[aria-label^="Change code sample language"]`)
  await page.keyboard.press('Enter')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Escape')
  await walk(reader, page, `${section} button:has-text("Try it")`)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await walk(reader, page, '[role=dialog] input[placeholder=Token]')
  await walk(reader, page, '[role=dialog] button:has-text("Send")')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
}

/** Whether the focus is in what the selector, one of Playwright's, names. */
const focused = (page, selector) =>
  page.locator(selector).evaluateAll(all => all.some(element => element === document.activeElement))

/** Goes on with Tab until it is there. Each step is in sight, and has a line around it. */
async function walk(reader, page, selector) {
  for (let step = 0; step < MANY; step++) {
    await page.keyboard.press('Tab')
    const lost = await page.evaluate(() => {
      const element = document.activeElement
      const { width, height, bottom, top } = element.getBoundingClientRect()
      // A box to tick is drawn by what stands after it.
      const lined = [element, element.nextElementSibling].filter(Boolean).some(shown => {
        const { outlineStyle, outlineWidth } = getComputedStyle(shown)
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
      })
      const seen = width > 0 && height > 0 && bottom > 0 && top < innerHeight
      return element === document.body || (lined && seen) ? null : element.outerHTML.slice(0, 200)
    })
    reader.expect(!lost, `the focus does not show on ${lost}`)
    if (await focused(page, selector)) return
  }
  throw new Error(`Tab does not reach ${selector}`)
}
