import { AnlianError, type ErrorCode } from '@anlian/contracts';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import configtx from '@hyperledger/fabric-protos/lib/common/configtx_pb.js';
import configuration from '@hyperledger/fabric-protos/lib/common/configuration_pb.js';
import ledgerInfo from '@hyperledger/fabric-protos/lib/common/ledger_pb.js';
import policies from '@hyperledger/fabric-protos/lib/common/policies_pb.js';
import gateway from '@hyperledger/fabric-protos/lib/gateway/gateway_pb.js';
import kvrwset from '@hyperledger/fabric-protos/lib/ledger/rwset/kvrwset/kv_rwset_pb.js';
import rwset from '@hyperledger/fabric-protos/lib/ledger/rwset/rwset_pb.js';
import identities from '@hyperledger/fabric-protos/lib/msp/identities_pb.js';
import mspConfig from '@hyperledger/fabric-protos/lib/msp/msp_config_pb.js';
import mspPrincipal from '@hyperledger/fabric-protos/lib/msp/msp_principal_pb.js';
import delivery from '@hyperledger/fabric-protos/lib/orderer/ab_pb.js';
import orderer from '@hyperledger/fabric-protos/lib/orderer/configuration_pb.js';
import chaincodeEvent from '@hyperledger/fabric-protos/lib/peer/chaincode_event_pb.js';
import chaincode from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js';
import events from '@hyperledger/fabric-protos/lib/peer/events_pb.js';
import chaincodeDefinition from '@hyperledger/fabric-protos/lib/peer/lifecycle/chaincode_definition_pb.js';
import lifecycleState from '@hyperledger/fabric-protos/lib/peer/lifecycle/db_pb.js';
import proposal from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js';
import proposalResponse from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js';
import transaction from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { fromUtf8, sameBytes } from './bytes.ts';

// The package's own index loads gRPC, which no browser has: each file is imported by itself.
export {
  chaincode,
  chaincodeDefinition,
  chaincodeEvent,
  common,
  configtx,
  configuration,
  delivery,
  events,
  gateway,
  identities,
  kvrwset,
  ledgerInfo,
  lifecycleState,
  mspConfig,
  mspPrincipal,
  orderer,
  policies,
  proposal,
  proposalResponse,
  rwset,
  timestamp,
  transaction,
};

export interface MessageType<M> {
  deserializeBinary(bytes: Uint8Array): M;
}

/** Whose fault undecodable bytes are: the ledger's, or the caller's who sent them. */
export type DecodeFault = Extract<ErrorCode, 'ledger_corrupt' | 'invalid_input'>;

const faulty = (fault: DecodeFault, what: string, cause?: unknown): AnlianError =>
  new AnlianError(fault, { field: what, detail: `${what} cannot be decoded`, cause });

/**
 * Decodes a message that some client encoded and somebody signed: those bytes stay as they are, so another encoding of
 * the same fields is harmless (`fabric-network` writes default values out, which Go does not).
 */
export const decodeSigned = <M>(type: MessageType<M>, bytes: Uint8Array, what: string, fault: DecodeFault): M => {
  try {
    return type.deserializeBinary(bytes);
  } catch (cause) {
    throw faulty(fault, what, cause);
  }
};

/** Decodes a message that has one encoding only: unknown fields, repeats and trailing bytes are refused. */
export const decodeExact = <M extends { serializeBinary(): Uint8Array }>(
  type: MessageType<M>,
  bytes: Uint8Array,
  what: string,
  fault: DecodeFault,
): M => {
  const message = decodeSigned(type, bytes, what, fault);
  if (!sameBytes(message.serializeBinary(), bytes)) throw faulty(fault, what);
  return message;
};

/** The part of a message that must be there. */
export const required = <T>(part: T | undefined | null, what: string, fault: DecodeFault): T => {
  if (part === undefined || part === null) throw faulty(fault, what);
  return part;
};

/** Text that a message carries as bytes. */
export const decodeText = (bytes: Uint8Array, what: string, fault: DecodeFault): string => {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw faulty(fault, what, cause);
  }
};
