import { codePng } from '../../code/image/index.ts';
import { textOf, writeNamed } from '../home.ts';
import { EXIT, required, type Verb } from '../verb.ts';

export const codePrint: Verb = {
  usage: 'code print TEXT_OR_FILE --png FILE',
  summary: { zh: '把信用码或通行证生成 PNG 图片', en: 'Makes a PNG of a credit code or pass' },
  options: { png: { type: 'string' } },
  positionals: { names: ['TEXT_OR_FILE'], min: 1, max: 1 },
  run: async (call) => {
    const { context, positionals, isJson } = call;
    const file = required(call, 'png');
    const { png, ...symbol } = codePng(await textOf(context, positionals[0] ?? ''));
    writeNamed(context, file, png);
    context.out(isJson ? JSON.stringify({ png: file, ...symbol }) : file);
    return EXIT.ok;
  },
};
