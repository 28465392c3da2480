// Help where there is JavaScript. Every page works without this file: what it brings along is
// `hidden` in the page and only shown from here.

for (const element of all('[data-script]')) element.hidden = false
for (const form of all('form[data-passkey]')) preparePasskey(/** @type {HTMLFormElement} */ (form))
for (const element of all('[data-passkey-unknown]')) forgetPasskey(element)

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
for (const element of all('[data-follow]')) follow(element)
for (const element of all('[data-reload]')) reloadAfter(Number(element.dataset.reload))

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
 * Looks again after so many seconds, while somebody looks.
 * @param {number} seconds
 */
function reloadAfter(seconds) {
  setTimeout(() => (document.hidden ? reloadAfter(seconds) : location.reload()), seconds * 1000)
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

/**
 * Says what became of a message, as soon as that is known.
 * @param {HTMLElement} element
 */
function follow(element) {
  if (!window.EventSource) return
  const look = /** @type {HTMLElement | null} */ (element.querySelector('[data-look]'))
  const source = new EventSource(element.dataset.follow ?? '')
  if (look) look.hidden = true
  source.addEventListener('message', ({ data }) => {
    const told = JSON.parse(data)
    for (const line of all('[data-told]')) {
      const { state, text } = told[line.dataset.told ?? ''] ?? {}
      // What is said once more would be read out once more.
      if (!text || line.textContent === text) continue
      line.dataset.state = state
      line.textContent = text
    }
  })
  source.addEventListener('end', () => source.close())
  source.addEventListener('error', () => {
    // Cut off, a browser tries again; turned away, it does not.
    if (look && source.readyState === EventSource.CLOSED) look.hidden = false
  })
}

/** @param {HTMLElement} button */
async function copy(button) {
  const list = byId(button.dataset.copy)
  const said = button.parentElement?.querySelector('[data-said]')
  const codes = Array.from(list?.querySelectorAll('code') ?? [], (code) => code.textContent)
  // A list keeps its lines; the blanks in a key are there for the eye.
  const text = codes.length > 1 ? `${codes.join('\n')}\n` : (codes[0] ?? '').replaceAll(' ', '')
  const isCopied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  )
  if (!isCopied && list) window.getSelection()?.selectAllChildren(list)
  if (said) said.textContent = (isCopied ? button.dataset.copied : button.dataset.failed) ?? ''
}

/**
 * Fills a form in with a passkey: when its button is pressed; and where the options are fetched, beside
 * the login too, as the browser offers them there.
 * @param {HTMLFormElement} form
 */
function preparePasskey(form) {
  const { passkey: does, options, optionsFrom, failed, exists, unsupported } = form.dataset
  const said = form.querySelector('[data-said]')
  const button = form.querySelector('button')
  const code = /** @type {HTMLInputElement} */ (form.elements.namedItem('code'))
  /** @param {string | undefined} text */
  const say = (text) => {
    if (said) said.textContent = text ?? ''
  }
  /** There are no passkeys here. Where nobody has asked for one, nothing is said of it. @param {boolean} isAsked */
  const withdraw = (isAsked) => {
    if (button) button.hidden = true
    if (isAsked) say(unsupported)
    else form.hidden = true
  }
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    withdraw(options !== undefined)
    return
  }
  /** What is being waited for; another request takes its place. @type {AbortController | null} */
  let waiting = null
  let isPressed = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let renewal

  /** @param {'optional' | 'conditional'} mediation */
  const ask = async (mediation) => {
    clearTimeout(renewal)
    waiting?.abort()
    const { signal } = (waiting = new AbortController())
    const json = options ?? (await (await fetch(optionsFrom ?? '', { signal })).text())
    const about = JSON.parse(json)
    const credential =
      does === 'create'
        ? await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(about),
            signal,
          })
        : await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(about),
            mediation,
            signal,
          })
    code.value = JSON.stringify(/** @type {PublicKeyCredential} */ (credential))
    form.requestSubmit()
  }

  form.addEventListener('submit', (event) => {
    if (code.value !== '') return
    event.preventDefault()
    if (isPressed) return
    isPressed = true
    say('')
    ask('optional').catch((/** @type {DOMException} */ error) => {
      isPressed = false
      // The page goes by another name than the one that passkeys are good for.
      if (error.name === 'SecurityError') return withdraw(true)
      say(error.name === 'InvalidStateError' ? exists : failed)
      if (optionsFrom) void offer()
    })
  })

  /** Offered by the browser itself, and anew before the challenge is too old. */
  const offer = async () => {
    const isOffered = await PublicKeyCredential.isConditionalMediationAvailable?.()
    // The button has been faster: what it asks for is not taken away.
    if (!isOffered || isPressed) return
    const asked = ask('conditional')
    renewal = setTimeout(() => void offer(), 4 * 60_000)
    // Nobody has asked for it, so nothing is said when it comes to nothing.
    await asked.catch((/** @type {DOMException} */ error) => {
      if (error.name === 'SecurityError') withdraw(false)
    })
  }

  window.addEventListener('pageshow', ({ persisted }) => {
    // Coming back with the browser's button, what was answered is answered no more.
    code.value = ''
    if (persisted) isPressed = false
    if (optionsFrom) void offer()
  })
}

/** @param {HTMLElement} element */
function forgetPasskey(element) {
  const about = JSON.parse(element.dataset.passkeyUnknown ?? '{}')
  // Not every browser can; then the person sees one too many in its list.
  window.PublicKeyCredential?.signalUnknownCredential?.(about)?.catch(() => {})
}

/** A second click while the first is under way sends nothing; coming back sets it free again. */
function sendOnce() {
  /** @type {Set<EventTarget>} */
  const underWay = new Set()
  document.addEventListener('submit', (event) => {
    if (!event.target || event.defaultPrevented) return
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
