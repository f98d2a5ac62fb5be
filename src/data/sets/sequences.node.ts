// Labelled sequences of bases of the catalogue. What occurs twice is dropped before splitting: equal sequences never lie on two sides.
import { parseFasta, readBases } from '../../tokens/index.ts';
import { DataError, type SenseExample, type SequenceDataset } from '../dataset.ts';
import { placeOf, splitBy, splitOf } from '../split.ts';
import { choice, openSet, type ReadContext, wholeNumber } from './read-context.node.ts';

type Example = SenseExample<string>;

interface Labelled {
  readonly id: string;
  readonly label: string;
  readonly sequence: string;
}

/** One example a sequence; sequences with two labels are left out. */
function distinct(records: readonly Labelled[]): { examples: Example[]; notes: string[] } {
  const labelsOf = new Map<string, Set<string>>();
  const first = new Map<string, Labelled>();
  for (const record of records) {
    labelsOf.set(record.sequence, (labelsOf.get(record.sequence) ?? new Set()).add(record.label));
    if (!first.has(record.sequence)) first.set(record.sequence, record);
  }
  const kept = [...first.values()].filter(({ sequence }) => labelsOf.get(sequence)?.size === 1);
  const repeats = records.length - first.size;
  const unclear = first.size - kept.length;
  const notes = [
    ...(repeats > 0 ? [`left out ${repeats} repeated sequences`] : []),
    ...(unclear > 0 ? [`left out ${unclear} sequences with more than one label`] : []),
  ];
  const examples = kept.map(({ id, label, sequence }): Example => ({ id, label, load: async () => sequence }));
  return { examples, notes };
}

/** Folds by a hash of the id; the next one is for validation. */
function byFold(examples: readonly Example[], fold: number, folds: number): SequenceDataset['splits'] {
  return splitBy(examples, ({ id }) => {
    const own = Math.floor(folds * placeOf(id));
    if (own === fold) return 'test';
    return own === (fold + 1) % folds ? 'validation' : 'train';
  });
}

/** UCI's splice junctions: exon to intron (EI), intron to exon (IE), neither (N); 60 bases. Option `fold` (0–9): ten folds. */
export async function splice(context: ReadContext): Promise<SequenceDataset> {
  const id = 'splice';
  const fold = wholeNumber(id, context, 'fold', { initial: 0, low: 0, high: 9 });
  const set = await openSet(id, context);
  const rows = (await set.text('splice.arff')).split(/\r\n|\n|\r/);
  const start = rows.findIndex((row) => row.trim().toLowerCase() === '@data');
  if (start < 0) throw new DataError(`${id}: expected a line @data, got none (splice.arff)`);
  const records = rows.flatMap((row, i): Labelled[] => {
    if (i <= start || row.trim() === '' || row.startsWith('%')) return [];
    const [name = '', ...cells] = row.split(',').map((cell) => cell.trim());
    const label = cells.pop() ?? '';
    const where = `splice.arff, line ${i + 1}`;
    if (cells.length !== 60 || !['EI', 'IE', 'N'].includes(label)) {
      throw new DataError(`${id}: expected a name, 60 bases and EI, IE or N, got '${row.slice(0, 40)}' (${where})`);
    }
    return [{ id: name, label, sequence: readBases(cells.join(''), where) }];
  });
  const { examples, notes } = distinct(records);
  const splits = byFold(examples, fold, 10);
  return { name: id, labels: ['EI', 'IE', 'N'], splits, checksums: set.checksums, notes };
}

const promoterFiles = {
  'arabidopsis-tata': ['Arabidopsis_tata.fa', 'Arabidopsis_non_prom.fa'],
  arabidopsis: ['Arabidopsis_non_tata.fa', 'Arabidopsis_non_prom_big.fa'],
  mouse: ['Mouse_tata.fa', 'Mouse_nonprom.fa'],
  ecoli: ['Ecoli_prom.fa', 'Ecoli_non_prom.fa'],
  bacillus: ['Bacillus_prom.fa', 'Bacillus_non_prom.fa'],
} as const;

/** Where genes begin, and other places. Options: `organism` (`arabidopsis-tata`, `arabidopsis`, `mouse`, `ecoli`, `bacillus`), `fold` (0–4). */
export async function promoters(context: ReadContext): Promise<SequenceDataset> {
  const id = 'promoters';
  const organisms = Object.keys(promoterFiles) as (keyof typeof promoterFiles)[];
  const [promoter, other] = promoterFiles[choice(id, context, 'organism', organisms)];
  const fold = wholeNumber(id, context, 'fold', { initial: 0, low: 0, high: 4 });
  const set = await openSet(id, context);
  const read = async (file: string, label: string): Promise<Labelled[]> =>
    parseFasta(await set.text(file), file).map(({ sequence }, i) => ({ id: `${file}:${i}`, label, sequence }));
  const { examples, notes } = distinct([...(await read(other, 'other')), ...(await read(promoter, 'promoter'))]);
  const splits = byFold(examples, fold, 5);
  return { name: id, labels: ['other', 'promoter'], splits, checksums: set.checksums, notes };
}

/** DNABERT's example: 6-mers put together again; 101 bases; label 1 is a core promoter. */
export async function corePromoters(context: ReadContext): Promise<SequenceDataset> {
  const id = 'dnabert-dev';
  const set = await openSet(id, context);
  const records = (await set.text('dev.tsv'))
    .split(/\r\n|\n|\r/)
    .slice(1)
    .flatMap((row, i): Labelled[] => {
      if (row.trim() === '') return [];
      const [words = '', label = ''] = row.split('\t');
      const [first = '', ...rest] = words.trim().split(' ');
      const where = `dev.tsv, line ${i + 2}`;
      if (label !== '0' && label !== '1')
        throw new DataError(`${id}: expected label 0 or 1, got '${label}' (${where})`);
      const sequence = readBases(first + rest.map((word) => word.at(-1)).join(''), where);
      return [{ id: `line ${i + 2}`, label, sequence }];
    });
  const { examples, notes } = distinct(records);
  const splits = splitBy(examples, (example) => splitOf(example.id, { validation: 0.1, test: 0.2 }));
  return { name: id, labels: ['0', '1'], splits, checksums: set.checksums, notes };
}

/** Two whole genomes in pieces one after the other, labelled by whose they are: for pre-training. Option `length`: bases of a piece, 512. */
export async function genomes(context: ReadContext): Promise<SequenceDataset> {
  const id = 'genomes';
  const length = wholeNumber(id, context, 'length', { initial: 512, low: 1, high: 2 ** 20 });
  const set = await openSet(id, context);
  const sources = { lambda: 'lambda_virus.fa', ecoli: 'NC_008253.fna' };
  const examples: Example[] = [];
  for (const [label, file] of Object.entries(sources)) {
    for (const { name, sequence } of parseFasta(await set.text(file), file)) {
      for (let at = 0; at + length <= sequence.length; at += length) {
        examples.push({ id: `${name}:${at}`, label, load: async () => sequence.slice(at, at + length) });
      }
    }
  }
  const splits = splitBy(examples, (example) => splitOf(example.id, { validation: 0.05, test: 0.05 }));
  return { name: id, labels: Object.keys(sources), splits, checksums: set.checksums };
}
