// Tables of concepts: JSONL (`{"name": "苹果", "features": ["红色", "水果"]}`, or an object of weights) and CSV (`name,features` with
// features parted by `;`, weights after a colon).
import { type Concept, concept, parseFeatures } from '../tokens/index.ts';
import { DataError } from './dataset.ts';
import { parseCsv } from './formats/csv.ts';
import { parseJsonl } from './formats/jsonl.ts';

function featuresFrom(value: unknown, where: string): readonly string[] | Record<string, number> {
  if (typeof value === 'string') return parseFeatures(value, where);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (Object.values(value).every((weight) => typeof weight === 'number')) return value as Record<string, number>;
  }
  throw new DataError(
    `parseConcepts: expected features as a list of names or an object of weights, got ${JSON.stringify(value)?.slice(0, 60)} (${where})`,
  );
}

/**
 * The concepts of a table, by its first letter JSONL or CSV.
 * @throws DataError for a broken table, UnitsError for a concept without name or features, both with the line
 */
export function parseConcepts(text: string, where: string): Concept[] {
  if (text.trimStart().startsWith('{')) {
    return parseJsonl(text, where).map(({ line, value }) => {
      const place = `${where}, line ${line}`;
      if (typeof value.name !== 'string') throw new DataError(`parseConcepts: expected a field name (${place})`);
      return concept(value.name, featuresFrom(value.features, place), place);
    });
  }
  return parseCsv(text, where, ['name', 'features']).map(({ line, fields }) => {
    const place = `${where}, line ${line}`;
    return concept(fields.name as string, parseFeatures(fields.features as string, place), place);
  });
}
