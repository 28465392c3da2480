import { html } from 'hono/html'
import type { Html } from '../layout.ts'
import type { Texts } from './all.ts'
import { areFew } from '../few-codes.ts'
import { caseKinds, caseMails, caseNotices, caseProblems, cases, lost } from './cases.zh-CN.ts'
import { door } from './door.zh-CN.ts'
import { policyZhCN } from './policy.zh-CN.ts'
import { importing } from './importing.zh-CN.ts'
import { apiFields, keys } from './keys.zh-CN.ts'
import { durations, plural } from './plural.ts'
import { usersZhCN } from './users.zh-CN.ts'
import { events, overview } from './events.zh-CN.ts'

const seconds = plural('zh-CN', { other: '# 秒' })
const minutes = plural('zh-CN', { other: '# 分钟' })
const hours = plural('zh-CN', { other: '# 小时' })
const days = plural('zh-CN', { other: '# 天' })
const codesLeft = plural('zh-CN', { other: '还剩 # 个恢复代码' })
const devices = plural('zh-CN', { other: '# 台设备' })
const messages = plural('zh-CN', { other: '共 # 封邮件' })
const signedOut = plural('zh-CN', { other: '已终止 # 处登录' })
const accounts = plural('zh-CN', { other: '# 个账户' })
const lives = (left: number) =>
  left < 1 ? '验证码已失效：请重新获取，或者重新开始。' : `验证码在 ${minutes(left)}内有效。`
const duration = durations({ seconds, minutes, hours })

/** Simplified Chinese; readers of Traditional Chinese get it too. */
export const zhCN = {
  duration: ({ wait }: { wait: number }) => duration(wait),

  importing,

  layout: {
    skip: '跳到正文',
    banner: '尚未设置邮件服务器，邮件不会真正发出。',
    outbox: '在发件箱中查看邮件',
    menu: '您的账户',
    desks: '您管理的内容',
    profile: '个人资料',
    security: '安全',
    devices: '登录详情',
    history: '历史记录',
    overview: '概览',
    users: '用户',
    cases: '申请',
    policy: '策略',
    events: '事件',
    deliveries: '投递情况',
    settings: '设置',
    signOut: '退出登录',
    language: '语言',
    problem: '出现问题',
    warning: '请注意',
  },

  labels: {
    email: '电子邮箱',
    name: '姓名',
    country: '国家或地区',
    chooseCountry: '请选择国家或地区',
    language: '语言',
    phone: '手机号码',
    password: '密码',
    currentPassword: '当前密码',
    newPassword: '新密码',
    optional: '选填',
    none: '未填写',
    show: '显示',
    hide: '隐藏',
    showPassword: '显示密码',
    hidePassword: '隐藏密码',
    fix: '请更正以下内容。目前尚未保存任何内容。',
  },

  hints: {
    email: '您用它登录，验证码也会发送到这里。',
    name: '邮件中对您的称呼。',
    language: '用于这些页面以及发给您的邮件。',
    phone: ({ example }: { example: Html }) => html`请包含国际区号，例如 ${example}。`,
    password: '至少 10 个字符，可使用任意字符。几个互不相关的词既容易记住，又难以猜中。',
  },

  signIn: {
    title: '登录',
    submit: '登录',
    forgot: '忘记密码？',
    passkey: '使用通行密钥登录',
  },

  passkey: {
    /** What a browser says of it, where something went wrong there. */
    failed:
      '浏览器没有获得通行密钥：可能是操作已取消、用时过长，或者这里没有通行密钥。没有任何更改。请重试，或使用其他方式。',
    exists: '这台设备或安全密钥上已有此账户的通行密钥。没有任何更改。',
    unsupported: '此浏览器在这里无法使用通行密钥。请使用其他方式。',
    noScript: '通行密钥需要 JavaScript，而这里已将其关闭。请使用其他方式。',
  },

  forgot: {
    title: '忘记密码？',
    lead: '请输入您用于登录的电子邮箱。我们会向它发送一个链接，您可以用它设置新密码。',
    submit: '发送链接',
    back: '返回登录',
    sentTitle: '请查收邮件',
    sent: '如果存在使用此邮箱的账户，一封含有链接的邮件已在发送途中。链接在 30 分钟内有效，只能使用一次。',
    spam: '如果没有看到邮件，请到垃圾邮件中找一找，并确认您输入的是用于登录的邮箱。',
  },

  newPassword: {
    submit: '设置新密码',
    reset: {
      title: '设置新密码',
      lead: '新密码将取代旧密码。设置后，您会在所有设备上退出登录，也不再记住任何设备。',
    },
    due: {
      title: '请设置新密码',
      lead: '您的管理员要求您设置新密码。设置后，您会在这里登录，并在其他所有设备上退出登录。',
    },
    invitation: {
      title: '设置您的密码',
      lead: '有人为您创建了一个账户。请为它设置一个您没有在其他地方使用的密码。您使用该密码和以下地址登录：',
    },
    known: {
      title: '请设置新密码',
      lead: '有人输入了您的密码，随后多次输入错误的验证码，因此我们只能认为他人已知道您的密码。请设置一个您没有在其他地方使用的密码。设置后，您会在这里登录，并在其他所有设备上退出登录。',
    },
  },

  changePassword: {
    title: '更改密码',
    lead: '您在这里保持登录。其他所有设备都会退出登录，也不再记住任何设备。',
    submit: '更改密码',
  },

  code: {
    emailSendTitle: '通过电子邮件获取验证码',
    emailTitle: '请查收邮件',
    totpTitle: '请输入应用中的验证码',
    passkeyTitle: '请使用您的通行密钥',
    totpLead: '请打开您的身份验证器应用，输入它为此账户显示的验证码。',
    totpNames: ({ names }: { names: string }) => `以下任意一个均可：${names}。`,
    totpDigits: '应用当前显示的数字。',
    passkeyLead: '浏览器会请您验证：使用指纹、面容或 PIN 码，或者插入安全密钥、将它贴近手机。',
    passkeySubmit: '使用通行密钥',
    phishing: ({ host }: { host: Html }) =>
      html`验证码可能被人骗走：请只在 ${host} 输入，切勿告诉任何人。通行密钥不会被骗走，它只在正确的网址上有效。`,
    recoveryTitle: '使用恢复代码',
    sent: ({ to, minutes: left, digits }: { to: Html; minutes: number; digits: number }) =>
      html`我们已将 ${digits} 位数字验证码发送到 ${to}。${lives(left)}`,
    notSent: ({ to }: { to: Html }) => html`尚未向 ${to} 发送验证码。请在下方获取。`,
    spam: '如果没有看到邮件，请到垃圾邮件中找一找。',
    recoveryLead: '请使用您保存的列表或备用卡上的恢复代码。每个代码只能使用一次。',
    label: '验证码',
    recoveryLabel: '恢复代码',
    digits: ({ digits }: { digits: number }) => `${digits} 位数字。`,
    itself: ({ digits }: { digits: number }) => `输入第 ${digits} 位数字后会自动继续。`,
    recoveryHint: '16 个字母和数字。不区分大小写，空格和连字符可有可无。',
    remember: ({ days: count }: { days: number }) => `在 ${days(count)}内记住此设备`,
    rememberHint: '在此期间，这台设备登录时只需输入密码。请勿在公用电脑上使用。',
    rememberIdleHint: ({ days: count }: { days: number }) =>
      `在此期间，这台设备登录时只需输入密码；如果连续 ${days(count)}没有在此登录，则提前失效。请勿在公用电脑上使用。`,
    submit: '继续',
    send: '发送验证码',
    again: '重新发送验证码',
    wait: ({ wait }: { wait: Html }) => html`${wait}后可以重新获取。`,
    noMore: '这一次不能再发送验证码了。如果最新的验证码无效，请重新开始。',
    otherWays: '其他方式',
    use: {
      passkey: '改用通行密钥',
      totp: '改用身份验证器应用',
      sms: '改用短信验证码',
      email: '改用邮件验证码',
      recovery: '改用恢复代码',
    },
    /** What one needs for each. */
    needs: {
      passkey: '需要存有通行密钥的设备或安全密钥。',
      totp: '需要装有该应用的手机。',
      sms: '需要您的手机。您获取时才会发送验证码。',
      email: '需要能查看您的邮箱。您获取时才会发送验证码。',
      recovery: '需要您保存的列表或备用卡。',
    },
    mailboxShown: ({ until }: { until: Html }) =>
      html`您的密码是通过邮件中的链接重设的，而邮件验证码证明的仍是同一个邮箱。因此在 ${until} 之前，登录需要使用恢复代码；此后邮件验证码将恢复可用。`,
    mailDisabled:
      '由于连续多次输入错误的验证码，邮件验证码已停用。请使用恢复代码，然后在“安全”页面重新启用邮件验证码。',
    sms: {
      sendTitle: '通过短信获取验证码',
      title: '请查收短信',
      bothSendTitle: '获取验证码',
      bothTitle: '请查收邮件和短信',
      sent: ({ phone, minutes: left }: { phone: Html; minutes: number }) =>
        html`我们已将 6 位数字验证码通过短信发送到 ${phone}。${lives(left)}`,
      bothSent: ({ to, phone, minutes: left }: { to: Html; phone: Html; minutes: number }) =>
        html`我们已将 6 位数字验证码通过邮件发送到 ${to}，并通过短信发送到 ${phone}。两者是同一个验证码。${lives(left)}`,
      notSent: ({ phone }: { phone: Html }) =>
        html`尚未通过短信向 ${phone} 发送验证码。请在下方获取。`,
      bothNotSent: ({ to, phone }: { to: Html; phone: Html }) =>
        html`尚未发送验证码，既没有通过邮件发送到 ${to}，也没有通过短信发送到 ${phone}。请在下方获取。`,
      late: '如果一分钟内没有收到短信，请重新获取验证码。',
      muteWay: '目前无法通过短信发送验证码。',
      mute: ({ phone }: { phone: Html }) =>
        html`目前无法通过短信向 ${phone} 发送验证码。您的号码设置保持不变。请使用下方的其他方式；如果没有其他方式，请稍后再来，或联系本系统的运营者。`,
      disabled:
        '由于连续多次输入错误的验证码，短信验证码已停用。请使用恢复代码，然后在“安全”页面重新启用短信验证码。',
    },
    restart: '重新开始',
    cancel: '取消',
  },

  /** What became of the message with the code. */
  told: {
    email: {
      on_its_way: '邮件正在发送途中。',
      accepted: '邮件已交给邮件服务器。它何时到达您的邮箱，我们不会得到通知。',
      delivered: '邮件已送达。',
      given_up: '邮件未能发出：没有邮件服务器接收它。',
      expired: '邮件未能及时发出，其中的验证码已失效。',
      over_budget: '目前无法再通过电子邮件发送验证码。',
      unanswered: '邮件服务器没有回应。邮件仍有可能送达。',
    },
    sms: {
      on_its_way: '短信正在发送途中。',
      accepted: '移动运营商已接收短信，尚未告知我们短信已送达。',
      delivered: '短信已送达手机。',
      given_up: '短信未能送达。',
      expired: '短信未能及时发出，其中的验证码已失效。',
      over_budget: '目前无法再发送短信。',
      unanswered: '移动运营商没有回应。短信仍有可能送达。',
    },
    /** What one can do where it has failed. */
    next: {
      either: '请改用其他方式，或重新发送验证码。',
      other: '请改用其他方式。',
      again: '请重新发送验证码。',
      later: '请稍后再试。',
    },
    look: '再看一次',
  },

  confirm: {
    protect: {
      title: '开启登录保护',
      lead: '请输入验证码，以确认您能收到它。登录保护目前尚未开启。',
    },
    unprotect: {
      title: '关闭登录保护',
      lead: '请再次证明是您本人操作。在此之前，登录保护保持开启。',
    },
    'recovery-codes': {
      title: '生成新的恢复代码',
      lead: '请再次证明是您本人操作。在您保存新代码之前，现有的恢复代码仍然有效。',
    },
    'new-email': {
      title: '确认新邮箱',
      lead: '请输入验证码，以确认您能收到它。在此之前没有任何更改。',
    },
    'bind-anew': {
      title: '重新启用',
      lead: '请输入验证码，以确认它可以使用。在此期间，登录保护一直保持开启。',
    },
    'add-factor': {
      title: '添加其他方式',
      lead: '请输入验证码，以确认您能收到它。在此之前没有任何更改。',
    },
  },

  door,

  apps: {
    title: '添加身份验证器应用',
    what: '手机上的身份验证器应用每 30 秒显示一个新的验证码。它无需网络，不发送任何内容，能读到您邮件的人也得不到验证码。',
    which: '如果您还没有，请安装以下任意一款。其他同类应用也可以。',
    ios: '适用于 iPhone',
    android: '适用于 Android',
    scan: ({ name, system }: { name: string; system: string }) =>
      `用手机扫描以获取 ${name}，${system}`,
    next: '我已有应用，继续',
    back: '返回“安全”页面',
  },

  setUpApp: {
    title: '连接应用',
    scan: '1. 用应用扫描此图片',
    scanWhat:
      '在应用中选择添加账户，然后将摄像头对准图片。如果希望多部手机都能显示验证码，请用每部手机各扫描一次。',
    picture: '供身份验证器应用扫描的二维码',
    typed: '或者改为输入此密钥',
    typedWhat: '如果应用询问：基于时间，六位数字，每 30 秒更新，SHA-1。',
    copy: '复制密钥',
    enter: '2. 输入应用显示的验证码',
    name: '名称',
    nameHint: '便于与其他应用区分，例如“工作手机”。',
    submit: '连接',
    open: '就在这部手机上：打开应用',
  },

  setUpPasskey: {
    title: '添加通行密钥',
    what: '通行密钥保存在您的手机、电脑、密码管理器或安全密钥中。您用指纹、面容或 PIN 码来使用它。它无法被猜中，也不会被虚假页面骗走，还可以代替密码。',
    nameHint: '便于与其他通行密钥区分。留空则以保存它的服务或设备命名（如果已知）。',
    submit: '创建通行密钥',
  },

  card: {
    title: '您的备用卡',
    added: '应用已连接，从现在起生效。',
    lead: '如果这部手机丢失，您可以用此卡连接另一部手机。请将它打印出来，像保管备用钥匙一样保管。它只显示这一次。',
    number: '备用卡编号',
    account: '账户',
    made: '创建时间',
    key: '密钥',
    check: '校验字符',
    checkWhat: '用于检查密钥是否抄写正确，不属于密钥本身。',
    codes: '恢复代码',
    codesElsewhere: '您的恢复代码就是之前保存的那些。您可以在“安全”页面生成新的代码。',
    print: '打印备用卡',
    done: '继续',
  },

  stepUp: {
    title: '请确认是您本人',
    password: '您用于登录的密码。',
    /** What is done with the right answer. */
    what: {
      email: '确认后，验证码会发送到新邮箱。目前没有任何更改。',
      profile: '确认后，含有新手机号码的个人资料将被保存。目前没有任何更改。',
      'remove-devices': '确认后，您选中的设备将被删除。目前没有任何更改。',
      'remove-others': '确认后，除本设备外的所有设备都将被删除。目前没有任何更改。',
      'forget-devices': '确认后，将不再记住您选中的设备。目前没有任何更改。',
      'not-me':
        '确认后，不是您本人的操作将被终止，由此登录的人会被强制退出登录。目前没有任何更改。',
      password: '确认后，新密码将生效。在此之前，旧密码仍然有效。',
      'bind-anew': '确认后，会再次要求输入验证码。输入之后，这种方式将恢复可用。目前没有任何更改。',
      'add-factor': '确认后，您就可以添加这种方式。目前没有任何更改。',
      import: '然后将创建和更改文件中的账户。目前没有任何更改。',
      case: '然后执行您在“恢复申请”中要求的操作。目前没有任何更改。',
      user: '然后将执行您在“用户”中要求的操作。目前没有任何更改。',
      delivery: '确认后，将执行您在“消息投递”中的操作。目前没有任何更改。',
      policy: '之后策略将被保存。目前尚未更改任何内容。',
      'make-key': '确认后将创建密钥，并可显示一次。目前没有任何更改。',
      'end-key': '确认后密钥将停用，不再有效。目前没有任何更改。',
      'release-prefix': '确认后，以此开头的号码将重新可以收到短信。目前没有任何更改。',
      'remove-factor':
        '确认后，这种方式将被移除，不再记住任何设备，其他所有设备也会退出登录。目前没有任何更改。',
    },
  },

  setup: {
    title: ({ product }: { product: string }) => `设置 ${product}`,
    lead: '您正在创建第一个账户，它拥有这台服务器的全部权限。创建后即可用它登录。',
    submit: '创建账户',
  },

  profile: {
    title: '个人资料',
    emailNote: '您用它登录。',
    changeEmail: '更改邮箱',
    phoneNote: '验证码会发送到此号码。',
    changePhone: '在“安全”页面更改',
    submit: '保存',
  },

  email: {
    title: '电子邮箱',
    lead: '您用它登录，验证码也会发送到这里。',
    now: '您的邮箱',
    waits: '有一项更改正在等待生效',
    waitsLead: '在此之前没有任何变化：您仍用现在的邮箱登录，验证码也发送到现在的邮箱。',
    to: '新邮箱',
    since: '生效时间',
    stop: '停止更改',
    newTitle: '换一个邮箱',
    how: '我们会向新邮箱发送验证码，以免您因输错而无法登录。',
    restart: '您确认另一个邮箱后，正在等待的更改将被停止。',
    field: '新的电子邮箱',
    submit: '向新邮箱发送验证码',
  },

  stopEmail: {
    title: '停止更改您的邮箱',
    lead: '有人登录了您的账户，并要求更换电子邮箱。目前没有任何更改。',
    what: '停止后，您的邮箱保持不变，要求更改的人会被强制退出登录，也不再记住任何设备。',
    submit: '停止更改',
    done: '更改已停止',
    doneLead: '您的邮箱保持不变。要求更改的人已被强制退出登录。',
    doneNext:
      '如果那不是您本人的操作，说明有人进入过您的账户。请立即设置新密码：设置后，所有设备都会退出登录。',
    reset: '设置新密码',
    signIn: '登录',
  },

  wantedCode: {
    title: '管理员的要求',
    codes: {
      email: '登录时要求输入电子邮件验证码。',
      sms: '登录时要求输入短信验证码。',
      both: '登录时验证码同时通过电子邮件和短信发送给您。',
      app: '登录时要求使用身份验证器应用或通行密钥。',
    },
    counts: '已全部设置并生效。如需更改，请联系管理员。',
    waits:
      '尚未生效：您需要先证明它对您可用。在此之前，您照常登录。您可以现在完成，也可以在登录时被要求时完成。',
    number: ({ phone }: { phone: Html }) =>
      html`验证码将发送到 ${phone}。如果这不是您的号码，请告知管理员。`,
    begin: {
      email: '现在通过电子邮件发送验证码',
      sms: '现在向该号码发送验证码',
      app: '现在设置身份验证器应用',
    },
    kept: '管理员或策略要求开启登录保护，因此您不能关闭它。如需更改，请联系管理员。',
  },

  security: {
    goOn: '继续前往您要去的页面',
    title: '安全',
    protection: '登录保护',
    off: '未开启',
    on: '已开启',
    what: '开启登录保护后，仅凭密码无法登录，还需要验证只有您才拥有的东西。即使有人猜中或盗取了您的密码，也无法进入。',
    choose: '请选择需要验证的方式。以后可以添加其他方式。',
    check: '选择邮件验证码之前，请核对以下信息：',
    correct: '在个人资料中更正',
    protect: '发送验证码并开启',
    since: ({ date }: { date: Html }) => html`自 ${date} 起开启。`,
    weak: '坦率地说：邮件验证码是最弱的一种第二步验证。能读到您邮件的人也能读到验证码，因此请务必保护好您的邮箱。',
    weakSms:
      '坦率地说：短信验证码是较弱的一种第二步验证。接管您号码的人，例如以您的名义补办 SIM 卡的人，也能收到验证码。',
    weakSent:
      '坦率地说：发送的验证码是最弱的一种第二步验证。能读到您邮件或接管您号码的人也能读到验证码。',
    both: '邮件与短信并用',
    bothOn: '每个验证码都会同时通过邮件和短信发送。两者是同一个验证码。',
    bothOff: '每个验证码只通过其中一种发送：登录时由您选择。',
    useBoth: '同时通过两者发送验证码',
    useOne: '只通过其中一种发送验证码',
    anotherNumber: '更换号码',
    muteCountry:
      '不会通过短信向这个国家或地区的号码发送验证码。您的号码设置保持不变；请确保您还有其他方式。',
    muteNumber: '目前无法通过短信发送验证码。您的号码设置保持不变；请确保您还有其他方式。',
    judgements: {
      off: '此账户只有密码保护。请添加通行密钥或应用，只需两分钟。',
      only_codes: '输入密码后，您只能用恢复代码登录。请立即添加其他方式。',
      only_email: '此账户只靠邮件保护。请添加应用或通行密钥，只需两分钟。',
      only_sms: '此账户只靠短信保护。请添加应用或通行密钥，只需两分钟。',
      only_sent: '此账户只靠邮件和短信保护。请添加应用或通行密钥，只需两分钟。',
      email_too:
        '保护良好，但能读到您邮件的人如果有您的密码，仍然可以进入。如果您不需要邮件验证码，请将其移除。',
      sms_too:
        '保护良好，但接管您号码的人如果有您的密码，仍然可以进入。如果您不需要短信验证码，请将其移除。',
      sent_too:
        '保护良好，但能读到您邮件或接管您号码的人如果有您的密码，仍然可以进入。如果您不需要邮件和短信验证码，请将其移除。',
      one_strong: '保护良好。请再添加一个通行密钥或应用，这样即使丢失一个也无妨。',
      strong: '保护非常好。',
    },
    lost: '假如您的手机今天丢失',
    lostWays: ({ ways }: { ways: string }) => `您仍然可以用以下方式登录：${ways}。`,
    lostNone: '您将无法登录。请立即生成新的恢复代码，或添加其他方式。',
    lostMail: '如果您只在那部手机上查看邮件，请不要指望邮件验证码。',
    ways: '您的登录方式',
    made: '类型',
    kinds: { passkey: '通行密钥', totp: '身份验证器应用', sms: '短信验证码', email: '邮件验证码' },
    added: '添加时间',
    lastUsed: '最近使用',
    never: '从未使用',
    synced: '副本',
    isSynced: '由创建它的服务保存在多台设备上',
    notSynced: '仅在一台设备上',
    cardNumber: '备用卡',
    disabledFactor: '已停用',
    disabledWhat:
      '由于连续多次输入错误的验证码，或有人表示添加它的不是您本人，它不能再用于登录。登录保护仍然开启。如果它属于您，只需证明一次即可恢复使用；否则请将它移除。',
    forbidden: '这里已不再允许使用',
    forbiddenWhat: '本服务器的运营者已不再允许使用它，因此它不能再用于登录。请添加其他方式。',
    rename: '重命名',
    renameOne: ({ name }: { name: string }) => `重命名 ${name}`,
    saveName: '保存名称',
    nameHint: '最多 50 个字符。留空则按类型显示名称。',
    remove: '移除',
    removeOne: ({ name }: { name: string }) => `移除 ${name}`,
    add: '添加其他方式',
    addKinds: {
      passkey: '添加通行密钥',
      totp: '添加身份验证器应用',
      sms: '添加短信验证码',
      email: '添加邮件验证码',
    },
    addWhat: {
      passkey: '最强的一种：在您的设备上使用指纹、面容或 PIN 码。它不会被骗走。',
      totp: '手机上的验证码，没有网络也能使用。',
      sms: '发到手机的短信验证码。较弱：接管您号码的人也能收到。',
      email: '邮箱中的验证码。最弱的一种。',
    },
    prefer: '首先使用',
    preferWhat: '在您登录过的浏览器中，首先使用您上次在那里用过的方式。在其他地方：',
    preferNone: '最强的一种',
    savePrefer: '保存',
    recovery: '恢复代码',
    recoveryWhat: '当其他方式都不可用时，可以用恢复代码登录。每个代码只能使用一次。',
    left: ({ left }: { left: number }) => `${codesLeft(left)}。`,
    few: ({ left }: { left: number }) =>
      `${codesLeft(left)}。请在用完之前生成新的代码，以免您自己无法登录。`,
    renew: '生成新的恢复代码',
    unprotectTitle: '关闭',
    unprotectWhat: '关闭后，仅凭密码即可登录，以上各项都会被移除。关闭前需要再验证一次。',
    unprotect: '关闭登录保护',
    bindAnew: '重新启用',
    passwordWhat: '更改后，您会在其他所有设备上退出登录。',
    changePassword: '更改密码',
  },

  number: {
    title: '手机号码',
    anotherTitle: '更换手机号码',
    lead: '您登录时，验证码会通过短信发送到这个号码。',
    now: ({ phone }: { phone: Html }) =>
      html`在新号码得到验证之前，验证码仍发送到 ${phone}。验证之后，只有新号码可以用于登录，所有设备都不再被记住，您也会在其他所有设备上退出登录。`,
    risk: '如果有人接管了您的号码，例如以您的名义补办了 SIM 卡，短信就无法保护您。',
    better: ({ ways }: { ways: string }) => `能够防范这种情况的方式：${ways}。`,
    hint: '国际区号可有可无。',
    check: '继续',
    checkTitle: '这个号码正确吗？',
    kind: '类型',
    kinds: {
      mobile: '手机号码',
      fixed: '固定电话',
      either: '手机号码或固定电话',
      other: '其他类型的号码',
    },
    fixed: '这是固定电话号码，大多数固定电话无法接收短信。如果您有手机号码，请使用手机号码。',
    send: '发送验证码',
    correct: '更正',
    back: '返回“安全”页面',
  },

  sms: {
    /** In how many parts it is to fit; '' for what is left out for that. */
    parts: 1,
    code: ({ product, code, what }: { product: string; code: string; what: string }) =>
      `${product && `${product}：`}验证码 ${code}${what && `，用于${what}`}，请勿告诉他人。`,
    what: {
      'sign-in': '登录',
      protect: '开启登录保护',
      unprotect: '关闭登录保护',
      'recovery-codes': '生成新恢复代码',
      'set-up': '设置此号码',
      'step-up': '确认账户更改',
      'new-email': '确认另一邮箱',
      'bind-anew': '重新启用短信验证',
      'add-factor': '添加此号码',
    },
  },

  devices: {
    title: '登录详情',
    lead: '这里列出登录过您账户的所有设备和浏览器。如果其中有您不认识的，请删除它并设置新密码。',
    find: '搜索',
    findHint: '名称、地址或地点。',
    submitFind: '搜索',
    showAll: '显示全部',
    count: ({ count }: { count: number }) => `共 ${devices(count)}，最近使用的排在最前。`,
    found: ({ found, count }: { found: number; count: number }) =>
      `在 ${devices(count)}中找到 ${devices(found)}。`,
    none: '没有符合条件的设备。没有丢失任何内容：请减少输入的文字，或显示全部。',
    kinds: { computer: '电脑', phone: '手机', tablet: '平板电脑' },
    comma: '、',
    unnamed: '未知设备',
    thisOne: '本设备',
    signedIn: '已登录',
    made: '类型',
    where: '来自',
    firstSeen: '首次使用',
    lastSeen: '最近使用',
    remembered: '记住至',
    rename: '重命名',
    renameOne: ({ name }: { name: string }) => `重命名 ${name}`,
    name: '名称',
    nameHint: '最多 50 个字符。留空则恢复按类型显示的名称。',
    saveName: '保存名称',
    chosen: '对选中的设备',
    chosenWhat:
      '被删除的设备会立即退出登录，再次登录时视为新设备。不再记住的设备保持登录，下次登录时需要输入验证码。',
    remove: '删除',
    forget: '不再记住',
    choose: '没有选中任何设备，因此没有任何更改。请至少选中一台。',
    others: '其他所有设备',
    othersWhat: '删除除本设备外的所有设备，并终止正在进行的登录。您在本设备上保持登录。',
    removeOthers: '删除除本设备外的所有设备',
    pages: '页码',
    page: ({ page, pages }: { page: number; pages: number }) => `第 ${page} 页，共 ${pages} 页`,
    newer: '较新',
    older: '较早',
  },

  recovery: {
    title: '请保存您的恢复代码',
    lead: '当其他方式都不可用时，每个代码可以让您登录一次。请像保管备用钥匙一样保管它们。这些代码只显示这一次。',
    protect: '登录保护尚未开启。您在下方确认之后才会开启。',
    renew: '旧的恢复代码目前仍然有效。您在下方确认之后，这些新代码才会取代它们。',
    list: '您的恢复代码',
    copy: '复制',
    copied: '已复制',
    notCopied: '未能复制。请自行选中这些代码并复制。',
    download: '下载',
    print: '打印',
    file: 'recovery-codes.txt',
    fileHead: ({ product, login }: { product: string; login: string }) =>
      `${product}：${login} 的恢复代码`,
    fileNote: '每个代码只能使用一次。请妥善保密，并与密码分开存放。',
    saved: '我已保存这些代码',
    submitProtect: '开启登录保护',
    submitRenew: '从现在起使用这些代码',
    cancel: '取消，不做任何更改',
  },

  codesAgain: {
    title: '恢复代码只显示一次',
    lead: '您尚未确认已保存之前的代码，因此它们从未生效。其他内容没有任何变化。请生成新的代码，并立即保存。',
    submit: '显示新的代码',
    back: '返回“安全”页面',
  },

  delivery: {
    title: '消息投递',
    lead: '验证码和通知如何送达用户。谁接入网关，谁就能读取经由它的所有验证码，因此每次更改都会通知全体运营者。',
    fromFile: '这些设置来自 DELIVERY_FILE 指定的文件。请在文件中更改，然后重新启动服务器。',
    mail: '电子邮件',
    sms: '短信',
    mailNone: '尚未接入邮件服务器。',
    smsNone: '尚未接入网关，因此任何地方都不提供短信。其他功能不受影响。',
    order: '按此顺序使用：前一个未能送达的消息会改由下一个发送。',
    fixed: 'SMTP_URL 的邮件服务器',
    fixedWhat: '最先使用。它来自服务器的设置，只能在那里更改。',
    kind: '类型',
    kinds: {
      smtp: '邮件服务器（SMTP）',
      smpp: '短信中心（SMPP）',
      own: '自定义方案',
    },
    serves: '国家或地区',
    all: '全部',
    price: '每条价格',
    elsewhere: '其他地区',
    noPrice: '未填写：按免费计算',
    state: '状态',
    works: '正常',
    failing: ({ since, reason }: { since: Html; reason: Html }) =>
      html`最近一次失败于 ${since}：${reason}`,
    rests: ({ since, until, reason }: { since: Html; until: Html; reason: Html }) =>
      html`因连续失败，暂时排在最后。最近一次失败于 ${since}：${reason}。自 ${until} 起恢复正常顺序。`,
    unreadable:
      '用本服务器的密钥读不出它的机密信息，因此不会经由它发送任何内容。请恢复密钥，或将其移除后重新接入。',
    up: '上移',
    upOne: ({ name }: { name: string }) => `上移 ${name}`,
    down: '下移',
    downOne: ({ name }: { name: string }) => `下移 ${name}`,
    change: '更改',
    changeOne: ({ name }: { name: string }) => `更改 ${name}`,
    try: '试发',
    tryOne: ({ name }: { name: string }) => `用 ${name} 试发`,
    remove: '移除',
    removeOne: ({ name }: { name: string }) => `移除 ${name}`,
    addMail: '接入邮件服务器',
    chooseKind: '接入网关',
    goOn: '继续',

    rules: '短信规则',
    where: '允许发往的国家或地区',
    whereHint:
      '一个都不勾选时，不会发送任何短信验证码。请只勾选您的用户所在之处；每多一个，就多一处可能被滥用。',
    people: ({ count }: { count: number }) => `${accounts(count)}在此`,
    others: '所有其他国家和地区',
    currency: '货币',
    currencyHint: '价格和金额所用的货币，三个字母。',
    caps: '每日上限',
    capsHint:
      '达到上限后，到第二天（UTC）之前不再发送短信，并引导用户使用其他方式。用到 80 % 时会通知您。',
    messagesDay: '短信条数，所有账户合计',
    moneyDay: '金额，所有账户合计',
    accountMessagesDay: '短信条数，单个账户',
    accountMoneyDay: '金额，单个账户',
    noCap: '留空表示没有此项上限。',
    none: '没有此项上限',
    saveRules: '保存规则',

    stopped: '已停发的号码段',
    stoppedWhat:
      '发往这些号码段的验证码大多从未被输入，这正是欺诈的特征。在您解除之前，不会再向那里发送验证码。',
    stoppedNone: '没有停发的号码段。',
    stoppedSeen: ({ sent, entered }: { sent: number; entered: number }) =>
      `已发送 ${sent} 条，已输入 ${entered} 条。`,
    release: '解除',
    releaseOne: ({ prefix }: { prefix: string }) => `解除 ${prefix}`,

    newTitle: ({ kind }: { kind: string }) => `接入：${kind}`,
    changeTitle: ({ name }: { name: string }) => `更改 ${name}`,
    name: '名称',
    nameHint: '由您命名，只有运营者能看到。',
    host: '主机',
    port: '端口',
    security: '加密',
    securities: {
      starttls: '必须使用 STARTTLS（通常为端口 587）',
      tls: '从一开始就使用 TLS（通常为端口 465）',
      off: '不加密：仅限您信任的网络内部',
    },
    user: '用户名',
    secret: '密码',
    keeps: '留空则保留现有内容。它不会再次显示。',
    tls: '加密',
    tlsOn: '使用 TLS',
    tlsOff: '不加密：仅限您信任的网络内部',
    systemId: '系统标识（System ID）',
    systemType: '系统类型（System type）',
    from: '发送方',
    fromHint: '号码、短号或名称，取决于您的网关。留空则由网关决定。',
    recipe: '方案',
    recipeHint: 'JSON 格式，说明见 docs/delivery.md。其中只写密钥的占位符，不写密钥本身。',
    secrets: '密钥',
    secretsLater: '继续之后，会询问方案中列出的密钥。',
    copy: '使用可更改的副本',
    countries: '服务的国家或地区',
    countriesHint: '每个两个字母，以空格分隔。留空表示全部。',
    prices: '每条价格',
    pricesHint: '每个国家或地区一行，* 表示其他地区。较长的内容按多条计算。',
    save: '保存',
    back: '返回，不作更改',

    lockTitle: '有人将无法登录',
    lockLead: ({ count }: { count: number }) =>
      `${accounts(count)}将不再收到验证码，而且除恢复代码外没有其他方式可以登录。目前没有任何更改。`,
    lockCodes: ({ count }: { count: number }) => `其中仍有恢复代码的：${accounts(count)}。`,
    lockMore: ({ count }: { count: number }) => `另有${accounts(count)}。`,
    lockWhat: '请先让他们添加其他方式，或者保持现状。',
    lockAnyway: '仍然执行',

    tryTitle: ({ name }: { name: string }) => `用 ${name} 试发`,
    tryLead: '一条测试消息将只通过此线路发出，其中不含验证码。短信会照常计费。',
    toAddress: '收件邮箱',
    toNumber: '接收号码',
    toNumberHint: ({ example }: { example: Html }) => html`请加上国家或地区代码，例如 ${example}。`,
    trySubmit: '发送测试消息',
    tried: '结果',
    triedTo: '发往',
    understood: '理解为',
    outcomes: {
      underway: '尚无答复',
      accepted: '已接受',
      refused: '暂时拒绝：会重试，或改用其他线路',
      lasting: '永久拒绝：不会再用此线路重试',
      unknown: '不清楚是否已被接受：会改用其他线路',
      unsent: '没有发出',
    },
    reason: '原因',
    unsent: {
      budget: '当日上限已用完',
      gone: '此线路已不存在，或其设置无法使用',
      expired: '用时过长',
    },
    took: '用时',
    ms: ({ ms }: { ms: number }) => `${ms} 毫秒`,
    parts: '折合条数',
    cost: '费用',
    gatewayId: '网关编号',
    receipt: '回执',
    receipts: {
      none: '尚未收到',
      delivered: '已送达',
      failed: '未送达',
    },
    answer: '网关的答复',
    receiptsAt: '接收回执的地址',
    receiptsAtWhat:
      '网关在这里告知短信是否送达。如果网关的控制台要求填写地址，请填这一个，不要告诉其他人：知道它的人也能这样告知。',
    copyAddress: '复制地址',
    notCopied: '未能复制。请自行选中该地址并复制。',
    answerNone: '没有可以显示的答复。',
    again: '再看一次',
    testText: ({ product }: { product: string }) =>
      `${product}：这是一条测试消息，不含验证码，您无需任何操作。`,

    done: {
      route_added: '接入了一条发送线路',
      route_changed: '更改了一条发送线路',
      route_removed: '移除了一条发送线路',
      route_moved: '更改了发送线路的顺序',
      rules_changed: '更改了短信规则',
    },
    faults: {
      missing: '请填写此项。',
      too_long: '内容过长，请缩短。',
      bad_text: '其中含有无法使用的字符，或者过长。',
      wrong_value: '此处不能填写这样的内容。',
      unknown_field: '这里没有这个名称的项目。',
      bad_host: '这既不是主机名，也不是 IP 地址。',
      private_host: '此地址不在互联网上。如果确实需要，请设置 ALLOW_PRIVATE_GATEWAYS=yes。',
      bad_port: '端口是 1 到 65535 之间的整数。',
      bad_countries: '这不是由两个大写字母的国家或地区代码组成的列表。',
      bad_price: '价格的格式如 PT 0.045，小数点后最多六位。',
      bad_sum: '金额的格式如 25 或 12.50。',
      bad_count: '请输入 0 到 1000000 之间的整数。',
      bad_currency: '货币为三个大写字母，例如 EUR。',
      name_taken: '已有同名的线路，请换一个名称。',
      secret_again: '目标与之前不同，请重新输入密钥：它不会自动交给其他地方。',
      unknown_recipe: '没有这个名称的方案。',
      bad_recipe: '这个方案无法使用。',
      unpriced: '设了费用上限时，短信所到的每个国家或地区都要有价格。',
      only_pattern: '这个方案只是样板：请使用副本，改掉其中的地址，并去掉“pattern”。',
    },
    recipeFault: ({ what, at }: { what: string; at: Html }) => html`${what}位置：${at}`,
    recipeFaults: {
      not_json: '这不是 JSON。',
      too_large: '内容过多。',
      missing: '缺少内容。',
      wrong_value: '此处不能填写这样的内容。',
      unknown_key: '方案中没有这个名称的项目。',
      unknown_state: '回执只能是 underway、delivered 或 failed。',
      bad_method: '方法必须是 GET 或 POST。',
      bad_url: '地址必须是 https，且主机部分不能有占位符。',
      bad_header: '请求头不能是这样。',
      two_bodies: '只能有表单或 JSON 之一。',
      body_in_get: 'GET 请求没有正文。',
      two_logins: '重复提供了登录信息。',
      no_rule: '没有说明怎样的答复表示消息已被接受。',
      no_number: '没有发送号码。',
      no_text: '没有发送内容。',
      unknown_placeholder: '没有这个占位符。',
      placeholder_in_key: '名称中不能有占位符。',
      unlisted_secret: '这个密钥不在密钥列表中。',
      unused_secret: '这个密钥从未使用。',
    },
  },

  policy: policyZhCN,
  keys,
  apiFields,

  outbox: {
    title: '发件箱',
    lead: '由于尚未设置邮件服务器，并且只有这台计算机能够访问本服务器，本应通过邮件发送的内容都存放在这里。设置 SMTP_URL 之后，此页面就会消失。',
    refresh: '刷新',
    empty: '还没有邮件。一旦有内容发送，就会显示在这里。',
    count: ({ count }: { count: number }) => `${messages(count)}，最新的在最前面。`,
    to: '收件人',
    at: '时间',
    sms: '短信',
  },

  lost,
  cases,

  notMe: {
    title: '这不是我',
    lead: '以下邮件曾发送给您：',
    message: '邮件',
    to: '发送到',
    does: '按下按钮之后：',
    attempt: '正在进行的操作将被终止，那封邮件中的验证码或设置新密码的链接不再有效。',
    sessions:
      '由此登录的人，或在登录状态下引发这封邮件的人，将被强制退出登录，其浏览器也不再被记住。',
    sends: '一小时内不会向您的账户发送验证码。在此期间，您可以用恢复代码登录。',
    told: '我们会通知本服务器的运营者。',
    added: '新添加的登录方式不能再用于登录，除非有人在“安全”页面证明它属于自己。',
    disabled: '新添加的登录方式已不能再用于登录。请在“安全”页面将它移除。',
    submit: '这不是我',
    wasMe: '如果是您本人的操作，请关闭此页面。没有任何更改。',
    doneTitle: '已终止',
    attemptEnded: '正在进行的操作已终止，验证码不再有效。',
    attemptOver: '当时已经没有正在进行的操作。',
    nobody: '没有人由此登录。',
    signedOut: ({ count }: { count: number }) => `${signedOut(count)}。`,
    forgotten: '对方的浏览器不再被记住。',
    sendsUntil: ({ date }: { date: Html }) =>
      html`在 ${date} 之前不会向您的账户发送验证码。在此期间，您可以用恢复代码登录。`,
    sendsAgain: '现在可以再次向您的账户发送验证码。',
    password: '如果有人可能知道您的密码，请立即设置新密码。',
    setPassword: '设置新密码',
  },

  events,
  overview,

  history: {
    title: '历史记录',
    lead: '您账户中发生的事情，最新的在最前面。如果其中有不是您本人的操作，请告诉我们：由此产生的一切将被终止。',
    show: '显示',
    groups: {
      all: '全部',
      'sign-ins': '登录',
      refusals: '拒绝',
      messages: '邮件',
      changes: '更改',
    },
    empty: '没有这类记录。',
    older: '更早的记录',
    newest: '回到最新的记录',
    notMe: '这不是我',
    files: '保存副本',
    filesWhat: ({ most }: { most: string }) =>
      `包含全部记录，与上方的筛选无关；如果记录很多，则为最新的 ${most} 条。`,
    csv: '下载为表格（CSV）',
    json: '下载供程序使用（JSON）',
    cut: ({ most }: { most: string }) => `此文件只包含最新的 ${most} 条记录。`,
    when: '时间',
    what: '事件',
    details: '详情',
    device: '设备',
    address: '地址',
    place: '地点',
    unknownDevice: '未知设备',
    by: '方式',
    actor: '管理员',
    purpose: '用途',
    message: '邮件',
    to: '收件人',
    delivery: '投递',
    before: '之前',
    now: '现在',
    reason: '原因',
    left: '剩余恢复代码',
    phone: '手机号码',
    another: '已更换',
    name: '名称',
    otherEvent: '发生了其他事情',
    otherMessage: '其他邮件',
    events: {
      account_invited: '已发送邀请',
      account_changed: '管理员更改了账户',
      privilege_given: '授予或收回了权限',
      login_code_set: '管理员设置了登录验证码',
      login_code_proven: '管理员设置的登录验证码已通过验证',
      account_disabled: '管理员停用了账户',
      account_enabled: '管理员重新启用了账户',
      account_deleted: '一个账户已被删除',
      password_due: '管理员要求设置新密码',
      signed_out_everywhere: '管理员让账户在所有地方退出登录',
      accounts_imported: '已导入账户',
      accounts_exported: '下载了所管理的账户',
      events_exported: '事件已被导出',
      policy_changed: '策略已更改',
      protection_put_off: '推迟了登录保护的设置',
      would_be_asked: '本应要求第二步验证（仅统计）',
      case_opened: '申请了由支持人员恢复',
      case_cancelled: '恢复申请已取消',
      case_approved: '恢复申请已批准',
      case_refused: '恢复申请被拒绝',
      pass_used: '使用了支持人员给的通行口令',
      key_made: '创建了供程序使用的密钥',
      key_ended: '停用了供程序使用的密钥',
      set_up: '创建了账户，这里的第一个账户',
      account_added: '创建了账户',
      signed_in: '已登录',
      signed_out: '已退出登录',
      stepped_up: '再次确认了身份',
      session_ended: '一处登录已终止',
      second_step_refused: '错误的验证码被拒绝',
      code_sent: '发送了验证码',
      code_not_sent: '没有发送验证码',
      notice_sent: '发送了邮件',
      protected: '登录保护已开启',
      unprotected: '登录保护已关闭',
      recovery_code_used: '使用了恢复代码',
      recovery_codes_renewed: '生成了新的恢复代码',
      device_remembered: '已记住此设备',
      device_trust_ended: '不再记住一台设备：有人出示了它的旧凭据',
      device_named: '一台设备已命名',
      device_forgotten: '不再记住一台设备',
      device_removed: '一台设备已从列表中删除',
      profile_changed: '个人资料已更改',
      password_changed: '密码已更改',
      password_reset_asked: '请求了设置新密码的链接',
      password_reset: '通过邮件链接设置了新密码',
      password_known: '密码被视为他人已知',
      factor_disabled: '错误次数过多，一种第二步验证已停用',
      factor_bound_anew: '一种第二步验证已恢复可用',
      factor_added: '添加了一种登录方式',
      factor_removed: '移除了一种登录方式',
      factor_named: '一种登录方式已命名',
      both_on: '已设为同时通过邮件和短信发送验证码',
      both_off: '已停止同时通过邮件和短信发送验证码',
      passkey_went_back: '一个通行密钥可能已被复制：它的计数器倒退了',
      email_change_proven: '新邮箱已确认',
      email_change_stopped: '邮箱更改已停止',
      email_changed: '邮箱已更改',
      email_not_changed: '邮箱未能更改',
      delivery_changed: '消息投递的设置已更改',
      route_tried: '已发送测试消息',
      not_me: '有人表示：这不是我',
      prefix_released: '已恢复向相同开头的号码发送短信',
    },
    factors: {
      password: '密码',
      passkey: '通行密钥',
      totp: '身份验证器应用',
      sms: '短信验证码',
      email: '邮件验证码',
      pass: '支持人员给的通行口令',
      recovery: '恢复代码',
      device: '已记住的设备',
    },
    purposes: {
      'sign-in': '登录',
      protect: '开启登录保护',
      unprotect: '关闭登录保护',
      'recovery-codes': '生成新的恢复代码',
      'set-up': '登录时设置登录方式',
      'step-up': '更改账户',
      'new-email': '确认新邮箱',
      'bind-anew': '重新启用已停用的方式',
      'add-factor': '添加其他登录方式',
    },
    messageKinds: {
      ...caseKinds,
      code: '验证码',
      protected: '登录保护已开启',
      unprotected: '登录保护已关闭',
      recovery_code_used: '恢复代码已被使用',
      recovery_codes_renewed: '恢复代码已更新',
      device_trust_ended: '不再记住一台设备',
      password_changed: '密码已更改',
      password_known: '有人知道密码',
      second_step_failures: '错误的验证码',
      factor_disabled: '一种第二步验证已停用',
      factor_added: '添加了一种登录方式',
      pass_used: '您的登录方式已被替换',
      factor_removed: '移除了一种登录方式',
      passkey_went_back: '一个通行密钥可能已被复制',
      new_device: '来自新浏览器的登录',
      session_ended: '一处登录已退出',
      email_changed: '邮箱已更改',
      email_not_changed: '邮箱未能更改',
      password_reset: '设置新密码的链接',
      email_change: '正在更改邮箱',
      key_made: '已创建供程序使用的密钥',
      account_changed: '管理员更改了您的账户',
      account_deleted: '账户已删除',
      invitation: '邀请',
      delivery_changed: '消息投递的设置已更改',
      policy_changed: '策略已更改',
      protection_due: '必须在某日之前设置登录保护',
      test: '测试消息',
      reported: '他人表示：这不是我',
      alarm: '有关投递的警告',
    },
    smsAccepted: '已交付发送',
    states: {
      accepted: '邮件服务器已接收',
      waiting: '正在发送',
      failed: '未送达',
      expired: '发送之前已过期',
    },
    reasons: {
      refused: '邮件服务器拒绝此地址或邮件',
      away: '无法连接邮件服务器',
      settings: '本服务器的邮件设置有误',
      other: '途中出现故障',
      send_limited: '获取验证码的次数过多',
      sends_stopped: '有人表示过“这不是我”',
      sms_country: '不向该国家或地区发送短信',
      sms_stopped: '当时无法向该号码发送短信',
      sms: '短信无法发出',
    },
  },

  ...usersZhCN,
  deliveries: {
    title: '投递情况',
    lead: '发送了什么、是否送达、花费多少。日期和时间均为 UTC。',
    span: '时间范围',
    lastDays: ({ count }: { count: number }) =>
      count === 1 ? '最近 24 小时' : `最近 ${days(count)}`,
    messages: ({ count }: { count: number }) => `${count} 条短信`,
    budget: '今天的短信',
    budgets: { messages: '短信数量', money: '费用' },
    usedOf: ({ used, most }: { used: Html; most: Html }) => html`${used}，上限 ${most}`,
    alarms: '警报',
    noAlarms: '这段时间内没有警报。',
    alarm: {
      route_rests: ({ route }: { route: Html }) =>
        html`线路 ${route} 连续失败。在恢复正常之前，只有没有其他线路可用时才会使用它。`,
      route_works: ({ route }: { route: Html }) => html`线路 ${route} 已恢复正常。`,
      prefix_stopped: ({ prefix, country }: { prefix: Html; country: Html }) =>
        html`以 ${prefix} 开头的号码（${country}）不再收到短信：其验证码被输入的太少。`,
      budget_near: ({ used, most }: { used: Html; most: Html }) =>
        html`今天的短信预算即将用完：${used}，上限 ${most}。`,
      budget_over: ({ used, most }: { used: Html; most: Html }) =>
        html`今天的短信预算已用完：${used}，上限 ${most}。午夜（UTC）之前不再发送短信。`,
    },
    entered: ({ sent, entered }: { sent: number; entered: number }) =>
      `已发送验证码：${sent}，已输入：${entered}`,
    shareOf: ({ account }: { account: Html }) => html`${account} 的份额`,
    overTime: '随时间的变化',
    chart: '消息及其结果',
    costChart: '费用',
    parts: { accepted: '已接受或已送达', underway: '发送中', failed: '失败' },
    highest: ({ amount }: { amount: Html }) => html`最高的一列：${amount}`,
    asTable: '以表格显示',
    when: '时间',
    figures: '按国家和线路',
    figuresLead:
      '经过多条线路的消息在每条线路中各计一次。短横线表示无从得知，因为邮件服务器不发送回执。',
    sample: ({ most }: { most: string }) =>
      `时间中位数：短信计至送达，邮件计至被接受；每天（最近一天则为每小时）每类最多取 ${most} 条。“登录”指其中输入了短信验证码的登录。`,
    columns: {
      what: '类型和国家',
      route: '线路',
      sent: '已发送',
      accepted: '已接受',
      delivered: '已送达',
      entered: '已输入',
      median: '时间中位数',
      cost: '费用',
      perSignIn: '每次登录的费用',
    },
    all: '全部',
    noRoute: '无线路接受',
    nothing: '这段时间内没有发送任何消息。',
    list: '消息',
    filter: { by: '类型', state: '状态', route: '线路', country: '国家', submit: '显示' },
    empty: '这段时间内没有这样的消息。',
    by: { email: '电子邮件', sms: '短信' },
    states: {
      entered: '验证码已输入',
      delivered: '已送达',
      failed: '失败',
      accepted: '已接受',
      underway: '发送中',
    },
    took: {
      delivered: ({ time }: { time: Html }) => html`${time}后送达`,
      accepted: ({ time }: { time: Html }) => html`${time}后被接受`,
    },
    to: '收件人',
    cost: '费用',
    reason: '原因',
    legs: {
      delivered: '已送达',
      accepted: '已接受',
      undelivered: '已接受，但未送达',
      refused: '未被接受',
      unanswered: '可能已接受',
    },
    late: '在通常的时间内没有收到回执',
    reasons: {
      expired: '发出之前已过有效期',
      noRoute: '没有线路覆盖这个国家',
      budget: '当天的预算已用完',
      stopped: '服务器在此期间停止',
      unanswered: '没有收到答复，无法得知是否已被接受',
      unreadable: '无法读取其内容：密钥缺失或内容已损坏',
      needless: '不再需要：该验证码已失效或已被输入',
      undelivered: '网关没有说明原因',
      slow: '对方服务器响应太慢',
      away: '无法连接到对方服务器',
      settings: '此线路的设置有误',
      broken: '收到答复之前连接已中断',
      insecure: '无法建立安全连接',
    },
    message: '一条消息',
    back: '返回投递情况',
    facts: {
      kind: '消息',
      state: '状态',
      country: '国家',
      made: '创建',
      accepted: '接受',
      delivered: '送达',
      entered: '验证码输入',
      failed: '放弃',
    },
    way: '经过的线路',
    noWay: '还没有交给任何线路。',
    gatewayId: '网关中的编号',
    smsParts: '分段数',
  },

  problemPage: {
    notFound: '这里没有内容',
    refused: '操作没有执行',
    away: '暂时无法使用',
    fault: '出了点问题',
    home: '前往首页',
    request: '如果您向他人求助，请提供此编号：',
  },

  problems: {
    ...caseProblems,
    wrong_password: '电子邮箱或密码不正确。没有任何更改，请重试。',
    slow_down: ({ wait }: { wait: number }) =>
      `错误次数过多。没有任何账户被锁定，请在 ${duration(wait)}后重试。`,
    wrong_code:
      '这个代码不正确，或者已不再有效。没有任何更改。请与最新的邮件、身份验证器应用或您保存的列表核对，或者重新获取一个。',
    attempt_over: '由于时间过长或输错次数过多，本次操作已结束。没有任何更改。请重新开始。',
    send_wait: ({ wait }: { wait: number }) =>
      `刚刚已经发送过验证码，它仍然有效。${duration(wait)}后可以重新获取。`,
    no_more_sends: '这一次不能再发送验证码了。请使用最新邮件中的验证码，或者重新开始。',
    send_limited: ({ wait }: { wait: number }) =>
      `获取验证码的次数过多，这次没有发送。${duration(wait)}后可以再次获取。如果您有恢复代码，现在就可以使用。`,
    sends_stopped: ({ wait }: { wait: number }) =>
      `有人就发给您的邮件表示“这不是我”，因此暂时不会发送验证码。${duration(wait)}后可以再次获取。如果您有恢复代码，现在就可以使用。`,
    mailbox_shown: ({ wait }: { wait: number }) =>
      `您的密码是通过邮件中的链接重设的，而邮件验证码证明的仍是同一个邮箱，因此现在不可用。没有任何更改。请使用恢复代码，或在${duration(wait)}后再来。`,
    clock_off: ({ minutes: count, ahead }: { minutes: number; ahead: boolean }) =>
      `这个验证码对应的是另一个时间：您手机的时钟似乎${ahead ? '快' : '慢'}了大约 ${minutes(count)}。没有任何更改。请让手机自动设置时间，然后输入下一个验证码。`,
    wrong_passkey: '这个通行密钥未被接受，或者用时过长。没有任何更改。请重试，或使用其他方式。',
    unknown_passkey:
      '这里已不再有这个通行密钥的记录。没有任何更改。请使用其他通行密钥，或用密码登录。',
    factor_not_allowed: '这里不允许使用这种方式。没有任何更改。请使用其他方式。',
    factor_taken: '这个通行密钥已在使用中。没有任何更改。请另外创建一个。',
    no_such_user: '您管理的账户中没有这个账户。没有任何更改。请查看列表后重新选择。',
    not_yourself:
      '不能对自己的账户执行此操作。没有任何更改。请使用您自己的页面，或请其他有权限的人操作。',
    same_privilege:
      '对方与您权限相同：只有其主账户本身或运营者可以更改其地址或移除其登录方式。没有任何更改。',
    not_allowed_to_give: '不能授予超出自己权限的权限。没有任何更改。请联系权限更高的人。',
    last_operator: '这是最后一位能够登录的运营者。没有任何更改。请先将其他人设为运营者。',
    has_sub_accounts: '这个主账户下还有子账户。没有任何更改。请先删除这些子账户。',
    has_password:
      '此人已经设置了密码，因此没有发送邀请。没有任何更改。对方可以直接登录，或在“忘记密码？”中获取链接。',
    login_taken: '已有账户使用这个地址。没有任何更改。请使用其他地址。',
    too_many_factors: '这一类的数量已达上限。没有任何更改。请先移除一个。',
    last_factor:
      '除恢复代码外，这是唯一的登录方式，因此会保留。没有任何更改。请先添加其他方式，或者关闭登录保护。',
    sms_stopped:
      '目前无法通过短信发送验证码。没有任何更改。请使用其他方式，例如恢复代码；如果没有其他方式，请稍后再来，或联系本系统的运营者。',
    sms_country:
      '不会通过短信向这个国家或地区的号码发送验证码。没有任何更改。请使用其他方式；如果您正在设置号码，请使用列表中国家或地区的号码。',
    number_proven:
      '验证码会发送到您的手机号码，因此请在“安全”页面更改号码，新号码需在那里验证。没有任何更改。',
    would_lock_out:
      '有人将无法收到这种验证码，因此没有任何更改。请说明如何处理这些人，然后再次保存。',
    policy_requires:
      '这里的策略要求登录保护，因此不能关闭。没有任何更改。请选择改为要求什么，或更改策略。',
    wanted_by_administrator:
      '管理员要求您登录时使用这种方式，因此保留不变。没有任何更改。您可以在它之外再添加一种方式，或请管理员更改。',
    no_such_factor: '这一项已不在您的列表中。没有任何更改。请查看列表后重新选择。',
    no_such_device: '这台设备已不在您的列表中。没有任何更改。请查看列表后重新选择。',
    no_such_route: '这一项已不在列表中，已被其他人移除。没有任何更改。请查看列表后重新选择。',
    changed_meanwhile:
      '其他人在此期间已作更改，因此您的更改没有执行。请查看当前内容，如有需要再次更改。',
    delivery_in_file:
      '这些设置来自 DELIVERY_FILE 指定的文件，不能在这里更改。没有任何更改。请更改该文件，然后重新启动服务器。',
    no_such_key: '此密钥已不在列表中，或者已经显示过。没有任何更改。请查看列表后重新选择。',
    too_many_keys: '密钥数量已达上限。没有任何更改。请先停用一个。',
    key_needed:
      '此处需要有效的密钥：程序以“Authorization: Bearer”出示。未执行任何操作。密钥在设置中创建。',
    scope_missing: '此密钥不允许该操作。未执行任何操作。请在设置中创建一个允许的密钥。',
    bad_json: '这不是 UTF-8 编码的 JSON 对象，因此未执行任何操作。请更正后重新发送。',
    bad_fields: '部分字段不正确，因此未执行任何操作。请查看是哪些字段，更正后重新发送。',
    too_often: '请求过于频繁。未执行任何操作。请等待 Retry-After 所示的时间。',
    too_many_routes: '数量已达上限。没有任何更改。请先移除一个。',
    try_limited: ({ wait }: { wait: number }) =>
      `您已发送很多测试消息，因此这一条没有发送。${duration(wait)}后可以发送下一条。`,
    setup_link_dead:
      '这个设置链接无法使用。它可能已被使用、已过期或不完整。只要还没有账户，服务器每次启动都会显示一个新的链接。',
    stop_link_dead:
      '这个链接已经不能停止任何更改。更改可能已被停止、已经生效，或者链接不完整。请登录查看您的邮箱；如果无法登录，请告知您的管理员。',
    not_me_dead:
      '这个链接无法使用。它可能已超过一天，或者不完整。没有任何更改。登录后，您可以在“历史记录”中作同样的说明。',
    reset_link_dead:
      '这个链接无法使用。它可能已被使用、已超过 30 分钟、不完整，或者在它发出之后密码已经更改。这次没有更改任何内容。您可以在“忘记密码？”中获取新的链接。',
    invitation_dead:
      '这个邀请链接无法使用。它可能已被使用、已超过 72 小时、不完整，或者之后又发出了新的邀请。这次没有更改任何内容。请让邀请您的人重新发送。',
    not_put_off: '这一步不能再推迟了。没有任何更改。请现在设置，然后即可登录。',
    already_protected: '登录保护已经开启。没有任何更改。',
    not_protected: '登录保护尚未开启。没有任何更改。',
    not_allowed: '您无权查看或执行此操作。没有任何更改。请联系此系统的管理员。',
    sign_in_first: '您尚未登录，或者因长时间未操作已退出登录。没有任何更改。请登录。',
    unknown_field: '表单中含有不应出现的内容，因此没有执行任何操作。请重新加载页面，然后再次提交。',
    doubled_field: '表单中有重复的内容，因此没有执行任何操作。请重新加载页面，然后再次提交。',
    bad_form: '无法读取表单，因此没有执行任何操作。请重新加载页面，然后再次提交。',
    body_too_large: '提交的内容超出了服务器的上限，因此没有执行任何操作。请减少内容后再提交。',
    unsupported_type: '服务器无法读取这种格式的内容，因此没有执行任何操作。请通过这里的页面提交。',
    cross_site:
      '这个请求不是来自我们的页面，因此没有执行任何操作。请在这里打开页面，然后再次提交。',
    wrong_host:
      '本服务器不使用该地址中的名称。没有执行任何操作。请检查地址，或向运营者询问正确的地址。',
    not_found: '没有与此地址对应的页面。没有丢失任何内容。请检查地址，或从首页继续。',
    method_not_allowed: '此地址不接受这类请求。没有执行任何操作。请从首页继续。',
    busy: '当前登录的人非常多。没有执行任何操作。请过几秒钟再试。',
    database_away: '目前无法读取或写入数据。没有保存任何内容。请过一分钟再试。',
    our_fault:
      '这是我们的问题，与您无关。您提交的内容可能没有保存，请检查后重试。如果再次出现，请告知运营者。',
  },

  fields: {
    missing: '请填写此项。',
    too_long: '内容过长，请缩短。',
    too_short: '太短了。请写得详细一些。',
    bad_text: '其中含有无法使用的字符，请重新输入。',
    bad_email: '这不是电子邮箱地址。正确的格式如 name@example.com。',
    bad_country: '请从列表中选择国家或地区。',
    bad_language: '请从列表中选择语言。',
    bad_phone: '这不是电话号码。正确的格式如 +44 7400 123456。',
    phone_country: '此号码不属于您选择的国家或地区。请更正其中一项。',
    phone_yours: '验证码已经发送到这个号码。',
    password_short: '密码过短，请至少使用 10 个字符。',
    password_long: '密码过长，请最多使用 256 个字符。',
    password_common: '很多人使用这个密码，最容易被猜中。请换一个。',
    password_context: '这个密码很容易根据您的姓名、邮箱或本网站猜到。请换一个。',
    password_same: '这就是您当前的密码。请换一个。',
    password_wrong: '这不是您当前的密码。没有任何更改。',
    no_such_main: '没有使用此地址的主账户。',
    taken: '此邮箱不能用于新账户。请换一个。',
    email_taken: '此邮箱属于另一个账户。没有任何更改。请换一个。',
    email_yours: '这已经是您的邮箱。',
  },

  notices: {
    ...caseNotices,
    signed_out: '您已退出登录。',
    protected: '登录保护已开启。从现在起，输入密码后还需要第二步验证。',
    unprotected: '登录保护已关闭。从现在起，仅凭密码即可登录。',
    saved: '您的个人资料已保存。',
    email_waits: '您的新邮箱已确认，将从下方所示的时间起生效。',
    email_changed: '您的邮箱已更改。从现在起请用它登录。',
    email_stopped: '更改已停止。您的邮箱保持不变。',
    not_me:
      '由此产生的一切均已终止，一小时内不会向您的账户发送验证码。如果有人可能知道您的密码，请设置新密码。',
    codes_renewed: '新的恢复代码已生效，旧的代码不再有效。',
    recovery_left: ({ left }: { left: number }) =>
      areFew(left)
        ? `您使用了一个恢复代码，${codesLeft(left)}。请在用完之前生成新的代码。`
        : `您使用了一个恢复代码，${codesLeft(left)}。`,
    device_named: '名称已保存。',
    devices_removed: '所选设备已删除并退出登录。',
    devices_forgotten: '已不再记住所选设备，下次在那里登录时需要输入验证码。',
    others_removed: '其他所有设备均已删除并退出登录。',
    password_changed: '新密码已生效。其他所有设备均已退出登录。',
    password_set: '新密码已生效。现在请用它登录。',
    bound_anew: '已恢复可用。',
    add_another: '输入密码之后，现在只有恢复代码能让您登录。请在下方添加其他方式。',
    factor_added: '已添加。从现在起，您可以用它登录。',
    factor_removed: '已移除，不能再用于登录。其他所有设备均已退出登录。',
    factor_named: '名称已保存。',
    number_changed: '从现在起，验证码会发送到新号码。您已在其他所有设备上退出登录。',
    both_on: '从现在起，每个验证码都会同时通过邮件和短信发送。',
    both_off: '从现在起，每个验证码只通过邮件或短信发送，由您选择。',
    preferred: '您的选择已保存。',
    delivery_saved: '已完成，两秒内在各处生效。',
    policy_saved: '策略已保存，从下一次请求起生效。',
    route_tried: '测试消息已发送，结果见下方。',
    import_begun: '已开始。',
    user_added: '账户已创建。',
    user_added_invited: '账户已创建，邀请正在发送。',
    user_invited: '邀请正在发送。',
    user_changed: '已更改，并已通知对方。',
    user_deleted: '账户已删除。',
    key_made: '密钥已创建。请在 15 分钟内于下方显示：仅显示一次。',
    key_ended: '密钥已停用，不再有效。',
    login_codes_follow:
      '已为前面的账户设置，其余的将在几分钟内完成。如果中途中断，请再做一次：会接着进行，已完成的不会改变。',
    prefix_released: '又可以向这些号码发送验证码了。',
    set_up: '您的账户已创建。现在请用它登录。',
  },

  mails: {
    ...caseMails,
    hello: ({ name }: { name: string }) => `${name}，您好：`,
    codeSubject: ({ product }: { product: string }) => `您的 ${product} 验证码`,
    codeLead: {
      'sign-in': '这是您的登录验证码：',
      protect: '这是您用于开启登录保护的验证码：',
      unprotect: '这是您用于关闭登录保护的验证码：',
      'recovery-codes': '这是您用于生成新恢复代码的验证码：',
      'set-up': '这是您用于设置邮件验证码的验证码：',
      'step-up': '这是您用于确认账户更改的验证码：',
      'new-email': '这是您用于确认此邮箱的验证码：',
      'bind-anew': '这是您用于重新启用邮件验证码的验证码：',
      'add-factor': '这是您用于添加邮件验证码的验证码：',
    },
    codeLives: ({ minutes: count }: { minutes: number }) =>
      `验证码在 ${minutes(count)}内有效，只能使用一次。`,
    codeOnlyAt: ({ url }: { url: string }) =>
      `请只在 ${url} 输入验证码。我们的工作人员绝不会向您索要。`,
    codeNotYou: {
      'sign-in':
        '如果这不是您本人的操作，说明有人知道您的密码。没有这个验证码，对方无法登录：请勿将它告诉任何人，并设置新密码。',
      protect: '如果这不是您本人的操作，说明有人登录了您的账户。请告知您的管理员。',
      unprotect:
        '如果这不是您本人的操作，说明有人登录了您的账户，并想取消保护。请勿将验证码告诉任何人，并告知您的管理员。',
      'recovery-codes':
        '如果这不是您本人的操作，说明有人登录了您的账户。请勿将验证码告诉任何人，并告知您的管理员。',
      'set-up':
        '如果这不是您本人的操作，说明有人知道您的密码。请勿将验证码告诉任何人，并设置新密码。',
      'step-up':
        '如果这不是您本人的操作，说明有人登录了您的账户。请勿将验证码告诉任何人，并设置新密码。',
      'new-email':
        '如果这不是您本人的操作，说明有人填写了您的邮箱。您无需处理：没有这个验证码，该邮箱不会被使用。',
      'bind-anew':
        '如果这不是您本人的操作，说明有人登录了您的账户。请勿将验证码告诉任何人，并设置新密码。',
      'add-factor':
        '如果这不是您本人的操作，说明有人登录了您的账户。请勿将验证码告诉任何人，并设置新密码。',
    },
    protected: {
      subject: ({ product }: { product: string }) => `${product} 登录保护已开启`,
      lead: '您的账户已开启登录保护。从现在起，输入密码后还需要第二步验证。',
      notYou: '如果这不是您本人的操作，请告知您的管理员。',
    },
    unprotected: {
      subject: ({ product }: { product: string }) => `${product} 登录保护已关闭`,
      lead: '您的账户已关闭登录保护。从现在起，仅凭密码即可登录。',
      notYou: '如果这不是您本人的操作，请登录并重新开启，同时立即告知您的管理员。',
    },
    recovery_code_used: {
      subject: ({ product }: { product: string }) => `${product} 恢复代码已被使用`,
      lead: ({ left }: { left: number }) => `您的一个恢复代码已被使用，${codesLeft(left)}。`,
      few: '请在用完之前到“安全”页面生成新的代码。',
      notYou:
        '如果这不是您本人的操作，说明有人持有您的恢复代码：请到“安全”页面生成新的代码，并立即告知您的管理员。',
    },
    recovery_codes_renewed: {
      subject: ({ product }: { product: string }) => `${product} 恢复代码已更新`,
      lead: '您的账户已生成新的恢复代码，旧的代码不再有效。',
      notYou: '如果这不是您本人的操作，请立即告知您的管理员。',
    },
    device_trust_ended: {
      subject: ({ product }: { product: string }) => `${product} 不再记住一台设备`,
      lead: '有浏览器出示了您账户的一个已经用过的设备凭据。它可能是副本，因此我们不再记住该设备，其上的登录也已退出：下次在那里登录时将要求输入验证码。',
      notYou: '如果您没有恢复过备份，也没有复制过浏览器配置，请告知您的管理员。',
    },
    password_changed: {
      subject: ({ product }: { product: string }) => `您的 ${product} 密码已更改`,
      lead: '您账户的密码已更改。其他所有设备均已退出登录，也不再记住任何设备。',
      notYou: '如果这不是您本人的操作，说明您的账户已被他人控制：请立即设置新密码。',
    },
    password_known: {
      subject: ({ product }: { product: string }) => `有人知道您的 ${product} 密码`,
      lead: '有人输入了您的密码，随后多次输入错误的验证码，但没有登录成功。我们只能认为他人已知道您的密码：下次登录时将要求您设置新密码。',
      notYou: '请设置一个您没有在其他地方使用的密码。',
    },
    second_step_failures: {
      subject: ({ product }: { product: string }) => `${product} 收到错误的验证码`,
      lead: '有人三次输入了错误的验证码。此人知道您的密码，或者已登录您的账户。',
      notYou: '如果这不是您本人的操作，请设置新密码：设置后，其他所有设备都会退出登录。',
    },
    factor_disabled: {
      subject: ({ product }: { product: string }) => `${product} 的一种第二步验证已停用`,
      lead: '由于连续多次输入错误的验证码，这种第二步验证不能再用于登录。请使用其他方式或恢复代码登录，然后在“安全”页面重新启用它。',
      notYou: '如果这不是您本人的操作，说明有人知道您的密码：请设置新密码。',
    },
    factor_added: {
      subject: ({ product }: { product: string }) => `您的 ${product} 账户添加了一种登录方式`,
      lead: '您的账户添加了另一种登录方式。',
      notYou:
        '如果这不是您本人的操作，说明有人登录了您的账户：请在“安全”页面移除它，并设置新密码。',
    },
    pass_used: {
      subject: ({ product }: { product: string }) => `您的 ${product} 登录方式已被替换`,
      lead: '在您请求支持人员协助后，已设置新的登录方式。之前的方式均不能再用于登录。其他所有设备均已退出登录，也不再记住任何设备。',
      notYou: '如果这不是您本人的操作，说明有人进入了您的账户：请立即告知您的管理员。',
    },
    factor_removed: {
      subject: ({ product }: { product: string }) => `您的 ${product} 账户移除了一种登录方式`,
      lead: '您的账户移除了一种登录方式。其他所有设备均已退出登录，也不再记住任何设备。',
      notYou:
        '如果这不是您本人的操作，说明有人登录了您的账户：请设置新密码，并立即告知您的管理员。',
    },
    passkey_went_back: {
      subject: ({ product }: { product: string }) => `您的 ${product} 通行密钥可能已被复制`,
      lead: '有人用您的一个通行密钥登录，而它的计数器与应有的数值不符。这可能意味着它有一个副本。',
      notYou:
        '如果这不是您本人的操作，或者您不清楚原因，请在“安全”页面移除这个通行密钥，并创建新的。',
    },
    new_device: {
      subject: ({ product }: { product: string }) => `${product} 有新的登录`,
      lead: '一个从未见过的浏览器登录了您的账户。',
      notYou: '如果这是您本人，则无需任何操作。',
    },
    session_ended: {
      subject: ({ product }: { product: string }) => `您在 ${product} 的一处登录已退出`,
      lead: '您同时登录的地方过多，因此其中最早的一处已退出登录。',
      notYou: '请在“登录详情”中确认其余登录都是您本人的。',
    },
    email_changed: {
      subject: ({ product }: { product: string }) => `您的 ${product} 邮箱已更改`,
      lead: '您的账户现在使用新邮箱。您用它登录，验证码也会发送到新邮箱。',
      notYou: '如果这不是您本人的操作，请立即告知您的管理员。',
    },
    email_not_changed: {
      subject: ({ product }: { product: string }) => `您的 ${product} 邮箱未更改`,
      lead: '您曾要为账户更换邮箱。在此期间，该邮箱已成为另一个账户的邮箱，因此您的邮箱保持不变。',
      notYou: '如果这不是您本人的操作，说明有人登录过您的账户：请设置新密码。',
    },
    password_reset: {
      subject: ({ product }: { product: string }) => `为 ${product} 设置新密码`,
      lead: '有人请求了为您的账户设置新密码的链接。如果您不设置，就不会有任何更改。',
      link: ({ minutes: count }: { minutes: number }) =>
        `请打开此页面进行设置。链接在 ${minutes(count)}内有效，只能使用一次：`,
    },
    email_change: {
      subject: ({ product }: { product: string }) => `您的 ${product} 邮箱正在更改`,
      lead: ({ to, from }: { to: string; from: string }) =>
        `从 ${from} 起，您的账户将使用邮箱 ${to}。在此之前，您照常登录。`,
      link: '如果您不希望这样，请在此页面停止更改，无需登录：',
    },
    reported: {
      subject: ({ product }: { product: string }) => `${product}：“这不是我”`,
      lead: ({ login, what }: { login: string; what: string }) =>
        `账户 ${login} 的持有人就一封邮件（${what}）表示：这不是我。相关的操作已被终止。`,
      notYou: '请询问对方是否需要帮助。',
    },
    key_made: {
      subject: ({ product }: { product: string }) => `已在 ${product} 创建供程序使用的密钥`,
      lead: '有人以您的名义创建了一个密钥：持有它的程序可以在密钥允许的范围内查看或更改您所管理的账户。',
      notYou: '如果这不是您本人操作，请在下方说明：密钥将立即停用。',
    },
    account_changed: {
      subject: ({ product }: { product: string }) => `您在 ${product} 的账户已更改`,
      lead: ({ login, what }: { login: string; what: string }) => `管理员 ${login}${what}。`,
      what: {
        added: '创建了您的账户',
        profile: '更改了您的资料',
        privilege: '更改了您对他人的权限',
        login_code: '设置了您登录时要求的内容',
        disabled: '停用了您的账户',
        enabled: '重新启用了您的账户',
        factor: '移除了您的一种登录方式',
        devices: '结束了您的某些登录',
        password_due: '要求您设置新密码',
        signed_out: '让您在所有地方退出了登录',
      },
      because: ({ reason }: { reason: string }) => `给出的原因：${reason}`,
      notYou: '如果您不清楚原因，请询问您的管理员。请勿在回复中提供验证码或密码。',
    },
    account_deleted: {
      subject: ({ product }: { product: string }) => `您在 ${product} 的账户已删除`,
      lead: ({ login }: { login: string }) =>
        `管理员 ${login} 删除了您的账户以及其中保存的有关您的所有内容。您不能再登录。`,
      notYou: '如果您不清楚原因，请询问您的管理员。这是发给您的最后一封邮件。',
    },
    invitation: {
      subject: ({ product }: { product: string }) => `您在 ${product} 的账户`,
      lead: ({ login, product }: { login: string; product: string }) =>
        `${login} 邀请您使用 ${product}：已为您创建账户，您只需设置密码。`,
      link: ({ until }: { until: string }) =>
        `请通过这个链接设置，仅可使用一次，有效期至 ${until}：`,
      notYou: '如果您不认识邀请您的人，请删除这封邮件：没有您的密码，任何人都无法登录该账户。',
    },
    policy_changed: {
      subject: ({ product }: { product: string }) => `${product} 的策略已更改`,
      lead: ({ login }: { login: string }) =>
        `操作员 ${login} 更改了此服务器的策略：哪些人必须使用第二步验证，以及可以使用哪些方式。`,
      ofMain: ({ login, main }: { login: string; main: string }) =>
        `${login} 更改了 ${main} 的策略：哪些人必须使用第二步验证，以及可以使用哪些方式。`,
      notYou: '如果您不知情，请查看“策略”页面，并询问是谁更改的。',
    },
    protection_due: {
      subject: ({ product }: { product: string }) => `请在 ${product} 设置登录保护`,
      lead: ({ from }: { from: string }) =>
        `从 ${from} 起，登录您的账户需要第二步验证。请在此之前完成设置，只需两分钟。`,
      link: '在此设置登录保护：',
    },
    delivery_changed: {
      subject: ({ product }: { product: string }) => `${product} 的消息投递设置已更改`,
      lead: ({ login, what }: { login: string; what: string }) =>
        `运营者 ${login} 更改了消息的发送方式：${what}。`,
      notYou:
        '谁接入网关，谁就能读取经由它的所有验证码。如果您不清楚更改的原因，请立即查看“设置”并询问对方。',
    },
    test: {
      subject: ({ product }: { product: string }) => `${product} 的测试邮件`,
      lead: '运营者正在测试邮件能否送达。这一封已送达。其中不含验证码，您无需任何操作。',
    },
    alarms: {
      route_rests: {
        subject: ({ product }: { product: string }) => `${product} 的一条消息线路出现故障`,
        lead: ({ route, reason }: { route: string; reason: string }) =>
          `线路 ${route} 已连续多次失败（${reason}）。在恢复之前，只有在没有其他线路时才会使用它；如果有其他线路，消息将经由它们发送。`,
        todo: '请检查它的设置以及您在服务商处的账户：',
      },
      route_works: {
        subject: ({ product }: { product: string }) => `${product} 的一条消息线路已恢复`,
        lead: ({ route }: { route: string }) => `线路 ${route} 已恢复，并按顺序发送消息。`,
        todo: '您无需进行任何操作。',
      },
      prefix_stopped: {
        subject: ({ product }: { product: string }) => `${product} 已停止向部分号码发送短信`,
        lead: ({ prefix, country }: { prefix: string; country: string }) =>
          `不再通过短信向以 ${prefix} 开头的号码（${country}）发送验证码。使用此类号码的人会收到提示，并被引导使用其他登录方式。`,
        why: ({ sent, entered }: { sent: number; entered: number }) =>
          `最近一天发往那里的验证码：${sent} 个；已输入：${entered} 个。输入的比例异常低：可能有人让本服务器发送短信并从中获利。`,
        todo: '如果一切正常，请在此页面恢复向这些号码发送：',
      },
      budget: {
        messages: ({ used, most }: { used: string; most: string }) =>
          `今天已发送的短信：${used} / ${most} 条。`,
        money: ({ used, most }: { used: string; most: string }) =>
          `今天的短信费用：${used} / ${most}。`,
        ofAll: '这是整个系统一天（UTC）的上限。',
        ofOne: ({ login }: { login: string }) => `这是账户 ${login} 一天（UTC）的份额。`,
      },
      budget_near: {
        subject: ({ product }: { product: string }) => `${product} 的短信：即将达到当天上限`,
        todo: '达到上限后，在午夜（UTC）之前不再发送短信。如果一切正常，您可以在此页面提高上限：',
      },
      budget_over: {
        subject: ({ product }: { product: string }) => `${product} 的短信：已达到当天上限`,
        todo: '在午夜（UTC）之前，余量已不足以再发送一条短信。获取短信的人会被告知目前无法发送，并被引导使用其他登录方式；只有既没有其他方式也没有恢复代码的人才需要等待。如果一切正常，您可以在此页面提高上限：',
      },
    },
    notMe: '这不是我：请在此页面告诉我们。正在进行的操作将被终止，无需登录。',
    when: '时间',
    where: '来源地址',
    browser: '浏览器',
    factor: '第二步验证',
    unknown: '未知',
    footer: ({ product, url }: { product: string; url: string }) =>
      `此邮件由 ${product} 自动发送，请勿回复。网址：${url}`,
  },
} satisfies Texts
