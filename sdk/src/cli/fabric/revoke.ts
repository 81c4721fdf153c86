import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AnlianError, toBase64Url } from '@anlian/contracts';
import { listDer, requireOwnList } from '../../fabric/index.ts';
import { SLIPS } from '../slips.ts';
import { type CliContext, UsageError, type Verb } from '../verb.ts';
import { CONNECTION_NOTES, CONNECTION_OPTIONS, CONNECTION_USAGE, FABRIC_REMEDIES } from './connection.ts';
import { drawUp } from './drawUp.ts';

const MAX_FILE_BYTES = 64 << 10;

/** Base64url. @throws {UsageError} when it cannot be read; {AnlianError} `payload_too_large`, `invalid_input` */
const listIn = ({ cwd }: CliContext, name: string): string => {
  const file = resolve(cwd, name);
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(SLIPS.unreadable(name));
  if (statSync(file).size > MAX_FILE_BYTES) throw new AnlianError('payload_too_large', { field: name });
  const der = listDer(readFileSync(file));
  if (der === undefined)
    throw new AnlianError('invalid_input', { field: name, detail: 'no certificate revocation list, PEM or DER' });
  return toBase64Url(der);
};

export const fabricRevoke: Verb = {
  usage: `fabric revoke FILE --out FILE ${CONNECTION_USAGE}`,
  summary: {
    zh: '起草一份更新，把本成员证书机构签发的吊销列表放入通道配置，并签上本成员的名',
    en: 'Draws up an update that puts a revocation list of this member’s authority into the channel’s configuration, and signs it for this member',
  },
  notes: [
    {
      zh: 'FILE：证书机构签发的吊销列表（CRL，PEM 或 DER），须含此前吊销的全部证书：它取代该机构的旧列表',
      en: 'FILE: the authority’s revocation list (CRL, PEM or DER), with all that it revoked before: it takes the place of that authority’s older list',
    },
    ...CONNECTION_NOTES,
  ],
  options: { ...CONNECTION_OPTIONS, out: { type: 'string' } },
  positionals: { names: ['FILE'], min: 1, max: 1 },
  remedies: FABRIC_REMEDIES,
  run: (call) => {
    const list = listIn(call.context, call.positionals[0] ?? '');
    return drawUp(call, call.positionals[0] ?? '', async (present, mspId) => {
      const change = { kind: 'revoke', mspId, list } as const;
      await requireOwnList(present, change);
      return change;
    });
  },
};
