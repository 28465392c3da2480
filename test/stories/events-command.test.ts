import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect } from 'vitest'
import { chainEvents, endOf } from '../../src/accounts/events/chain.ts'
import { eventsCommand, exportTo } from '../../src/commands/events.ts'
import { ana, bob, type World } from '../world.ts'
import { story } from './story.ts'

/** What the command says, and how it ends. */
async function said(
  world: World,
  args: readonly string[],
  settings: Partial<World['config']> = {},
) {
  const lines: string[] = []
  const config = { ...world.config, ...settings }
  try {
    await eventsCommand(config, args, (text) => void lines.push(text))
    return { code: 0, text: lines.join('\n') }
  } catch (error) {
    const { exitCode, message } = error as { exitCode?: number; message: string }
    return { code: exitCode, text: [...lines, message].join('\n') }
  }
}

/** Takes a little at a time, as a slow disk does. */
function paper() {
  const pieces: string[] = []
  const stream = new Writable({
    highWaterMark: 16,
    write(piece, _, done) {
      pieces.push(String(piece))
      setImmediate(done)
    },
  })
  return { stream, text: () => pieces.join('') }
}

async function exported(world: World, args: readonly string[]): Promise<string> {
  const { stream, text } = paper()
  await exportTo(world.config, args, stream)
  return text()
}

const WELL = 'Nothing was changed, taken away or put in.'

story(
  'the command finds what was changed and says where; a file it wrote is checked where there is no database',
  { people: [ana, bob] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await browser.signIn(bob)
    const whole = await exported(world, [])
    expect(await said(world, ['verify'])).toEqual({ code: 0, text: `4 events looked at.\n${WELL}` })
    await chainEvents(world.app)
    const end = (await endOf(world.app.db))!
    expect(await said(world, ['verify', '--end', end])).toMatchObject({ code: 0 })

    const folder = mkdtempSync(join(tmpdir(), 'nightlatch-events-'))
    const nowhere = { databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' }
    const file = join(folder, 'events.jsonl')
    const check = (text: string, more: readonly string[] = []) => {
      writeFileSync(file, text)
      return said(world, ['verify', file, ...more], nowhere)
    }
    try {
      expect(await check(whole, ['--end', end])).toEqual({
        code: 0,
        text: '4 events looked at.\nThe file is whole: nothing was changed, taken away or put in.',
      })
      const lines = whole.split('\n')
      const cut = await check(lines.toSpliced(2, 1).join('\n'))
      expect(cut).toMatchObject({ code: 1 })
      expect(cut.text).toContain('line 3: events are missing before it')
      expect(await check(lines.slice(2, 4).join('\n'))).toMatchObject({
        code: 0,
        text: expect.stringContaining('nobody can tell whether others are missing'),
      })
      const bobs = await exported(world, ['--account', bob.email, '--kind', 'sign-ins'])
      expect(bobs.trimEnd().split('\n')).toHaveLength(3)
      expect((await check(bobs)).text).toContain('holds all that was found')
      expect(await said(world, ['verify', join(folder, 'none')])).toMatchObject({ code: 2 })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    const table = await exported(world, [
      '--format',
      'csv',
      '--from',
      '2026-01-05',
      '--to',
      '2026-01-05',
    ])
    expect(table.split('\r\n')).toHaveLength(1 + 4 + 1)
    for (const wrong of [
      ['export', '--from', 'yesterday'],
      ['export', '--kind', 'nothing'],
      ['export', '--format', 'xml'],
      ['verify', '--end', 'x'],
      ['verify', 'a', 'b'],
      ['burn'],
    ])
      expect(await said(world, wrong), wrong.join(' ')).toMatchObject({ code: 2 })

    await world.app.db
      .updateTable('events')
      .set({ kind: 'signed_out' })
      .where('place', '=', 3)
      .execute()
    const found = await said(world, ['verify'])
    expect(found.code).toBe(1)
    expect(found.text).toMatch(
      /1 found that should not be so:\n {2}place 3: the event [0-9a-f]{32} was changed/,
    )
    const noted = await said(world, ['verify', '--end', '9:x'])
    expect(noted.text).toContain('the end that was noted, or is kept, is not in the chain')
  },
)
