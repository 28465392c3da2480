import { html } from 'hono/html'
import { deviceFacts, deviceTitle, type ShownDevice } from './devices.ts'
import { deviceIcon } from './device-icon.ts'
import type { Frame, Html } from './layout.ts'
import { textsOf } from './texts/all.ts'
import { idField, USER, type UserProps } from './user-props.ts'

/** Where somebody is signed in, and the forms that end it. */
export function userDevices(frame: Frame, props: UserProps): Html {
  const { user: t } = textsOf(frame.language)
  const { devices } = props
  if (devices.shown.length === 0)
    return html`<section class="card">
      <h2>${t.devices}</h2>
      <p>${t.noDevices}</p>
    </section>`
  return html`<section>
    <h2 id="devices" class="after">${t.devices}</h2>
    <p>${t.devicesWhat}</p>
    <ul class="devices">
      ${devices.shown.map((device) => card(frame, device))}
    </ul>
    ${pageLinks(frame, props)}
    <form method="post" action="${USER}/devices" id="chosen" class="buttons">
      ${idField(props)}
      <button class="danger" name="all" value="no">${t.endThese}</button>
      <button class="danger" name="all" value="yes">${t.endAll}</button>
    </form>
  </section>`
}

function card(frame: Frame, device: ShownDevice): Html {
  const t = textsOf(frame.language).devices
  const { id, kind, isIn } = device
  return html`<li class="card item">
    <div class="tick">
      <input type="checkbox" id="tick-${id}" name="device" value="${id}" form="chosen" />
      <h3>
        ${deviceIcon(kind)} <label for="tick-${id}">${deviceTitle(frame, device)}</label>
        ${isIn && html`<span class="state on">${t.signedIn}</span>`}
      </h3>
    </div>
    ${deviceFacts(frame, device)}
  </li>`
}

function pageLinks({ language }: Frame, { user, devices }: UserProps): Html | null {
  const { page, pages } = devices
  if (pages === 1) return null
  const t = textsOf(language).devices
  const link = (to: number, text: string, rel: string): Html | null =>
    to < 1 || to > pages
      ? null
      : html`<a class="button second" rel="${rel}" href="${USER}?id=${user.id}&page=${String(to)}#devices"
          >${text}</a
        >`
  return html`<nav class="pages" aria-label="${t.pages}">
    ${link(page - 1, t.newer, 'prev')} <span>${t.page({ page, pages })}</span>
    ${link(page + 1, t.older, 'next')}
  </nav>`
}
