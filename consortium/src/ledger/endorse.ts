import { AnlianError, encodeRefusal } from '@anlian/contracts';
import {
  type ChaincodeAction,
  concatBytes,
  type DecodedProposal,
  decodeProposal,
  decodeSignedProposal,
  encodeProposalResponse,
  encodeResponsePayload,
  messages,
  proposalHash,
  RESPONSE_REFUSED,
  transactionId,
} from '@anlian/sdk/ledger';
import type { Admission } from './admit.ts';
import type { Chain } from './chain.ts';
import { requireCreator } from './membership.ts';
import type { SystemChaincode } from './qscc.ts';
import { simulate } from './simulate.ts';
import type { Contract, LedgerLog, Operator } from './types.ts';

export interface EndorserDeps {
  readonly admission: Admission;
  readonly chain: Chain;
  readonly contract: Contract;
  readonly system: SystemChaincode;
  readonly operator: Operator;
  readonly clock: () => number;
  readonly log: LedgerLog;
}

const NOTHING = new Uint8Array();

const requireForm = async (
  { header, chaincode }: DecodedProposal,
  { admission, system }: EndorserDeps,
): Promise<void> => {
  if (header.type !== messages.common.HeaderType.ENDORSER_TRANSACTION)
    throw new AnlianError('invalid_input', { field: 'ChannelHeader.type' });
  if (header.channel !== admission.channel)
    throw new AnlianError('wrong_channel', { field: 'ChannelHeader.channel_id' });
  if (header.chaincode !== chaincode)
    throw new AnlianError('invalid_input', {
      field: 'ChaincodeHeaderExtension.chaincode_id',
      detail: 'not the chaincode that is called',
    });
  if (chaincode !== admission.chaincode && chaincode !== system.name)
    throw new AnlianError('wrong_channel', { field: 'chaincode' });
  if (header.txId !== (await transactionId(header.nonce, header.creator)))
    throw new AnlianError('invalid_input', {
      field: 'ChannelHeader.tx_id',
      detail: 'not the hash of nonce and creator',
    });
};

const run = async (
  deps: EndorserDeps,
  signed: Uint8Array,
): Promise<{ payload: Uint8Array; action: ChaincodeAction }> => {
  const { admission, chain, contract, system, clock } = deps;
  const { proposal: bytes, signature } = decodeSignedProposal(signed);
  const proposal = decodeProposal(bytes, 'invalid_input');
  await requireForm(proposal, deps);
  const { creator, txId, txTime } = proposal.header;
  const nowMs = clock();
  const { mspId } = await requireCreator(admission.submitters, { creator, message: bytes, signature, atMs: nowMs });
  contract.refuseSkew(txTime, nowMs);
  if (chain.transactions.has(txId)) throw new AnlianError('duplicate_transaction', { field: 'ChannelHeader.tx_id' });
  const action =
    proposal.chaincode === system.name
      ? await system.answer(proposal.args)
      : await simulate(contract, chain.state.fork(), proposal, mspId);
  return { payload: encodeResponsePayload(await proposalHash(proposal), txId, action), action };
};

/** A refusal in the form of a chaincode's: a status, and a message that carries the code. What nobody expected is told to the log only. */
const refuse = (error: unknown, log: LedgerLog): Uint8Array => {
  if (!(error instanceof AnlianError)) log.error({ err: error }, 'a proposal could not be simulated');
  const refusal = error instanceof AnlianError ? error : new AnlianError('internal_error');
  return encodeProposalResponse({
    status: RESPONSE_REFUSED,
    message: encodeRefusal(refusal),
    result: NOTHING,
    payload: NOTHING,
    endorsement: undefined,
  });
};

/**
 * What a peer does with a proposal: checks its creator, time and form, simulates it on the present state and signs the
 * outcome. Changes nothing. Commands, queries and `qscc` calls all come this way.
 */
export const createEndorser = (deps: EndorserDeps): ((signedProposal: Uint8Array) => Promise<Uint8Array>) => {
  const { admission, operator, log } = deps;
  return async (signedProposal) => {
    try {
      const { payload, action } = await run(deps, signedProposal);
      const signature = await operator.sign(concatBytes(payload, admission.endorser));
      return encodeProposalResponse({
        status: action.status,
        message: '',
        result: action.payload,
        payload,
        endorsement: { endorser: admission.endorser, signature },
      });
    } catch (error) {
      return refuse(error, log);
    }
  };
};
