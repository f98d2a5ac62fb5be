// Answers to what the command line names: lines as they always were, or, where there are folders, one JSON line for every file with its path.
import { stat } from 'node:fs/promises';
import { answerInTurn, type FindInputs, type FindOptions, type GivenInput } from '../tasks/index.node.ts';
import { type Args, type Flags, type Io, text, UsageError } from './command.ts';
import { type Given, readInputs } from './context.ts';

/** Flags of commands that answer inputs. */
export const answerFlags: Flags = { 'on-broken': { type: 'string' } };

/** What answers, and how its answers are written. */
export interface Answering<A> {
  /** One answer for each input. */
  readonly answer: (inputs: readonly string[]) => Promise<Iterable<A>>;
  readonly inputsIn?: FindInputs | undefined;
  /** A line where nothing names files. */
  readonly line: (answer: A, input: string) => string;
  /** Fields of a JSON line, beside the path. */
  readonly fields: (answer: A) => object;
}

/** What to do with files that cannot be read: nothing said, skip, fail. @throws UsageError for another word */
function onBroken(args: Args): 'skip' | 'fail' | undefined {
  const word = text(args, 'on-broken');
  if (word === undefined || word === 'skip' || word === 'fail') return word;
  throw new UsageError(`--on-broken: expected skip or fail, got '${word}'`);
}

const isFolder = async ({ input }: Given): Promise<boolean> =>
  (await stat(input).catch(() => undefined))?.isDirectory() === true;

/** Answers all inputs of a command line. */
export async function writeAnswers<A>(
  args: Args,
  io: Io,
  words: readonly string[],
  answering: Answering<A>,
): Promise<void> {
  const choice = onBroken(args);
  const given = await readInputs(args, words);
  const { inputsIn, answer, line } = answering;
  if (!inputsIn && choice) throw new UsageError('--on-broken: expected a task that reads files, got one of texts');
  if (
    inputsIn &&
    (choice || given.some(({ isPath }) => isPath) || (await Promise.all(given.map(isFolder))).some(Boolean))
  )
    return writeNamed(io, { ...answering, inputsIn }, given, choice ?? 'fail');
  const inputs = given.map(({ input }) => input);
  const answers = [...(await answer(inputs))];
  if (io.json) io.out(JSON.stringify(answers));
  else for (const [i, one] of answers.entries()) io.out(line(one, inputs[i] as string));
}

async function writeNamed<A>(
  io: Io,
  { answer, inputsIn, fields }: Answering<A> & { readonly inputsIn: FindInputs },
  given: readonly Given[],
  choice: 'skip' | 'fail',
): Promise<void> {
  let left = 0;
  const broken = {
    onBroken: ({ error }: { readonly error: Error }): void => {
      left++;
      io.note(`  left out: ${error.message}\n`);
    },
  };
  const options: FindOptions = {
    note: (message) => io.note(`  ${message}\n`),
    ...(choice === 'skip' ? broken : {}),
  };
  const all = async function* (): AsyncGenerator<GivenInput> {
    for (const { input } of given) yield* inputsIn(input, options);
  };
  let count = 0;
  for await (const { given: one, answer: own } of answerInTurn(all(), answer, options)) {
    const { path, name } = one;
    const record = { ...(path === undefined ? {} : { path }), ...(name === undefined ? {} : { name }), ...fields(own) };
    // one document, but never all of it in memory
    if (io.json) io.out(`${count === 0 ? '[' : ','}${JSON.stringify(record)}`);
    else io.out(JSON.stringify(record));
    count++;
  }
  if (io.json) io.out(count === 0 ? '[]' : ']');
  if (left > 0) io.note(`  left out ${left} of ${count + left}\n`);
}
