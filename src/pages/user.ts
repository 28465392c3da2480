import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { ltr, noticeBox, problemBox, problemSummary, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'
import { actCards } from './user-acts.ts'
import { codeCard, privilegeCard, profileCard } from './user-cards.ts'
import { userDevices } from './user-devices.ts'
import { userFactors } from './user-factors.ts'
import { userHistory } from './user-history.ts'
import type { UserProps } from './user-props.ts'
import { codeText, marks } from './users.ts'

/** Everything about one account, and what can be done for it. */
export function userPage(frame: Frame, props: UserProps): Html {
  const { user, problems, problem, isSelf } = props
  const { user: t, labels } = textsOf(frame.language)
  const isWrong = problem !== null || Object.keys(problems).length > 0
  return layout(
    frame,
    titleOf(frame.language, user.name, isWrong),
    html`<p><a href="/users">${t.back}</a></p>
      <h1><bdi>${user.name}</bdi></h1>
      ${noticeBox(props.notice)} ${problemBox(problem)}
      ${problemSummary(frame.language, problems, { ...labels, login: t.deleteConfirm, reason: t.reason })}
      ${isSelf && html`<div class="note"><p>${t.self}</p></div>`} ${about(frame, props)}
      ${!isSelf && html`${codeCard(frame, props)} ${profileCard(frame, props)}`}
      ${!isSelf && privilegeCard(frame, props)} ${userFactors(frame, props)}
      ${userDevices(frame, props)} ${!isSelf && actCards(frame, props)}
      ${userHistory(frame, props.happenings)}`,
    'users',
  )
}

function about({ language }: Frame, { user }: UserProps): Html {
  const { users, user: t } = textsOf(language)
  const { main, created, invited, lastSeen, isProven } = user
  return html`<p class="marks">${marks(users, user.states)}</p>
    <dl class="facts">
      ${fact(t.address, html`${ltr(user.email)} · ${isProven ? t.proven : t.unproven}`)}
      ${fact(users.privilege, users.privileges[user.privilege])}
      ${fact(users.mainAccount, main === null ? users.isMain : ltr(main.login))}
      ${fact(users.code, codeText(users, user))}
      ${fact(t.lastSeen, lastSeen === null ? users.never : moment(language, lastSeen))}
      ${invited && fact(t.invited, moment(language, invited))}
      ${fact(t.created, moment(language, created))}
    </dl>`
}

const fact = (what: string, is: Html | string): Html =>
  html`<dt>${what}</dt>
    <dd>${is}</dd>`
