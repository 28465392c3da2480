import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { ltr } from './parts.ts'
import { textsOf } from './texts/all.ts'

type ProblemProps = {
  readonly status: number
  readonly text: string
  readonly requestId: string
}

export function problemPage(frame: Frame, { status, text, requestId }: ProblemProps): Html {
  const t = textsOf(frame.language).problemPage
  const title = t[kindOf(status)]
  return layout(
    frame,
    title,
    html`<h1>${title}</h1>
      <p>${text}</p>
      <p><a class="button main" href="/">${t.home}</a></p>
      <p class="hint request">${t.request} <code>${ltr(requestId)}</code></p>`,
  )
}

function kindOf(status: number): 'notFound' | 'refused' | 'away' | 'fault' {
  if (status === 404) return 'notFound'
  if (status === 503) return 'away'
  return status >= 500 ? 'fault' : 'refused'
}
