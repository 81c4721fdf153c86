import { policyHashOf } from '@anlian/chaincode/rules';
import { BANDS, type Band, CREDIT_POLICY_1, type Text } from '@anlian/contracts';
import { localTime } from '../localTime.ts';

/** What a code says, as it is printed. */
export type CodeFacts = {
  readonly issuedAt: string;
  readonly expiresAt: string;
} & (
  | {
      readonly kind: 'company';
      readonly issuer: string;
      readonly company: string;
      readonly score: number;
      readonly height: number;
      readonly policyHash: string;
    }
  | {
      readonly kind: 'pass';
      readonly issuer: string;
      readonly employer: string;
      readonly holderKey: string;
      readonly presentedAt?: string;
    }
);

const bandOf = (score: number): Band => {
  const { green, amber } = CREDIT_POLICY_1.bands;
  return score >= green ? 'green' : score >= amber ? 'amber' : 'red';
};

/** A code names its policy by the digest only: bands are told of the one that this program knows. */
const bandText = async (score: number, policyHash: string): Promise<Text> => {
  if ((await policyHashOf(CREDIT_POLICY_1)) !== policyHash)
    return { zh: '等级须查该码所用的计分规则', en: 'its band depends on the credit policy that the code names' };
  const { zh, en } = BANDS[bandOf(score)];
  return { zh: `等级：${zh}`, en: `band ${en.toLowerCase()}` };
};

const holderText = (presentedAt: string | undefined): Text =>
  presentedAt === undefined
    ? { zh: '打印凭证，没有手机签名，须核对照片', en: 'a printed badge without a phone’s signature: compare the photo' }
    : { zh: `其手机于 ${localTime(presentedAt)} 签名出示`, en: `its phone signed at ${localTime(presentedAt)}` };

/** The last line of a verification: about whom, what, until when, and on whose word. */
export const conclusion = async (facts: CodeFacts): Promise<Text> => {
  const until = localTime(facts.expiresAt);
  if (facts.kind === 'company') {
    const { company, score, policyHash, issuer, issuedAt } = facts;
    const band = await bandText(score, policyHash);
    const since = localTime(issuedAt);
    return {
      zh: `结论：公司 ${company} 信用分 ${score}（${band.zh}），${since} 由 ${issuer} 签发，有效至 ${until}`,
      en: `Conclusion: company ${company} has a score of ${score} (${band.en}), on the word of ${issuer} at ${since}, valid until ${until}`,
    };
  }
  const holder = holderText(facts.presentedAt);
  return {
    zh: `结论：${facts.employer} 的一名工人的通行证（${holder.zh}），由 ${facts.issuer} 签发，有效至 ${until}；能否入场由闸机决定`,
    en: `Conclusion: the pass of a worker of ${facts.employer} (${holder.en}), on the word of ${facts.issuer}, valid until ${until}; whether it opens a gate is for the gate to decide`,
  };
};
