import { AnlianError } from '@anlian/contracts';
import type { FabricAdministration } from './administration.ts';
import { approveDefinition } from './define.ts';
import {
  approvalsFor,
  approvedPackage,
  type ChaincodeDefinition,
  type CommittedDefinition,
  committedDefinition,
  installedPackage,
  installedPackages,
  installPackage,
} from './lifecycle.ts';
import { bundleDefinedBy, type ChaincodeRelease, definedVersion, releaseIn } from './package.ts';

export interface ApproveOptions {
  readonly chaincode: string;
  /** SHA-256 of the bundle that this member built from its own sources. */
  readonly sha256: string;
  /** The member's package, when it is not on its peer yet. */
  readonly packageBytes?: Uint8Array | undefined;
  /** Approve a next definition, where the committed one is of other code. */
  readonly isNext: boolean;
}

export interface Approved {
  readonly definition: ChaincodeDefinition;
  readonly packageId: string;
  /** False: it was approved before. */
  readonly isNew: boolean;
  /** The hash in the definition that the channel committed; undefined where it committed none, or one without a hash. */
  readonly committed: string | undefined;
  /** Who approved the same by now, by MSP id. */
  readonly approvals: Readonly<Record<string, boolean>>;
}

interface Candidate {
  readonly packageId: string;
  readonly release: ChaincodeRelease;
}

const differs = (field: string, built: string, found: readonly string[]): AnlianError =>
  new AnlianError('chaincode_differs', { field, detail: `${built} ≠ ${found.join(', ')}` });

/** The packages of the chaincode on the own peer. */
const candidatesOn = async (administration: FabricAdministration, chaincode: string): Promise<Candidate[]> => {
  const candidates: Candidate[] = [];
  for (const packageId of await installedPackages(administration)) {
    const release = await releaseIn(await installedPackage(administration, packageId));
    if (release?.chaincode === chaincode) candidates.push({ packageId, release });
  }
  return candidates;
};

/** @throws {AnlianError} `invalid_input`, `chaincode_differs` */
const requireSame = async (bytes: Uint8Array, { chaincode, sha256 }: ApproveOptions): Promise<void> => {
  const release = await releaseIn(bytes);
  if (release?.chaincode !== chaincode)
    throw new AnlianError('invalid_input', {
      field: '--package',
      detail: `no package of ${chaincode} with a bundle’s hash`,
    });
  if (release.sha256 !== sha256) throw differs('--package', sha256, [release.sha256]);
};

/** The member's own package of the bundle that it built. */
const packageFor = async (administration: FabricAdministration, options: ApproveOptions): Promise<Candidate> => {
  const { chaincode, sha256, packageBytes } = options;
  if (packageBytes) await requireSame(packageBytes, options);
  const there = await candidatesOn(administration, chaincode);
  const same = there.find(({ release }) => release.sha256 === sha256);
  if (same) return same;
  if (packageBytes) {
    const release = await releaseIn(packageBytes);
    if (release) return { packageId: await installPackage(administration, packageBytes), release };
  }
  if (there.length === 0)
    throw new AnlianError('not_found', { field: '--package', detail: `no package of ${chaincode} is on the own peer` });
  throw differs(
    'peer',
    sha256,
    there.map(({ release }) => release.sha256),
  );
};

/** The definition that the bundle is the code of: the committed one, or one to come. */
const definitionOf = (
  committed: CommittedDefinition | undefined,
  release: ChaincodeRelease,
  isNext: boolean,
): ChaincodeDefinition => {
  const { chaincode } = release;
  const version = definedVersion(release);
  if (committed && (!isNext || committed.version === version)) return committed;
  return { chaincode, version, sequence: (committed?.sequence ?? 0) + 1 };
};

/**
 * Approves a chaincode for the own organisation, when the bundle that it built itself is the one that its package names and, of a
 * definition that the channel committed, the one that the other governors approved.
 * @throws {AnlianError} `chaincode_differs` naming both hashes; `not_found` without a package
 */
export const approveChaincode = async (
  administration: FabricAdministration,
  options: ApproveOptions,
): Promise<Approved> => {
  const { chaincode, sha256, isNext } = options;
  const committed = await committedDefinition(administration, chaincode);
  const named = committed && bundleDefinedBy(committed.version);
  if (!isNext && named !== undefined && named !== sha256) throw differs('channel', sha256, [named]);
  const { packageId, release } = await packageFor(administration, options);
  const { version, sequence } = definitionOf(committed, release, isNext);
  const definition = { chaincode, version, sequence };
  const isNew = (await approvedPackage(administration, definition)) !== packageId;
  if (isNew) await approveDefinition(administration, definition, packageId);
  const now = await committedDefinition(administration, chaincode);
  const approvals = now?.sequence === sequence ? now.approvals : await approvalsFor(administration, definition);
  return { definition, packageId, isNew, committed: named, approvals };
};
