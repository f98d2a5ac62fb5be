// `pipeline('fill-mask', model)`: the likeliest words at masked places, with the options and results of Transformers' pipeline.
import { DataError } from '../../data/index.ts';
import { type Tokenizer, tokenizerFromJson } from '../../tokens/index.ts';
import { givenCount, givenTexts } from '../given-texts.ts';
import { softmax } from '../labels.ts';
import { MASKS, maskOf } from '../mask-token.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { openTextModel } from '../text-model.node.ts';
import { TextRunner } from '../text-runner.ts';

/** One word for a masked place. */
export interface FilledMask {
  /** In [0, 1], among all words of the vocabulary. */
  readonly score: number;
  readonly token: number;
  readonly token_str: string;
  /** The text with the word in it. */
  readonly sequence: string;
}

/** Options of one call. */
export interface FillMaskOptions {
  /** How many words, the likeliest first. Default 5. */
  readonly top_k?: number;
  /** Words to choose among; the first token of those that are not in the vocabulary. */
  readonly targets?: string | readonly string[];
}

/** A masked language model that is ready to be called. A text with several masks gives one list for each of them. */
export interface FillMaskPipeline extends Pipeline {
  (text: string, options?: FillMaskOptions): Promise<FilledMask[] | FilledMask[][]>;
  (texts: readonly string[], options?: FillMaskOptions): Promise<(FilledMask[] | FilledMask[][])[]>;
}

/** The tokenizer with a mask that is found in texts where special tokens are not: the only one that a stranger may write. */
function masksInTexts(tokenizer: Tokenizer, mask: string): Tokenizer {
  const json = tokenizer.toJSON();
  const added = (json.added_tokens ?? []) as readonly { readonly content: string }[];
  const freed = added.map((token) => (token.content === mask ? { ...token, special: false } : token));
  return tokenizerFromJson({ ...json, added_tokens: freed }, tokenizer.config);
}

/** @throws DataError for words that are no token at all */
function targetIds(tokenizer: Tokenizer, targets: string | readonly string[]): number[] {
  const words = givenTexts(targets, 'targets');
  const ids = words.flatMap((word) => {
    const id = tokenizer.tokenToId(word);
    if (id !== undefined) return [id];
    return tokenizer.encodeIds(word, { addSpecialTokens: false, padding: false, special: 'text' }).slice(0, 1);
  });
  if (ids.length === 0) throw new DataError(`fill-mask: expected at least one target, got '${words.join("', '")}'`);
  return [...new Set(ids)];
}

/** Opens a masked language model. @throws DataError for a model of another kind */
export async function fillMaskPipeline(name: string, context: PipelineContext): Promise<FillMaskPipeline> {
  const about = { head: 'ForMaskedLM', purpose: 'filling masks' };
  const { dir, model, parameters, tokenizer } = await openTextModel(name, about, context);
  const found = maskOf(tokenizer);
  if (!found)
    throw new DataError(`fill-mask: expected a tokenizer with a mask, got none among ${MASKS.join(', ')} (${dir})`);
  const { mask, maskId } = found;
  const reading = { tokenizer: masksInTexts(tokenizer, mask), output: 'logits', batchSize: 8 };
  const runner = await TextRunner.create({ ...context, model, parameters, ...reading });
  const padId = Number(model.config.pad_token_id ?? 0);

  const fill = (
    ids: readonly number[],
    logits: Float32Array,
    count: number,
    targets: FillMaskOptions['targets'],
  ): FilledMask[][] => {
    const width = logits.length / ids.length;
    const masks = [...ids.keys()].filter((place) => ids[place] === maskId);
    return masks.map((place) => {
      const scores = softmax(logits.subarray(place * width, (place + 1) * width));
      const candidates = targets === undefined ? [...scores.keys()] : targetIds(tokenizer, targets);
      return candidates
        .sort((a, b) => (scores[b] as number) - (scores[a] as number))
        .slice(0, count)
        .map((token) => ({
          score: scores[token] as number,
          token,
          token_str: tokenizer.decode([token]),
          sequence: tokenizer.decode(
            ids.map((id, at) => (at === place ? token : id)).filter((id) => id !== padId),
            // other masks are special tokens too, and are to be seen
            { skipSpecialTokens: masks.length === 1 },
          ),
        }));
    });
  };
  const call = async (
    input: string | readonly string[],
    { top_k = 5, targets }: FillMaskOptions = {},
  ): Promise<never> => {
    const texts = givenTexts(input);
    const count = givenCount('top_k', top_k);
    const encodings = runner.encode(texts);
    const bare = encodings.findIndex(({ ids }) => !ids.includes(maskId));
    if (bare >= 0) {
      const length =
        runner.maxLength === undefined ? '' : ` within the ${runner.maxLength} tokens that the model reads`;
      throw new DataError(`fill-mask: expected ${mask}${length}, got none (input ${bare + 1})`);
    }
    const rows = await runner.run(encodings);
    const results = rows.map((row, i) => {
      const filled = fill((encodings[i] as (typeof encodings)[number]).ids, row.data, count, targets);
      return filled.length === 1 ? (filled[0] as FilledMask[]) : filled;
    });
    return (typeof input === 'string' ? results[0] : results) as never;
  };
  return Object.assign(call, { dispose: () => runner.release() });
}
