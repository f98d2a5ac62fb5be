// What comes in from outside and is wrong: one clear typed error each, with the place.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstInvalidByte } from '../tokens/index.ts';
import { loadTextDataset, readExamples, readText, requireDataset } from './index.node.ts';
import { batchSchedule, DataError, groupByLength, parseCsv, parseJsonl, randomWindows } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-test-'));
const fileOf = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};

test.each([0, -1, 1.5, Number.NaN])('a batch size of %d ends at once', (batchSize) => {
  const message = 'expected a batch size of a whole number >= 1';
  expect(() => groupByLength([1, 2], { batchSize, seed: 0, epoch: 0 })).toThrow(message);
  expect(() => batchSchedule([1, 2], batchSize, 0)).toThrow(message);
  expect(() => randomWindows([1, 2], { batchSize, length: 1, seed: 0, step: 0 })).toThrow(message);
  expect(() => batchSchedule([], 2, 0)).toThrow('expected at least one item');
});

test('a missing label is an error with its line, never a class of that name', async () => {
  const missing = fileOf('missing.jsonl', '{"text":"a","label":"x"}\n{"text":"b"}\n');
  await expect(readExamples(missing)).rejects.toThrow(`expected a label, got none (${missing}, line 2)`);
  await expect(readExamples(fileOf('null.jsonl', '{"text":"a","label":null}'))).rejects.toThrow('got null');
  await expect(readExamples(fileOf('list.jsonl', '{"text":"a","label":[1]}'))).rejects.toThrow('got [1]');
  await expect(readExamples(fileOf('blank.csv', 'text,label\na,\n'))).rejects.toThrow('got ""');
  const numbers = await readExamples(fileOf('numbers.jsonl', '{"text":"a","label":0}\n{"text":"b","label":true}'));
  expect(numbers.examples.map(({ label }) => label)).toEqual(['0', 'true']);
});

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('%s is no data set', async (id) => {
  await expect(loadTextDataset(id, [dir])).rejects.toThrow(`got '${id}'`);
  await expect(requireDataset(id, [dir])).rejects.toThrow(DataError);
  expect(() => parseCsv('a,b\n1,2\n', 'x.csv', [id])).toThrow(`expected the columns ${id}, got a, b`);
});

test.each(['\n', '\r\n', '\r'])('lines of CSV records count quoted line ends (%j)', (end) => {
  const text = ['text,label', '"a', 'b",x', '', '"c', 'd', 'é",y', 'last,z', ''].join(end);
  for (const input of [text, `\ufeff${text}`]) {
    const records = parseCsv(input, 'x.csv', ['text', 'label']);
    expect(records.map(({ line }) => line)).toEqual([2, 5, 8]);
    expect(records[1]?.fields).toEqual({ text: `c${end}d${end}é`, label: 'y' });
  }
  const wrong = (rest: string): (() => unknown) => {
    return () => parseCsv(`text,label${end}"a${end}b",x${end}${rest}`, 'x.csv', ['text', 'label']);
  };
  expect(wrong(`"c${end}d",y,z${end}`)).toThrow('expected 2 fields (text, label), got 3 (x.csv, line 4)');
  expect(wrong(`only${end}`)).toThrow('got 1 (x.csv, line 4)');
  expect(wrong(`"c${end}d,y${end}`)).toThrow('a quote that is never closed (x.csv, line 4)');
});

test('CSV without header, without records, with a column twice, with a column of an odd name', () => {
  expect(() => parseCsv('', 'x.csv', ['text'])).toThrow('expected a header line, got an empty file (x.csv)');
  expect(() => parseCsv('\ufeff', 'x.csv', ['text'])).toThrow('empty file');
  expect(() => parseCsv('text,label\n', 'x.csv', ['text'])).toThrow('expected records after the header, got none');
  expect(() => parseCsv('text,text\na,b\n', 'x.csv', ['text'])).toThrow("got 'text' twice");
  const [record] = parseCsv('__proto__,text\na,b\n', 'x.csv', ['text']);
  expect(Object.entries(record?.fields ?? {})).toEqual([
    ['__proto__', 'a'],
    ['text', 'b'],
  ]);
});

test('JSONL: byte-order mark, CRLF, and the line of what is malformed', () => {
  expect(parseJsonl('\ufeff{"a":1}\r\n\r\n{"a":2}\r\n', 'x.jsonl').map(({ line }) => line)).toEqual([1, 3]);
  expect(() => parseJsonl('{"a":1}\r\n\r\n{"a":\r\n', 'x.jsonl')).toThrow('(x.jsonl, line 3)');
});

test('an empty data set is an error', async () => {
  await expect(readExamples(fileOf('empty.jsonl', '\n\n'))).rejects.toThrow('at least one record, got none');
});

test('the place of the first byte that is not UTF-8', async () => {
  // Python: bytes.decode() of the same input raises UnicodeDecodeError with these starts
  const cases: [number[], number][] = [
    [[0x61, 0x62, 0xff, 0x63], 2],
    [[0xe4, 0xbd, 0xa0, 0xe4, 0xbd], 3],
    [[0xe4, 0xbd, 0x41, 0xff], 0],
    [[0xc0, 0x80], 0],
    [[0x61, 0xed, 0xa0, 0x80], 1],
    [[0xf4, 0x90, 0x80, 0x80], 0],
    [[0xef, 0xbf, 0xbd, 0x80], 3],
    [[0xf0, 0x9f, 0x98, 0x80], -1],
  ];
  for (const [bytes, at] of cases) expect(firstInvalidByte(Uint8Array.from(bytes))).toBe(at);
  const path = fileOf('bad.txt', Buffer.from([0xef, 0xbf, 0xbd, 0x0a, 0x80]));
  // U+FFFD itself is fine, the byte after it is not
  await expect(readText(path)).rejects.toThrow(`got the byte 0x80 at offset 4 (${path})`);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      expect(firstInvalidByte(bytes) === -1).toBe(isUtf8(bytes));
    }),
    { numRuns: 3000, seed: 1 },
  );
});

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

test('a broken archive is named', async () => {
  const packed = gzipSync('hello '.repeat(100));
  await expect(readText(fileOf('cut.txt.gz', packed.subarray(0, 20)))).rejects.toThrow('expected a gzip file');
  await expect(readText(fileOf('plain.txt.gz', 'hello'))).rejects.toThrow(DataError);
});
