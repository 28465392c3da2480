import { toNodeHandler } from 'better-auth/node'
import { createServer } from 'node:http'
import { originOf } from '../request.ts'
import { reportHome, tellCode } from '../side-channel.ts'
import { authOn, openDatabase } from './auth.mjs'

const [folder, kind] = process.argv.slice(2)

// The port is known only when it listens, and better-auth wants to know it first.
const server = createServer((request, response) => handle(request, response))
let handle = (_, response) => response.writeHead(503).end()

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  const auth = authOn(openDatabase(folder), {
    baseURL: originOf(port),
    kind,
    sendCode: tellCode,
  })
  handle = toNodeHandler(auth)
  reportHome(port)
})
