import { chaincodeDefinition, lifecycleState } from './messages.ts';
import type { Write } from './readWriteSet.ts';

/** Where `_lifecycle` keeps the part of a committed definition that holds its version (Fabric, core/chaincode/lifecycle/serializer.go). */
export const definitionKey = (chaincode: string): string => `namespaces/fields/${chaincode}/EndorsementInfo`;

/** The version in what `_lifecycle` wrote there; undefined where nobody can read one. Peers hold it valid all the same. */
export const versionDefinedBy = ({ value }: Pick<Write, 'value'>): string | undefined => {
  if (value === undefined) return undefined;
  try {
    const info = lifecycleState.StateData.deserializeBinary(value).getBytes_asU8();
    return chaincodeDefinition.ChaincodeEndorsementInfo.deserializeBinary(info).getVersion();
  } catch {
    return undefined;
  }
};
