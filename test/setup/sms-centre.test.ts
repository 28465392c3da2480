import { connect } from 'node:net'
import { PDU, type Fields } from 'smpp'
import { expect, onTestFinished, test } from 'vitest'
import { startSmsCentre } from './sms-centre.ts'

test('the centre keeps a message when its last part is there, in whatever order they come', async () => {
  const { centre, say } = await talking()
  const part = (number: number, text: string): Fields => ({
    source_addr: 'Door',
    destination_addr: '447700900123',
    short_message: { udh: Buffer.from([5, 0, 3, 9, 2, number]), message: text },
  })
  say('submit_sm', part(2, 'world'))
  await centre.until(() => centre.heard.length === 2)
  expect(centre.messages).toEqual([])
  say('submit_sm', part(1, 'hello '))
  const { from, to, text, parts, id } = await centre.waitFor((each) => each.from === 'Door')
  expect({ from, to, text }).toEqual({ from: 'Door', to: '447700900123', text: 'hello world' })
  expect(parts[1]!.id).toBe(id)
})

test('the centre says what it waited for in vain, and that nobody is there', async () => {
  const { centre } = await talking()
  await expect(centre.waitFor(() => true, 10)).rejects.toThrow('heard: bind_transceiver')
  centre.drop()
  await centre.until(() => centre.bound.size === 0)
  await expect(centre.receipt('1', 'DELIVRD')).rejects.toThrow('nobody is bound')
})

/** A client of nothing but bytes, bound. */
async function talking() {
  const centre = await startSmsCentre()
  onTestFinished(centre.close)
  const socket = connect(centre.port, '127.0.0.1').resume()
  socket.on('error', () => {})
  let sequence = 0
  const say = (command: string, fields: Fields = {}) =>
    socket.write(new PDU(command, { ...fields, sequence_number: (sequence += 1) }).toBuffer())
  say('bind_transceiver')
  await centre.until(() => centre.bound.size === 1)
  return { centre, say }
}
