import { codePng } from '../../code/image/index.ts';
import { textOf, writeNamed } from '../home.ts';
import { calledAs } from '../usage.ts';
import { EXIT, required, type Verb } from '../verb.ts';

export const codePrint: Verb = {
  ...calledAs('code print TEXT_OR_FILE --png FILE'),
  summary: { zh: '把信用码或通行证生成 PNG 图片', en: 'Makes a PNG of a credit code or pass' },
  run: async (call) => {
    const { context, positionals, isJson } = call;
    const file = required(call, 'png');
    const { png, ...symbol } = codePng(await textOf(context, positionals[0] ?? ''));
    writeNamed(context, file, png);
    context.out(isJson ? JSON.stringify({ png: file, ...symbol }) : file);
    return EXIT.ok;
  },
};
