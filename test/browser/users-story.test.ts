import { describe, test } from 'vitest'
import { openNearby } from './text-messages.ts'
import { expectUsersStory } from './users-story.ts'

describe('login codes for the people of a company, until one has lost everything', () => {
  for (const [language, name] of [
    ['en', 'English'],
    ['ar', 'Arabic'],
  ] as const)
    test(`in ${name}`, { timeout: 90_000 }, async () => {
      await using nearby = await openNearby()
      await expectUsersStory(nearby, language, async () => {})
    })
})
