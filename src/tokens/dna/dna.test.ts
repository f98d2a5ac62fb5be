// DNA: the course's figure, DNABERT's vocabulary and data, merges against Hugging Face tokenizers, files.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { int64 } from '../../array/index.ts';
import { idsOf, type UnitValues } from '../units.ts';
import { parseFasta, parseFastq } from './fasta.ts';
import { courseVocabulary, cutKmers, dnabertVocabulary, longPieces, vocabularyTokens } from './k-mer.ts';
import { loadSequences } from './load.node.ts';
import { cutPairs, encodePairs, pairEncodingJson, trainPairEncoding } from './pair-encoding.ts';
import { readBases, reverseComplement } from './sequence.ts';

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/senses/dna.json'), 'utf8'),
) as { merges: string[]; ids: number[]; unknown: number[] };

/** The sequences of scripts/golden-dna.py. */
function bases(length: number, seed: number): string {
  let [out, state] = ['', seed];
  while (out.length < length) {
    state = (Math.imul(1103515245, state) + 12345) & 0x7fffffff;
    const kind = (state >> 16) % 10;
    if (kind === 0) out += 'A'.repeat((state >> 20) % 9);
    else if (kind === 1 && out.length > 60) out += out.slice(out.length - 60, out.length - 60 + ((state >> 20) % 40));
    else out += 'ACGT'[(state >> 20) % 4];
  }
  return out.slice(0, length);
}

test('the figure of the course', () => {
  const options = { overlap: false, vocabulary: courseVocabulary(6) };
  // The pieces of the figure join to 19 bases; the sequence printed beside them, ACAATAATAATAACGG, lacks one ATA.
  const whole = cutKmers('ACAATAATAATAATAACGG', options);
  expect(whole.names).toEqual(['ACAATA', 'ATAATA', 'ATAACG', 'G']);
  expect(idsOf(whole.values)).toEqual([520, 264, 271, 4103]);
  expect(whole.places[3]).toEqual({ kind: 'span', start: 18, end: 19 });
  const shifted = cutKmers('CAATAATAATAATAACGG', options);
  expect(shifted.names).toEqual(['CAATAA', 'TAATAA', 'TAACGG']);
  expect(idsOf(shifted.values)).toEqual([2068, 1044, 1075]);
  const printed = cutKmers('ACAATAATAATAACGG', options);
  expect(printed.names).toEqual(['ACAATA', 'ATAATA', 'ACGG']);
  expect(printed.restore(printed.values)).toBe('ACAATAATAATAACGG');
});

test('vocabularies: order, sizes, and every id back', () => {
  expect([3, 4, 5, 6].map((k) => dnabertVocabulary(k).size)).toEqual([69, 261, 1029, 4101]);
  expect(vocabularyTokens(dnabertVocabulary(6)).slice(3, 10)).toEqual([
    '[SEP]',
    '[MASK]',
    'AAAAAA',
    'AAAAAT',
    'AAAAAC',
    'AAAAAG',
    'AAAATA',
  ]);
  for (const kmers of [dnabertVocabulary(3), courseVocabulary(4)]) {
    const tokens = vocabularyTokens(kmers);
    expect(new Set(tokens).size).toBe(kmers.size);
    expect(tokens.map(kmers.idOf)).toEqual(tokens.map((_, id) => id));
  }
  expect(courseVocabulary(6).idOf('AA')).toBe(4104);
  expect(() => dnabertVocabulary(3).pieceOf(69)).toThrow(/0 to 68, got 69/);
  expect(() => dnabertVocabulary(0)).toThrow(/k from 1 to 12/);
});

test('overlapping k-mers and back', () => {
  const options = { overlap: true, vocabulary: dnabertVocabulary(3), specialTokens: true };
  const units = cutKmers('ACGTN', options);
  expect(units.names).toEqual(['[CLS]', 'ACG', 'CGT', 'GTN', '[SEP]']);
  // digits A 0, T 1, C 2, G 3
  expect(idsOf(units.values)).toEqual([2, 5 + 2 * 4 + 3, 5 + 2 * 16 + 3 * 4 + 1, 1, 3]);
  expect(units.restore()).toBe('ACGTN');
  const clean = cutKmers('ACGTTGCA', options);
  expect(clean.restore(clean.values)).toBe('ACGTTGCA');
  expect(() => cutKmers('AC', options)).toThrow(/at least 3 bases, got 2/);
  expect(longPieces([5, 6, 7, 8], dnabertVocabulary(3), 4).map((row) => Array.from(row.data, Number))).toEqual([
    [2, 5, 6, 3],
    [2, 7, 8, 3],
  ]);
});

test('merges and ids as Hugging Face tokenizers', () => {
  const encoding = trainPairEncoding([bases(6000, 7), bases(3001, 8)], { vocabSize: 200, minFrequency: 0 });
  expect(encoding.merges.map(([a, b]) => `${encoding.symbols[a]} ${encoding.symbols[b]}`)).toEqual(golden.merges);
  const text = bases(500, 99);
  const { ids, spans } = encodePairs(encoding, text);
  expect(ids).toEqual(golden.ids);
  expect(encodePairs(encoding, 'ACNNGT').ids).toEqual(golden.unknown);
  expect(spans.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
  expect(
    cutPairs(text, encoding).restore({ kind: 'ids', ids: int64([ids.length], ids), size: 200 } as UnitValues),
  ).toBe(text);
  const json = pairEncodingJson(encoding) as { model: { merges: string[][]; vocab: Record<string, number> } };
  expect(json.model.merges.map((pair) => pair.join(' '))).toEqual(golden.merges);
  expect(Object.keys(json.model.vocab).length).toBe(200);
  expect(() => trainPairEncoding([], { vocabSize: 100 })).toThrow(/got none/);
  expect(() => trainPairEncoding(['ACGT'], { vocabSize: 8 })).toThrow(/at least 5 special tokens and 4 letters, got 8/);
});

test('letters: IUPAC, RNA, reverse complement, proteins', () => {
  expect(readBases('acguRYn', 'x')).toBe('ACGTRYN');
  expect(reverseComplement('AACGtRn')).toBe('nYaCGTT');
  const sequence = bases(300, 5);
  expect(reverseComplement(reverseComplement(sequence))).toBe(sequence);
  expect(() => readBases('MKVLEF', 'p.fa')).toThrow(
    /got 'L' at 3 \(p.fa\); with L, E, F in it, it looks like a protein/,
  );
  expect(() => readBases('AC-GT', 'x')).toThrow(/got '-' at 2/);
  expect(() => reverseComplement('AX')).toThrow(/got 'X' at 1/);
});

test('FASTA and FASTQ: wrapped, soft-masked, gzip, broken', async () => {
  const fasta = '; old comment\n>one first record\r\nACGT\r\nacgtn\r\n\r\n>two\nRRYY\n';
  expect(parseFasta(fasta, 'x')).toEqual([
    { name: 'one', description: 'first record', sequence: 'ACGTACGTN' },
    { name: 'two', description: '', sequence: 'RRYY' },
  ]);
  expect(parseFastq('@r1 a\nACG\nT\n+\n@!~I\n@r2\nA\n+r2\n5\n', 'x')).toEqual([
    { name: 'r1', description: 'a', sequence: 'ACGT', quality: [31, 0, 93, 40] },
    { name: 'r2', description: '', sequence: 'A', quality: [20] },
  ]);
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-dna-'));
  writeFileSync(join(dir, 'a.fa'), gzipSync(fasta));
  expect((await loadSequences(join(dir, 'a.fa'))).map(({ name }) => name)).toEqual(['one', 'two']);
  for (const bytes of [gzipSync(fasta), new TextEncoder().encode(fasta)])
    expect(await loadSequences(bytes)).toEqual(await loadSequences(join(dir, 'a.fa')));
  await expect(loadSequences(gzipSync(fasta).subarray(0, 30))).rejects.toThrow(/whole gzip data.*\(30 bytes\)/);
  writeFileSync(join(dir, 'named.fa'), '\ufeff>génome1\nACGT\n>基因\nAC\n');
  expect((await loadSequences(join(dir, 'named.fa'))).map(({ name }) => name)).toEqual(['génome1', '基因']);
  writeFileSync(join(dir, 'old.fa'), Buffer.from('>génome1\nACGT\n', 'latin1'));
  expect((await loadSequences(join(dir, 'old.fa'))).map(({ name }) => name)).toEqual(['génome1']);
  writeFileSync(join(dir, 'cut.fa.gz'), gzipSync(fasta.repeat(99)).subarray(0, 60));
  await expect(loadSequences(join(dir, 'cut.fa.gz'))).rejects.toThrow(/whole gzip data/);
  await expect(loadSequences(join(dir, 'none.fa'))).rejects.toThrow(/ENOENT/);
  expect(() => parseFasta('ACGT', 'x')).toThrow(/begins with '>', got 'ACGT' \(x, line 1\)/);
  expect(() => parseFasta('>a\n>b\nA', 'x')).toThrow(/got none \(x, line 1, a\)/);
  expect(() => parseFasta('', 'x')).toThrow(/at least one record/);
  expect(() => parseFasta('>p\nMKLVE', 'x')).toThrow(/\(x, line 1, p\)/);
  expect(() => parseFastq('@a\nACGT\n+\nII', 'x')).toThrow(/4 bases and 2 qualities/);
  expect(() => parseFastq('@a\nACGT\n+\nII I', 'x')).toThrow(/qualities from/);
});

const { TESSERAE_DATA: data } = process.env;
test.skipIf(!data)('DNABERT’s own data comes out as it is (needs TESSERAE_DATA)', () => {
  const text = gunzipSync(readFileSync(join(data as string, 'dna/dnabert-dev/dev.tsv.gz'))).toString();
  const options = { overlap: true, vocabulary: dnabertVocabulary(6) };
  for (const line of text.trim().split('\n').slice(1)) {
    const kmers = (line.split('\t')[0] as string).split(' ');
    const sequence = kmers.map((kmer, i) => (i === kmers.length - 1 ? kmer : kmer[0])).join('');
    expect(cutKmers(sequence, options).names).toEqual(kmers);
  }
});
