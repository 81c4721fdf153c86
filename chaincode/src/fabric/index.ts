export { type FabricChaincodeOptions, fabricChaincode } from './chaincode.ts';
export { readConfig, type ServiceConfig } from './config.ts';
export { serveChaincode } from './serve.ts';
