import { expect, test } from 'vitest'
import { openMetrics } from './metrics.ts'

const linesOf = async (metrics: ReturnType<typeof openMetrics>, name: string): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(`nightlatch_${name}`))

test('messages are counted by what became of them, by which route and where', async () => {
  const metrics = openMetrics()
  const sms = { by: 'sms', route: 'Local', country: 'PT' }
  metrics.message({ kind: 'message_accepted', ...sms, ms: 700 })
  metrics.message({ kind: 'message_delivered', ...sms, ms: 4_000 })
  metrics.message({ kind: 'message_failed', by: 'email' })
  expect(await linesOf(metrics, 'messages_total')).toEqual([
    'nightlatch_messages_total{outcome="message_accepted",by="sms",route="Local",country="PT"} 1',
    'nightlatch_messages_total{outcome="message_delivered",by="sms",route="Local",country="PT"} 1',
    'nightlatch_messages_total{outcome="message_failed",by="email",route="",country=""} 1',
  ])
  const sumOf = async (what: string) => linesOf(metrics, `message_${what}_seconds_sum`)
  expect(await sumOf('acceptance')).toEqual([
    'nightlatch_message_acceptance_seconds_sum{route="Local"} 0.7',
  ])
  expect(await sumOf('delivery')).toEqual([
    'nightlatch_message_delivery_seconds_sum{route="Local"} 4',
  ])
})

test('cost is counted in units of its currency', async () => {
  const metrics = openMetrics()
  const there = { route: 'Local', country: 'PT', currency: 'EUR' }
  metrics.spent({ ...there, cost: 250_000 })
  metrics.spent({ ...there, cost: 500_000 })
  metrics.spent({ ...there, country: null, cost: 0 })
  expect(await linesOf(metrics, 'sms_cost_total')).toEqual([
    'nightlatch_sms_cost_total{route="Local",country="PT",currency="EUR"} 0.75',
    'nightlatch_sms_cost_total{route="Local",country="",currency="EUR"} 0',
  ])
})

test('however many names routes are given, there are never many labels', async () => {
  const metrics = openMetrics()
  for (let n = 0; n < 500; n++)
    metrics.message({ kind: 'message_accepted', by: 'email', route: `route ${n}`, ms: 1 })
  const lines = await linesOf(metrics, 'messages_total')
  expect(lines).toHaveLength(101)
  expect(lines.at(-1)).toContain('route="other",country=""} 400')
})

test('which routes rest is looked up when it is asked for', async () => {
  const metrics = openMetrics()
  let isResting = true
  metrics.watchRoutes(() => [
    { name: 'Big', isResting },
    { name: 'Local', isResting: false },
  ])
  const lines = () => linesOf(metrics, 'route_rests')
  expect(await lines()).toEqual([
    'nightlatch_route_rests{route="Big"} 1',
    'nightlatch_route_rests{route="Local"} 0',
  ])
  isResting = false
  expect((await lines())[0]).toBe('nightlatch_route_rests{route="Big"} 0')
  metrics.watchRoutes(() => [])
  expect(await lines()).toEqual([])
})
