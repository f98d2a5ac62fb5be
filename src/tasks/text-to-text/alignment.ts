// Which source tokens the decoder looked at for each token it wrote. The mean of all heads of the last layer but one follows the words
// best (Garg et al. 2019, section 4.1); other layers and heads can be asked for.
import type { NdArray } from '../../array/index.ts';
import { DataError } from '../../data/index.ts';
import type { AlignmentCapture } from '../../lens/index.ts';
import type { GenerationSettings, Generator } from '../generation/index.ts';
import { sourceIds, writeAll } from './writer.ts';

/** What to look at. */
export interface AlignOptions {
  /** From 1; default: the last layer but one. */
  readonly layer?: number;
  /** From 1; default: the mean of all. */
  readonly head?: number;
  readonly settings?: GenerationSettings;
}

const CROSS = /^cross_attentions\.(\d+)$/;

/** Writes for a text and reads the attention of all that was written in one pass. @throws DataError for a layer or head that there is not */
export async function alignText(
  generator: Generator,
  text: string,
  options: AlignOptions = {},
): Promise<AlignmentCapture> {
  const { settings = {} } = options;
  const source = sourceIds(generator, text, 1);
  const [written] = await writeAll(generator, [source], { settings });
  const { ids = [], text: target = '' } = written ?? {};
  const start = generator.settings.decoder_start_token_id as number;
  let layers: readonly NdArray[] = [];
  // what was written but its last token is the prompt, so that one step gives a row for every token
  await generator.generate({
    prompts: [source],
    decoderPrompts: [[start, ...ids.slice(0, -1)]],
    settings: { num_beams: 1, max_new_tokens: 1 },
    states: ['attentions'],
    onStep: ({ states }) => {
      const numbered = Object.entries(states).flatMap(([name, array]) => {
        const at = CROSS.exec(name)?.[1];
        return at === undefined ? [] : [[Number(at), array] as const];
      });
      layers = numbered.sort(([a], [b]) => a - b).map(([, array]) => array);
    },
  });
  const tokensOf = (row: readonly number[]): string[] => row.map((id) => generator.tokenizer?.idToToken(id) ?? `${id}`);
  const { layer, head, weights } = chosen(layers, options);
  const name = generator.model.className;
  const tokens = { sourceTokens: tokensOf(source), targetTokens: tokensOf(ids) };
  return { model: name, source: text, target, ...tokens, layer, head, weights };
}

/** The rows `[T][S]` of one head, or the mean of a layer's heads. */
function chosen(
  layers: readonly NdArray[],
  { layer = Math.max(1, layers.length - 1), head }: AlignOptions,
): Pick<AlignmentCapture, 'layer' | 'head' | 'weights'> {
  const array = layers[layer - 1];
  const heads = array?.shape[1] ?? layers[0]?.shape[1] ?? 0;
  if (!array || (head !== undefined && !(head >= 1 && head <= heads)))
    throw new DataError(
      `align: expected a layer from 1 to ${layers.length} and a head from 1 to ${heads}, got layer ${layer}${head === undefined ? '' : ` and head ${head}`}`,
    );
  const [, , rows = 0, columns = 0] = array.shape;
  const data = array.data as Float32Array;
  const some = head === undefined ? Array.from({ length: heads }, (_, h) => h) : [head - 1];
  const weightAt = (t: number, s: number): number =>
    some.reduce((sum, h) => sum + (data[(h * rows + t) * columns + s] as number), 0) / some.length;
  const weights = Array.from({ length: rows }, (_, t) => Array.from({ length: columns }, (_, s) => weightAt(t, s)));
  return { layer, head: head ?? null, weights };
}
