import { type CheckSpec, check } from './check.ts';

/** Of the gate: its decisions, and the codes and passes shown at it. */
export const GATE_CHECKS = {
  decision_recomputed: check(
    '用同样的输入重新计算，得到同样的放行决定',
    'The same inputs, computed again, give the same gate decision',
    '不能证明到场的人就是通行证上的人',
    'It does not prove that the person who came was the person on the pass',
  ),
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
