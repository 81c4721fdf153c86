import type { Invocation, RuleOutcome, StateReader } from '@anlian/chaincode/rules';
import type { LedgerIdentity } from '@anlian/sdk/ledger';

/** What runs on the ledger. The process entry passes `@anlian/chaincode/rules`. */
export interface Contract {
  invoke(read: StateReader, invocation: Invocation): Promise<RuleOutcome>;
  /** Throws `clock_skew` when a transaction's time is not the endorser's. */
  refuseSkew(txTime: string, endorserClockMs: number): void;
}

/** A governor's MSP as the channel is born with it. */
export interface GenesisMsp {
  readonly mspId: string;
  readonly rootCertPem: string;
}

/** The one operator: it endorses and orders, with one certificate of its own MSP. */
export type Operator = LedgerIdentity & { readonly rootCertPem: string };

export interface Genesis {
  readonly channel: string;
  readonly chaincode: string;
  readonly msps: readonly GenesisMsp[];
  readonly operator: Operator;
}

/** Where events of the service itself go: never personal data, keys or tokens. */
export interface LedgerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
