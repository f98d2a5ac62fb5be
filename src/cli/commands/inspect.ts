// `tesserae inspect`: one answer from inside, as a page or as JSON. Texts have a page of their own, translations that of `align`; pictures, clips,
// sounds and genes are explained by all methods, each put to the test. An autoencoder shows what it paints.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, resolveModel } from '../../checkpoints/index.node.ts';
import { attentionPage, attentionSvg, captureId, explanationJson, reportPage } from '../../lens/index.ts';
import { inspectPainting, openModel, paintingReport, readsBases, tokenizerOf } from '../../tasks/index.node.ts';
import { canInspectText, inspectText, percent } from '../../tasks/index.ts';
import { type Args, type Command, type Io, integer, required, text, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';
import { writePage } from '../output.ts';
import { command as align } from './align.ts';
import { explainInputs, findingsText, methodFlags } from './explain.ts';

/** A token in a line: blanks and line ends are seen. */
const seen = (token: string): string => (token.trim() === '' ? JSON.stringify(token) : token);

/** A model of texts: its attention, what it says and what that leans on. */
async function inspectWords(args: Args, io: Io): Promise<undefined> {
  if (args.positionals.length > 2) throw new UsageError('expected one text; put several words into quotes');
  const context = await contextOf(args, io);
  const open = await openModel(required(args, 0, 'a run folder'), context.hub);
  const tokenizer = await tokenizerOf(open);
  const inspection = await inspectText({ ...open, tokenizer }, required(args, 1, 'a text'), context);
  const html = text(args, 'html');
  if (html !== undefined) {
    await writePage(html, attentionPage(inspection), io);
  }
  const svg = text(args, 'svg');
  if (svg !== undefined) {
    const [layer, head] = [integer(args, 'layer', 1) ?? 1, integer(args, 'head', 1) ?? 1];
    const [layers, heads] = [inspection.attentions.length, inspection.attentions[0]?.length ?? 0];
    if (layer > layers || head > heads)
      throw new UsageError(
        `expected --layer from 1 to ${layers} and --head from 1 to ${heads}, got ${layer} and ${head}`,
      );
    await writePage(svg, attentionSvg(inspection, layer - 1, head - 1), io);
  }
  if (io.json) io.out(JSON.stringify({ capture: captureId(inspection), ...inspection }));
  else if (html === undefined && svg === undefined) {
    const ranked = inspection.tokens.map((token, i) => ({
      token,
      value: inspection.gradientTimesInput[i] as number,
    }));
    ranked.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    const { labels, probabilities, prediction } = inspection;
    const each = probabilities.map((p, i) => `${seen(labels[i] as string)} ${percent(p)}`).join(', ');
    if (prediction !== '') io.out(each === '' ? seen(prediction) : `${seen(prediction)} (${each})`);
    io.out(
      `tokens by gradient × input: ${ranked
        .slice(0, 8)
        .map(({ token, value }) => `${seen(token)} ${value.toFixed(3)}`)
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
    await writePage(html, reportPage(paintingReport(run, inspection)), io);
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
    // pictures, sounds and clips are no words
    const hasWords = !existsSync(join(dir, 'preprocessor_config.json')) && 'vocab_size' in config;
    if (hasWords && config.is_encoder_decoder === true) return align.run(args, io);
    // bases are spelled as words: the vocabulary tells
    const isText = hasWords && canInspectText(className) && !(await readsBases(dir));
    return isText ? inspectWords(args, io) : inspectOriginal(args, io);
  },
};
