// Tables of concepts in both formats.
import { expect, test } from 'vitest';
import { parseConcepts } from './concept-table.ts';

test('JSONL and CSV give the same concepts', () => {
  const jsonl = '{"name": "苹果", "features": ["红色", "水果"]}\n{"name": "香蕉", "features": {"黄色": 2}}\n';
  const csv = 'name,features\n苹果,红色;水果\n香蕉,黄色:2\n';
  expect(parseConcepts(jsonl, 'a.jsonl')).toEqual(parseConcepts(csv, 'a.csv'));
  expect(() => parseConcepts('{"name": "a", "features": 3}', 'a.jsonl')).toThrow(/got 3 \(a.jsonl, line 1\)/);
  expect(() => parseConcepts('{"features": []}', 'a.jsonl')).toThrow(/a field name/);
  expect(() => parseConcepts('name,features\na,\n', 'a.csv')).toThrow(/at least one feature, got none \(a.csv, line/);
  expect(() => parseConcepts('word\nx\n', 'a.csv')).toThrow(/columns name, features/);
});
