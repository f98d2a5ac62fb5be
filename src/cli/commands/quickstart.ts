// `tesserae quickstart`: the whole story on embedded data, three times: train, measure, predict, look inside. An encoder that tells groups
// of emoji from their names, an encoder-decoder that says English words, and a ViT that tells groups of emoji from their pictures.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { vitEmojiShort } from '../../../recipes/vit-emoji.ts';
import { writeFileAtomic } from '../../checkpoints/index.node.ts';
import { loadPictureDataset } from '../../data/index.node.ts';
import { alignmentPage, alignmentText, attentionPage } from '../../lens/index.ts';
import {
  classify,
  evaluateRun,
  openClassifier,
  openWriter,
  pipeline,
  type TrainOptions,
  trainInThread,
} from '../../tasks/index.node.ts';
import { alignText, inspectText, percent } from '../../tasks/index.ts';
import { type Args, type Command, type Io, text } from '../command.ts';
import { explainInputs } from './explain.ts';
import { announce, recipeFrom, trainOptions } from './train.ts';

const QUESTIONS = ['a small dog with long ears', '一杯热咖啡', 'drapeau de la France'];
const WORDS = ['tomato', 'nightfall', 'tesserae'];
const KINDS = ['animals-nature', 'food-drink', 'travel-places'];

/** What one story leaves behind; `--json` prints it. */
interface Story {
  readonly run: string;
  readonly evaluation: unknown;
  readonly answers: readonly unknown[];
  readonly page: string;
}

/** Trains and measures; the exit code where training did not end. */
async function learn(
  name: string,
  { args, io, options }: { readonly args: Args; readonly io: Io; readonly options: TrainOptions },
): Promise<{ readonly code: number } | { readonly evaluation: unknown }> {
  const result = await trainInThread(await recipeFrom(name, args), options);
  const code = announce(result, { ...io, json: false });
  if (code !== 0) return { code };
  io.note('   measure it on what it has not seen, beside cheap baselines\n');
  const { evaluation, report } = await evaluateRun(options.out, options);
  if (!io.json) io.out(report);
  return { evaluation };
}

/** What the stories ask with. */
interface Asking {
  readonly options: TrainOptions;
  readonly args: Args;
  readonly io: Io;
}

/** Groups of emoji: answers, and the page of what the first one attends to. */
async function askAboutEmoji({ options, io }: Asking): Promise<Omit<Story, 'evaluation'>> {
  const open = await openClassifier(options.out, options);
  const found = await classify(open, QUESTIONS);
  await open.classifier.release();
  const answers = QUESTIONS.map((question, i) => ({ text: question, ...found[i]?.[0] }));
  if (!io.json)
    for (const { text: question, label, score = 0 } of answers) io.out(`  ${question} → ${label} (${percent(score)})`);
  const page = join(options.out, 'attention.html');
  await writeFileAtomic(page, attentionPage(await inspectText(open, QUESTIONS[0] as string, options)));
  return { run: options.out, answers, page };
}

/** Sounds of words: answers, and the page of which letters each sound came from. */
async function askAboutWords({ options, io }: Asking): Promise<Omit<Story, 'evaluation'>> {
  const generator = await openWriter(options.out, options);
  try {
    const alignments = [];
    for (const word of WORDS) alignments.push(await alignText(generator, word));
    if (!io.json) for (const one of alignments) io.out(`  ${one.source} → ${one.target}\n${alignmentText(one)}`);
    const page = join(options.out, 'alignment.html');
    const [first] = alignments;
    if (first) await writeFileAtomic(page, alignmentPage(first));
    const answers = alignments.map(({ source, target }) => ({ text: source, generated_text: target }));
    return { run: options.out, answers, page };
  } finally {
    await generator.release();
  }
}

/** One emoji of each kind that training saw neither as a concept nor in this style, as files. */
async function unseenPictures(folder: string): Promise<{ readonly name: string; readonly file: string }[]> {
  const { id, options = {} } = vitEmojiShort.data;
  const { moreTests } = await loadPictureDataset(id, [], { options });
  const unseen = KINDS.flatMap((kind) => moreTests?.both?.find(({ label }) => label === kind) ?? []);
  return Promise.all(
    unseen.map(async ({ tags, load }) => {
      const { width, height, channels, data } = await load();
      const name = String(tags?.name);
      const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.png`);
      await sharp(data, { raw: { width, height, channels } }).png().toFile(file);
      return { name, file };
    }),
  );
}

/** Groups of pictures: answers, and the page of what the first one's patches look at. */
async function askAboutPictures({ options, args, io }: Asking): Promise<Omit<Story, 'evaluation'>> {
  const pictures = await unseenPictures(options.out);
  const { runtime, session = {} } = options;
  const look = await pipeline('image-classification', options.out, { runtime, session });
  const found = await look(pictures.map(({ file }) => file));
  await look.dispose();
  const answers = pictures.map(({ name }, i) => ({ text: name, ...found[i]?.[0] }));
  if (!io.json)
    for (const { text: name, label, score = 0 } of answers)
      io.out(`  a picture of '${name}' → ${label} (${percent(score)})`);
  const page = join(options.out, 'picture.html');
  const [first] = pictures;
  if (first) {
    const asked = { ...args, positionals: [options.out, first.file], values: { ...args.values, html: page } };
    await explainInputs(asked, { ...io, note: () => undefined }, { judge: true, randomise: false });
  }
  return { run: options.out, answers, page };
}

const stories = [
  {
    recipe: 'emoji-groups',
    about: 'train a Transformer on the names of emoji in six languages',
    ask: 'ask it, and look at what it attends to',
    answer: askAboutEmoji,
    folder: '',
    input: '"your text"',
  },
  {
    recipe: 'g2p-short',
    about: 'train an encoder-decoder on how English words sound',
    ask: 'ask it, and look at which letters it looked at for each sound',
    answer: askAboutWords,
    folder: 'g2p',
    input: '"your word"',
  },
  {
    recipe: vitEmojiShort.name,
    about: 'train a Vision Transformer on pictures of emoji in three styles',
    ask: 'ask it about concepts and a style it has never seen, and look at what each patch looks at',
    answer: askAboutPictures,
    folder: 'vit',
    input: 'your-picture.png',
  },
] as const;

export const command: Command = {
  words: 0,
  flags: { out: { type: 'string' }, set: { type: 'string', multiple: true } },
  run: async (args, io) => {
    const out = text(args, 'out') ?? join(await mkdtemp(join(tmpdir(), 'tesserae-')), 'emoji-groups');
    const shared = await trainOptions(args, io, out);
    const told: Story[] = [];
    for (const [i, { recipe, about, ask, answer, folder, input }] of stories.entries()) {
      io.note(`${i + 1}  ${about}\n`);
      const options = { ...shared, out: join(out, folder) };
      const learnt = await learn(recipe, { args, io, options });
      if ('code' in learnt) return learnt.code;
      io.note(`   ${ask}\n`);
      const asked = await answer({ options, args, io });
      told.push({ ...asked, ...learnt });
      if (!io.json) io.out(`  open ${asked.page}\nThe run is ${asked.run}: tesserae predict ${asked.run} ${input}`);
    }
    const [emoji, words, pictures] = told;
    if (io.json) io.out(JSON.stringify({ ...emoji, words, pictures }));
    return 0;
  },
};
