import type { Text } from './text.ts';

/** What one error means to a program (`status`) and to a person (`text`: what happened; `remedy`: what to do now). */
export interface ErrorSpec {
  /** HTTP status that carries it, RFC 9110. */
  readonly status: 400 | 401 | 403 | 404 | 409 | 412 | 413 | 422 | 428 | 429 | 500 | 503 | 507;
  readonly text: Text;
  readonly remedy: Text;
}

const spec = (status: ErrorSpec['status'], zh: string, en: string, remedyZh: string, remedyEn: string): ErrorSpec => ({
  status,
  text: { zh, en },
  remedy: { zh: remedyZh, en: remedyEn },
});

/** Every error a person or a program can meet. A code, once released, keeps its meaning. */
export const ERRORS = {
  // --- form of the request
  invalid_input: spec(
    400,
    '提交的内容格式不正确',
    'The request is not in the expected form',
    '按 errors 中列出的字段逐项修改后重试',
    'Correct each field listed in errors and send it again',
  ),
  payload_too_large: spec(
    413,
    '提交的内容过大',
    'The request is too large',
    '减小内容后重试',
    'Send a smaller request',
  ),
  invalid_uscc: spec(
    400,
    '统一社会信用代码不正确',
    'The unified social credit code is not valid',
    '核对营业执照上的 18 位代码',
    'Check the 18 characters on the business licence',
  ),
  invalid_national_id: spec(
    400,
    '公民身份号码不正确，或与出生日期不符',
    'The national id is not valid, or differs from the birth date',
    '核对身份证上的 18 位号码和出生日期',
    'Check the 18 characters and the birth date on the card',
  ),
  unknown_field: spec(
    400,
    '含有未知字段',
    'The request has a field that is not known',
    '删除该字段后重试',
    'Remove the field and send it again',
  ),
  not_found: spec(
    404,
    '未找到',
    'Not found',
    '核对编号；无权查看的对象同样显示为未找到',
    'Check the id; an object you may not see is reported the same way',
  ),
  idempotency_key_required: spec(
    400,
    '缺少 Idempotency-Key',
    'The Idempotency-Key header is missing',
    '为每次新建生成一个唯一的 Idempotency-Key',
    'Send a unique Idempotency-Key with each creating call',
  ),
  idempotency_conflict: spec(
    409,
    '同一 Idempotency-Key 已用于其他内容',
    'This Idempotency-Key was used with other content',
    '换一个新的 Idempotency-Key',
    'Use a new Idempotency-Key',
  ),
  precondition_required: spec(
    428,
    '缺少 If-Match',
    'The If-Match header is missing',
    '先读取对象，把它的 ETag 放进 If-Match',
    'Read the object and send its ETag in If-Match',
  ),
  version_conflict: spec(
    412,
    '对象已被他人修改',
    'Somebody changed the object first',
    '重新读取后再修改',
    'Read it again and repeat the change',
  ),
  already_exists: spec(
    409,
    '已存在',
    'It exists already',
    '使用已有的对象，或换一个编号',
    'Use the existing one, or another id',
  ),

  // --- who is asking
  unauthenticated: spec(
    401,
    '尚未登录或登录已失效',
    'No valid access token was presented',
    '重新登录，或向本节点的签发方申请新令牌',
    'Sign in again, or get a new token from this node’s issuer',
  ),
  forbidden: spec(
    403,
    '当前角色无权进行此操作',
    'Your role may not do this',
    '请有相应角色的同事办理',
    'Ask a colleague who holds the role',
  ),
  assertion_too_weak: spec(
    403,
    '登录方式强度不足',
    'The sign-in is not strong enough for this action',
    '用通道创世策略要求的方式重新登录',
    'Sign in again in the way that the genesis policy asks for',
  ),
  unknown_client: spec(
    401,
    '未登记的客户端',
    'The client is not registered',
    '先在管理页登记该客户端的公钥',
    'Register the client and its public key first',
  ),

  // --- ledger: envelope and actor
  unknown_command: spec(
    422,
    '账本没有这个命令',
    'The ledger knows no such command',
    '升级客户端',
    'Upgrade the client',
  ),
  wrong_channel: spec(
    422,
    '命令属于另一个通道',
    'The command belongs to another channel or chaincode',
    '在正确的通道重新签名',
    'Sign the command for this channel',
  ),
  actor_invalid: spec(
    422,
    '操作人签名无效',
    'The actor signature is not valid for this command',
    '由登记的操作密钥重新签名',
    'Sign again with the registered actor key',
  ),
  actor_key_unknown: spec(
    422,
    '操作密钥未登记或已停用',
    'The actor key is not registered, or is retired',
    '在账本登记新的操作密钥',
    'Register the new actor key on the ledger',
  ),
  actor_expired: spec(
    422,
    '操作人签名已过期',
    'The actor signature has expired',
    '由本人重新确认',
    'The person confirms again; machines sign again by themselves',
  ),
  clock_skew: spec(
    422,
    '提交时间与背书方时钟相差超过 120 秒',
    'The submission time differs from the endorser’s clock by more than 120 s',
    '校准本机时钟（NTP）后重试',
    'Set this machine’s clock (NTP) and try again',
  ),
  command_conflict: spec(
    409,
    '同一 commandId 已用于其他内容',
    'This commandId was used with other content',
    '用新的 commandId 重新提交',
    'Submit it under a new commandId',
  ),
  submitter_unknown: spec(
    403,
    '提交方不是通道的治理成员',
    'The submitter is not a governor of the channel',
    '由任一治理成员代为提交',
    'Have any governor carry the command',
  ),
  submitter_expired: spec(
    403,
    '提交方的证书已过期',
    'The submitter’s certificate has expired',
    '由本成员的证书机构签发新证书，然后重启节点；排队的记录不会丢失',
    'Have the member’s authority issue a new certificate and restart the node; queued records stay',
  ),
  endorsement_mismatch: spec(
    409,
    '各治理成员的背书结果不一致',
    'The governors’ endorsements differ',
    '运行 anlian doctor 查明是哪一方',
    'Run anlian doctor to see which one differs',
  ),
  endorsement_invalid: spec(
    409,
    '有治理成员的背书签名或证书无效，其余成员不足多数',
    'A governor’s endorsement does not count, and the others are no majority',
    '请所列成员检查其对等节点的密钥与证书',
    'Have the member that is named look at its peer’s key and certificate',
  ),
  read_conflict: spec(
    409,
    '并发修改了同一对象',
    'Somebody changed the same object at the same moment',
    '系统会自动重试',
    'It is retried automatically',
  ),
  duplicate_transaction: spec(
    409,
    '交易编号重复',
    'The transaction id was used before',
    '用新的随机数重新提交',
    'Submit it with a fresh nonce',
  ),
  ledger_unavailable: spec(
    503,
    '账本暂时无法连接',
    'The ledger cannot be reached',
    '记录已在本节点排队，账本恢复后自动提交',
    'The record is queued on this node and is submitted when the ledger is back',
  ),
  ledger_corrupt: spec(
    500,
    '账本数据损坏或前后矛盾',
    'The ledger’s data are damaged or contradict themselves',
    '停止服务，把所指的区块与另一治理成员的核对，从备份恢复损坏的一方；不要删除文件',
    'Stop, compare the block that is named with another governor’s, restore the damaged side from a backup; delete nothing',
  ),
  needs_signature: spec(
    409,
    '命令等待太久，需要本人重新确认',
    'The command waited too long and needs its person’s signature again',
    '请本人打开待办重新确认',
    'The person confirms it again from the open tasks',
  ),
  command_withdrawn: spec(
    409,
    '命令已由管理员撤回',
    'An administrator withdrew the command',
    '仍有必要时重新办理',
    'Do it again if it is still wanted',
  ),

  // --- ledger: rules
  channel_not_founded: spec(
    422,
    '通道尚未创立',
    'The channel is not founded yet',
    '等待全部创始治理成员确认',
    'Wait until every founding governor has confirmed',
  ),
  channel_already_founded: spec(409, '通道已创立', 'The channel is founded already', '无需再次创立', 'Nothing to do'),
  genesis_mismatch: spec(
    409,
    '创世策略或创世区块与别处的不同',
    'The genesis policy or the genesis block is not the same as elsewhere',
    '与其他治理成员核对其摘要',
    'Compare its digest with the other governors’',
  ),
  witnesses_required: spec(
    422,
    '创世策略没有要求见证，而此通道由多家治理成员共同运行',
    'The genesis policy asks for no witness, on a channel that several governors run',
    '把 witnesses 设为其他治理成员的多数（三家为 2，四家为 2）；核验方按此要求，否则证据日志不能核验',
    'Set witnesses to a majority of the other governors (2 of three, 2 of four): verifiers ask for as many, and without them no evidence log can be proven',
  ),
  trust_lists_differ: spec(
    409,
    '两家治理成员公布的信任文件不一致',
    'Two governors publish different trust lists',
    '不要使用其中任何一份；逐一核对所列内容，查明是有节点落后还是有节点说谎，然后重新启动',
    'Use neither; compare what is listed, find out which node is behind or lies, then start again',
  ),
  fabric_layout_fixed: spec(
    409,
    '这个网络已按另一种设置建立，不能改换',
    'This network was made with another setting and keeps it',
    '去掉该选项继续使用，或用 --home 指定另一个文件夹另建网络；npm run fabric:reset 移除原有网络',
    'Leave the option out to go on with it, or make another network in another folder (--home); npm run fabric:reset removes this one',
  ),
  channel_open: spec(
    409,
    '通道已开放，不再接受历史事实',
    'The channel is open and takes no older facts',
    '在事实发生后按期限登记',
    'Record facts in time from now on',
  ),
  not_a_governor: spec(
    403,
    '只有治理成员可以进行此操作',
    'Only a governor may do this',
    '请治理成员办理',
    'Ask a governor',
  ),
  not_the_owner: spec(
    403,
    '只有该对象的所有者可以进行此操作',
    'Only the owner of this object may do this',
    '请所有者办理',
    'Ask its owner',
  ),
  not_the_subject: spec(
    403,
    '只有当事公司可以进行此操作',
    'Only the company concerned may do this',
    '请当事公司办理',
    'Ask the company concerned',
  ),
  recorder_may_not_resolve: spec(
    403,
    '记录方不能裁决对自己的申诉',
    'The member that recorded it may not resolve the appeal',
    '请其他治理成员裁决',
    'Another governor resolves it',
  ),
  unknown_member: spec(
    422,
    '成员不存在或已退出',
    'The member is unknown or has left',
    '核对成员编号',
    'Check the member id',
  ),
  member_expelled: spec(
    403,
    '该成员已被除名',
    'The member was expelled',
    '退出期内只能办理人员离场、确认违章和申诉，其余由其他治理成员办理',
    'Until its wind-down ends it may let people out, acknowledge violations and appeal; other governors do the rest',
  ),
  unknown_company: spec(
    422,
    '该公司尚未加入网络',
    'The company is not known to the network',
    '先完成该公司的接纳表决',
    'Admit the company by vote first',
  ),
  unknown_site: spec(422, '站点不存在', 'The site is unknown', '先登记站点', 'Register the site first'),
  unknown_credential: spec(422, '凭证不存在', 'The credential is unknown', '核对凭证编号', 'Check the credential id'),
  unknown_violation: spec(422, '违章记录不存在', 'The violation is unknown', '核对违章编号', 'Check the violation id'),
  unknown_clause: spec(
    422,
    '违章条款不在当前计分规则内',
    'The clause is not in the credit policy',
    '从当前规则的条款中选择',
    'Choose a clause of the current policy',
  ),
  unknown_policy: spec(422, '计分规则不存在', 'The credit policy is unknown', '核对规则摘要', 'Check the policy hash'),
  unknown_proposal: spec(422, '提案不存在', 'The proposal is unknown', '核对提案编号', 'Check the proposal id'),
  proposal_closed: spec(
    409,
    '提案已有结果',
    'The proposal is decided',
    '查看提案结果',
    'See the result of the proposal',
  ),
  proposal_lapsed: spec(
    409,
    '提案已过表决期限',
    'The proposal lapsed before it was decided',
    '仍有必要时重新发起提案',
    'Open a new proposal if it is still wanted',
  ),
  already_voted: spec(409, '本成员已投票', 'This member has voted', '无需再次投票', 'Nothing to do'),
  not_admitted: spec(
    422,
    '事发时该公司未获准进入该站点',
    'The company was not admitted to the site at that time',
    '核对站点与时间；未准入期间的违章不能登记',
    'Check site and time; a violation counts only during an admission',
  ),
  already_released: spec(409, '该准入已结束', 'The admission has ended', '新建准入', 'Make a new admission'),
  invalid_transition: spec(
    409,
    '当前状态不允许此操作',
    'The present state does not allow this',
    '查看对象当前状态',
    'See the object’s present state',
  ),
  too_late: spec(
    422,
    '超过登记期限',
    'The time limit for this fact has passed',
    '期限内的事实才能登记',
    'Only facts within the time limit can be recorded',
  ),
  in_the_future: spec(
    422,
    '发生时间在未来',
    'The time of the fact is in the future',
    '核对时间与时钟',
    'Check the time and the clock',
  ),
  invalid_period: spec(
    422,
    '有效期起止不正确',
    'The validity dates are not in order',
    '核对证书上的日期',
    'Check the dates on the certificate',
  ),
  blocklisted: spec(
    422,
    '该公司处于网络禁入名单',
    'The company is blocklisted in the network',
    '按禁入决定的条件申请修复',
    'Ask for repair under the terms of the decision',
  ),
  score_mismatch: spec(
    422,
    '提交的分数与账本计算不同',
    'The score submitted is not the one the ledger computes',
    '升级节点后重试',
    'Upgrade the node and try again',
  ),
  key_exists: spec(409, '密钥已登记', 'The key is registered already', '使用新的密钥', 'Use a new key'),
  anchor_inconsistent: spec(
    422,
    '证据日志与已锚定的树头不一致',
    'The evidence log is not consistent with the anchored tree head',
    '停止该节点并核查日志是否被回滚',
    'Stop the node and find out whether its log was rolled back',
  ),
  anchor_invalid: spec(
    422,
    '树头签名无效',
    'The checkpoint is not validly signed',
    '核对日志密钥',
    'Check the log key',
  ),
  cosignatures_missing: spec(
    422,
    '树头的见证签名不足',
    'The checkpoint lacks cosignatures of other governors',
    '无需处理：其他治理成员的节点应答后自动锚定；长时间不应答时查看其节点和地址（/readyz 列出未应答者）',
    'Nothing to do: it is anchored once the other governors’ nodes answer; if they do not, look at their nodes and addresses (/readyz names who did not answer)',
  ),
  cosignature_invalid: spec(
    422,
    '树头的见证签名无效或多余',
    'A cosignature of the checkpoint is not valid, or surplus',
    '核对见证成员的日志密钥和时钟',
    'Check the log keys and the clocks of the members that witnessed it',
  ),
  log_key_unknown: spec(
    403,
    '树头不是由该日志的有效密钥签名',
    'No live key of the log signed this checkpoint',
    '登记日志密钥，或用已登记的密钥签名',
    'Register the log’s key, or sign with the one that is registered',
  ),
  split_view: spec(
    409,
    '该日志向不同成员出示了相互矛盾的树头',
    'The log has shown two heads that contradict each other',
    '见证节点已保存两份签名树头（/api/v1/witness/split-views）；停用该日志密钥并由治理成员处理',
    'The witness keeps both signed heads (/api/v1/witness/split-views); retire the log’s key and let the governors decide',
  ),

  record_mismatch: spec(
    422,
    '提交的记录与账本上的承诺值不符',
    'The record is not the one behind the commitment on the ledger',
    '重新读取记录后再提交；记录被改动过则需重新核验',
    'Read the record again and resubmit; a record that was changed must be checked again',
  ),
  credential_revoked: spec(
    422,
    '该凭证已被撤销',
    'The credential is revoked',
    '提交有效的证件',
    'Hand over a paper that is in force',
  ),
  pass_in_use: spec(
    422,
    '该通行证属于另一名人员或另一单位',
    'The pass belongs to another person or employer',
    '核对工人与通行证',
    'Check the worker and the pass',
  ),

  // --- gate, codes, passes, packs
  site_policy_missing: spec(
    409,
    '站点还没有准入要求',
    'The site has no requirement set yet',
    '请安全管理员先设置站点准入要求',
    'The safety manager sets the site’s requirements first',
  ),
  code_invalid: spec(
    422,
    '码无法识别',
    'The code cannot be read',
    '重新出示，或使用打印凭证',
    'Present it again, or use the printed badge',
  ),
  pack_invalid: spec(
    422,
    '名单包无效',
    'The sync pack is not valid',
    '重新同步；仍失败则联系管理员',
    'Sync again; if it still fails call the administrator',
  ),
  pack_rollback: spec(
    409,
    '名单包比当前的旧',
    'The sync pack is older than the present one',
    '检查节点是否被回滚',
    'Find out whether the node was rolled back',
  ),
  gate_unsynced: spec(
    409,
    '闸机尚未同步名单',
    'The gate has no lists yet',
    '运行 anlian gate sync',
    'Run anlian gate sync',
  ),
  decision_gap: spec(
    409,
    '放行记录序号不连续',
    'The decisions’ sequence has a gap',
    '从节点要求的序号起重新上传',
    'Upload again from the number that the node asks for',
  ),
  decision_fork: spec(
    409,
    '同一序号已有不同的放行记录',
    'Another decision has this number already',
    '停用该闸机并通知管理员',
    'Take the gate out of use and call the administrator',
  ),
  invite_invalid: spec(
    422,
    '邀请已使用或已过期',
    'The invitation was used or has expired',
    '请班组长重新发出邀请',
    'Ask the foreman for a new invitation',
  ),
  holder_proof_invalid: spec(
    422,
    '手机密钥证明无效',
    'The proof of the phone’s key is not valid',
    '重新登记手机',
    'Enrol the phone again',
  ),
  not_anchored: spec(
    409,
    '该记录尚未锚定到账本',
    'The record is not anchored on the ledger yet',
    '几秒后再取证明',
    'Ask again in a few seconds',
  ),

  member_unreachable: spec(
    503,
    '暂时无法连接对方成员的节点',
    'The other member’s node cannot be reached',
    '已在本节点排队，对方恢复后自动重发',
    'It is queued on this node and sent again when the other one is back',
  ),

  // --- the machine
  no_local_consortium: spec(
    404,
    '这里没有本机联盟的数据',
    'There is no local consortium here',
    '先运行 npm start；数据在别处时，用 ANLIAN_HOME 指明',
    'Run npm start first, or set ANLIAN_HOME to where its data are',
  ),
  node_unreachable: spec(
    503,
    '暂时无法连接本单位节点',
    'The node cannot be reached',
    '闸机继续按现有名单工作；网络恢复后重新同步和上传',
    'The gate goes on with the lists it has; sync and upload again when the network is back',
  ),
  configuration_invalid: spec(
    500,
    '配置不安全或不完整，拒绝启动',
    'The configuration is unsafe or incomplete; the node does not start',
    '逐项修改列出的配置',
    'Correct each setting listed',
  ),
  process_ended: spec(
    500,
    '联盟的一个进程意外结束，其余进程已一并停止',
    'A process of the consortium ended by itself; the others were stopped with it',
    '查看其日志，然后重新运行 npm start；已确认的记录没有丢失',
    'Look at its log, then run npm start again; nothing acknowledged was lost',
  ),
  ledger_kind_fixed: spec(
    409,
    '此联盟建在另一种账本上，不能改换',
    'This consortium was founded on another kind of ledger and stays on it',
    '去掉 --ledger 继续使用原账本，或用 --home 指定另一个文件夹另建联盟',
    'Leave --ledger out to go on with it, or found another consortium in another folder (--home)',
  ),
  fabric_binary_missing: spec(
    500,
    '缺少 Fabric 程序',
    'A Fabric program is missing or does not run',
    '安装 Go 1.26 后重试（自动构建），或用 ANLIAN_FABRIC_BIN 指定含全部 Fabric 程序的文件夹',
    'Install Go 1.26 and try again (it is built then), or name a folder with all of Fabric’s programs in ANLIAN_FABRIC_BIN',
  ),
  fabric_not_ready: spec(
    503,
    'Fabric 网络的一个部件没有就绪',
    'A part of the Fabric network did not become ready',
    '查看其日志；运行 npm run fabric:down 后再 npm run fabric:up，数据不会丢失',
    'Look at its log; run npm run fabric:down, then npm run fabric:up: no data is lost',
  ),
  fabric_step_failed: spec(
    500,
    'Fabric 管理操作没有完成',
    'A step of Fabric’s administration failed',
    '查看所列程序的输出和日志后重试；已完成的步骤不会重复',
    'See what the program said and its log, then try again; steps that are done are not repeated',
  ),
  fabric_running: spec(
    409,
    'Fabric 网络正在运行',
    'The Fabric network runs',
    '先运行 npm run fabric:down',
    'Run npm run fabric:down first',
  ),
  fabric_state_damaged: spec(
    500,
    '本机 Fabric 网络的 fabric.json 无法读取',
    'The file fabric.json of the local Fabric network cannot be read',
    '从备份恢复该文件；没有备份时用 npm run fabric:reset -- --yes 停止并移除该网络',
    'Restore the file from a copy; without one, npm run fabric:reset -- --yes stops and removes the network',
  ),
  fabric_genesis_missing: spec(
    409,
    '通道的创世区块文件不见了，而成员的账本还在；没有另建通道',
    'The channel’s genesis block is gone while members’ ledgers are there; no other channel was made',
    '从备份恢复 genesis.block；没有备份时用 npm run fabric:reset -- --yes 移除该网络',
    'Restore genesis.block from a copy; without one, npm run fabric:reset -- --yes removes the network',
  ),
  fabric_member_orders: spec(
    409,
    '该成员在为通道排序，通道的排序服务少不了它',
    'This member orders for the channel, and the ordering service of this profile cannot do without it',
    '先由其他成员接替排序；本机网络可移出不排序的成员（npm run fabric:status 列出各排序节点）',
    'Let another member order first; of a local network, remove a member that does not order (npm run fabric:status lists the orderers)',
  ),
  fabric_update_foreign: spec(
    422,
    '这份更新文件所做的与它所说的不符，或含有无效签名',
    'The update does something else than it says, or holds a signature that is not right',
    '不要签署；请起草的成员重新生成，并查明文件在何处被改动',
    'Do not sign it; have whoever drew it up make it again, and find out where the file was changed',
  ),
  fabric_update_outdated: spec(
    409,
    '通道配置已有变化，这份更新文件不再适用',
    'The channel’s configuration has changed since: this update no longer fits',
    '重新生成更新文件，并请各治理成员重新签署',
    'Make the update again, and have the governors sign it anew',
  ),
  fabric_update_refused: spec(
    409,
    '排序服务拒绝了这份更新',
    'The ordering service refused the update',
    '核对签署方是否为各组织的管理员，再重新生成更新文件',
    'See that administrators of the organisations signed it, then make the update again',
  ),
  fabric_update_locked: spec(
    409,
    '另一位管理员正在签署这份更新文件，本次没有签署',
    'Another administrator is signing this update file; nothing was signed now',
    '稍后重试；确认无人在签署后，删除所列的锁文件',
    'Try again; when nobody is signing it, remove the lock file listed',
  ),
  fabric_signatures_missing: spec(
    403,
    '签名尚未满足通道的策略',
    'The signatures do not satisfy the channel’s policies yet',
    '请所列成员执行 anlian fabric sign，再提交',
    'Have those listed run anlian fabric sign, then submit it',
  ),
  fabric_signer_not_admin: spec(
    403,
    '通道的策略不计该证书的签名',
    'The channel’s policies do not count signatures of this certificate',
    '用本组织管理员的证书和密钥（--cert、--key）：组织单元为 admin，或列在本组织 MSP 的管理员名单中',
    'Use the certificate and key of an administrator of your organisation (--cert, --key): of the organisational unit admin, or listed as administrator in its MSP',
  ),
  fabric_rules_unknown: spec(
    409,
    '通道的能力级别（capabilities）不是本程序所知的，无法判断哪些签名有效',
    'The channel’s capabilities are none that are known here, so nobody can say which signatures count',
    '先用 Fabric 自带的工具把通道的能力级别升到 V2_0 或 V3_0',
    'Raise the channel’s capabilities to V2_0 or V3_0 with Fabric’s own tools first',
  ),
  chaincode_differs: spec(
    409,
    '链码与所批准的不是同一份',
    'The chaincode is not the one that is approved',
    '取得与其他治理成员相同的源代码版本再构建；不一致时不要批准',
    'Build from the same version of the sources as the other governors; while they differ, do not approve',
  ),
  fabric_version_unsuitable: spec(
    500,
    '这个版本的 Fabric 程序不适用',
    'This version of Fabric’s programs does not fit',
    '用 ANLIAN_FABRIC_BIN 指定合适版本的文件夹，或换一个 --profile',
    'Name a folder with a fitting version in ANLIAN_FABRIC_BIN, or choose another --profile',
  ),
  data_dir_unwritable: spec(
    500,
    '数据目录无法写入',
    'The data directory cannot be written',
    '检查路径、权限和磁盘，或指定另一个目录',
    'Check the path, its permissions and the disk, or name another directory',
  ),
  data_dir_locked: spec(
    409,
    '数据目录正被另一个进程使用',
    'Another process uses this data directory',
    '先停止该进程，或指定另一个目录',
    'Stop that process, or name another directory',
  ),
  port_taken: spec(
    409,
    '端口已被占用',
    'The port is taken',
    '停止占用端口的程序，或换一个端口',
    'Stop the program that uses it, or choose another port',
  ),
  storage_full: spec(
    507,
    '磁盘已满，本次写入没有保存',
    'The disk is full; this write was not stored',
    '清理磁盘后重试；已确认的记录没有丢失',
    'Free disk space and try again; nothing acknowledged was lost',
  ),
  database_unavailable: spec(
    503,
    '数据库暂时无法连接',
    'The database cannot be reached',
    '检查数据库服务',
    'Check the database service',
  ),
  rate_limited: spec(429, '请求过于频繁', 'Too many requests', '稍后重试', 'Wait, then try again'),
  internal_error: spec(
    500,
    '节点内部错误',
    'The node met an unexpected error',
    '把 traceId 提供给管理员',
    'Give the traceId to the administrator',
  ),
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorContext {
  /** JSON pointer or parameter name of the value at fault. */
  readonly field?: string;
  /** Technical detail fit for a log and for the caller: never personal data, keys or tokens. */
  readonly detail?: string;
  /** All faults at once, when there are several. */
  readonly errors?: readonly FieldFault[];
  /** By which the node that answered finds the request in its log. */
  readonly traceId?: string;
  readonly cause?: unknown;
}

export interface FieldFault {
  readonly field: string;
  readonly code: string;
  readonly detail: string;
}

/** The one error class of every room. `message` is the English text and the detail; people read `ERRORS[code]`. */
export class AnlianError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly detail: string | undefined;
  readonly errors: readonly FieldFault[] | undefined;
  readonly traceId: string | undefined;

  constructor(code: ErrorCode, context: ErrorContext = {}) {
    const place = context.field ? ` (${context.field})` : '';
    super(`${code}${place}: ${context.detail ?? ERRORS[code].text.en}`, { cause: context.cause });
    this.name = 'AnlianError';
    this.code = code;
    this.field = context.field;
    this.detail = context.detail;
    this.errors = context.errors;
    this.traceId = context.traceId;
  }
}

/** Narrows an unknown value to our error, across realms and JSON. */
export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value);
