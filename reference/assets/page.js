'use strict'

// Shows /openapi.json with Scalar (scalar.js), and lets the reader try it on the server that served this page.

// A library in Scalar would else try whether it may make code of text. The page's policy forbids that, and reports it.
globalThis.__zod_globalConfig = { jitless: true }

const DOCUMENT = 'api'
const letters = text => text.replace(/[^a-z]/g, '')

async function show() {
  const scripts = new Promise(resolve => addEventListener('DOMContentLoaded', resolve))
  const answer = await fetch('/openapi.json')
  const content = JSON.parse((await answer.text()).replaceAll('https://api.protocol.chat', location.origin))

  const { info } = content
  // Without a heading to begin with, Scalar hides all others in its menu under one of its own.
  info.description = `## Introduction\n\n${info.description}`
  // It takes underscores in headings for emphasis or white space. What it leaves of an error's code in addresses and in
  // the menu still has the code's letters.
  const codes = new Map()
  for (const [, code] of info.description.matchAll(/^### (\w+)$/gm)) codes.set(letters(code), code)
  const name = entries => entries?.forEach(entry => {
    entry.title = codes.get(letters(entry.title)) ?? entry.title
    name(entry.children)
  })

  await scripts
  // Scalar would take what stands there for its own.
  document.querySelector('#reference').replaceChildren()
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true })
  Scalar.createApiReference('#reference', {
    content,
    slug: DOCUMENT,
    servers: [{ url: location.origin }],
    generateHeadingSlug: ({ slug }) => {
      // That of the introduction is fixed.
      const anchor = slug === 'introduction' ? 'description/introduction' : codes.get(letters(slug)) ?? slug
      return `${DOCUMENT}/${anchor}`
    },
    onLoaded: () => name(dataDumpWorkspace().workspace.activeDocument['x-scalar-navigation'].children),
    localization: { translations: { operation: { testRequest: 'Try it' } } },
    defaultOpenFirstTag: false,
    orderSchemaPropertiesBy: 'preserve',
    authentication: { preferredSecurityScheme: 'token' },
    // Nothing is kept, and nobody else is asked.
    persistAuth: false,
    telemetry: false,
    withDefaultFonts: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: 'never',
    hideClientButton: true,
    hiddenClients: true,
    documentDownloadType: 'none',
  })
}

// What Scalar leaves out for those who cannot see the page, or use no mouse.
function mend() {
  const each = (selector, change) => document.querySelectorAll(selector).forEach(change)
  each('.introduction-description-heading[id]:not([tabindex])', heading => heading.tabIndex = -1)
  each(':is(code.custom-scroll, .markdown table):not([tabindex])', box => box.tabIndex = 0)
  each('[role=combobox]:not([aria-expanded])', box => box.ariaExpanded = 'false')
  each('button[role=none]', button => button.removeAttribute('role'))
  each('.cm-content:not([aria-label])', text => text.ariaLabel = 'Body')
  each('.cm-scroller[tabindex="-1"]:has([contenteditable=false])', box => box.tabIndex = 0)
  each('button[class*=copy-button][aria-controls]', button => button.removeAttribute('aria-controls'))
  each('tr[id] button[aria-haspopup=menu]', button => {
    button.ariaLabel = `${button.closest('tr').id} ${button.textContent}`.trim()
  })
}

document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault()
  const main = document.querySelector('main')
  main.tabIndex = -1
  main.focus()
})
show()
