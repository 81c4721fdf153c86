import { type CheckSpec, check } from './check.ts';

/** Of the ledger: transactions, views, blocks and the commands in them. */
export const LEDGER_CHECKS = {
  ledger_form: check(
    '账本证明的结构与编码正确',
    'The ledger proof is well formed',
    '不能证明该交易有效',
    'It does not prove that the transaction was valid',
  ),
  proposal_hash: check(
    '背书所针对的正是这份提案',
    'The endorsements are over exactly this proposal',
    '不能证明提案已写入账本',
    'It does not prove that the proposal reached the ledger',
  ),
  endorsement: check(
    '规定数量的治理成员为该结果签名',
    'As many governors as required signed this result',
    '不能证明这些成员之间没有串通。交易证明按现在的治理成员判断：成员加入或退出后，旧证明可能不再满足，须重新索取；事实查证按提问当时的治理成员判断，而这一时间，串通的成员可以往前写',
    'It does not prove that these members did not collude. A transaction’s proof is judged by who governs now: after members came or left an old one may no longer do and is collected again. A view is judged by who governed when it was asked, a time that colluding members can date back',
  ),
  endorser_identity: check(
    '每个背书者的证书由其成员的证书机构签发',
    'Each endorser’s certificate was issued by its member’s certificate authority',
    '不能证明持有该证书的机器未被入侵。证书按核验时判断，因为没有东西证明签名的时间：证书到期、被吊销或其成员退出后，旧证明不再通过，须重新索取',
    'It does not prove that the machine holding the certificate was not broken into. Certificates are judged at verification time, since nothing shows when they signed: once one ran out or was revoked, or its member left, an old proof is refused and is collected again',
  ),
  transaction_valid: check(
    '该交易在账本上被判定为有效',
    'The ledger judged this transaction valid',
    '不能证明其后没有新的交易改变同一事实',
    'It does not prove that no later transaction changed the same fact',
  ),
  transaction_creator: check(
    '该交易由一家治理成员的证书签名提交',
    'The transaction was submitted under the certificate and signature of a governor',
    '不能证明提交者就是下令者；治理成员可以代为递交他人的命令',
    'It does not prove that the submitter gave the command; a governor may carry another’s',
  ),
  transaction_endorsement: check(
    '该交易的执行结果按通道要求获得背书',
    'The outcome of the transaction was endorsed as the channel asks',
    '不能证明规则本身合理',
    'It does not prove that the rules themselves are sensible',
  ),
  view_function: check(
    '回答来自链码的查证函数，而不是会照样返回来文的其他函数',
    'The answer is the chaincode’s view function’s, and no other function’s that may repeat what it is told',
    '不能证明回答的内容',
    'It does not prove what the answer says',
  ),
  view_answer: check(
    '回答正是对所问事实的回答，写法规范，时间即提问时间',
    'The answer is about the very fact that was asked for, in its one form, at the time of the question',
    '不能证明此后该事实没有改变',
    'It does not prove that the fact has not changed since',
  ),
  view_read: check(
    '执行时只读取了这一个键，没有写入，也没有读取私有数据',
    'The call read this one key and nothing else, wrote nothing, and touched no private data',
    '不能证明该值当初写得对；它由先前的交易写入',
    'It does not prove that the value was right to write; an earlier transaction wrote it',
  ),
  block_form: check(
    '区块的结构与编码正确',
    'The block is well formed',
    '不能证明区块来自该通道',
    'It does not prove that the block is of the channel',
  ),
  block_data: check(
    '区块中的交易就是区块头摘要所指的交易',
    'The transactions are those that the block’s header commits to',
    '不能证明这些交易有效',
    'It does not prove that these transactions are valid',
  ),
  block_signature: check(
    '区块头由通道的排序组织签名，每个签名均已核对',
    'The header was signed by the channel’s ordering organisations, every signature checked',
    '不能证明交易有效：有效性标记无人签名',
    'It does not prove that the transactions are valid: nobody signs the validation codes',
  ),
  block_transactions: check(
    '区块中标为有效的交易都能读出，其中联盟的交易均由治理成员提交并获得规定数量的背书',
    'Every transaction that the block marks valid can be read, and those of the alliance were submitted by a governor and endorsed by as many as required',
    '不能证明账本判定它们有效：同区块或更早的交易可能与之冲突',
    'It does not prove that the ledger judged them valid: another transaction in this block or before may conflict',
  ),
  channel: check(
    '证明来自信任文件所指的通道',
    'The proof is from the channel that the trust file names',
    '不能说明其他通道上的情况',
    'It says nothing about other channels',
  ),
  chaincode: check(
    '证明来自约定的链码',
    'The proof is from the agreed chaincode',
    '不能证明每家成员运行的都是同一份程序',
    'It does not prove that every member runs the same program',
  ),
  command_form: check(
    '该交易以规范编码载有这条命令；同载多条时，证明文件指明是哪一条',
    'The transaction holds this command in its canonical encoding, and of several the file names which',
    '不能证明命令由谁下达',
    'It does not prove who gave the command',
  ),
  actor_signature: check(
    '命令由账本登记的成员操作密钥签名',
    'The command was signed by an actor key that the ledger holds for the member',
    '不能证明化名背后是哪一个人；对应关系由该成员保管',
    'It does not prove which person is behind the pseudonym; the member keeps that',
  ),
  actor_command: check(
    '操作人签名所针对的正是这条命令',
    'The actor’s signature is over exactly this command',
    '不能证明命令得到批准',
    'It does not prove that the command was allowed',
  ),
  actor_authority: check(
    '操作人的角色和登录强度足以下达这条命令',
    'The actor’s role and sign-in were sufficient for this command',
    '不能证明该成员把角色交给了合适的人',
    'It does not prove that the member gave the role to the right person',
  ),
  command_effect: check(
    '该交易就是首次执行这条命令的交易，写入了它的记录',
    'The transaction is the one that carried out this command: it wrote the command’s record',
    '不能证明其后没有新的命令改变同一事实',
    'It does not prove that no later command changed the same fact',
  ),
  anchor_matches: check(
    '账本上锚定的日志树头与检查点相同',
    'The log head anchored on the ledger is the one in the checkpoint',
    '不能证明锚定之后日志没有停止更新',
    'It does not prove that the log kept growing after the anchor',
  ),
  key_interval: check(
    '签名密钥在当时有效，未停用或泄露；签名所称时间不晚于账本收到的时间',
    'The signing key was in force at that time, neither retired nor compromised, and the time is not later than the ledger’s',
    '不能发现尚未报告的密钥泄露',
    'It does not reveal a compromise nobody has reported',
  ),
} as const satisfies Record<string, CheckSpec>;
