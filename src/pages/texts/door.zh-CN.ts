import { html } from 'hono/html'
import type { door as en } from './door.en.ts'

export const door: typeof en = {
  title: '登录前还有一步',
  why: {
    policy: '在这里，仅凭密码不能登录。请设置一种只有您才拥有的方式；此后登录时都会要求使用。',
    login_code: '您的管理员要求您登录时进行此项验证。您成功验证一次后，即开始生效。',
    pass: '支持人员已为您放行到这一步，以便您设置新的登录方式。设置后，之前的方式均不能再用于登录，您也会在其他所有设备上退出登录。',
  },
  nothing: '已不需要再设置任何内容。',
  until: ({ date }) => html`您可以推迟到 ${date}。`,
  choose: '请选择其中一种。以后可以再添加其他方式。',
  sentTo: ({ to }) => html`验证码将发送到 ${to}。`,
  send: { email: '通过邮件发送验证码', sms: '通过短信发送验证码' },
  notMine: '如果这不是您的号码，或者您在该号码收不到验证码，请选择其他方式，并告知您的管理员。',
  notMineOnly: '如果这不是您的号码，或者您在该号码收不到验证码，请暂时跳过，并告知您的管理员。',
  later: '暂不设置',
  useOld: '按原来的方式登录，以后再设置',
  another: '选择其他方式',
  codeLead: '请输入验证码，以确认您能收到它。随后即完成设置。',
  protect: '目前尚未设置任何内容。在下方确认后即完成设置并登录。',
  submit: '继续',
}
