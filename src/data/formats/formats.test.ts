// Readers of formats: what they take, and where they say an input is wrong.
import { expect, test } from 'vitest';
import { DataError } from '../dataset.ts';
import { parseConll, toCharacters, toIob2 } from './conll.ts';
import { parseLines, parseParallel } from './parallel.ts';
import { parseSquad } from './squad.ts';

test('CoNLL: tabs or spaces, documents, blank lines, line ends, numbers of lines', () => {
  const text =
    '\ufeff-DOCSTART- -X- O O\r\n\r\nEU NNP B-ORG\r\nrejects VBZ O\r\n \r\n\r\n-DOCSTART- -X- O O\n\n# NN O\n\nLast NN I-MISC';
  const sentences = parseConll(text, 'x', { token: 0, label: -1, spans: true });
  expect(sentences).toEqual([
    { line: 3, document: 0, tokens: ['EU', 'rejects'], labels: ['B-ORG', 'O'] },
    { line: 9, document: 1, tokens: ['#'], labels: ['O'] },
    { line: 11, document: 1, tokens: ['Last'], labels: ['I-MISC'] },
  ]);
  // a token may hold spaces where tabs part the columns
  expect(parseConll('New York\tB-LOC\n', 'x', { token: 0, label: 1 })[0]?.tokens).toEqual(['New York']);
});

test('CoNLL-U: comments, ranges and empty nodes', () => {
  const text = '# text = du\n1-2\tdu\t_\n1\tde\tADP\n2\tle\tDET\n2.1\t_\tX\n';
  const [sentence] = parseConll(text, 'x', { id: 0, token: 1, label: 2, comments: true });
  expect(sentence).toEqual({ line: 3, document: 0, tokens: ['de', 'le'], labels: ['ADP', 'DET'] });
});

test('CoNLL: errors name the line', () => {
  const read = (text: string) => () => parseConll(text, 'x.conll', { token: 0, label: 1, spans: true });
  expect(read('a O\n\nb\n')).toThrow('expected at least 2 columns, got 1 (x.conll, line 3)');
  expect(read('a O\nb X-PER\n')).toThrow("got 'X-PER' (x.conll, line 2)");
  expect(read('a O\nb PER\n')).toThrow("got 'PER' (x.conll, line 2)");
  expect(read('a\t\n')).toThrow('(x.conll, line 1)');
  expect(read('\tO\n')).toThrow('expected a token, got an empty column (x.conll, line 1)');
  expect(read('\n-DOCSTART- O\n\n')).toThrow('expected sentences, got none (x.conll)');
  expect(read('')).toThrow(DataError);
});

test('labels of any IOB kind become IOB2; words become characters', () => {
  expect(toIob2(['I-A', 'I-A', 'O', 'I-B', 'B-B', 'I-B', 'I-A'])).toEqual([
    'B-A',
    'I-A',
    'O',
    'B-B',
    'B-B',
    'I-B',
    'B-A',
  ]);
  expect(toCharacters(['北京', '𠀀是', 'x'], ['B-LOC', 'I-LOC', 'O'])).toEqual({
    tokens: ['北', '京', '𠀀', '是', 'x'],
    labels: ['B-LOC', 'I-LOC', 'I-LOC', 'I-LOC', 'O'],
  });
});

test('lines and parallel text', () => {
  expect(parseLines('\ufeffa\r\n\nb')).toEqual([
    { line: 1, text: 'a' },
    { line: 2, text: '' },
    { line: 3, text: 'b' },
  ]);
  expect(parseParallel('a\n\n b \n', 'x\r\n\r\ny', ['s', 't'])).toEqual([
    { line: 1, source: 'a', target: 'x' },
    { line: 3, source: 'b', target: 'y' },
  ]);
  expect(() => parseParallel('a\nb\nc\n', 'x\n', ['s.en', 't.de'])).toThrow(
    'got 3 and 1: line 2 of s.en has no partner (s.en, t.de)',
  );
  expect(() => parseParallel('a\n', 'x\ny\n', ['s.en', 't.de'])).toThrow('line 2 of t.de has no partner');
  expect(() => parseParallel('a\nb\n', 'x\n \n', ['s.en', 't.de'])).toThrow('got none (t.de, line 2)');
  expect(() => parseParallel('\n', '\n', ['s.en', 't.de'])).toThrow('expected lines, got none');
});

const squad = (context: string, answers: unknown, rest: object = {}): string =>
  JSON.stringify({ data: [{ paragraphs: [{ context, qas: [{ id: 'q1', question: ' Who? ', answers, ...rest }] }] }] });

test('SQuAD: places in UTF-16, answers that strayed, questions without answers', () => {
  const [question] = parseSquad(squad('😀 Bob saw Bob', [{ text: 'Bob', answer_start: 10 }]), 'x').questions;
  // code point 10 is UTF-16 unit 11; nothing else begins there, so the nearest is found
  expect(question).toEqual({
    ...{ id: 'q1', question: 'Who?', context: '😀 Bob saw Bob', article: 0 },
    answers: [{ text: 'Bob', start: 11 }],
  });
  const strayed = parseSquad(
    squad('a Bob', [
      { text: 'Bob', answer_start: 4 },
      { text: 'Eve', answer_start: 0 },
    ]),
    'x',
  );
  expect([strayed.questions[0]?.answers, strayed.strayed]).toEqual([[{ text: 'Bob', start: 2 }], ['q1']]);
  expect(parseSquad(squad('a', []), 'x').questions[0]?.answers).toEqual([]);
  const [asked, silent] = ['q0', 'q1'].map((id) => ({ id, question: id === 'q0' ? 'Who?' : ' ', answers: [] }));
  const half = parseSquad(JSON.stringify({ data: [{ paragraphs: [{ context: 'a', qas: [asked, silent] }] }] }), 'x');
  expect([half.questions.map(({ id }) => id), half.empty]).toEqual([['q0'], ['q1']]);
  expect(() => parseSquad(squad('a', [{ text: 'Eve', answer_start: 0 }]), 'x')).toThrow(
    'expected questions, got none that can be used among 1: 1 with answers that their context does not hold, 0 without words (x)',
  );
  expect(() => parseSquad('{"data":[]}', 'x')).toThrow('expected questions, got none (x)');
});

test.each<[string, string]>([
  ['{', 'expected JSON'],
  ['[]', 'expected data to be a list, got undefined (x.json)'],
  ['{"data":[{}]}', 'expected data[0].paragraphs to be a list'],
  ['{"data":[null]}', 'expected data[0] to be an object, got null'],
  ['{"data":[{"paragraphs":[{"qas":[]}]}]}', 'expected data[0].paragraphs[0].context to be a text'],
  [squad('a', 7), 'expected data[0].paragraphs[0].qas[0].answers to be a list, got 7'],
  [squad('a', [{ answer_start: 0 }]), 'qas[0].answers[0].text to be a text'],
])('SQuAD that is none: %s', (json, message) => {
  expect(() => parseSquad(json, 'x.json')).toThrow(DataError);
  expect(() => parseSquad(json, 'x.json')).toThrow(message);
});
