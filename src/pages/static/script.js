// Help where there is JavaScript. Every page works without this file: what it brings along is
// `hidden` in the page and only shown from here.

for (const element of all('[data-script]')) element.hidden = false

for (const button of all('[data-reveal]')) {
  const input = /** @type {HTMLInputElement} */ (byId(button.dataset.reveal))
  const show = { text: button.textContent, label: button.getAttribute('aria-label') ?? '' }
  const hide = { text: button.dataset.hide ?? '', label: button.dataset.hideLabel ?? '' }
  button.hidden = false
  button.addEventListener('click', () => {
    const isShown = input.type === 'password'
    input.type = isShown ? 'text' : 'password'
    button.textContent = (isShown ? hide : show).text
    button.setAttribute('aria-label', (isShown ? hide : show).label)
  })
  // A browser must not keep the password as something once typed into a text field.
  input.form?.addEventListener('submit', () => {
    input.type = 'password'
  })
}

for (const input of all('[data-submit-at]')) submitWhenComplete(asInput(input))
for (const element of all('[data-countdown]')) countDown(element)

for (const button of all('[data-copy]')) {
  if (!navigator.clipboard) continue // only there over https and on this computer
  button.hidden = false
  button.addEventListener('click', () => void copy(button))
}

for (const button of all('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

sendOnce()

/**
 * Sends the form off by itself, once, when the code is complete.
 * @param {HTMLInputElement} input
 */
function submitWhenComplete(input) {
  let isDone = false
  input.addEventListener('input', () => {
    const digits = input.value.normalize('NFKC').replace(/[\s\p{Pd}\p{Cf}]/gu, '')
    if (isDone || !/^\p{Nd}+$/u.test(digits)) return
    if (digits.length !== Number(input.dataset.submitAt)) return
    isDone = true
    input.form?.requestSubmit()
  })
}

/**
 * Counts the seconds down, and lets the button be pressed when they are over.
 * @param {HTMLElement} element
 */
function countDown(element) {
  const button = element.closest('form')?.querySelector('button')
  const line = /** @type {HTMLElement | null} */ (element.closest('.wait'))
  const end = Date.now() + Number(element.dataset.countdown) * 1000
  const language = `${document.documentElement.lang}-u-nu-latn`
  /** @param {'second' | 'minute'} unit */
  const format = (unit) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' })
  const units = { second: format('second'), minute: format('minute') }
  if (button) button.disabled = true

  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000)
    if (left > 0) {
      element.textContent =
        left <= 90 ? units.second.format(left) : units.minute.format(Math.ceil(left / 60))
      return
    }
    clearInterval(timer)
    if (button) button.disabled = false
    // It keeps its place, so that nothing moves under the finger.
    if (line) line.style.visibility = 'hidden'
  }
  const timer = setInterval(tick, 1000)
}

/** @param {HTMLElement} button */
async function copy(button) {
  const list = byId(button.dataset.copy)
  const said = button.parentElement?.querySelector('[data-said]')
  const codes = Array.from(list?.querySelectorAll('code') ?? [], (code) => code.textContent)
  const isCopied = await navigator.clipboard.writeText(`${codes.join('\n')}\n`).then(
    () => true,
    () => false,
  )
  if (!isCopied && list) window.getSelection()?.selectAllChildren(list)
  if (said) said.textContent = (isCopied ? button.dataset.copied : button.dataset.failed) ?? ''
}

/** A second click while the first is under way sends nothing; coming back sets it free again. */
function sendOnce() {
  /** @type {Set<EventTarget>} */
  const underWay = new Set()
  document.addEventListener('submit', (event) => {
    if (!event.target) return
    if (underWay.has(event.target)) event.preventDefault()
    else underWay.add(event.target)
  })
  window.addEventListener('pageshow', () => underWay.clear())
}

/** @param {string} selector */
function all(selector) {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector))
}

/** @param {string | undefined} id */
function byId(id) {
  return document.getElementById(id ?? '')
}

/** @param {HTMLElement} element */
function asInput(element) {
  return /** @type {HTMLInputElement} */ (element)
}
