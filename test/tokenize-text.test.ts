// `tesserae tokenize` on text: the page, trained tokenizers for DNA, and bytes that are no text.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Args } from '../src/cli/command.ts';
import { command as tokenize } from '../src/cli/commands/tokenize.ts';
import { embedUnits } from '../src/data/index.ts';
import { textSvg } from '../src/lens/index.ts';
import { cutText, tokenizerFromJson, trainTokenizerJson } from '../src/tokens/index.ts';
import { cli } from './cli-command.ts';

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'tesserae-tokenize-text-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

async function run(positionals: string[], values: Args['values'], json = false): Promise<string> {
  let out = '';
  const io = { out: (text: string) => (out += text), note: () => undefined, isTerminal: false, quiet: true, json };
  await tokenize.run({ positionals, values }, io);
  return out;
}

const bytes = trainTokenizerJson(['hug hugs hugging\n'], { algorithm: 'byte-bpe', vocabSize: 262 });
writeFileSync(at('bytes.json'), JSON.stringify(bytes));
const words = trainTokenizerJson(['我 喜 欢 hug pug\n'], { algorithm: 'word', vocabSize: 20 });
writeFileSync(at('words.json'), JSON.stringify(words));

test('a text as a page: tokens in place with offsets and ids, and the sum with real numbers', async () => {
  const source = 'hugs <b> 😀';
  const printed = await run([source], { tokenizer: at('bytes.json'), html: at('a.html'), seed: '3' });
  expect(printed).toBe(await run([source], { tokenizer: at('bytes.json'), modality: 'text' }));
  const tokenizer = tokenizerFromJson(bytes);
  const { ids, tokens, offsets } = tokenizer.encode(source);
  const page = readFileSync(at('a.html'), 'utf8');
  expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)|src=|<b>/);
  const story = JSON.parse(/id="story">(.*?)<\/script>/s.exec(page)?.[1] as string) as {
    modality: string;
    facts: { size: number };
    units: { name: string; value: string; place: { en: string }; position: number[]; own: number[]; sum: number[] }[];
  };
  expect([story.modality, story.facts.size]).toEqual(['text', tokenizer.vocabSize]);
  expect(story.units.map(({ name }) => name)).toEqual(tokens);
  expect(story.units.map(({ value }) => Number(value))).toEqual(ids);
  expect(story.units.map(({ place }) => place.en)).toEqual(offsets.map(([a, b]) => `letters ${a}–${b - 1}`));
  const embedded = embedUnits(cutText(source, tokenizer), { dim: 12, seed: 3 });
  const row = (data: Float32Array): number[] => Array.from(data.subarray(12, 24), (value) => Number(value.toFixed(4)));
  expect(story.units[1]?.own).toEqual(row(embedded.units.data));
  expect(story.units[1]?.sum).toEqual(row(embedded.sum.data));
  // Every token has its box; the four bytes of the emoji share one, with its letters once.
  const drawing = /<svg.*?<\/svg>/s.exec(page)?.[0] as string;
  expect(drawing.match(/data-unit="\d+"/g)).toHaveLength(ids.length);
  expect(drawing.match(/😀/gu)).toHaveLength(1);
  expect(drawing.match(/>9–11</g)).toHaveLength(offsets.filter(([a, b]) => a === 9 && b === 11).length);
  expect(page).toContain('文本');
});

test('drawing: letters that no token covers, special tokens, line ends', () => {
  const bert = tokenizerFromJson({
    ...words,
    added_tokens: [
      { id: 9, content: '[CLS]', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
    ],
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [9], tokens: ['[CLS]'] } },
    },
  });
  const units = cutText('hug  pug\n我', bert);
  expect(units.names).toEqual(['[CLS]', 'hug', 'pug', '我']);
  const shown = [...textSvg('hug  pug\n我', units).matchAll(/pointer-events="none">([^<]*)</g)].map(
    ([, letters]) => letters,
  );
  expect(shown).toEqual(['[CLS]', 'hug', '  ', 'pug', '↵', '我']);
  expect(units.restore()).toBe('hug pug 我');
  expect(() => cutText('', tokenizerFromJson(words))).toThrow('expected a text with tokens, got none');
});

test('the page is about one text', async () => {
  const values = { tokenizer: at('words.json'), html: at('b.html') };
  await expect(run(['a', 'b'], values)).rejects.toThrow('expected one original, got 2');
  await expect(run(['a'], { modality: 'text' })).rejects.toThrow('expected --tokenizer T, got nothing');
});

test('DNA is cut by the tokenizer that is named', async () => {
  const json = trainTokenizerJson(['ACGTACGTACGTTTACG'], { algorithm: 'dna-bpe', vocabSize: 8 });
  writeFileSync(at('dna.json'), JSON.stringify(json));
  const sequence = 'ACGTTTACGTAC';
  const [one] = JSON.parse(await run([sequence], { modality: 'dna', tokenizer: at('dna.json') }, true)) as {
    ids: number[];
    tokens: string[];
    modality: string;
  }[];
  const { ids, tokens } = tokenizerFromJson(json).encode(sequence);
  expect(one).toMatchObject({ ids, tokens, modality: 'dna' });
  expect(tokens.some((token) => token.length > 1 && token.length !== 6)).toBe(true);
  await expect(run([sequence], { modality: 'dna', tokenizer: at('dna.json'), k: '3' })).rejects.toThrow(
    'expected --tokenizer or --k, got both',
  );
});

test('bases on the command line may be uncertain ones', async () => {
  const [one] = JSON.parse(await run(['acgtr'], { modality: 'dna', k: '3' }, true)) as {
    ids: number[];
    tokens: string[];
  }[];
  // five special tokens, then base 4 in the order A T C G; R is a purine, whose windows are unknown
  expect(one).toMatchObject({ ids: [5 + 11, 5 + 45, 1], tokens: ['ACG', 'CGT', 'GTR'] });
  await expect(run(['ACGTX'], { modality: 'dna', k: '3' })).rejects.toThrow('ENOENT (ACGTX)');
});

test('standard input that is no UTF-8: the first bad byte, another encoding by name', { timeout: 60_000 }, () => {
  const call = (input: Uint8Array, ...more: string[]) => {
    const all = [...cli, 'tokenize', '--tokenizer', at('words.json'), ...more];
    return spawnSync(process.execPath, all, { encoding: 'utf8', cwd: ROOT, input });
  };
  const gb = Uint8Array.of(0x68, 0x75, 0x67, 0x20, 0xce, 0xd2, 0x0a); // hug 我 in GB 18030
  const wrong = call(gb, '--ids-only');
  expect([wrong.status, wrong.stdout]).toEqual([1, '']);
  expect(wrong.stderr).toBe(
    'tesserae tokenize: text: expected utf-8, got another byte at 4 (standard input)\nName the encoding with --encoding, as in --encoding gb18030.\n',
  );
  const right = call(gb, '--ids-only', '--encoding', 'gb18030', '--html', at('c.html'));
  expect([right.status, right.stdout]).toEqual([0, `${tokenizerFromJson(words).encode('hug 我').ids.join(' ')}\n`]);
  expect(readFileSync(at('c.html'), 'utf8')).toContain('我');
});
