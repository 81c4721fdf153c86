import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { codePng } from '../code/image/index.ts';
import { textOf } from './home.ts';
import { EXIT, required, type Verb } from './verb.ts';

export const codePrint: Verb = {
  usage: 'code print TEXT_OR_FILE --png FILE',
  summary: { zh: '把信用码打印成 PNG 图片', en: 'Prints a credit code as a PNG' },
  options: { png: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  run: async (call) => {
    const { context, positionals, isJson } = call;
    const file = required(call, 'png');
    const { png, ...symbol } = codePng(await textOf(context, positionals[0] ?? ''));
    writeFileSync(resolve(context.cwd, file), png);
    context.out(isJson ? JSON.stringify({ png: file, ...symbol }) : file);
    return EXIT.ok;
  },
};
