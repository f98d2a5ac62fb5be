// The command line's door: finds the command, parses flags, turns errors into exit codes. Commands are loaded only when called, so
// that help is instant. Adding a command: a file in commands/, a line in the table, a message in both languages.
import { resolve } from 'node:path';
import { type Args, type Command, type Io, parseFlags, requireUsed, text, UsageError } from './command.ts';
import { type MessageKey, messagesFor } from './messages.ts';

interface Entry {
  readonly usage: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

type CommandName = Exclude<MessageKey, 'usage' | 'commands' | 'everywhere' | 'more'>;

const table: Readonly<Record<CommandName, Entry>> = {
  quickstart: { usage: '[--out DIR] [--set key=value…]', load: () => import('./commands/quickstart.ts') },
  train: { usage: 'RECIPE [--out RUN] [--set key=value…] | --resume RUN', load: () => import('./commands/train.ts') },
  evaluate: { usage: 'RUN [--data SET|FILE] [--split test]', load: () => import('./commands/evaluate.ts') },
  predict: {
    usage: 'RUN [TEXT|FILE|FOLDER…] [--jsonl] [--on-broken skip|fail]',
    load: () => import('./commands/predict.ts'),
  },
  extract: {
    usage: 'RUN FILE… [--schema QUESTIONS.json] [--min-score X]',
    load: () => import('./commands/extract.ts'),
  },
  pipeline: {
    usage:
      'TASK MODEL [TEXT|FILE|FOLDER…] [--candidate-labels a,b] [--aggregation-strategy none|simple|first|average|max] [--options JSON] [--jsonl] [--on-broken skip|fail]',
    load: () => import('./commands/pipeline.ts'),
  },
  inspect: {
    usage:
      'RUN TEXT|PICTURE|SOUND|CLIP|BASES [--html FILE] [--svg FILE --layer N --head N] [--methods rollout,relevance,…] [--label L] [--steps N] [--points N] [--orders N] [--randomise]',
    load: () => import('./commands/inspect.ts'),
  },
  explain: {
    usage:
      'RUN INPUT… [--methods rollout,relevance,…] [--label L] [--layer N] [--head N] [--heads mean|min|max] [--discard X] [--steps N] [--judge [--points N] [--orders N]] [--randomise] [--html F]',
    load: () => import('./commands/explain.ts'),
  },
  forward: {
    usage: 'MODEL INPUTS.safetensors --out OUT.safetensors [--want a,b]',
    load: () => import('./commands/forward.ts'),
  },
  align: {
    usage: 'RUN TEXT [--layer N] [--head N] [--html FILE] [--svg FILE] [--json]',
    load: () => import('./commands/align.ts'),
  },
  generate: {
    usage:
      'MODEL (--prompt TEXT… | --input-ids JSON | --inputs F.safetensors) [--max-new-tokens N] [--min-new-tokens N] [--num-beams N] [--length-penalty X] [--early-stopping true|false|never] [--repetition-penalty X] [--no-repeat-ngram-size N] [--do-sample | --no-do-sample] [--temperature X] [--top-k N] [--top-p X] [--min-p X] [--typical-p X] [--stop TEXT…] [--num-return-sequences N] [--stream] [--explain] [--html F] [--json]',
    load: () => import('./commands/generate.ts'),
  },
  chat: {
    usage:
      'MODEL [--system TEXT] [--message TEXT…] [--max-new-tokens N] [--do-sample] [--temperature X] [--top-p X] [--seed N] [--json]',
    load: () => import('./commands/chat.ts'),
  },
  compare: {
    usage:
      '[compare-architectures|mlm-transfer|vit-transfer|one-encoder|esc10-folds|digits-speakers|splice-folds|tube-controls|promoter-units|promoter-transfer] [--set key=value…] [--out DIR] [--language en|zh] [--json]',
    load: () => import('./commands/compare.ts'),
  },
  trace: { usage: 'MODEL [--mermaid]', load: () => import('./commands/trace.ts') },
  tokenize: {
    usage:
      '--tokenizer T [TEXT…] [--jsonl | --ids-only | --html F] [--max-length N] [--truncation S] [--stride N] [--padding longest|max_length] [--special allow|refuse|text] | --modality text|image|video|audio|dna|concepts FILE… [--html F]',
    load: () => import('./commands/tokenize.ts'),
  },
  'tokenizer convert': {
    usage: 'FROM --out tokenizer.json|vocab.txt|vocab.json|F.tiktoken|FOLDER [--format F]',
    load: () => import('./commands/tokenizer-convert.ts'),
  },
  'tokenizer train': {
    usage:
      '--algorithm word|char|grapheme|bpe|byte-bpe|wordpiece|unigram|kmer|dna-bpe --vocab-size N [--min-frequency N] [--limit-alphabet N] [--max-token-length N] [--special-tokens a,b] [--seed-tokens a,b] [--segmenter LOCALE] [--score frequency|likelihood] [--continue T] [--memory 1GB] --out F.json CORPUS…',
    load: () => import('./commands/tokenizer-train.ts'),
  },
  'tokenizer replay': {
    usage: 'T|CORPUS [WORD…] [--algorithm A] [--score S] [--vocab-size N | --merges N] [--html F] [--language en|zh]',
    load: () => import('./commands/tokenizer-replay.ts'),
  },
  'tokenizer compare': {
    usage: 'TEXT [--with word,bpe,tokenizer.json,…] [--misspelling TEXT] [--html F] [--language en|zh]',
    load: () => import('./commands/tokenizer-compare.ts'),
  },
  decode: { usage: '--tokenizer T --jsonl [--skip-special-tokens]', load: () => import('./commands/decode.ts') },
  data: {
    usage: 'list | show SET [--augment [--augmentations JSON] [--examples N] [--html F]] | fetch SET… [--out DIR]',
    load: () => import('./commands/data.ts'),
  },
  export: {
    usage: 'MODEL [--format onnx|safetensors] [--dtype fp32|fp16|q8|bf16,…] [--out DIR] [--overwrite]',
    load: () => import('./commands/export.ts'),
  },
  doctor: { usage: '[--json]', load: () => import('./commands/doctor.ts') },
};

function help(locale: string): string {
  const say = messagesFor(locale);
  const width = Math.max(...Object.keys(table).map((name) => name.length));
  const lines = Object.keys(table).map((name) => `  ${name.padEnd(width)}  ${say[name as CommandName]}`);
  return `${say.usage}: tesserae COMMAND …\n\n${say.commands}:\n${lines.join('\n')}\n\n${say.everywhere}\n${say.more}\n`;
}

function nearest(name: string): string {
  const close = Object.keys(table).filter((known) => known.startsWith(name.slice(0, 2)) || known.includes(name));
  return close.length > 0 ? `did you mean ${close.join(' or ')}?` : 'tesserae --help lists the commands';
}

/** Runs one command line and sets the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function main(argv: readonly string[]): Promise<void> {
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  // nobody reads on, as under `| head`
  process.stdout.on('error', async (error: NodeJS.ErrnoException) => {
    const { leaveAtOnce } = await import('../threads/index.node.ts');
    leaveAtOnce(error.code === 'EPIPE' ? 0 : 1);
  });
  // progress that nobody reads is no reason to lose the work
  process.stderr.on('error', () => undefined);
  // Some commands are two words: `tokenizer train`.
  const words = argv.length > 1 && Object.hasOwn(table, `${argv[0]} ${argv[1]}`) ? 2 : 1;
  const [name, rest] = [argv.slice(0, words).join(' ') || undefined, argv.slice(words)];
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help(locale));
    process.exitCode = name === undefined ? 2 : 0;
    return;
  }
  if (name === '--version') {
    const { version } = await import('./version.ts');
    process.stdout.write(`${version}\n`);
    return;
  }
  try {
    const entry = Object.hasOwn(table, name) ? table[name as CommandName] : undefined;
    if (!entry) throw new UsageError(`expected a command, got '${name}'; ${nearest(name)}`);
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(`${messagesFor(locale)[name as CommandName]}\n\ntesserae ${name} ${entry.usage}\n`);
      return;
    }
    process.exitCode = await runCommand(entry, name, rest);
  } catch (error) {
    process.exitCode = report(error, name);
  }
}

async function runCommand(entry: Entry, name: string, rest: readonly string[]): Promise<number> {
  const { command } = await entry.load();
  const parsed = parse(command, name, rest, entry.usage);
  applyPlaces(parsed);
  const quiet = parsed.values.quiet === true;
  const io: Io = {
    out: (line) => process.stdout.write(line.endsWith('\n') ? line : `${line}\n`),
    note: (line) => {
      if (!quiet) process.stderr.write(line);
    },
    isTerminal: process.stderr.isTTY === true && !quiet,
    quiet,
    json: parsed.values.json === true,
  };
  return (await command.run(parsed, io)) ?? 0;
}

/** `--cache` and `--offline` hold for everything below, workers too: they become what the environment says. */
function applyPlaces(args: Args): void {
  const cache = text(args, 'cache');
  if (cache !== undefined) process.env.TESSERAE_CACHE = resolve(cache);
  if (args.values.offline === true) process.env.HF_HUB_OFFLINE = '1';
}

function parse(command: Command, name: string, rest: readonly string[], usage: string): Args {
  try {
    const args = parseFlags(rest, command.flags);
    requireUsed(command, args);
    return args;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\ntesserae ${name} ${usage}`);
  }
}

function report(error: unknown, name: string): number {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`tesserae ${name}: ${process.env.TESSERAE_DEBUG ? stack : message}\n`);
  return error instanceof UsageError ? 2 : 1;
}
