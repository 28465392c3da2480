import type { App } from '../../app.ts'
import { cleanImports } from '../../store/imports.ts'
import { workAtImport } from './work.ts'

const SECOND = 1000
const WEEK = 7 * 24 * 60 * 60 * SECOND

/**
 * Looks every second whether a file waits to be looked at or done, until it is stopped, which waits for the lines
 * that are under way. Any number of processes may do so.
 */
export function startImports(app: App): () => Promise<void> {
  let running: Promise<void> | null = null
  let isOver = false
  const work = async (): Promise<void> => {
    while (!isOver && (await workAtImport(app, { isOver: () => isOver })));
  }
  const look = (): void => {
    running ??= work()
      .catch((error: unknown) => app.log.error({ error: String(error) }, 'import'))
      .finally(() => {
        running = null
      })
  }
  const timer = setInterval(look, SECOND).unref()
  const cleaning = setInterval(() => {
    cleanImports(app.db, app.now() - WEEK).catch((error: unknown) =>
      app.log.error({ error: String(error) }, 'cleaning'),
    )
  }, 600 * SECOND).unref()
  return async () => {
    isOver = true
    clearInterval(timer)
    clearInterval(cleaning)
    await running
  }
}
