import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { reportHome } from './side-channel.ts'

const server = createServer((_, response) => response.end('ok'))
server.listen(0, '127.0.0.1', () => reportHome((server.address() as AddressInfo).port))
