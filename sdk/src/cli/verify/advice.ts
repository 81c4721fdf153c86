import type { CheckName, Text } from '@anlian/contracts';
import type { Verdict } from '../../verify/index.ts';

const NOT_A_CODE: Text = {
  zh: '这不是完整的信用码或通行证：给出二维码的文字（HTTPS://…/C#数字），或其图片、文本文件的名字',
  en: 'This is no whole credit code or pass: give the QR code’s text (HTTPS://…/C#digits), or the name of a file with it or its picture',
};
const ASK_AGAIN: Text = {
  zh: '内容被改动过，或不是由联盟成员签发：请对方重新出示，仍不通过则联系签发方',
  en: 'It was changed, or no member of the consortium issued it: have it shown again, else ask whoever issued it',
};

/** What a check of a code that failed means to whoever typed the command, and what to do; `--json` has what was found, for an expert. */
export const CHECK_ADVICE: Readonly<Partial<Record<CheckName, Text>>> = {
  code_form: NOT_A_CODE,
  cose_form: NOT_A_CODE,
  cwt_form: ASK_AGAIN,
  cose_signature: ASK_AGAIN,
  cose_algorithm: ASK_AGAIN,
  cose_key: {
    zh: '信任文件中没有签发它的密钥：重新取得信任文件；仍没有则不可信',
    en: 'The trust file has no key that issued it: get the file again; if it still has none, do not trust the code',
  },
  key_interval: {
    zh: '签发它的密钥当时已停用或泄露：请签发方重新签发',
    en: 'The key that issued it was retired or compromised by then: have it issued anew',
  },
  cwt_time: {
    zh: '已过期或尚未生效：核对本机时钟，并请对方出示新的码',
    en: 'It has expired, or is not in force yet: check this machine’s clock, and ask for a new one',
  },
  pass_holder: {
    zh: '出示时的手机签名与通行证不符：请本人用登记的手机重新出示',
    en: 'The phone’s signature does not fit the pass: its holder shows it again from the enrolled phone',
  },
};

const NEWER_TRUST: Text = {
  zh: '信任文件中没有这把密钥，可能比密钥旧。取得较新的信任文件并核对创世摘要：npx anlian as PERSON@MEMBER getTrust --save FILE；再核验（--trust FILE）。仍没有则不可信',
  en: 'The trust file lists no such key; it may be older than the key. Get a newer trust file: npx anlian as PERSON@MEMBER getTrust --save FILE, compare the genesis hash, and verify again (--trust FILE). If it still lists none, do not trust the proof',
};

/** Checks that look a key up in the trust file, and what they find where it is not there. */
const KEY_CHECKS: readonly CheckName[] = ['record_signature', 'actor_signature'];
const UNLISTED = /^the trust file lists no such \w+ key/;

/** What to do about a check of a proof that failed, where whoever verifies can do something. */
export const proofAdvice = ({ name, ok, detail }: Verdict['checks'][number]): Text | undefined =>
  !ok && KEY_CHECKS.includes(name) && UNLISTED.test(detail) ? NEWER_TRUST : undefined;
