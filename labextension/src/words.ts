/** Every visible word of the interface: key -> [English, Simplified Chinese, and English for an `n` of one]. `{x}` is a value. */
export const WORDS = {
  /* header */
  'header.panel': ['K2 analyst', 'K2 分析助手'],
  'header.target': ['Notebook K2 works in: {name}', 'K2 所在的笔记本：{name}'],
  'header.history': ['Earlier runs', '历史运行'],
  'header.settings': ['K2 settings', 'K2 设置'],
  'header.spend': [
    '{used} spent in this session, at most {limit} a run',
    '本次会话已用 {used}，每次运行上限 {limit}'
  ],
  'header.idle': ['Kernel idle', '内核空闲'],
  'header.busy': ['Kernel busy', '内核忙碌'],
  'header.dead': ['No kernel', '没有内核'],
  /* first run */
  'first.title': ['Ask questions of your data', '向你的数据提问'],
  'first.lead': [
    'K2 writes real cells into your notebook, runs them in your kernel, and turns them into a report.',
    'K2 把真实的单元格写进你的笔记本，在你的内核里运行，并整理成报告。'
  ],
  'first.offline.title': ['Start now, without a key', '无需密钥，马上开始'],
  'first.offline.body': [
    'The embedded offline analyst answers the common questions: compare groups, relate columns, follow a trend, check a table. Fixed rules, no language model.',
    '内置的离线分析器能回答常见问题：比较分组、关联列、看趋势、检查数据表。它按固定规则工作，不是语言模型。'
  ],
  'first.offline.promise': ['Nothing leaves this computer', '任何数据都不会离开这台电脑'],
  'first.offline.go': ['Use the offline analyst', '使用离线分析器'],
  'first.key.title': ['Sign in to Kimi', '登录 Kimi'],
  'first.key.body': [
    'For any question, in any words. By default only column names and types are sent, never rows.',
    '任何问题、任何说法都可以。默认只发送列名和类型，不发送任何一行数据。'
  ],
  'first.key.site': ['Account', '账户'],
  'first.key.intl': ['International', '国际站'],
  'first.key.cn': ['China', '中国站'],
  'first.key.label': ['API key', 'API 密钥'],
  'first.key.hint': [
    'Kept in your system keyring. Never in the notebook, never in a log.',
    '保存在系统钥匙串中，不会写进笔记本或日志。'
  ],
  'first.key.get': ['Get a key', '获取密钥'],
  'first.key.go': ['Sign in', '登录'],
  'first.key.checking': ['Checking the key…', '正在检查密钥…'],
  'first.key.bad': [
    'This key was refused by {host}. International and China accounts have separate keys.',
    '{host} 拒绝了该密钥。国际站与中国站的密钥不通用。'
  ],
  'first.own': [
    'Use my own server (vLLM, SGLang, llama.cpp)…',
    '使用自己的服务器（vLLM、SGLang、llama.cpp）…'
  ],
  'first.env': ['Or set {name} before starting Jupyter.', '也可以在启动 Jupyter 前设置 {name}。'],
  /* empty */
  'empty.title': ['What would you like to know?', '你想了解什么？'],
  'empty.lead': [
    '{n} frames in this kernel',
    '此内核中有 {n} 个数据框',
    '{n} frame in this kernel'
  ],
  'empty.rows': ['{rows} × {cols}', '{rows} × {cols}'],
  'empty.suggest': ['Made from your columns', '根据你的列生成'],
  'empty.noframes': [
    'No frames in this kernel yet. Load one, for example with pandas.read_csv, and it appears here.',
    '此内核中还没有数据框。先载入一个（例如 pandas.read_csv），它就会出现在这里。'
  ],
  'empty.browse': ['See columns', '查看列'],
  'empty.kind.effect': ['Effect', '影响'],
  'empty.kind.trend': ['Trend', '趋势'],
  'empty.kind.check': ['Check', '检查'],
  'empty.kind.relate': ['Relation', '关系'],
  /* composer */
  'ask.placeholder': [
    'Ask about your data. @ names a frame or column',
    '就数据提问，用 @ 指定数据框或列'
  ],
  'ask.placeholder.follow': ['Ask a follow-up', '继续追问'],
  'ask.locked': ['Not possible without a running kernel', '没有运行中的内核，无法提问'],
  'ask.label': ['Question for K2', '给 K2 的问题'],
  'ask.send': ['Ask', '提问'],
  'ask.stop': ['Stop', '停止'],
  'ask.stopping': ['Stopping…', '正在停止…'],
  'ask.queue': ['Sent after this run', '本次运行结束后发送'],
  'ask.hint': ['Enter asks · Shift+Enter new line', 'Enter 提问 · Shift+Enter 换行'],
  'ask.frames': ['Frames', '数据框'],
  'ask.columns': ['Columns of {frame}', '{frame} 的列'],
  'ask.nomatch': ['No frame or column like “{text}”', '没有与“{text}”相符的数据框或列'],
  'ask.addframe': ['Add a frame', '添加数据框'],
  'ask.removeframe': ['Do not send {frame}', '不发送 {frame}'],
  'ask.allframes': ['All frames', '全部数据框'],
  'ask.estimate': ['≈ {tokens} tokens · about {price}', '约 {tokens} token · 约 {price}'],
  'ask.estimate.local': ['Stays on this computer', '不离开本机'],
  'ask.preview': ['See exactly what is sent', '查看将发送的全部内容'],
  'ask.unique': ['{n} distinct', '{n} 个不同值'],
  'ask.missing': ['{p} missing', '缺失 {p}'],
  /* privacy */
  'privacy.schema': ['Schema only', '仅结构'],
  'privacy.summary': ['Summary', '摘要'],
  'privacy.sample': ['Sample', '样本'],
  'privacy.schema.help': [
    'Column names, types, and counts. No values.',
    '列名、类型和计数，不含任何取值。'
  ],
  'privacy.summary.help': [
    'Also ranges, quantiles and frequent categories.',
    '另含取值范围、分位数和常见类别。'
  ],
  'privacy.sample.help': [
    'Also a few real rows. Choose this only for data you may share.',
    '另含少量真实数据行。仅用于可以共享的数据。'
  ],
  'privacy.preview.title': ['What leaves this computer', '将离开本机的内容'],
  'privacy.preview.to': ['To {host}, model {model}', '发送至 {host}，模型 {model}'],
  'privacy.preview.system': ['Instructions and tools, {n} tokens', '指令与工具，{n} token'],
  'privacy.preview.foot': [
    'This is the full text, byte for byte. No rows are in it.',
    '以上即全部文本，逐字节一致，不含任何数据行。'
  ],
  'privacy.preview.copy': ['Copy', '复制'],
  'privacy.preview.sent': ['Everything sent so far', '此前发送的全部内容'],
  /* run */
  'run.name': ['Run {n}', '运行 {n}'],
  'run.planning': ['Planning', '正在规划'],
  'run.planning.note': ['Reading the columns of {frame}', '正在读取 {frame} 的列'],
  'run.plan': ['Plan', '计划'],
  'run.plan.count': ['{done} of {total}', '{done} / {total}'],
  'run.writing': ['Writing the cell', '正在编写单元格'],
  'run.running': ['Running in your kernel', '正在你的内核中运行'],
  'run.expand': ['Show all {n} lines', '展开全部 {n} 行'],
  'run.collapse': ['Show fewer lines', '收起'],
  'run.why': ['Why', '原因'],
  'run.jump': ['Go to cell {n}', '转到单元格 {n}'],
  'run.thumb': ['Figure of step {n}: {alt}', '步骤 {n} 的图：{alt}'],
  'run.usage': [
    '{steps} steps · {time} · {tokens} tokens · {price}',
    '{steps} 步 · {time} · {tokens} token · {price}',
    '{steps} step · {time} · {tokens} tokens · {price}'
  ],
  'run.offline': ['Offline analyst, no language model', '离线分析器，非语言模型'],
  /* approval */
  'ok.title': ['Approval needed', '需要你批准'],
  'ok.waiting': [
    'Nothing has run. The kernel waits for you.',
    '尚未运行任何代码，内核在等待你的决定。'
  ],
  'ok.why': ['K2’s reason', 'K2 的理由'],
  'ok.rule': ['Rule', '规则'],
  'ok.effect': ['What it would do', '将会做什么'],
  'ok.line': ['Line {n}', '第 {n} 行'],
  'ok.once': ['Approve once', '批准一次'],
  'ok.run': ['Approve for this run', '本次运行内批准'],
  'ok.run.help': ['Allows only “{rule}”, until run {n} ends', '仅允许“{rule}”，至运行 {n} 结束'],
  'ok.edit': ['Edit', '编辑'],
  'ok.reject': ['Reject', '拒绝'],
  'ok.reject.why': ['Tell K2 why (optional)', '告诉 K2 原因（可选）'],
  'ok.reject.send': ['Reject and go on', '拒绝并继续'],
  'ok.edit.run': ['Run my version', '运行我的版本'],
  'ok.edit.cancel': ['Back', '返回'],
  'ok.rejected': ['You rejected this step. It did not run.', '你拒绝了此步骤，它没有运行。'],
  'ok.say': [
    'Approval needed: {title}. A approves once, E edits, R rejects.',
    '需要批准：{title}。按 A 批准一次，E 编辑，R 拒绝。'
  ],
  /* repair */
  'fix.attempt': ['Attempt {n} failed', '第 {n} 次尝试失败'],
  'fix.mending': ['K2 is mending it · attempt {n}', 'K2 正在修复 · 第 {n} 次尝试'],
  'fix.mended': ['Mended on attempt {n}', '第 {n} 次尝试修复成功'],
  'fix.gaveup': ['Could not be mended. K2 went on without it.', '未能修复，K2 已跳过它继续。'],
  /* answer */
  'answer.title': ['Answer', '结论'],
  'answer.traced': ['{a} of {b} numbers traced to a cell', '{b} 个数字中有 {a} 个可追溯到单元格'],
  'answer.untraced': ['{n} not traced', '{n} 个未能追溯'],
  'answer.num.given': [
    '{value} is a name, a convention or a number of the question.',
    '{value} 是名称、惯例或问题中给出的数字。'
  ],
  'answer.num.ok': [
    'Verified: {value} comes from cell [{cell}], step {step}',
    '已验证：{value} 来自单元格 [{cell}]，步骤 {step}'
  ],
  'answer.num.no': [
    'Not verified: no cell in this run produced this number',
    '未验证：本次运行没有任何单元格得出该数字'
  ],
  'answer.num.ask': ['Ask K2 to check it', '让 K2 核查'],
  'answer.limits': ['Keep in mind', '注意'],
  'answer.from': ['Step {n}', '步骤 {n}'],
  'answer.report': ['Create report', '生成报告'],
  'answer.formats': ['Report format', '报告格式'],
  'answer.html': ['Web page, one file', '网页（单个文件）'],
  'answer.pdf': ['PDF for print', 'PDF（可打印）'],
  'answer.md': ['Markdown with figures', 'Markdown（含图）'],
  'answer.ipynb': ['Clean notebook', '干净的笔记本'],
  'answer.qmd': ['Quarto', 'Quarto'],
  'answer.copy': ['Copy answer', '复制结论'],
  'answer.follow': ['Ask next', '接着问'],
  'answer.making': ['Making the report…', '正在生成报告…'],
  'answer.made': ['Report saved: {path}', '报告已保存：{path}'],
  'answer.open': ['Open', '打开'],
  /* stopped */
  'stop.title': ['Stopped by you', '已由你停止'],
  'stop.body': [
    '{done} of {total} steps finished. Their cells and figures stay.',
    '{total} 步中完成了 {done} 步，相应的单元格和图都会保留。'
  ],
  'stop.continue': ['Continue from step {n}', '从第 {n} 步继续'],
  'stop.remove': ['Remove its cells', '移除这些单元格'],
  'stop.say': ['Run {n} stopped.', '运行 {n} 已停止。'],
  /* budget */
  'budget.near': ['Budget nearly used', '预算即将用完'],
  'budget.near.body': [
    '{left} of {limit} left, enough for about {n} more steps. K2 ends before the limit.',
    '{limit} 中还剩 {left}，约够 {n} 步。K2 会在达到上限前结束。',
    '{left} of {limit} left, enough for about {n} more step. K2 ends before the limit.'
  ],
  'budget.used': ['Budget used up', '预算已用完'],
  'budget.used.body': [
    'The next request could have gone above {limit}; {used} is spent. It was not sent. Everything so far is kept.',
    '下一次请求可能超出 {limit}（已用 {used}），因此没有发送。已完成的内容都已保留。'
  ],
  'budget.raise.go': ['Raise to {amount} and continue', '提高到 {amount} 并继续'],
  'budget.dismiss': ['Dismiss', '知道了'],
  'budget.report': ['Report on what is done', '就已完成部分生成报告'],
  /* rate limit */
  'rate.title': ['The model server asks us to wait', '模型服务器要求稍候'],
  'rate.body': ['Going on by itself in {s} s.', '{s} 秒后自动继续。'],
  'rate.now': ['Try now', '立即重试'],
  'rate.say': ['Waiting {s} seconds for the model server.', '等待模型服务器 {s} 秒。'],
  /* unreachable */
  'net.title': ['Cannot reach {host}', '无法连接 {host}'],
  'net.body': ['Nothing of this question was answered.', '此问题尚未得到任何回复。'],
  'net.mend': ['What usually helps', '通常的解决办法'],
  'net.mend.1': [
    'Check that this machine has a network, or set HTTPS_PROXY before starting Jupyter.',
    '检查本机网络，或在启动 Jupyter 前设置 HTTPS_PROXY。'
  ],
  'net.mend.2': ['For an account from the China site, use {host}.', '中国站的账户请使用 {host}。'],
  'net.mend.3': [
    'Behind a firewall, ask for {host} on port 443.',
    '若有防火墙，请申请放行 {host} 的 443 端口。'
  ],
  'net.retry': ['Try again', '重试'],
  'net.server': ['Change server…', '更换服务器…'],
  'net.offline': ['Go on with the offline analyst', '改用离线分析器继续'],
  'net.details': ['Details', '详细信息'],
  /* kernel */
  'kernel.dead': ['The kernel stopped during step {n}', '内核在第 {n} 步期间停止'],
  'kernel.dead.body': [
    'The cells and figures made so far are safe in the notebook. Variables are lost. Often the cause is memory.',
    '已生成的单元格和图安全保存在笔记本中，变量已丢失。常见原因是内存不足。'
  ],
  'kernel.restart': ['Restart the kernel', '重启内核'],
  'kernel.fresh': ['Kernel restarted', '内核已重启'],
  'kernel.fresh.body': [
    'Variables and K2’s memory of earlier runs are gone. Earlier runs can still be read.',
    '变量以及 K2 对先前运行的记忆已清空，较早的运行仍可阅读。'
  ],
  'kernel.fresh.load': ['Run the cells above', '运行上方单元格'],
  'kernel.past': ['Before the restart', '重启之前'],
  /* no notebook */
  'none.title': ['Open a notebook to begin', '打开一个笔记本以开始'],
  'none.body': [
    'K2 works inside a notebook: its cells appear there and run in its kernel.',
    'K2 在笔记本中工作：单元格会出现在那里，并在其内核中运行。'
  ],
  'none.new': ['New notebook', '新建笔记本'],
  'none.wrong': [
    '{name} has a {lang} kernel. K2 needs Python with k2lab installed.',
    '{name} 使用 {lang} 内核。K2 需要装有 k2lab 的 Python。'
  ],
  /* resync */
  'sync.title': ['Catching up with run {n}', '正在同步运行 {n}'],
  'sync.body': [
    'The run kept going in the kernel while this page was away.',
    '页面离开期间，运行在内核中继续进行。'
  ],
  'sync.count': ['{a} of {b} events', '{a} / {b} 个事件'],
  /* history */
  'past.title': ['Earlier runs', '历史运行'],
  'past.search': ['Search questions and answers', '搜索问题与结论'],
  'past.count': ['{n} runs', '{n} 次运行', '{n} run'],
  'past.found': ['{n} found', '找到 {n} 个'],
  'past.none': ['No run matches “{text}”', '没有与“{text}”匹配的运行'],
  'past.back': ['Back to the current run', '返回当前运行'],
  'past.today': ['Today', '今天'],
  'past.yesterday': ['Yesterday', '昨天'],
  'past.earlier': ['Earlier this month', '本月早些时候'],
  'past.all': ['All', '全部'],
  'past.here': ['This notebook', '当前笔记本'],
  'past.open': ['Open run {n}', '打开运行 {n}'],
  /* notebooks */
  'books.title': ['Notebooks', '笔记本'],
  'books.follow': ['Follow the notebook in front', '跟随当前笔记本'],
  'books.running': ['Run {n}, step {a} of {b}', '运行 {n}，第 {a} / {b} 步'],
  'books.waits': ['Waits for your approval', '等待你的批准'],
  'books.idle': ['Idle · {n} runs', '空闲 · {n} 次运行', 'Idle · {n} run'],
  'books.nokernel': ['No kernel', '没有内核'],
  /* settings */
  'set.title': ['Settings', '设置'],
  'set.model': ['Model', '模型'],
  'set.model.price': [
    '{input} in · {output} out, per million tokens',
    '每百万 token：输入 {input} · 输出 {output}'
  ],
  'set.model.offline': ['Offline analyst', '离线分析器'],
  'set.model.offline.help': [
    'Rules, no language model. Free, local.',
    '固定规则，非语言模型。免费，本地运行。'
  ],
  'set.privacy': ['What K2 may see', 'K2 可见的内容'],
  'set.approve': ['Risky steps', '有风险的步骤'],
  'set.approve.auto': ['Allow', '允许'],
  'set.approve.ask': ['Ask me', '先问我'],
  'set.approve.never': ['Refuse', '一律拒绝'],
  'set.approve.help': [
    'Reading frames and drawing never asks. Files, network, installs and shell do.',
    '读取数据和绘图不会询问；文件、网络、安装和命令行会询问。'
  ],
  'set.budget': ['Budget for a run', '每次运行的预算'],
  'set.budget.help': [
    'Checked before each request; cannot be overrun.',
    '每次请求前检查，不会超支。'
  ],
  'set.lang': ['Language', '语言'],
  'set.lang.auto': ['As JupyterLab', '跟随 JupyterLab'],
  'set.account': ['Signed in to {host}', '已登录 {host}'],
  'set.account.where': ['key in system keyring', '密钥存于系统钥匙串'],
  'set.signout': ['Sign out', '退出登录'],
  'set.scope': [
    'For new runs of this notebook. Defaults are in the JupyterLab settings editor.',
    '用于此笔记本的新运行。默认值在 JupyterLab 设置编辑器中。'
  ],
  'set.close': ['Close', '关闭'],
  /* in the notebook */
  'nb.strip': ['K2 · run {run} · step {step}', 'K2 · 运行 {run} · 步骤 {step}'],
  'nb.strip.bare': ['K2 · step {step}', 'K2 · 步骤 {step}'],
  'nb.edited': ['edited', '已编辑'],
  'nb.mended': ['mended', '已修复'],
  'nb.live': ['running', '运行中'],
  'nb.show': ['Show in panel', '在面板中显示'],
  'nb.mine': ['Keep as mine', '归我所有'],
  'nb.run': ['Run {n}', '运行 {n}'],
  'nb.cells': ['{n} cells', '{n} 个单元格', '{n} cell'],
  'nb.cells.edited': [
    '{n} cells, {e} edited',
    '{n} 个单元格，{e} 个已编辑',
    '{n} cell, {e} edited'
  ],
  'nb.replace': ['Replace', '替换'],
  'nb.replace.help': [
    'Run again and replace its cells. Edited cells are kept.',
    '重新运行并替换单元格，已编辑的保留。'
  ],
  'nb.keep': ['Keep', '保留'],
  'nb.keep.help': [
    'Make them ordinary cells; a new run will not replace them.',
    '变为普通单元格，再次运行不会替换。'
  ],
  'nb.remove': ['Remove run', '移除运行'],
  'nb.remove.help': [
    'Take all its cells away in one step. Undo brings them back.',
    '一步移除其全部单元格，可撤销恢复。'
  ],
  'nb.removed': [
    '{n} cells of run {run} removed',
    '已移除运行 {run} 的 {n} 个单元格',
    '{n} cell of run {run} removed'
  ],
  'nb.kept': ['{n} edited cells kept', '保留了 {n} 个已编辑单元格', '{n} edited cell kept'],
  'nb.unfinished': ['not finished', '未完成'],
  'nb.undo.late': [
    'The notebook was changed since. Use Edit, Undo Cell Operation.',
    '此后笔记本又有改动，请使用“编辑”菜单中的“撤销单元格操作”。'
  ],
  'nb.undo': ['Undo', '撤销'],
  'nb.fix': ['Fix with K2', '用 K2 修复'],
  'nb.explain': ['Explain', '解释'],
  'nb.ask.about': ['About cell [{n}]', '关于单元格 [{n}]'],
  /* announcements */
  'say.started': ['Run {n} started.', '运行 {n} 已开始。'],
  'say.step': ['Step {n} of {total}: {title}.', '第 {n} / {total} 步：{title}。'],
  'say.step.done': ['Step {n} done.', '第 {n} 步完成。'],
  'say.answer': [
    'Answer ready. {n} findings.',
    '结论已就绪，共 {n} 条发现。',
    'Answer ready. {n} finding.'
  ],
  'say.error': ['{title}', '{title}'],
  /* status bar, commands, menus */
  'cmd.open': ['Open the K2 panel', '打开 K2 面板'],
  'cmd.ask': ['Ask K2 about this cell', '就此单元格询问 K2'],
  'cmd.explain': ['Explain with K2', '用 K2 解释'],
  'cmd.export': ['K2 report', 'K2 报告'],
  'cmd.export.html': ['K2 report (web page)', 'K2 报告（网页）'],
  'cmd.export.pdf': ['K2 report (PDF)', 'K2 报告（PDF）'],
  'cmd.export.md': ['K2 report (Markdown)', 'K2 报告（Markdown）'],
  'cmd.export.qmd': ['K2 report (Quarto)', 'K2 报告（Quarto）'],
  'cmd.stop': ['Stop the K2 run', '停止 K2 运行'],
  'cmd.approval': ['Go to the waiting approval', '转到待批准的步骤'],
  'cmd.insert': ['Insert a %%k2 cell', '插入 %%k2 单元格'],
  'cmd.report': ['K2 report ({format})', 'K2 报告（{format}）'],
  'bar.idle': ['K2', 'K2'],
  'bar.running': ['K2: run {n}, step {a} of {b}', 'K2：运行 {n}，第 {a} / {b} 步'],
  'bar.waits': ['K2 waits for your approval', 'K2 等待你的批准'],
  /* what the kernel may say besides */
  'ask.fix': [
    'Find what is wrong in this cell and write a corrected version:',
    '找出这个单元格的问题并写出修正版：'
  ],
  'ask.explain': ['Explain this error:', '解释这个错误：'],
  'ask.answer': ['K2 asks you', 'K2 向你提问'],
  'ask.answer.send': ['Reply', '回答'],
  'run.rerun': ['Run again', '重新运行'],
  'run.failed': ['No answer', '没有结论'],
  'run.state.answered': ['answered', '已回答'],
  'run.state.unanswered': ['no answer', '没有结论'],
  'run.state.stopped': ['stopped', '已停止'],
  'run.state.failed': ['failed', '失败'],
  'step.todo': ['to do', '待办'],
  'step.run': ['running', '运行中'],
  'step.wait': ['waiting for you', '等待你'],
  'step.done': ['done', '完成'],
  'step.fail': ['failed', '失败'],
  'step.stop': ['stopped', '已停止'],
  'step.skip': ['not run', '未运行'],
  'ok.lost': [
    'The kernel did not get your answer. Press again.',
    '内核没有收到你的决定，请再按一次。'
  ],
  'kernel.lost': ['The page does not reach the kernel', '页面无法连接内核'],
  'kernel.lost.body': [
    'The run goes on there; this page catches up by itself.',
    '运行仍在内核中继续，连接恢复后自动同步。'
  ],
  'none.absent': [
    'This kernel has no k2lab. Install it there with: pip install k2lab',
    '此内核没有 k2lab。请在其环境中运行：pip install k2lab'
  ],
  'none.connecting': ['Connecting to the kernel…', '正在连接内核…'],
  'none.load': ['Start K2 in this kernel', '在此内核中启动 K2'],
  'answer.method': ['How', '方法'],
  'header.spent': ['{used} spent in this session', '本次会话已用 {used}'],
  'ask.estimate.tokens': ['≈ {tokens} tokens', '约 {tokens} token'],
  'answer.check': [
    'Check this number against the data: {value}',
    '请对照数据核查这个数字：{value}'
  ],
  'run.usage.free': ['{steps} steps · {time}', '{steps} 步 · {time}', '{steps} step · {time}'],
  'privacy.preview.nothing': [
    'Nothing left this computer so far.',
    '到目前为止没有任何内容离开本机。'
  ],
  'net.body.later': ['What was done so far is in the notebook.', '已完成的内容都在笔记本中。'],
  'first.own.label': ['Address of the server, up to /v1', '服务器地址，到 /v1 为止'],
  'first.own.use': ['Use', '使用'],
  'ask.continue': ['Continue from step {n}: {question}', '从第 {n} 步继续：{question}'],
  'panel.fault': ['The panel could not be drawn', '面板无法显示'],
  'panel.fault.body': [
    'The run and the notebook are not touched by it. Please report what stands below.',
    '运行和笔记本不受影响。请报告以下内容。'
  ],
  'panel.again': ['Draw it again', '重新显示'],
  'net.mend.own': [
    'Check that the server runs and listens at this address.',
    '请确认服务器正在运行并监听此地址。'
  ],
  'nb.answer': ['K2 · run {run} · answer', 'K2 · 运行 {run} · 结论'],
  'nb.answer.bare': ['K2 · answer', 'K2 · 结论']
} as const;

export type Key = keyof typeof WORDS;
