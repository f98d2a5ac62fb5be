// Many originals to answer, above all whole folders: found by their endings, answered a few at a time, so that memory does not grow with
// their number. A broken one ends everything with its path, or is left out and told.
import { type FileKind, listOriginals, placed } from '../../data/index.node.ts';
import { type BrokenOptions, DataError } from '../../data/index.ts';
import { UnitsError } from '../../tokens/index.ts';

/** One thing to answer. */
export interface GivenInput {
  /** What the task reads: a path, an address, bases. */
  readonly input: string;
  /** Where it lies; absent for what was given itself. */
  readonly path?: string;
  /** What its file calls it, where a file holds several. */
  readonly name?: string;
}

/** What finding tells. */
export interface FindOptions extends BrokenOptions {
  /** Is told what a folder holds besides. */
  readonly note?: (message: string) => void;
}

/** Everything behind what was given: a folder's files in the order of their names, or the thing itself. @throws DataError for a folder without any */
export type FindInputs = (given: string, options?: FindOptions) => AsyncIterable<GivenInput>;

/** Finds the files of a kind, at any depth. */
export const behindPaths = (kind: FileKind<unknown>): FindInputs =>
  async function* find(given, { note = () => undefined } = {}) {
    const { paths, notes } = await listOriginals(given, kind);
    for (const message of notes) note(`${given}: ${message}`);
    for (const path of paths) yield { input: path, path };
  };

/** An input with its answer. */
export interface Answered<A> {
  readonly given: GivenInput;
  readonly answer: A;
}

/** Options of `answerInTurn`. */
export interface AnswerOptions extends BrokenOptions {
  /** Inputs that are answered together; 16 when left out. */
  readonly atOnce?: number;
}

const isBroken = (error: unknown): error is Error => error instanceof DataError || error instanceof UnitsError;

/**
 * Answers in the order of the inputs, as they come. `answer` gives one answer for each of its inputs.
 * @throws DataError with the path for the first broken one when there is no `onBroken`, and when all are broken
 */
export async function* answerInTurn<A>(
  inputs: AsyncIterable<GivenInput>,
  answer: (inputs: readonly string[]) => Promise<Iterable<A>>,
  { onBroken, atOnce = 16 }: AnswerOptions = {},
): AsyncGenerator<Answered<A>> {
  let [whole, broken] = [0, 0];
  const alone = async function* (given: GivenInput): AsyncGenerator<Answered<A>> {
    const place = [given.path ?? given.input, ...(given.name === undefined ? [] : [given.name])].join(', ');
    const answers = await answer([given.input]).catch((error: unknown) => {
      if (!isBroken(error)) throw error;
      const named = placed(error, place);
      if (!onBroken) throw named;
      broken++;
      onBroken({ id: place, error: named });
      return [];
    });
    for (const one of answers) {
      yield { given, answer: one };
      whole++;
    }
  };
  const together = async function* (window: readonly GivenInput[]): AsyncGenerator<Answered<A>> {
    const answers = await answer(window.map(({ input }) => input)).catch((error: unknown) => {
      if (isBroken(error)) return undefined;
      throw error;
    });
    // which one is it? and the others have their answers
    if (!answers) for (const given of window) yield* alone(given);
    let i = 0;
    for (const one of answers ?? []) {
      yield { given: window[i++] as GivenInput, answer: one };
      whole++;
    }
  };
  let window: GivenInput[] = [];
  for await (const given of inputs) {
    window.push(given);
    if (window.length < atOnce) continue;
    yield* together(window);
    window = [];
  }
  if (window.length > 0) yield* together(window);
  if (whole === 0 && broken > 0) throw new DataError(`expected one of ${broken} inputs to be whole, got none`);
}
