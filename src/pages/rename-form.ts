import { html } from 'hono/html'
import type { Html } from './layout.ts'
import { attributes } from './parts.ts'

type RenameForm = {
  readonly action: string
  /** What it is that gets a name. */
  readonly id: string
  /** The field that says so, and what else goes along. */
  readonly fields: Html
  readonly texts: {
    readonly rename: string
    /** For those who do not see beside what it stands. */
    readonly renameOne: string
    readonly name: string
    readonly hint: string
    readonly save: string
  }
  readonly value: string
  /** What it is called without a name. */
  readonly placeholder: string
  /** What is wrong with the name as it was typed. */
  readonly problem: string | null
}

/** A name to be given to one of a list, folded away until it is wanted. */
export function renameForm({ action, id, fields, texts: t, ...its }: RenameForm): Html {
  const { value, placeholder, problem } = its
  const described = [problem !== null && `name-${id}-why`, `name-${id}-hint`]
    .filter(Boolean)
    .join(' ')
  return html`<details${attributes({ open: problem !== null })}>
    <summary aria-label="${t.renameOne}">${t.rename}</summary>
    <form method="post" action="${action}" class="${problem === null ? 'field' : 'field wrong'}">
      ${fields}
      <label for="name-${id}">${t.name}</label>
      <p class="hint" id="name-${id}-hint">${t.hint}</p>
      ${problem !== null && html`<p class="why" id="name-${id}-why">${problem}</p>`}
      <div class="beside">
        <input
          type="text"
          id="name-${id}"
          name="name"
          value="${value}"
          placeholder="${placeholder}"
          dir="auto"
          autocomplete="off"
          aria-describedby="${described}"
          ${attributes({ 'aria-invalid': problem === null ? undefined : 'true' })}
        />
        <button class="second">${t.save}</button>
      </div>
    </form>
  </details>`
}
