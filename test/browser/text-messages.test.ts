import { test } from 'vitest'
import { openNearby, expectTextMessageStory } from './text-messages.ts'

test('a gateway is linked and tried out, a number is proven, and its codes let in', async () => {
  await using nearby = await openNearby()
  await expectTextMessageStory(nearby, async () => {})
})
