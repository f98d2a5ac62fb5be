// A model that writes: one object for every decoder, from a batch of prompts to the rows of ids that Transformers' `generate` gives.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import type { HubConfig, Model } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import type { SessionTarget } from '../session.ts';
import { type BeamTree, beamSearch, continuations } from './beam.ts';
import { Engine, type PromptRows, type StepState } from './engine.ts';
import { Observer, type TokenView } from './explain.ts';
import { GenerationError, SettingsError } from './generation-error.ts';
import { type NamedProcessor, processorsFor, scoresNeeded } from './processors.ts';
import { type FoundRow, oneByOne, type PromptRow, type SearchContext, type StepEvent } from './search.ts';
import { type GenerationSettings, type ResolvedSettings, resolveSettings } from './settings.ts';
import { type Finish, stopRule } from './stop.ts';

/** What a generator is made of. */
export interface GeneratorOptions extends SessionTarget {
  /** The model's own settings; see `modelSettings`. */
  readonly settings?: GenerationSettings;
  /** Seed of requests that name none; default 0. */
  readonly seed?: number;
  /** For stop strings and texts. */
  readonly tokenizer?: Tokenizer;
}

/** One request. */
export interface GenerateRequest {
  /**
   * Rows of ids: prompts, or an encoder's texts. Rows of different lengths are padded: on the left, an encoder's on the right. Where the
   * encoder reads pictures: what captions begin with, of one length, as a tokenizer gives it, `[CLS] a photograph of [SEP]`; the start
   * token takes the place of the first and the last is left out, as the reference does it. None: the start token alone.
   */
  readonly prompts: readonly (readonly number[])[];
  /** Pictures `[R, C, H, W]` for a model that writes about them. */
  readonly pixels?: NdArray;
  /** 1 for text, 0 for padding, where the rows are padded already. Default: from `pad_token_id`, as the reference does it. */
  readonly mask?: readonly (readonly number[])[];
  /** Where an encoder-decoder begins to write; default: the start token. Rows of one length. */
  readonly decoderPrompts?: readonly (readonly number[])[];
  readonly settings?: GenerationSettings;
  /** The caller's own, after those of the library and before those of sampling. */
  readonly processors?: readonly NamedProcessor[];
  /** Decides what is drawn; default: the generator's. */
  readonly seed?: number;
  /** Aborting ends generation before the next step: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of every step while it goes on. */
  readonly onStep?: (event: StepEvent) => void;
  /** States to be given with every step. */
  readonly states?: readonly StepState[];
  /** Scores of rows that no beam search has found; beams always have them. */
  readonly scores?: boolean;
  /** Keeps what the model thought of so many candidates at every step, and of beams the tree. */
  readonly explain?: { readonly candidates: number };
}

/** What was written. Rows of one prompt follow each other when several are returned. */
export interface Generation {
  /** As `generate` of Transformers returns them: with the prompt (of an encoder-decoder: from the start token), padded to one length on the right. */
  readonly sequences: readonly (readonly number[])[];
  /** The new tokens alone, end-of-text token included, without padding. */
  readonly written: readonly (readonly number[])[];
  readonly finish: readonly Finish[];
  /** Log-probability over length to the power of `length_penalty`, in nats; absent where it was not asked for. */
  readonly scores?: readonly number[];
  readonly views?: readonly TokenView[];
  readonly tree?: BeamTree;
  /** What an encoder saw, where states were asked for. */
  readonly encoderStates: Readonly<Record<string, NdArray>>;
}

/** How long a step may hold the event loop's other work back, in milliseconds. */
const BREATH = 10;

/** Lets timers and signals have their turn. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** @throws the signal's reason */
function checkpoints(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > BREATH) {
      await breathe();
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}

/** Rows of one length, and the mask that says what is padding. */
function padRows(
  rows: readonly (readonly number[])[],
  side: 'left' | 'right',
  padId: number | undefined,
): Pick<PromptRows, 'ids' | 'mask'> {
  const width = Math.max(...rows.map((row) => row.length));
  if (rows.every((row) => row.length === width)) return { ids: rows };
  const fill = (row: readonly number[], text: readonly number[], pad: number): number[] => {
    const padding = new Array<number>(width - row.length).fill(pad);
    return side === 'left' ? [...padding, ...text] : [...text, ...padding];
  };
  return {
    ids: rows.map((row) => fill(row, row, padId ?? 0)),
    mask: rows.map((row) =>
      fill(
        row,
        row.map(() => 1),
        0,
      ),
    ),
  };
}

/** The mask that the reference infers: padding where the pad token stands, unless that also ends texts. */
function inferredMask(rows: PromptRows['ids'], padId: number | undefined, eos: readonly number[]): PromptRows['mask'] {
  if (padId === undefined || eos.includes(padId) || !rows.some((row) => row.includes(padId))) return undefined;
  return rows.map((row) => row.map((id) => (id === padId ? 0 : 1)));
}

/** A model that writes. Requests may overlap; each has its own cache. */
export class Generator {
  readonly model: Model;
  readonly settings: GenerationSettings;
  readonly tokenizer: Tokenizer | undefined;
  readonly #engine: Engine;
  readonly #seed: number;

  /** `parameters` under our names; they are shared, not copied. */
  constructor(model: Model, parameters: NamedArrays, options: GeneratorOptions) {
    this.model = model;
    this.settings = options.settings ?? {};
    this.tokenizer = options.tokenizer;
    this.#seed = options.seed ?? 0;
    this.#engine = new Engine(model, parameters, options);
  }

  /** Whether an encoder reads the prompts. */
  get hasEncoder(): boolean {
    return 'input_ids' in (this.model.parts?.encoder.inputs ?? {});
  }

  /** Whether it writes about pictures. */
  get seesPictures(): boolean {
    return 'pixel_values' in (this.model.parts?.encoder.inputs ?? {});
  }

  /**
   * Writes on from every prompt.
   * @throws GenerationError for empty or too long prompts, settings that cannot be used, NaN scores (with the step); the signal's reason
   */
  async generate(request: GenerateRequest): Promise<Generation> {
    const { signal, states = [], explain, seed = this.#seed } = request;
    const prompt = this.#promptOf(request);
    const begun = prompt.decoderIds ?? prompt.ids;
    const settings = resolveSettings(this.settings, request.settings ?? {}, {
      promptLength: begun[0]?.length ?? 0,
      positions: this.model.maxLength,
      madeFor: madeFor(this.model),
    });
    const observer = explain && new Observer(explain.candidates);
    const isBeam = settings.num_beams > 1;
    const processors = processorsFor(settings, request.processors);
    // a beam search that nobody watches takes the best: NaN in one log-probability is NaN in all, so nothing is missed
    const isOpen = isBeam && !settings.do_sample && !observer && !request.processors?.length;
    const rows = await this.#engine.start(prompt, {
      scores: isBeam ? 'log_probabilities' : 'logits',
      top: isOpen ? scoresNeeded(continuations(settings), processors, settings) : undefined,
      states,
    });
    const scored = isBeam || request.scores === true;
    const context: SearchContext = {
      rows,
      prompts: begun.map(
        (ids, r): PromptRow => ({ ids, padding: paddingOf(prompt, r), source: prompt.ids[r] as number[] }),
      ),
      settings,
      processors,
      stop: stopRule(settings, this.tokenizer),
      seed,
      checkpoint: checkpoints(signal),
      onStep: request.onStep,
      observer,
      scored,
    };
    const { found, tree } = isBeam ? await beamSearch(context) : { found: await oneByOne(context), tree: undefined };
    return {
      ...collected(found, begun[0]?.length ?? 0, settings),
      ...(scored ? { scores: found.map(({ score }) => score) } : {}),
      ...(observer ? { views: observer.views } : {}),
      ...(explain && tree ? { tree } : {}),
      encoderStates: rows.encoderStates,
    };
  }

  /** Checks prompts and pads them. */
  #promptOf(request: GenerateRequest): PromptRows {
    const { prompts, mask, decoderPrompts, settings = {} } = request;
    const said = { ...this.settings, ...settings };
    if (this.seesPictures !== (request.pixels !== undefined)) {
      const [expected, got] = this.seesPictures ? ['pixels of pictures', 'none'] : ['prompts alone', 'pixels too'];
      throw new GenerationError(`generate: expected ${expected}, got ${got} (${this.model.className})`);
    }
    if (request.pixels) return this.#captionOf(request.pixels, prompts, said);
    if (prompts.length === 0) throw new GenerationError('generate: expected at least one prompt, got none');
    checkPrompts(prompts, this.model);
    checkPrompts(decoderPrompts ?? [], this.model);
    const eos = [said.eos_token_id ?? []].flat() as number[];
    const padId = said.pad_token_id ?? eos[0];
    const padded = padRows(prompts, this.hasEncoder ? 'right' : 'left', padId);
    const shown = mask ?? padded.mask ?? inferredMask(padded.ids, padId, eos);
    checkMask(shown, padded.ids);
    const all = { ids: padded.ids, mask: shown?.every((row) => row.every((one) => one === 1)) ? undefined : shown };
    return this.hasEncoder ? { ...all, decoderIds: this.#decoderStart(prompts.length, decoderPrompts, said) } : all;
  }

  /** Captions under way: rows of one length, one for each picture. */
  #captionOf(pixels: NdArray, prompts: GenerateRequest['prompts'], said: GenerationSettings): PromptRows {
    const pictures = pixels.shape[0] as number;
    const starts = this.#decoderStart(pictures, undefined, said);
    checkPrompts(prompts, this.model);
    const isWhole = prompts.every(({ length }) => length >= 2 && length === prompts[0]?.length);
    if (prompts.length > 0 && !(isWhole && prompts.length === pictures)) {
      throw new GenerationError(
        `generate: expected ${pictures} prompts of one length from 2, one for each picture, got lengths ${prompts.map((row) => row.length).join(', ')}`,
      );
    }
    const begun = starts.map((start, r) => [...start, ...(prompts[r] ?? []).slice(1, -1)]);
    return { ids: begun, decoderIds: begun, seen: { pixel_values: pixels } };
  }

  #decoderStart(count: number, given: GenerateRequest['decoderPrompts'], said: GenerationSettings): PromptRows['ids'] {
    const start = said.decoder_start_token_id ?? said.bos_token_id;
    if (start === undefined) {
      throw new GenerationError(
        'decoder_start_token_id: expected a token id, got nothing (generation_config.json and config.json)',
      );
    }
    if (!given) return Array.from({ length: count }, () => [start]);
    if (given.length !== count || given.some((row) => row.length !== given[0]?.length)) {
      throw new GenerationError(
        `generate: expected ${count} decoder prompts of one length, got lengths ${given.map((row) => row.length).join(', ')}`,
      );
    }
    return given.every((row) => row[0] !== start) ? given.map((row) => [start, ...row]) : given;
  }

  /** Frees what was loaded. */
  release(): Promise<void> {
    return this.#engine.release();
  }
}

/** @throws GenerationError for a prompt of no tokens, and for ids that the model does not have */
function checkPrompts(prompts: GenerateRequest['prompts'], { config }: Model): void {
  const text = config.text_config as HubConfig | undefined;
  const vocabulary = Number((text ?? config).vocab_size);
  for (const [r, row] of prompts.entries()) {
    if (row.length === 0) {
      throw new GenerationError(
        `generate: expected a prompt of at least one token, got an empty one (prompt ${r + 1}); begin with the start token`,
      );
    }
    const stranger = row.find((id) => !Number.isSafeInteger(id) || id < 0 || id >= vocabulary);
    if (stranger !== undefined) {
      throw new GenerationError(
        `generate: expected ids from 0 to ${vocabulary - 1}, got ${stranger} (prompt ${r + 1})`,
      );
    }
  }
}

/** @throws GenerationError for a mask of another shape; SettingsError for a row of padding alone */
function checkMask(mask: PromptRows['mask'], ids: PromptRows['ids']): void {
  if (!mask) return;
  if (mask.length !== ids.length || !mask.every((row, r) => row.length === ids[r]?.length))
    throw new GenerationError(
      `generate: expected a mask of ${ids.length} rows of ${ids[0]?.length}, got ${mask.length} rows of ${mask[0]?.length}`,
    );
  const empty = mask.findIndex((row) => !row.includes(1));
  if (empty >= 0)
    throw new SettingsError(
      `generate: expected at least one token that is no padding in every row, got none (prompt ${empty + 1}); give its tokens, padded on the left`,
    );
}

/** The length that the configuration names. */
function madeFor({ config }: Model): number | undefined {
  const length = config.max_position_embeddings ?? config.n_positions;
  return typeof length === 'number' ? length : undefined;
}

/** How many places of a decoder-only row are padding on its left. */
function paddingOf({ mask, decoderIds }: PromptRows, row: number): number {
  return decoderIds ? 0 : Math.max(0, mask?.[row]?.indexOf(1) ?? 0);
}

function collected(
  found: readonly FoundRow[],
  promptLength: number,
  { pad_token_id, eos, num_beams }: ResolvedSettings,
): Pick<Generation, 'sequences' | 'written' | 'finish'> {
  const width = Math.max(...found.map(({ ids }) => ids.length));
  // the reference's beam search takes a pad id of 0 for none
  const pad = (num_beams > 1 ? pad_token_id || undefined : pad_token_id) ?? eos[0] ?? (num_beams > 1 ? -1 : 0);
  return {
    sequences: found.map(({ ids }) => [...ids, ...new Array<number>(width - ids.length).fill(pad)]),
    written: found.map(({ ids }) => ids.slice(promptLength)),
    finish: found.map(({ finish }) => finish),
  };
}
