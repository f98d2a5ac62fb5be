// Labelled sounds of the catalogue, WAV files in an archive: read from memory, decoded when asked for.
import { readWav, type Sound } from '../../tokens/index.ts';
import { DataError, type SenseExample, type SoundDataset, type SplitName } from '../dataset.ts';
import { parseCsv } from '../formats/csv.ts';
import { parseTar } from '../formats/tar.ts';
import { splitBy, splitOf } from '../split.ts';
import { choice, openSet, type ReadContext, wholeNumber } from './read-context.node.ts';

type Example = SenseExample<Sound>;

const speakers = ['george', 'jackson', 'lucas', 'nicolas', 'theo', 'yweweler'] as const;

/**
 * Free Spoken Digit Dataset: ten digits, six speakers, fifty takes each, 8 kHz. Option `speaker`: `none` tests on takes 0–4 of everybody
 * (the official split); a name tests on all takes of that speaker, who is not in training. Takes 5–7 of the rest are for validation.
 */
export async function spokenDigits(context: ReadContext): Promise<SoundDataset> {
  const id = 'fsdd';
  const unseen = choice(id, context, 'speaker', ['none', ...speakers]);
  const set = await openSet(id, context);
  const files = parseTar(await set.bytes('fsdd.tar.gz'), 'fsdd.tar.gz');
  const all: Example[] = [];
  for (const [path, bytes] of files) {
    const [, label, speaker, take] = /\/(\d)_([a-z]+)_(\d+)\.wav$/.exec(path) ?? [];
    if (label === undefined || speaker === undefined || take === undefined) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    all.push({ id: name, label, tags: { speaker, take }, load: () => readWav(bytes, `fsdd.tar.gz, ${name}`) });
  }
  if (all.length === 0) throw new DataError(`${id}: expected files DIGIT_SPEAKER_TAKE.wav, got none (fsdd.tar.gz)`);
  all.sort((a, b) => (a.id < b.id ? -1 : 1));
  const splits = splitBy(all, ({ tags }): SplitName => {
    const take = Number(tags?.take);
    const isTest = unseen === 'none' ? take < 5 : tags?.speaker === unseen;
    if (isTest) return 'test';
    return take >= 5 && take < 8 ? 'validation' : 'train';
  });
  const labels = Array.from({ length: 10 }, (_, digit) => String(digit));
  return { name: id, labels, splits, checksums: set.checksums };
}

/**
 * ESC-10: ten classes of sounds around us, 400 clips of about 5 s at 8 kHz. Option `fold` (1–5) is the test; pieces of one recording lie in
 * one fold. A tenth of the other recordings is for validation.
 */
export async function surroundings(context: ReadContext): Promise<SoundDataset> {
  const id = 'esc10-8k';
  const fold = String(wholeNumber(id, context, 'fold', { initial: 1, low: 1, high: 5 }));
  const set = await openSet(id, context);
  const archive = 'esc10-8k.tar.gz';
  const files = parseTar(await set.bytes(archive), archive);
  const table = files.get('esc10/labels.tsv');
  if (!table) throw new DataError(`${id}: expected esc10/labels.tsv, got ${files.size} other files (${archive})`);
  const rows = parseCsv(new TextDecoder().decode(table), `${archive}, labels.tsv`, ['file', 'class', 'fold'], '\t');
  const all = rows.map(({ line, fields }): Example => {
    const { file = '', class: label = '', fold: own = '' } = fields;
    const bytes = files.get(`esc10/audio/${file}`);
    if (!bytes)
      throw new DataError(`${id}: expected the file ${file}, got none (${archive}, labels.tsv, line ${line})`);
    // 001-1-100032-A.wav: class, fold, recording, piece
    const recording = file.split('-')[2] ?? file;
    const load = (): Promise<Sound> => readWav(bytes, `${archive}, ${file}`);
    return { id: file, label, tags: { fold: own, recording }, load };
  });
  const splits = splitBy(all, ({ tags }) =>
    tags?.fold === fold ? 'test' : splitOf(tags?.recording ?? '', { validation: 0.1, test: 0 }),
  );
  return { name: id, labels: [...new Set(all.map(({ label }) => label))].sort(), splits, checksums: set.checksums };
}
