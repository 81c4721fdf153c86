import { type CheckSpec, check } from './check.ts';

/** Of the files handed over: the proof and the trust file. */
export const FILE_CHECKS = {
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
    '从创世区块起，通道配置的每次更新都符合更新前配置所定的规则，由规定的成员签名，并由排序组织签出区块；更新所称时间不晚于文件与核验时间',
    'From the genesis block on, every update of the channel’s configuration was signed by the members that the configuration before it asks for, and its block by an orderer; none is dated after the file or after now',
    '不能证明没有更新的配置：出示者可以略去最近的更新，文件只截至其注明的区块高度；各配置的时间由排序节点自报',
    'It does not prove that no newer configuration exists: whoever hands the file over can leave out the latest updates, and it reaches only to the height it states. The times are what orderers claim',
  ),
} as const satisfies Record<string, CheckSpec>;
