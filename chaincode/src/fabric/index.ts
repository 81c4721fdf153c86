export { type FabricChaincodeOptions, fabricChaincode } from './chaincode.ts';
