import type { Text } from '@anlian/contracts';

interface FindingSpec {
  /** A notice is worth knowing; a fault makes the command exit 1. */
  readonly level: 'fault' | 'notice';
  readonly text: Text;
  /** What to do now. */
  readonly remedy: Text;
}

const spec = (
  level: FindingSpec['level'],
  zh: string,
  en: string,
  remedyZh: string,
  remedyEn: string,
): FindingSpec => ({ level, text: { zh, en }, remedy: { zh: remedyZh, en: remedyEn } });

/** Everything `anlian doctor` can find. */
export const FINDINGS = {
  no_nodes: spec(
    'fault',
    '不知道有哪些节点',
    'No node is known',
    '先启动联盟，或给出节点地址：anlian doctor URL…',
    'Start the consortium first, or name the nodes: anlian doctor URL…',
  ),
  node_unreachable: spec(
    'fault',
    '节点无法访问',
    'The node does not answer',
    '启动该节点，核对地址和端口，并查看它的日志',
    'Start the node, check its address and port, and read its log',
  ),
  node_unreadable: spec(
    'fault',
    '该地址的回答不像安链节点',
    'What answers at this address is not an Anlian node',
    '核对地址；检查中间的代理',
    'Check the address, and any proxy on the way',
  ),
  node_not_ready: spec(
    'fault',
    '节点未就绪',
    'The node is not ready',
    'database 为 false 时检查数据库，following 为 false 时检查账本与节点日志',
    'If database is false look at the database, if following is false at the ledger and the node’s log',
  ),
  following_stopped: spec(
    'fault',
    '节点已停止跟随账本：收到的区块损坏或前后矛盾，或数据库跟随过另一条链',
    'The node has stopped following the ledger: what came is damaged, contradicts what came before, or is another chain than its database followed',
    '节点不会自行重试。在它的日志中（level 60）查看区块和原因，与另一治理成员的同一区块核对；从备份恢复损坏的一方，或改正数据目录，然后重启节点。不要删除数据',
    'It does not try again by itself. Its log (level 60) names the block and the reason: compare that block with another governor’s, restore the damaged side from a backup or correct the data directory, then restart the node. Delete nothing',
  ),
  ledger_unreachable: spec(
    'fault',
    '节点连不上账本',
    'The node cannot reach the ledger',
    '检查账本服务是否在运行；命令会排队，不会丢失',
    'See that the ledger is running; commands wait in the queue and are not lost',
  ),
  genesis_differs: spec(
    'fault',
    '各方的创世区块不一致',
    'Not all begin at the same genesis block',
    '这不是同一个网络：与至少两家治理成员核对摘要，更换错误的一方的配置或信任文件',
    'These are different networks: compare the digest with two governors, and replace whichever is wrong',
  ),
  node_behind: spec(
    'fault',
    '节点落后于账本',
    'The node lags behind the ledger',
    '稍候再查；持续落后时重启该节点并查看日志',
    'Look again in a moment; if it stays behind, restart the node and read its log',
  ),
  endorsement_not_reproduced: spec(
    'fault',
    '节点按规则重新执行，得不到账本上某笔交易已背书的结果',
    'The node ran a transaction on the ledger again, and the rules do not give the outcome that was endorsed',
    '审计员查看 /api/v1/ledger/alarms：哪笔交易、由谁背书、何处不同；与其他治理成员的节点核对，并向背书方查问其运行的链码',
    'An auditor reads /api/v1/ledger/alarms: which transaction, who endorsed it, what differs. Compare with other governors’ nodes, and ask those who endorsed what chaincode they run',
  ),
  blocks_not_reexecuted: spec(
    'notice',
    '有区块执行的规则与本节点的不同，没有重新执行',
    'Blocks ran other rules than this node has, and were not run again',
    '如果通道现在执行的是另一份规则（anlian fabric status），请把节点升级到该版本并重启：其后的区块会重新执行。已跳过的区块，由持有当时规则的节点重新执行；想自行核对，用该版本在空数据库上另起一个节点',
    'If the channel runs other rules now (anlian fabric status), bring the node to that version and restart it: blocks from then on are run again. Those passed over stay so; nodes that had their rules have run them. To run them here, start a node of that version on an empty database',
  ),
  commands_waiting: spec(
    'notice',
    '有命令在排队',
    'Commands are waiting',
    '账本可用时会自行提交；长时间不减少时查看 /api/v1/commands',
    'They go by themselves once the ledger is there; if they do not, look at /api/v1/commands',
  ),
  cosignatures_missing: spec(
    'notice',
    '证据日志在等待其他治理成员的见证签名',
    'The evidence log waits for cosignatures of other governors',
    '启动未应答成员的节点，并核对其地址（PUT /api/v1/peers）；应答后自动锚定，已有存证不受影响',
    'Start the nodes of the members that gave none, and check their addresses (PUT /api/v1/peers); it goes on by itself and nothing is lost',
  ),
  split_view: spec(
    'fault',
    '节点发现其他成员的日志出示了相互矛盾的树头',
    'The node saw logs of other members contradict themselves',
    '查看 /api/v1/witness/split-views：两份签名树头就是证据，交由治理成员处理',
    'Look at /api/v1/witness/split-views: the two signed heads are the evidence; bring it to the governors',
  ),
  clock_off: spec(
    'fault',
    '节点与本机的时钟相差过大',
    'The clocks of the node and of this machine differ too much',
    '在两台机器上启用 NTP；相差超过 120 秒的提交会被拒绝',
    'Turn NTP on at both; the ledger refuses what is more than 120 s off',
  ),
  clock_drifts: spec(
    'notice',
    '节点与本机的时钟有偏差',
    'The clocks of the node and of this machine drift apart',
    '在两台机器上启用 NTP',
    'Turn NTP on at both',
  ),
  disk_low: spec(
    'fault',
    '磁盘空间不足',
    'The disk is nearly full',
    '释放空间；写满后节点会拒绝新的写入，已有数据不受影响',
    'Free some space; a full disk refuses new writes and keeps what is there',
  ),
  versions_differ: spec(
    'notice',
    '各节点版本不同',
    'The nodes run different versions',
    '把所有节点升级到同一版本',
    'Bring all nodes to one version',
  ),
  expelled_configured: spec(
    'fault',
    '已投票除名，仍在通道配置中：除名尚未完成',
    'Expelled by vote and still in the channel’s configuration: the expulsion is not complete',
    '由治理成员多数签署移出更新：anlian fabric remove-member，sign，submit',
    'A majority of the governors signs its removal: anlian fabric remove-member, sign, submit',
  ),
  configured_unadmitted: spec(
    'fault',
    '在通道配置中，但不是账本上的治理成员',
    'In the channel’s configuration, but no governor on the ledger',
    '投票接纳它（提案 member.admit），或用 anlian fabric remove-member 移出',
    'Vote it in (the proposal member.admit), or take it out with anlian fabric remove-member',
  ),
  admitted_unconfigured: spec(
    'notice',
    '已投票接纳，尚未加入通道配置：不能背书',
    'Admitted by vote and not yet in the channel’s configuration: it cannot endorse',
    '由治理成员多数签署加入更新：anlian fabric add-member，sign，submit',
    'A majority of the governors signs its addition: anlian fabric add-member, sign, submit',
  ),
  list_invalid: spec(
    'fault',
    '节点公布的信任文件未通过核验',
    'The trust list that the node publishes does not hold',
    '不要使用该节点的 /api/v1/trust；向其他治理成员取得，并告知该节点的管理员',
    'Do not use /api/v1/trust of this node: get it from other governors, and tell the node’s administrator',
  ),
  list_unreadable: spec(
    'fault',
    '治理成员的节点没有公布可读的信任文件',
    'The governor’s node publishes no trust list that can be read',
    '查看该节点的 /api/v1/trust 和日志；检查中间的代理；在此之前向其他治理成员取得信任文件',
    'Look at /api/v1/trust of this node and at its log, and at any proxy on the way; until then get trust files from other governors',
  ),
  lists_differ: spec(
    'fault',
    '各节点公布的治理成员或通道配置不一致',
    'The nodes publish different governors or configurations of the channel',
    '稍候再查；仍不一致时逐一核对各节点的 /api/v1/trust：有节点落后，或有节点说谎',
    'Look again in a moment; if it stays, compare /api/v1/trust of each: one is behind, or one lies',
  ),
  trust_missing: spec(
    'notice',
    '没有信任文件',
    'There is no trust file',
    '从至少两家治理成员取得 /api/v1/trust，核对创世摘要后存为 trust.json',
    'Get /api/v1/trust from two governors, compare the genesis digest, keep it as trust.json',
  ),
  trust_invalid: spec(
    'fault',
    '信任文件不可用',
    'The trust file cannot be used',
    '重新取得信任文件，并与至少两家治理成员核对',
    'Get it again, and compare it with two governors',
  ),
  trust_old: spec(
    'notice',
    '信任文件比节点的账本旧：其后登记的密钥和成员不在其中',
    'The trust file is older than the nodes’ ledger: keys and members since are not in it',
    '取得较新的：npx anlian as PERSON@MEMBER getTrust --save FILE，核对创世摘要后换下旧文件',
    'Get a newer one: npx anlian as PERSON@MEMBER getTrust --save FILE, compare the genesis hash, then replace the old file',
  ),
  key_ended: spec(
    'fault',
    '节点使用的密钥已停用或泄露',
    'The node uses a key that is retired or compromised',
    '在该节点轮换密钥，并登记到账本',
    'Rotate the key at that node and register the new one on the ledger',
  ),
  key_unlisted: spec(
    'notice',
    '信任文件中没有节点正在使用的密钥',
    'The trust file does not list a key that the node uses',
    '信任文件可能较旧：重新取得；若仍没有，请该节点登记密钥',
    'The file may be old: get it again; if the key is still missing, the node must register it',
  ),
} as const satisfies Record<string, FindingSpec>;

export type FindingCode = keyof typeof FINDINGS;

/** One thing that was found, and about whom. */
export interface Finding {
  readonly code: FindingCode;
  readonly subject: string;
  /** In both languages where it has words. */
  readonly detail: string | Text;
}
