import { html } from 'hono/html'
import type { Html } from '../layout.ts'

/** Recovery by support, in Simplified Chinese. */
export const lost = {
  link: '我的手机和安全密钥都丢了',
  passLink: '我有支持人员给的通行码',
  title: '请支持人员帮助',
  lead: '如果除密码以外，能让您登录的东西都丢了，支持人员可以给您一个通行码，让您重新设置。他们会先核实，需要一天或数天。',
  first: '请先找一找恢复代码：用其中一个可以立即登录。如果忘记了密码，请先设置新密码。',
  told: '我们会立即给已知的邮箱发信，信中有取消此申请的链接。',
  reach: '支持人员可以在哪里联系到您',
  reachHint: '您现在能用的电子邮箱或电话号码。',
  text: '发生了什么',
  textHint: '您丢了什么，以及支持人员可以据以确认是您本人的任何情况。切勿在此写密码或验证码。',
  submit: '请求支持',
  back: '返回',
  sentTitle: '已向支持人员提出请求',
  sent: '如果有这个账户并且它开启了登录保护，支持人员会进行核实。已用邮件通知账户的所有者。',
  sentFrom: ({ from }: { from: Html }) =>
    html`支持人员可在 ${from} 之后作出决定。已用邮件通知账户的所有者。`,
  sentNext:
    '支持人员会按您留下的方式联系您。他们绝不会问您的密码。如果同意，他们会给您一个通行码：请用密码登录，选择“我有支持人员给的通行码”，然后输入它。',
  waits: '如果您之前已经提出过请求，以那次为准，这次不会改变什么。',
  cancelTitle: '取消请求',
  cancelLead: '有人称其他登录手段都已丢失，请支持人员让其进入您的账户：',
  cancelWhat: '取消后，支持人员不会给对方任何东西，并会看到此请求已被取消。',
  cancelSubmit: '取消请求',
  wasMe: '如果是您本人，请关闭此页面。没有任何更改。',
  doneTitle: '请求已取消',
  doneLead: '没有人能再以这种方式进入。',
  donePassword:
    '提出请求的人输入过您的密码。如果不是您本人，请立即设置新密码：所有人都会因此退出登录。',
  setPassword: '设置新密码',
  signIn: '登录',
  passTitle: '支持人员给的通行码',
  passLead:
    '请输入支持人员告诉您的 12 位数字。然后您要立即重新设置登录方式；丢失的东西不再能用于登录，您在其他地方也会退出登录。',
  passLabel: '通行码',
  passHint: '一小时内有效，只能用一次。空格无关紧要。',
  passSubmit: '继续',
  openTitle: '有人请支持人员让其进入',
  open: ({ since }: { since: Html }) =>
    html`${since}，有人请支持人员恢复此账户。如果不是您本人，请取消并设置新密码。如果是您本人，您现在已经登录，不再需要它。`,
  openCancel: '取消请求',
}

export const cases = {
  title: '恢复申请',
  lead: '这些人丢失了除密码以外的所有登录手段。只有在确知对方是谁时才作决定。',
  show: '显示',
  open: '待处理',
  closed: '已结束',
  noneOpen: '没有待处理的申请。',
  noneClosed: '没有已结束的申请。',
  states: {
    waiting: '等待中',
    ready: '可以决定',
    second: '需要第二个人',
    approved: '已批准',
    used: '已批准并已使用',
    refused: '已拒绝',
    cancelled: '已取消',
    over: '无人及时决定',
  },
  opened: '申请时间',
  from: '可作决定的时间',
  until: '最迟决定时间',
  privilege: '对他人的权限',
  privileges: { support: '决定恢复申请', manage: '管理账户', operator: '全部' },
  back: '返回申请列表',
  facts: '已知情况',
  password: '密码',
  passwordRight: '已输入，且正确',
  passwordNone: '未输入',
  passwordReset: '不久前通过邮件中的链接设置，因此对方可能只是能读取邮箱的人。',
  device: '设备',
  deviceKnown: ({ since, seen }: { since: Html; seen: Html }) =>
    html`自 ${since} 起已知，上次登录于 ${seen}`,
  deviceUnknown: '从未登录过此账户',
  place: '地点',
  placeKnown: '此账户曾从那里登录',
  placeUnknown: '未发现此账户曾从那里登录',
  asked: '对方填写的内容',
  reach: '联系方式',
  disabled: '此账户已停用：如要批准，请先启用。',
  signIns: '最近的登录',
  noSignIns: '没有。',
  changes: '最近 30 天的更改',
  noChanges: '没有。',
  earlier: '以前的申请',
  noEarlier: '没有。',
  checks: '处理意见',
  approvedBy: ({ login }: { login: Html }) => html`${login} 批准`,
  refusedBy: ({ login }: { login: Html }) => html`${login} 拒绝`,
  decide: '作出决定',
  how: '请用您以前就知道的地址打电话或写信给本人，或查看您认识的证件，或询问认识他们的人。这里填写的内容说明不了是谁填写的。',
  two: '此账户对他人有权限，因此必须由两个不同的人批准。',
  early: ({ from }: { from: Html }) => html`从 ${from} 起可以批准。现在就可以拒绝。`,
  own: '这是您自己的申请：由其他人决定。',
  twice: '您已批准。还必须有另一个人批准。',
  checked: '我核实了什么',
  checkedHint: '至少 10 个字符。其他支持人员会看到。',
  approve: '批准',
  refuse: '拒绝',
  again: '另发通行码',
  againWhat:
    '如果通行码在使用前过了一小时、遗失了，或者用过却没有完成设置，您可以另发一个。之前的将失效。',
  againSubmit: '另发一个通行码',
  passTitle: '通行码',
  passLead:
    '请现在就通过您核实过的方式告诉本人。它只显示这一次，一小时内有效，只能用一次，并且必须配合正确的密码。切勿发给其他任何人。',
  pass: '通行码',
}

export const caseProblems = {
  wrong_pass:
    '此通行码不正确，或已失效。没有任何更改。请与支持人员告诉您的核对；几次错误之后，请他们另发一个。',
  case_limited:
    '最近几天已多次为此账户请求支持，因此现在没有发送。没有任何更改。请过几天再试，或以其他方式联系支持人员。',
  nothing_lost:
    '此账户没有设置任何可能丢失的东西，因此无需恢复，也没有联系支持人员。没有任何更改。请返回并设置那里要求的内容；如果做不到，请联系您的管理员。',
  no_such_case: '没有这个申请。没有任何更改。请查看列表后重新选择。',
  case_own: '这是您自己的申请，由其他人决定。没有任何更改。',
  case_over: '此申请已决定、已取消或已过期。没有任何更改。请查看它现在的状态。',
  case_disabled: '此账户已停用。没有任何更改。必须先启用它。',
  case_early: '此申请仍在等待，以便所有者有时间取消。没有任何更改。您可以现在拒绝，或稍后批准。',
  case_twice: '您已批准过，还必须有第二个人批准。没有任何更改。',
  case_link_dead:
    '此链接不再能取消任何东西。请求已被取消、已决定或已过期，或者链接不完整。现在没有任何更改。',
}

export const caseNotices = {
  case_cancelled: '请求已取消。如果那不是您提出的，请设置新密码。',
  case_first: '您已批准。现在还必须有第二个人批准。',
  case_approved: '申请已批准。',
  case_refused: '申请已拒绝，并已通知本人。',
}

export const caseKinds = {
  case_opened: '申请了由支持人员恢复',
  case_told: '由支持人员恢复的结果',
}

export const caseMails = {
  case_opened: {
    subject: ({ product }: { product: string }) => `有人请求进入您在 ${product} 的账户`,
    lead: ({ from }: { from: string }) =>
      `有人称，除密码以外，能进入您账户的东西都已丢失，并请支持人员提供办法。支持人员从 ${from} 起可以作出决定。`,
    link: '如果不是您本人，请立即在此页面取消。无需登录：',
  },
  case_told: {
    subject: ({ product }: { product: string }) => `恢复您在 ${product} 的账户`,
    what: {
      first: '支持人员已批准恢复您的账户。还必须有第二个人批准。',
      approved:
        '支持人员已批准恢复您的账户，并给出了一个通行码：一小时内有效，只能用一次，并须配合您的密码。之后必须重新设置登录方式。',
      pass: '支持人员为恢复您的账户另给了一个通行码。一小时内有效，只能用一次，并须配合您的密码。',
      machine:
        '服务器的运营者为恢复您的账户给出了一个通行码。一小时内有效，只能用一次，并须配合您的密码。',
      used: '有人输入了您的密码和支持人员给的通行码，正在设置新的登录方式。',
      refused: '支持人员拒绝了恢复您的账户。没有任何更改。',
      cancelled: '恢复您账户的申请已被取消。没有任何更改。',
    },
    link: '如果不是您本人，请立即在此页面取消。无需登录：',
    notYou: '如果您没有预料到这件事，请设置新密码，并告诉您的管理员。',
  },
}
