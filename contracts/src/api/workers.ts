import * as z from 'zod';
import { CREDENTIAL_TYPE_CODES, CREDENTIAL_TYPES, type CredentialTypeCode } from '../credit/credentialTypes.ts';
import { AUTHORITIES, codesOf } from '../credit/vocabulary.ts';
import { CompanyId, CredentialId, Digest, EnrolmentId, MemberId, SiteId, TableCode, WorkerId } from '../ids.ts';
import { Attestation } from '../ledger/commands.ts';
import { NationalId, nationalIdBirthDate } from '../nationalId.ts';
import { Day, Instant } from '../time.ts';
import { cleanLine, typedLine } from './cleanText.ts';
import { LedgerReceipt, page } from './common.ts';

/** Papers that say who a person is. */
export const ID_DOCUMENTS = {
  national_id: { zh: '居民身份证', en: 'Resident identity card' },
  passport: { zh: '护照', en: 'Passport' },
  hk_macao_permit: { zh: '港澳居民来往内地通行证', en: 'Mainland travel permit, Hong Kong and Macao' },
  taiwan_permit: { zh: '台湾居民来往大陆通行证', en: 'Mainland travel permit, Taiwan' },
  foreign_residence: { zh: '外国人永久居留身份证', en: 'Foreign permanent resident card' },
} as const;

/** Typed by a person; of several spellings of one character, the composed one. */
const text = (most: number) => typedLine(most).transform((value) => value.normalize('NFC'));

const otherDocument = z.string().regex(/^[A-Z0-9]{5,20}$/, '5 to 20 capital letters and digits');

/** An identity document: the number of a national id carries its check character and the birth date. */
export const IdDocument = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('national_id'), number: NationalId }),
  ...(['passport', 'hk_macao_permit', 'taiwan_permit', 'foreign_residence'] as const).map((type) =>
    z.strictObject({ type: z.literal(type), number: otherDocument }),
  ),
]);
export type IdDocument = z.infer<typeof IdDocument>;

/** A mainland mobile number, or E.164 of another country. */
export const Phone = z
  .string()
  .regex(/^(?:1\d{10}|\+[1-9]\d{6,14})$/, 'a mobile number of 11 digits, or + and the country');

/** A small picture as a data URL; no format that can hold a program. */
export const Portrait = z
  .string()
  .max(64 << 10)
  .regex(/^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/, 'a PNG, JPEG or WebP data URL');

const person = {
  name: text(100),
  idDocument: IdDocument,
  birthDate: Day,
  phone: Phone.optional(),
  trade: text(100),
  portrait: Portrait.optional(),
};
const datesAgree = (input: { idDocument: IdDocument; birthDate: string }): boolean =>
  input.idDocument.type !== 'national_id' || nationalIdBirthDate(input.idDocument.number) === input.birthDate;
const disagreement = {
  path: ['birthDate'],
  message: 'differs from the national id',
  params: { error: 'invalid_national_id' },
};

/** `employer` may be left out: the company of the caller's member. */
export const CreateWorker = z
  .strictObject({ ...person, employer: CompanyId.optional() })
  .refine(datesAgree, disagreement);
export type CreateWorker = z.infer<typeof CreateWorker>;

/** What may change. The identity document and the birth date are what papers are bound to: another one is another worker. */
export const ChangeWorker = z
  .strictObject({
    name: person.name,
    phone: Phone.nullable(),
    trade: person.trade,
    portrait: Portrait.nullable(),
    state: z.enum(['employed', 'left']),
  })
  .partial();
export type ChangeWorker = z.infer<typeof ChangeWorker>;

/** The person as a paper's subject commitment holds it. */
export const PersonRecord = z.strictObject({
  v: z.literal(1),
  name: cleanLine(100),
  idDocument: IdDocument,
  birthDate: Day,
});
export type PersonRecord = z.infer<typeof PersonRecord>;

const isWorkerType = (code: CredentialTypeCode): boolean => CREDENTIAL_TYPES[code].subject === 'worker';
export const WorkerCredentialType = z.enum(CREDENTIAL_TYPE_CODES).refine(isWorkerType, 'not a paper about a worker');

/** A worker's paper as its commitment holds it. */
export const WorkerPaperRecord = z.strictObject({
  v: z.literal(1),
  credential: CredentialId,
  type: WorkerCredentialType,
  authority: z.enum(codesOf(AUTHORITIES)),
  number: z
    .string()
    .regex(/^[A-Za-z0-9\u4e00-\u9fff()（）〔〕/.-]{3,64}$/, 'the number as printed, 3 to 64 characters'),
  validFrom: Day,
  validTo: Day.nullable(),
  reviewBy: Day.nullable(),
});
export type WorkerPaperRecord = z.infer<typeof WorkerPaperRecord>;

/** How and when it was checked: a governor's assessor states it and the paper goes to the ledger at once. */
export const RegisterWorkerCredential = z.strictObject({
  type: WorkerCredentialType,
  authority: z.enum(codesOf(AUTHORITIES)),
  number: WorkerPaperRecord.shape.number,
  validFrom: Day,
  validTo: Day.optional(),
  reviewBy: Day.optional(),
  supersedes: CredentialId.optional(),
  /** Stated by whoever checked the paper. Without it the paper is asked to be checked by `attestor`. */
  attestation: Attestation.optional(),
  attestor: MemberId.optional(),
});
export type RegisterWorkerCredential = z.infer<typeof RegisterWorkerCredential>;

/** Where a worker's paper stands before the ledger holds it. */
export const PAPER_STATES = {
  requested: { zh: '待核验方核验', en: 'Waiting for the attestor' },
  registered: { zh: '已登记', en: 'Registered' },
  rejected: { zh: '核验方退回', en: 'Returned by the attestor' },
} as const;

export const WorkerCredential = z.object({
  credential: CredentialId,
  type: WorkerCredentialType,
  authority: z.string(),
  number: z.string(),
  validFrom: Day,
  validTo: Day.nullable(),
  reviewBy: Day.nullable(),
  attestor: MemberId.nullable(),
  state: z.enum(codesOf(PAPER_STATES)),
});
export type WorkerCredential = z.infer<typeof WorkerCredential>;
export const WorkerCredentialRegistered = z.object({ credential: CredentialId, ledger: LedgerReceipt.optional() });

export const RecordTraining = z.strictObject({
  course: TableCode,
  completedOn: Day,
  hours: z.number().min(0.5).max(1000),
  score: z.int().min(0).max(100),
  validTo: Day,
});
export type RecordTraining = z.infer<typeof RecordTraining>;
export const TrainingRecorded = z.object({ training: z.int(), evidence: z.string() });

/** In a list the number is shortened to its last four characters. */
export const WorkerSummary = z.object({
  worker: WorkerId,
  name: z.string(),
  idDocument: z.object({ type: z.enum(codesOf(ID_DOCUMENTS)), ending: z.string() }),
  trade: z.string(),
  employer: CompanyId,
  state: z.enum(['employed', 'left']),
});
export type WorkerSummary = z.infer<typeof WorkerSummary>;
export const WorkerPage = page(WorkerSummary);

export const Worker = z.object({
  worker: WorkerId,
  employer: CompanyId,
  name: z.string(),
  idDocument: IdDocument,
  birthDate: Day,
  phone: z.string().nullable(),
  trade: z.string(),
  portrait: z.string().nullable(),
  state: z.enum(['employed', 'left']),
  version: z.int(),
  credentials: z.array(WorkerCredential),
  trainings: z.array(RecordTraining),
  enrolments: z.array(z.object({ enrolment: EnrolmentId, site: SiteId, state: z.string() })),
});
export type Worker = z.infer<typeof Worker>;
export const WorkerCreated = z.object({ worker: WorkerId, version: z.int() });

/** Finds a worker by name or by the end of a document's number: in the body, since neither may be in a URL. */
export const FindWorkers = z.strictObject({ text: text(100), limit: z.int().min(1).max(100).default(20) });
export const WorkersFound = z.object({ items: z.array(WorkerSummary) });

/**
 * A worker's paper with the salts that open its two commitments on the ledger: who was not given them learns nothing there.
 */
export const HandedPaper = z.strictObject({
  credential: CredentialId,
  paper: z.strictObject({ record: WorkerPaperRecord, salt: Digest }),
  subject: z.strictObject({ record: PersonRecord, salt: Digest }),
});
export type HandedPaper = z.infer<typeof HandedPaper>;

/** A paper that an employer asks a governor to check. */
export const InboundAttestation = z.strictObject({
  ...HandedPaper.shape,
  employer: CompanyId,
  supersedes: CredentialId.optional(),
});
export type InboundAttestation = z.infer<typeof InboundAttestation>;
export const AttestationRequest = z.object({
  credential: CredentialId,
  employer: CompanyId,
  from: MemberId,
  person: PersonRecord,
  paper: WorkerPaperRecord,
  state: z.enum(codesOf(PAPER_STATES)),
  receivedAt: Instant,
});
export type AttestationRequest = z.infer<typeof AttestationRequest>;
export const AttestationPage = page(AttestationRequest);
export const AttestationStanding = z.object({
  credential: CredentialId,
  state: z.enum(codesOf(PAPER_STATES)),
});
export const AnswerAttestation = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('confirm'), attestation: Attestation }),
  z.strictObject({ answer: z.literal('reject') }),
]);
