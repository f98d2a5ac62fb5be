// `tesserae generate`: a model writes on.
import { toNumbers } from '../../array/index.ts';
import { decodeSafetensors } from '../../checkpoints/index.ts';
import { type GenerationStory, generationDictionaries, generationPage, type PageLanguage } from '../../lens/index.ts';
import { openGenerator } from '../../tasks/index.node.ts';
import {
  type GenerateRequest,
  type Generation,
  type Generator,
  generationStory,
  idleSettings,
  promptIds,
  SettingsError,
  streamText,
  writtenTexts,
} from '../../tasks/index.ts';
import { type Args, type Command, type Io, integer, jsonFlag, required, text, texts, UsageError } from '../command.ts';
import { contextOf, readStdin } from '../context.ts';
import { generationFlags, settingsFrom, untilInterrupted } from '../generation-flags.ts';
import { readInput, writePage } from '../output.ts';
import { languageOf } from './tokenizer-replay.ts';

type Prompts = Pick<GenerateRequest, 'prompts' | 'mask' | 'decoderPrompts' | 'pixels'>;

function rowsOf(value: unknown): number[][] {
  const rows = Array.isArray(value) && value.every((one) => typeof one === 'number') ? [value] : value;
  if (Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.every(Number.isSafeInteger))) return rows;
  throw new UsageError(`--input-ids: expected a list of ids or of such lists, got ${JSON.stringify(value)}`);
}

async function promptsFrom(args: Args, generator: Generator): Promise<Prompts> {
  const [given, ids, file] = [texts(args, 'prompt'), jsonFlag(args, 'input-ids'), text(args, 'inputs')];
  const ways = [given.length > 0, ids !== undefined, file !== undefined].filter(Boolean).length;
  if (ways !== 1)
    throw new UsageError(`expected one of --prompt, --input-ids and --inputs, got ${ways === 0 ? 'none' : ways}`);
  if (ids !== undefined) return { prompts: rowsOf(ids) };
  if (file !== undefined) return arraysFrom(file);
  const read = await Promise.all(given.map((one) => (one === '-' ? readStdin(args) : one)));
  // whoever types a prompt may write the model's special tokens into it: ids are those of the reference, as `tesserae tokenize` gives them
  return { prompts: promptIds(generator, read, { special: 'allow' }) };
}

/** `input_ids`, `attention_mask`, `decoder_input_ids` and `pixel_values` of a safetensors file. */
async function arraysFrom(path: string): Promise<Prompts> {
  const { arrays } = decodeSafetensors(await readInput(path), path);
  const rows = (name: string): number[][] | undefined => {
    const array = arrays[name];
    if (!array) return undefined;
    const [count = 0, width = 0] = array.shape;
    if (array.shape.length !== 2)
      throw new UsageError(`--inputs: expected ${name} [rows, tokens], got [${array.shape}] (${path})`);
    const all = toNumbers(array);
    return Array.from({ length: count }, (_, r) => all.slice(r * width, (r + 1) * width));
  };
  const [prompts, mask, decoderPrompts] = ['input_ids', 'attention_mask', 'decoder_input_ids'].map(rows);
  const { pixel_values: pixels } = arrays;
  if (pixels) return { prompts: prompts ?? [], pixels };
  if (!prompts)
    throw new UsageError(
      `--inputs: expected input_ids or pixel_values, got ${Object.keys(arrays).join(', ')} (${path})`,
    );
  return { prompts, ...(mask ? { mask } : {}), ...(decoderPrompts ? { decoderPrompts } : {}) };
}

/** What `--json` prints. */
function document(generator: Generator, generation: Generation, story: GenerationStory | undefined): object {
  const { sequences, scores, finish } = generation;
  const written = generator.tokenizer ? writtenTexts(generator, generation) : { texts: [], continuations: [] };
  return { sequences, ...written, scores, finish, ...(story ? { explained: story } : {}) };
}

const percent = (value: number): string => `${(100 * value).toFixed(1)}`;
const shown = (token: string): string => JSON.stringify(token).slice(1, -1).replaceAll(' ', '␣');

/** A table of steps: what was written, how surprising it was, and the likeliest candidates before and after the processors. */
function storyText({ rows, tree }: GenerationStory, language: PageLanguage): string {
  const say = generationDictionaries[language];
  const lines = rows.flatMap(({ steps }, r) => [
    `${tree ? say.beam : say.row} ${r + 1} (%: ${[say.raw, ...(steps[0]?.processors ?? [])].join(' → ')})`,
    ...steps.map(({ step, token, surprisal, entropy, entropyAfter, candidates }) => {
      const chosen =
        token === undefined ? '' : `${shown(token).padEnd(12)} ${surprisal?.toFixed(2).padStart(6)} ${say.bits}`;
      const others = candidates.map(
        ({ token: name, probability, after }) => `${shown(name)} ${[probability, ...after].map(percent).join('→')}`,
      );
      return `${`${step + 1}`.padStart(4)} ${chosen} ${say.entropy} ${entropy.toFixed(2)}→${entropyAfter.toFixed(2)}  ${others.join('  ')}`;
    }),
  ]);
  return lines.join('\n');
}

async function streamed(generator: Generator, request: GenerateRequest, io: Io): Promise<Generation> {
  const pieces = streamText(generator, request);
  for (;;) {
    const { value, done } = await pieces.next();
    if (done) {
      if (!io.json) process.stdout.write('\n');
      return value;
    }
    if (!io.json) process.stdout.write(value);
  }
}

async function write(generator: Generator, args: Args, io: Io, signal: AbortSignal): Promise<void> {
  const settings = settingsFrom(args);
  for (const idle of idleSettings(generator.settings, settings)) io.note(`note: ${idle}\n`);
  const [seed, html, candidates] = [integer(args, 'seed'), text(args, 'html'), integer(args, 'explain')];
  const explain = candidates === undefined && html === undefined ? undefined : { candidates: candidates ?? 8 };
  const request: GenerateRequest = {
    ...(await promptsFrom(args, generator)),
    settings,
    signal,
    scores: io.json,
    ...(seed === undefined ? {} : { seed }),
    ...(explain ? { explain } : {}),
  };
  const isStreamed = args.values.stream === true;
  const generation = isStreamed ? await streamed(generator, request, io) : await generator.generate(request);
  const story = explain && generationStory(generator, generation);
  if (html !== undefined && story) {
    await writePage(html, generationPage(story, languageOf(args)), io);
  }
  if (io.json) {
    io.out(JSON.stringify(document(generator, generation, story)));
    return;
  }
  const lines = generator.tokenizer
    ? writtenTexts(generator, generation).texts
    : generation.sequences.map((row) => row.join(' '));
  if (!isStreamed) for (const line of lines) io.out(line);
  if (story && candidates !== undefined) io.out(storyText(story, languageOf(args)));
}

export const command: Command = {
  words: 1,
  flags: {
    prompt: { type: 'string', multiple: true, list: true },
    'input-ids': { type: 'string' },
    inputs: { type: 'string' },
    ...generationFlags,
    stream: { type: 'boolean' },
    explain: { type: 'string' },
    html: { type: 'string' },
    language: { type: 'string' },
  },
  run: async (args, io) => {
    const name = required(args, 0, 'a model folder or name');
    const { runtime, session, hub = {} } = await contextOf(args, io);
    const interrupt = untilInterrupted();
    const generator = await openGenerator(name, { runtime, session, hub });
    try {
      await write(generator, args, io, interrupt.signal);
      return undefined;
    } catch (error) {
      if (interrupt.signal.aborted) return 130;
      throw error instanceof SettingsError ? new UsageError(error.message) : error;
    } finally {
      interrupt.end();
      await generator.release();
    }
  },
};
