import { type CheckSpec, check } from './check.ts';

/** Of a record, its leaf and the evidence log. */
export const LOG_CHECKS = {
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
  merkle_form: check(
    '日志证明中的数字与散列值格式正确',
    'The numbers and hashes of the log proof are well formed',
    '不能证明条目在日志中',
    'It does not prove that the entry is in the log',
  ),
} as const satisfies Record<string, CheckSpec>;
