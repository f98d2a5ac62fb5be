// `tesserae quickstart`: the whole story on embedded data: train, measure, predict, look inside.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attentionPage } from '../../lens/index.ts';
import { classify, evaluateRun, openClassifier, trainInThread } from '../../tasks/index.node.ts';
import { inspectText } from '../../tasks/index.ts';
import { type Command, text } from '../command.ts';
import { announce, recipeFrom, trainOptions } from './train.ts';

const QUESTIONS = ['a small dog with long ears', '一杯热咖啡', 'drapeau de la France'];

export const command: Command = {
  flags: { out: { type: 'string' }, set: { type: 'string', multiple: true } },
  run: async (args, io) => {
    const out = text(args, 'out') ?? join(await mkdtemp(join(tmpdir(), 'tesserae-')), 'emoji-groups');
    io.note('1  train a Transformer on the names of emoji in six languages\n');
    const options = await trainOptions(args, io, out);
    const result = await trainInThread(await recipeFrom('emoji-groups', args), options);
    const code = announce(result, { ...io, json: false });
    if (code !== 0) return code;
    io.note('2  measure it on concepts it has not seen, beside cheap baselines\n');
    const { evaluation, report } = await evaluateRun(out, options);
    if (!io.json) io.out(report);
    io.note('3  ask it\n');
    const open = await openClassifier(out, options);
    const answers = await classify(open, QUESTIONS);
    await open.classifier.release();
    const answered = QUESTIONS.map((question, i) => ({ text: question, ...answers[i]?.[0] }));
    if (!io.json)
      for (const { text: question, label, score = 0 } of answered)
        io.out(`  ${question} → ${label} (${(100 * score).toFixed(1)} %)`);
    io.note('4  look at what it attends to\n');
    const page = join(out, 'attention.html');
    await writeFile(page, attentionPage(await inspectText(open, QUESTIONS[0] as string, options)));
    if (io.json) io.out(JSON.stringify({ run: out, evaluation, answers: answered, page }));
    else io.out(`  open ${page}\nThe run is ${out}: tesserae predict ${out} "your text"`);
    return 0;
  },
};
