export type SmppSetting = {
  readonly kind: 'smpp'
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly systemId: string
  readonly password: string
  readonly systemType: string
  readonly from: string
}
