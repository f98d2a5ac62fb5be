// Post-processors of `tokenizer.json`: special tokens around one text or a pair, types, trimmed places.
import { TokenizerError } from '../tokenizer.ts';
import { type Component, Fields, isAbsent, type Makers, make, refuse } from './component.ts';
import { Strand } from './strand.ts';

/** Puts special tokens around encodings. */
export interface PostProcessor {
  /** How many tokens it adds. */
  added(isPair: boolean): number;
  process(strands: readonly Strand[], addSpecialTokens: boolean): Strand[];
}

type NamedToken = readonly [string, number];

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function namedToken(fields: Fields, name: string): NamedToken {
  const value = fields.list(name);
  if (value.length !== 2 || typeof value[0] !== 'string' || !isId(value[1]))
    refuse(`${fields.where}.${name}`, 'a token and its id', value);
  return value as unknown as NamedToken;
}

const special = ([token, id]: NamedToken, type: number): Strand => Strand.ofSpecial([id], [token], type);

/** The strands around every encoding and its overflow, which is not joined with anything else. */
function around(strand: Strand, before: readonly Strand[], after: readonly Strand[]): Strand {
  const wrap = (one: Strand): Strand => new Strand([...before, one, ...after].flatMap((part) => part.parts));
  return new Strand(wrap(strand).parts, strand.overflow.map(wrap));
}

function bertProcessing(fields: Fields): PostProcessor {
  const [sep, cls] = [namedToken(fields, 'sep'), namedToken(fields, 'cls')];
  return {
    added: (isPair) => (isPair ? 3 : 2),
    process: (strands, addSpecialTokens) =>
      strands.map((strand, i) => {
        if (!addSpecialTokens) return strand;
        return i === 0 ? around(strand, [special(cls, 0)], [special(sep, 0)]) : around(strand, [], [special(sep, 1)]);
      }),
  };
}

function robertaProcessing(fields: Fields): PostProcessor {
  const [sep, cls] = [namedToken(fields, 'sep'), namedToken(fields, 'cls')];
  const [trim, prefix] = [fields.boolean('trim_offsets'), fields.boolean('add_prefix_space')];
  return {
    added: (isPair) => (isPair ? 4 : 2),
    process: (strands, addSpecialTokens) =>
      strands.map((strand, i) => {
        const trimmed = (trim ? strand.trimmed(prefix) : strand).withType(0, addSpecialTokens);
        return addSpecialTokens ? around(trimmed, [special(i === 0 ? cls : sep, 0)], [special(sep, 0)]) : trimmed;
      }),
  };
}

function byteLevelTrim(fields: Fields): PostProcessor {
  const [trim, prefix] = [fields.boolean('trim_offsets'), fields.boolean('add_prefix_space')];
  fields.boolean('use_regex', true);
  return {
    added: () => 0,
    process: (strands) => (trim ? strands.map((strand) => strand.trimmed(prefix)) : [...strands]),
  };
}

/** A place in a template: a text (0 or 1) or a special token. */
interface Place {
  readonly text: number | undefined;
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly type: number;
}

type SpecialTokens = ReadonlyMap<string, { readonly ids: number[]; readonly tokens: string[] }>;

function specialTokensOf(fields: Fields): SpecialTokens {
  const named = fields.any('special_tokens') ?? {};
  if (typeof named !== 'object' || Array.isArray(named)) refuse(`${fields.where}.special_tokens`, 'an object', named);
  const entries = Object.entries(named);
  return new Map(
    entries.map(([name, raw]) => {
      const inner = new Fields(`${fields.where}.special_tokens.${name}`, raw);
      const [ids, tokens] = [inner.list('ids') as number[], inner.list('tokens') as string[]];
      inner.ignore('id');
      inner.done();
      if (ids.length !== tokens.length || !ids.every(isId)) refuse(inner.where, 'as many ids as tokens', raw);
      const odd = tokens.find((token) => typeof token !== 'string');
      if (odd !== undefined) refuse(`${inner.where}.tokens`, 'texts', odd);
      return [name, { ids, tokens }];
    }),
  );
}

function placesOf(fields: Fields, name: string, tokens: SpecialTokens): Place[] {
  return fields.list(name).map((raw, i) => {
    const where = `${fields.where}.${name}[${i}]`;
    const [kind, value] = Object.entries((raw ?? {}) as Record<string, unknown>)[0] ?? [];
    if (kind !== 'Sequence' && kind !== 'SpecialToken') refuse(where, 'Sequence or SpecialToken', raw);
    const inner = new Fields(where, value);
    const [id, type] = [inner.string('id'), inner.count('type_id')];
    inner.done();
    if (kind === 'Sequence') {
      if (id !== 'A' && id !== 'B') refuse(where, 'the text A or B', id);
      return { text: id === 'A' ? 0 : 1, ids: [], tokens: [], type };
    }
    const known = tokens.get(id);
    if (!known) return refuse(where, 'known special tokens', id);
    return { text: undefined, ids: known.ids, tokens: known.tokens, type };
  });
}

function template(fields: Fields): PostProcessor {
  const tokens = specialTokensOf(fields);
  const [single, pair] = [placesOf(fields, 'single', tokens), placesOf(fields, 'pair', tokens)];
  const count = (places: readonly Place[]): number => places.reduce((sum, place) => sum + place.ids.length, 0);
  if (single.some((place) => place.text === 1)) refuse(`${fields.where}.single`, 'the text A only', 'B');
  return {
    added: (isPair) => count(isPair ? pair : single),
    process: (strands, addSpecialTokens) => {
      if (strands.length > 2)
        throw new TokenizerError(
          `post_processor TemplateProcessing: expected one or two texts, got ${strands.length}: special tokens were added before (tokenizer.json)`,
        );
      return (strands.length === 2 ? pair : single).flatMap((place) => {
        if (place.text !== undefined) return [(strands[place.text] as Strand).withType(place.type)];
        return addSpecialTokens ? [Strand.ofSpecial(place.ids, place.tokens, place.type)] : [];
      });
    },
  };
}

const makers: Makers<PostProcessor> = {
  BertProcessing: bertProcessing,
  RobertaProcessing: robertaProcessing,
  ByteLevel: byteLevelTrim,
  TemplateProcessing: template,
  Sequence: (fields) => {
    const steps = fields.list('processors').map((one) => make('post_processor', makers, one));
    return {
      added: (isPair) => steps.reduce((sum, step) => sum + step.added(isPair), 0),
      process: (strands, addSpecialTokens) =>
        steps.reduce<Strand[]>((current, step) => step.process(current, addSpecialTokens), [...strands]),
    };
  },
};

const nothing: PostProcessor = { added: () => 0, process: (strands) => [...strands] };

/** @throws TokenizerError for a component or field that is not known */
export function postProcessor(component: Component | null | undefined): PostProcessor {
  return isAbsent(component) ? nothing : make('post_processor', makers, component);
}
