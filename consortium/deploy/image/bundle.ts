import { writeFile } from 'node:fs/promises';
import { buildChaincode } from '@anlian/consortium/fabric';

/** `node bundle.ts FILE`: writes the chaincode as one file and prints its SHA-256, which the members compare. */
const [file] = process.argv.slice(2);
if (file === undefined) throw new RangeError('node bundle.ts FILE');
const { bytes, sha256 } = await buildChaincode();
await writeFile(file, bytes);
process.stdout.write(`${sha256}\n`);
