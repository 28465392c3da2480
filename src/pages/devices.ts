import { html } from 'hono/html'
import type { Kind } from './browser.ts'
import { directionOf } from '../lib/language.ts'
import { deviceIcon } from './device-icon.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { ltr, noticeBox, problemBox, titleOf } from './parts.ts'
import { renameForm } from './rename-form.ts'
import { textsOf } from './texts/all.ts'

/** One device of the list. */
export type ShownDevice = {
  readonly id: string
  readonly name: string
  readonly ownName: string | null
  readonly madeName: string
  readonly kind: Kind | null
  readonly address: string
  readonly place: string | null
  readonly firstSeen: Date
  readonly lastSeen: Date
  readonly isIn: boolean
  readonly rememberedUntil: Date | null
  readonly isThis: boolean
}

type DevicesProps = {
  /** What was looked for, and which page of it is shown. */
  readonly find: string
  readonly page: number
  readonly pages: number
  readonly all: number
  readonly found: number
  readonly shown: readonly ShownDevice[]
  readonly notice: string | null
  readonly problem: string | null
  /** A name that could not be taken, as it was typed. */
  readonly wrong: {
    readonly device: string
    readonly name: string
    readonly problem: string
  } | null
}

/** Where somebody is signed in, and the forms that end it. */
export function devicesPage(frame: Frame, props: DevicesProps): Html {
  const { shown, all, notice, problem, wrong } = props
  const t = textsOf(frame.language).devices
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null || wrong !== null),
    html`<h1>${t.title}</h1>
      ${noticeBox(notice)} ${problemBox(problem)}
      <p>${t.lead}</p>
      ${findForm(frame, props)}
      <ul class="devices">
        ${shown.map((device) => card(frame, props, device))}
      </ul>
      ${pageLinks(frame, props)} ${shown.length > 0 && chosenForm(frame, props)}
      ${all > 1 && othersForm(frame, props)}`,
    'devices',
  )
}

function findForm(frame: Frame, { find, all, found }: DevicesProps): Html {
  const t = textsOf(frame.language).devices
  const count = find === '' ? t.count({ count: all }) : t.found({ found, count: all })
  return html`<search>
    <form method="get" action="/account/devices" class="find">
      <label for="field-find">${t.find}</label>
      <p class="hint" id="field-find-hint">${t.findHint}</p>
      <div class="beside">
        <input
          type="search"
          id="field-find"
          name="find"
          value="${find}"
          dir="auto"
          autocomplete="off"
          aria-describedby="field-find-hint"
        />
        <button class="second">${t.submitFind}</button>
      </div>
    </form>
    <p class="hint">
      ${found === 0 ? t.none : count} ${find !== '' && html`<a href="/account/devices">${t.showAll}</a>`}
    </p>
  </search>`
}

function card(frame: Frame, props: DevicesProps, device: ShownDevice): Html {
  const t = textsOf(frame.language).devices
  const { id, isThis, isIn } = device
  return html`<li class="card item">
    <div class="tick">
      <input type="checkbox" id="tick-${id}" name="device" value="${id}" form="chosen" />
      <h2>
        ${deviceIcon(device.kind)} <label for="tick-${id}">${deviceTitle(frame, device)}</label>
        ${isThis && html`<span class="state on">${t.thisOne}</span>`}
        ${isIn && !isThis && html`<span class="state">${t.signedIn}</span>`}
      </h2>
    </div>
    ${deviceFacts(frame, device)} ${nameForm(frame, props, device)}
  </li>`
}

/** What the person typed runs as it will; what we made, as the page does. */
export const deviceTitle = (frame: Frame, { ownName, madeName }: ShownDevice): Html =>
  ownName === null ? made(frame, madeName) : html`<bdi>${ownName}</bdi>`

const made = ({ language }: Frame, madeName: string): Html =>
  html`<bdi dir="${directionOf(language)}">${madeName}</bdi>`

/** What is known of a device. */
export function deviceFacts(frame: Frame, device: ShownDevice): Html {
  const { language } = frame
  const t = textsOf(language).devices
  const { ownName, madeName, address, place, firstSeen, lastSeen, rememberedUntil } = device
  const until = rememberedUntil && moment(language, rememberedUntil)
  return html`<dl class="facts">
    ${ownName !== null && fact(t.made, made(frame, madeName))}
    ${fact(t.where, html`${ltr(address)}${place !== null && html` · <bdi>${place}</bdi>`}`)}
    ${fact(t.lastSeen, moment(language, lastSeen))} ${fact(t.firstSeen, moment(language, firstSeen))}
    ${until && fact(t.remembered, until)}
  </dl>`
}

const fact = (what: string, is: Html): Html =>
  html`<dt>${what}</dt>
    <dd>${is}</dd>`

function nameForm(frame: Frame, props: DevicesProps, device: ShownDevice): Html {
  const t = textsOf(frame.language).devices
  const { id, ownName, name } = device
  const wrong = props.wrong?.device === id ? props.wrong : null
  return renameForm({
    action: '/account/devices/name',
    id,
    fields: html`${spotFields(props)}<input type="hidden" name="device" value="${id}" />`,
    texts: {
      rename: t.rename,
      renameOne: t.renameOne({ name }),
      name: t.name,
      hint: t.nameHint,
      save: t.saveName,
    },
    value: wrong?.name ?? ownName ?? '',
    placeholder: device.madeName,
    problem: wrong?.problem ?? null,
  })
}

/** Its boxes stand at the devices, and belong to it by its id. */
function chosenForm(frame: Frame, props: DevicesProps): Html {
  const t = textsOf(frame.language).devices
  return html`<section class="card">
    <h2>${t.chosen}</h2>
    <p>${t.chosenWhat}</p>
    <form method="post" action="/account/devices/remove" id="chosen" class="buttons">
      ${spotFields(props)}
      <button class="danger">${t.remove}</button>
      <button class="second" formaction="/account/devices/forget">${t.forget}</button>
    </form>
  </section>`
}

function othersForm(frame: Frame, props: DevicesProps): Html {
  const t = textsOf(frame.language).devices
  return html`<section class="card">
    <h2>${t.others}</h2>
    <p>${t.othersWhat}</p>
    <form method="post" action="/account/devices/remove-others">
      ${spotFields(props)}
      <button class="danger">${t.removeOthers}</button>
    </form>
  </section>`
}

const spotFields = ({ find, page }: DevicesProps): Html =>
  html`${find !== '' && html`<input type="hidden" name="find" value="${find}" />`}
  ${page > 1 && html`<input type="hidden" name="page" value="${String(page)}" />`}`

function pageLinks(frame: Frame, { find, page, pages }: DevicesProps): Html | null {
  if (pages === 1) return null
  const t = textsOf(frame.language).devices
  const link = (to: number, text: string, rel: string): Html | null => {
    if (to < 1 || to > pages) return null
    const query = new URLSearchParams({ ...(find !== '' && { find }), page: String(to) }).toString()
    return html`<a class="button second" rel="${rel}" href="/account/devices?${query}">${text}</a>`
  }
  return html`<nav class="pages" aria-label="${t.pages}">
    ${link(page - 1, t.newer, 'prev')} <span>${t.page({ page, pages })}</span>
    ${link(page + 1, t.older, 'next')}
  </nav>`
}
