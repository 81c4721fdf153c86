export {
  type ConsistencyProof,
  type InclusionProof,
  type TreeInteger,
  verifyConsistency,
  verifyInclusion,
} from '@anlian/chaincode/proof';
