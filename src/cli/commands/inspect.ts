// `tesserae inspect`: one classification from inside, as a page or as JSON.
import { writeFile } from 'node:fs/promises';
import { attentionPage, attentionSvg } from '../../lens/index.ts';
import { openClassifier } from '../../tasks/index.node.ts';
import { inspectText } from '../../tasks/index.ts';
import { type Command, integer, required, text } from '../command.ts';
import { contextOf } from '../context.ts';

export const command: Command = {
  flags: { html: { type: 'string' }, svg: { type: 'string' }, layer: { type: 'string' }, head: { type: 'string' } },
  run: async (args, io) => {
    const context = await contextOf(args, io);
    const open = await openClassifier(required(args, 0, 'a run folder'), context);
    await open.classifier.release();
    const inspection = await inspectText(open, required(args, 1, 'a text'), context);
    const html = text(args, 'html');
    if (html !== undefined) {
      await writeFile(html, attentionPage(inspection));
      io.note(`wrote ${html}\n`);
    }
    const svg = text(args, 'svg');
    if (svg !== undefined) {
      await writeFile(
        svg,
        attentionSvg(inspection, (integer(args, 'layer') ?? 1) - 1, (integer(args, 'head') ?? 1) - 1),
      );
      io.note(`wrote ${svg}\n`);
    }
    if (io.json) io.out(JSON.stringify(inspection));
    else if (html === undefined && svg === undefined) {
      const ranked = inspection.tokens.map((token, i) => ({
        token,
        value: inspection.gradientTimesInput[i] as number,
      }));
      ranked.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
      io.out(
        `${inspection.prediction} (${inspection.probabilities.map((p, i) => `${inspection.labels[i]} ${(100 * p).toFixed(1)} %`).join(', ')})`,
      );
      io.out(
        `tokens by gradient × input: ${ranked
          .slice(0, 8)
          .map(({ token, value }) => `${token} ${value.toFixed(3)}`)
          .join('  ')}`,
      );
    }
    return undefined;
  },
};
