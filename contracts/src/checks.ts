import type { Text } from './text.ts';

/** What one verification check establishes, and what a reader must not conclude from it. */
export interface CheckSpec extends Text {
  readonly doesNotProve: Text;
}

const check = (zh: string, en: string, notZh: string, notEn: string): CheckSpec => ({
  zh,
  en,
  doesNotProve: { zh: notZh, en: notEn },
});

/**
 * Every check a verifier can report, in every verdict and every `VerificationError`. The list is closed: a program may
 * switch over it, and a name, once released, keeps its meaning.
 */
export const CHECKS = {
  // --- the files handed over
  bundle_form: check(
    '证明文件的结构与编码正确，没有多余内容',
    'The proof file is well formed and holds nothing surplus',
    '不能证明其中的内容真实',
    'It does not prove that what the file says is true',
  ),
  trust_form: check(
    '信任文件的结构与编码正确',
    'The trust file is well formed',
    '不能证明这份信任文件就是联盟公布的那一份：创世区块钉住通道及其配置，而成员名单、密钥及其起止时间只是文件所称，请与另一家成员公布的文件比较',
    'It does not prove that this is the trust file the alliance publishes: the genesis block pins the channel and its configurations; which members and keys there are, and when, is what the file says. Compare it with another member’s',
  ),
  trust_genesis: check(
    '信任文件与它所载的创世区块相符',
    'The trust file fits the genesis block that it holds',
    '不能证明这就是联盟的创世区块：这取决于它的摘要，请与至少两家成员公布的核对',
    'It does not prove that this is the alliance’s genesis block: that hangs on its digest, to be compared with what at least two members publish',
  ),
  trust_configuration: check(
    '从创世区块起，通道配置的每次更新都符合更新前配置所定的规则，由规定的成员签名，并由排序组织签出区块',
    'From the genesis block on, every update of the channel’s configuration was signed by the members that the configuration before it asks for, and its block by an orderer',
    '不能证明没有更新的配置：出示者可以略去最近的更新，文件只截至其注明的区块高度；各配置的时间由排序节点自报',
    'It does not prove that no newer configuration exists: whoever hands the file over can leave out the latest updates, and it reaches only to the height it states. The times are what orderers claim',
  ),

  // --- the record and its leaf
  record_form: check(
    '记录的字段齐全、格式正确',
    'The record has the expected fields in the expected form',
    '不能证明记录的内容属实',
    'It does not prove that the record tells the truth',
  ),
  record_signature: check(
    '记录由其所称的密钥签名，签名后未被修改',
    'The record was signed by the key it names and was not changed afterwards',
    '不能证明签名者所写属实',
    'It does not prove that the signer wrote the truth',
  ),
  record_commitment: check(
    '记录与日志中的承诺值相符',
    'The record is the one behind the commitment in the log',
    '不能证明没有其他未出示的记录',
    'It does not prove that there is no other record that was not shown',
  ),
  leaf_form: check(
    '日志叶子的格式正确',
    'The log entry is well formed',
    '不能证明该叶子在日志中',
    'It does not prove that the entry is in the log',
  ),

  // --- the evidence log
  inclusion: check(
    '该条目在这棵日志树中',
    'The entry is in the log tree of this root',
    '不能证明日志没有漏记',
    'It does not prove that the log left nothing out',
  ),
  consistency: check(
    '新的日志树包含旧树的全部内容，只增不改',
    'The later log tree holds everything the earlier one held, unchanged',
    '不能证明应当记录的事情都已记录',
    'It does not prove that everything that should have been logged was logged',
  ),
  checkpoint_form: check(
    '日志检查点的格式正确',
    'The log checkpoint is well formed',
    '不能证明检查点由谁签发',
    'It does not prove who issued the checkpoint',
  ),
  checkpoint_signature: check(
    '检查点由该成员的日志密钥签名',
    'The checkpoint was signed by the member’s log key',
    '不能证明该成员没有向别人出示另一份检查点',
    'It does not prove that the member showed nobody a different checkpoint',
  ),
  checkpoint_cosignatures: check(
    '规定数量的其他成员见证了同一检查点',
    'As many other members as required witnessed the same checkpoint',
    '不能证明见证成员之间没有串通',
    'It does not prove that the witnesses did not collude',
  ),
  heads_contradict: check(
    '同一日志签名的两份树头不可能属于同一棵树',
    'The two heads that the log signed cannot be of one tree',
    '不能证明是谁使用了日志密钥，也不能证明哪一份树头属实',
    'It does not prove who used the log’s key, nor which of the two heads is true',
  ),

  // --- the ledger
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
    '区块中标为有效的联盟交易，均由治理成员提交并获得规定数量的背书',
    'Every transaction of the alliance that the block marks valid was submitted by a governor and endorsed by as many as required',
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
  anchor_matches: check(
    '账本上锚定的日志树头与检查点相同',
    'The log head anchored on the ledger is the one in the checkpoint',
    '不能证明锚定之后日志没有停止更新',
    'It does not prove that the log kept growing after the anchor',
  ),
  key_interval: check(
    '签名密钥在当时有效，未停用或泄露',
    'The signing key was in force at that time, neither retired nor compromised',
    '不能发现尚未报告的密钥泄露',
    'It does not reveal a compromise nobody has reported',
  ),

  // --- decisions
  decision_recomputed: check(
    '用同样的输入重新计算，得到同样的放行决定',
    'The same inputs, computed again, give the same gate decision',
    '不能证明到场的人就是通行证上的人',
    'It does not prove that the person who came was the person on the pass',
  ),
  sequence: check(
    '闸机的决定按序号首尾相接，没有缺口',
    'The gate’s decisions follow each other by number without a gap',
    '不能证明没有人绕过闸机',
    'It does not prove that nobody walked around the gate',
  ),

  // --- codes and passes
  cose_form: check(
    'COSE 签名结构正确，没有多余字节',
    'The COSE signature structure is well formed, with no surplus byte',
    '不能证明签名有效',
    'It does not prove that the signature is good',
  ),
  cose_algorithm: check(
    '签名算法被允许，并且与密钥相配',
    'The signature algorithm is allowed and fits the key',
    '不能证明签名有效',
    'It does not prove that the signature is good',
  ),
  cose_key: check(
    '签名密钥是已知的可信密钥',
    'The signing key is one of the trusted keys',
    '不能证明签名有效',
    'It does not prove that the signature is good',
  ),
  cose_signature: check(
    '内容由可信密钥签名，签名后未被修改',
    'The content was signed by a trusted key and was not changed afterwards',
    '不能证明签发之后没有被撤销',
    'It does not prove that it was not revoked since',
  ),
  cwt_form: check(
    '声明（CWT）的格式正确',
    'The claims (CWT) are well formed',
    '不能证明声明属实',
    'It does not prove that the claims are true',
  ),
  cwt_time: check(
    '在所给的时间，声明已生效且未过期',
    'At the time given, the claims are in force and have not expired',
    '不能证明所用的时钟准确',
    'It does not prove that the clock used was right',
  ),
  merkle_form: check(
    '日志证明中的数字与散列值格式正确',
    'The numbers and hashes of the log proof are well formed',
    '不能证明条目在日志中',
    'It does not prove that the entry is in the log',
  ),
  code_form: check(
    '二维码文字能还原为一份完整的信用码或通行证',
    'The QR text decodes to one whole credit code or pass',
    '不能证明码由谁签发',
    'It does not prove who issued it',
  ),
  pass_holder: check(
    '出示者的手机持有通行证所绑定的密钥，且是刚刚签名的',
    'The phone that showed the pass holds the key bound to it, and signed just now',
    '不能证明持手机的人就是通行证上的人；请核对照片',
    'It does not prove that the person with the phone is the one on the pass; compare the photo',
  ),
} as const satisfies Record<string, CheckSpec>;

export type CheckName = keyof typeof CHECKS;

/**
 * A verification that failed. `check` names which check refused; `detail` says what was wrong with the input, for a
 * log or an expert, and never quotes the input itself, since what is verified may hold personal data.
 */
export class VerificationError extends Error {
  readonly check: CheckName;
  readonly detail: string;

  constructor(check: CheckName, detail: string) {
    super(`${check}: ${detail}`);
    this.name = 'VerificationError';
    this.check = check;
    this.detail = detail;
  }
}
