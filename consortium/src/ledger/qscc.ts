import { AnlianError, toHex } from '@anlian/contracts';
import {
  type ChaincodeAction,
  decodeBlock,
  decodeText,
  encodeProcessed,
  messages,
  RESPONSE_OK,
  SYSTEM_CHAINCODES,
} from '@anlian/sdk/ledger';
import type { BlockFile } from './blockFile.ts';
import type { Chain } from './chain.ts';

/** Fabric's query system chaincode: what the ledger itself holds, in Fabric's own encodings. */
export interface SystemChaincode {
  readonly name: typeof SYSTEM_CHAINCODES.ledger;
  answer(args: readonly Uint8Array[]): Promise<ChaincodeAction>;
}

const text = (bytes: Uint8Array): string => decodeText(bytes, 'args', 'invalid_input');

type Answer = (argument: Uint8Array) => Promise<Uint8Array>;

const notFound = (what: string): AnlianError => new AnlianError('not_found', { field: what });

const chainInfo = (chain: Chain): Uint8Array => {
  const info = new messages.ledgerInfo.BlockchainInfo();
  info.setHeight(chain.height);
  info.setCurrentblockhash(chain.lastHash);
  info.setPreviousblockhash(chain.previousHash);
  return info.serializeBinary();
};

const numberOf = (argument: Uint8Array): number => {
  const digits = text(argument);
  if (!/^\d{1,15}$/.test(digits))
    throw new AnlianError('invalid_input', { field: 'block number', detail: 'decimal digits expected' });
  return Number(digits);
};

export const createSystemChaincode = (channel: string, chain: Chain, file: BlockFile): SystemChaincode => {
  const place = (argument: Uint8Array) => {
    const found = chain.transactions.get(text(argument));
    if (found === undefined) throw notFound('transaction');
    return found;
  };
  const byHash = (hash: Uint8Array): number => {
    const number = chain.hashes.get(toHex(hash));
    if (number === undefined) throw notFound('block hash');
    return number;
  };
  const transaction = async (argument: Uint8Array): Promise<Uint8Array> => {
    const at = place(argument);
    const { envelopes, filter } = decodeBlock(await file.read(at.block), 'ledger_corrupt');
    const [envelope, code] = [envelopes[at.tx], filter[at.tx]];
    if (envelope === undefined || code === undefined) throw notFound('transaction');
    return encodeProcessed(envelope, code);
  };

  const FUNCTIONS: Readonly<Record<string, Answer>> = {
    GetChainInfo: async () => chainInfo(chain),
    GetBlockByNumber: (number) => file.read(numberOf(number)),
    GetBlockByHash: (hash) => file.read(byHash(hash)),
    GetBlockByTxID: (txId) => file.read(place(txId).block),
    GetTransactionByID: transaction,
  };

  return {
    name: SYSTEM_CHAINCODES.ledger,
    answer: async ([name = new Uint8Array(), of = new Uint8Array(), argument = new Uint8Array()]) => {
      const functionName = text(name);
      const ask = Object.hasOwn(FUNCTIONS, functionName) ? FUNCTIONS[functionName] : undefined;
      if (ask === undefined) throw new AnlianError('unknown_command', { field: 'function' });
      if (text(of) !== channel) throw new AnlianError('wrong_channel', { field: 'args' });
      return {
        chaincode: SYSTEM_CHAINCODES.ledger,
        status: RESPONSE_OK,
        payload: await ask(argument),
        readWriteSet: new Uint8Array(),
        event: undefined,
      };
    },
  };
};
