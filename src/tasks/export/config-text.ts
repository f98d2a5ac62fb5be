// `config.json` changed as text: numbers keep their spelling.
import { jsonText } from '../../checkpoints/index.ts';
import type { HubConfig } from '../../models/index.ts';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * The text with these top-level fields. Fields that it has with another value make it be written anew, and numbers like 1.0 lose
 * their point then, unless `jsonText` knows the field as a float.
 */
export function withFields(text: string, fields: HubConfig): string {
  const old = JSON.parse(text) as HubConfig;
  const changed = Object.entries(fields).filter(([name, value]) => !same(old[name], value));
  if (changed.some(([name]) => name in old)) return jsonText({ ...old, ...fields });
  const added = changed.map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  return text.replace(/^\s*\{\n?/, `{\n${added.join('')}`);
}

/** The text with every `dtype` and `torch_dtype` in it, of the model and its parts, set; one is added where there is none. */
export function withDtype(text: string, dtype: string): string {
  const set = text.replace(/("(?:torch_)?dtype"\s*:\s*)(?:"[^"]*"|null)/g, `$1"${dtype}"`);
  return /"(?:torch_)?dtype"\s*:/.test(set) ? set : withFields(set, { dtype });
}
