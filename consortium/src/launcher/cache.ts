import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What an installation makes once and every start uses; it goes with `node_modules`. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/anlian', import.meta.url));

/** Empty clusters of the embedded database, to be copied. */
export const TEMPLATE_DIR = join(CACHE, 'template');

/** Node's compile cache: types stripped, code compiled. */
export const COMPILE_CACHE = join(CACHE, 'compile');
