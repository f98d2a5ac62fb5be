// `tesserae inspect`: one classification from inside, as a page or as JSON. Texts have a page of their own; pictures, clips, sounds and
// everything else that is classified are explained by all methods, each put to the test. An autoencoder shows what it paints.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, resolveModel, writeFileAtomic } from '../../checkpoints/index.node.ts';
import { attentionPage, attentionSvg, explanationJson, reportPage } from '../../lens/index.ts';
import { inspectPainting, openTextModel, paintingReport, textClassifier } from '../../tasks/index.node.ts';
import { inspectText, percent } from '../../tasks/index.ts';
import { type Args, type Command, type Io, integer, required, text, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';
import { explainInputs, findingsText, methodFlags } from './explain.ts';

/** A text classifier: its attention and what the answer leans on. */
async function inspectWords(args: Args, io: Io): Promise<undefined> {
  const context = await contextOf(args, io);
  const open = await openTextModel(required(args, 0, 'a run folder'), textClassifier, context);
  const inspection = await inspectText(open, required(args, 1, 'a text'), context);
  const html = text(args, 'html');
  if (html !== undefined) {
    await writeFileAtomic(html, attentionPage(inspection));
    io.note(`wrote ${html}\n`);
  }
  const svg = text(args, 'svg');
  if (svg !== undefined) {
    await writeFileAtomic(
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
      `${inspection.prediction} (${inspection.probabilities.map((p, i) => `${inspection.labels[i]} ${percent(p)}`).join(', ')})`,
    );
    io.out(
      `tokens by gradient × input: ${ranked
        .slice(0, 8)
        .map(({ token, value }) => `${token} ${value.toFixed(3)}`)
        .join('  ')}`,
    );
  }
  return undefined;
}

/** Anything else: every method with its scores. */
async function inspectOriginal(args: Args, io: Io): Promise<undefined> {
  if (text(args, 'svg') !== undefined)
    throw new UsageError('--svg: expected a text classifier, got another model; --html draws everything');
  const findings = await explainInputs(args, io, { judge: true, randomise: args.values.randomise === true });
  const [explanation] = findings.explanations;
  if (io.json && explanation) io.out(JSON.stringify(explanationJson(explanation)));
  else if (text(args, 'html') === undefined) io.out(findingsText(findings));
  return undefined;
}

/** A masked autoencoder: pictures, what was seen of them, what was painted. */
async function inspectHidden(args: Args, io: Io): Promise<undefined> {
  const run = required(args, 0, 'a run folder');
  required(args, 1, 'a picture');
  const inspection = await inspectPainting(run, args.positionals.slice(1), await contextOf(args, io));
  const html = text(args, 'html');
  if (html !== undefined) {
    await writeFileAtomic(html, reportPage(paintingReport(run, inspection)));
    io.note(`wrote ${html}\n`);
  }
  if (io.json) io.out(JSON.stringify(inspection));
  else io.out(`mean squared error of hidden patches ${inspection.loss.toFixed(4)}`);
  return undefined;
}

export const command: Command = {
  flags: { ...methodFlags, html: { type: 'string' }, svg: { type: 'string' }, randomise: { type: 'boolean' } },
  run: async (args, io) => {
    const { hub } = await contextOf(args, io);
    const dir = await resolveModel(required(args, 0, 'a run folder'), hub);
    const config = await readJson(join(dir, 'config.json'));
    const className = String((config.architectures as string[] | undefined)?.[0]);
    if (className === 'ViTMAEForPreTraining') return inspectHidden(args, io);
    // bases are spelled as words; a file says how
    const isDna = existsSync(join(dir, 'preprocessor_config.json'));
    return className.endsWith('ForSequenceClassification') && !isDna
      ? inspectWords(args, io)
      : inspectOriginal(args, io);
  },
};
