// Information extraction: documents in, facts with their places out. Types of facts are the labels of a token classifier, or the names of
// questions put to a question answerer.
import { readText } from '../data/index.node.ts';
import { DataError, parseJsonl } from '../data/index.ts';
import { TextCounter, tellOfCuts } from './encode-texts.ts';
import { classNameOf } from './forward.node.ts';
import type { JobContext } from './job.ts';
import { answerQuestions, openReader } from './question-answering/task.node.ts';
import { findEntities, openTagger } from './token-classification/task.node.ts';
import { longestRow } from './windows.ts';

/** A text to read. */
export interface Document {
  /** The file, with the line (`notes.jsonl:3`) where it holds several; or the document's own `id`. */
  readonly id: string;
  readonly text: string;
}

/** Something found in a document. */
export interface Fact {
  readonly document: string;
  /** The label of an entity, or the name of the question. */
  readonly type: string;
  readonly text: string;
  /** `[start, end)` in UTF-16 units of the document's text. */
  readonly start: number;
  readonly end: number;
  /** In [0, 1]. */
  readonly score: number;
}

/** What to look for, as questions by name: `{ "capital": "What is the capital?" }`. */
export type Schema = Readonly<Record<string, string>>;

/** How fast documents were read, opening the model apart. */
export interface Throughput {
  /** Documents with text. */
  readonly documents: number;
  /** UTF-16 units of their texts. */
  readonly characters: number;
  readonly seconds: number;
}

/** Reads documents. */
export interface Extractor {
  /** The facts of each document in order of their places; none for a document without text. */
  extract(documents: readonly Document[]): Promise<Fact[]>;
  /** What was read so far, and how long it took. */
  readonly throughput: Throughput;
  /** Tells of texts that were read in windows and of what the vocabulary lacks; frees sessions. */
  release(): Promise<void>;
}

/** What finds the facts of documents that have text. */
type Finding = Omit<Extractor, 'throughput'>;

/** Leaves documents without text out, and measures. */
function measured({ extract, release }: Finding): Extractor {
  let [documents, characters, seconds] = [0, 0, 0];
  return {
    extract: async (given) => {
      const full = given.filter(({ text }) => text.trim() !== '');
      const begin = performance.now();
      const facts = await extract(full);
      seconds += (performance.now() - begin) / 1000;
      documents += full.length;
      characters += full.reduce((sum, { text }) => sum + text.length, 0);
      return facts;
    },
    get throughput() {
      return { documents, characters, seconds };
    },
    release,
  };
}

/** A schema from JSON. @throws DataError for anything but names with questions */
export function parseSchema(json: string, where: string): Schema {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new DataError(`schema: expected JSON, got ${(error as Error).message} (${where})`, { cause: error });
  }
  const isSchema =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === 'string' && one.trim() !== '');
  if (!isSchema || Object.keys(value as object).length === 0)
    throw new DataError(`schema: expected names with questions, got ${json.slice(0, 60)} (${where})`);
  return value as Schema;
}

/** The documents of a file: the lines of a `.jsonl` (fields `text`, and `id` where there is one), else the whole as one. @throws DataError */
export async function readDocuments(path: string): Promise<Document[]> {
  const { text } = await readText(path);
  return /\.jsonl(\.gz)?$/.test(path) ? documentsOf(text, path) : [{ id: path, text }];
}

/** Documents from JSON Lines. @throws DataError with the line for one without a text */
export function documentsOf(jsonl: string, where: string): Document[] {
  return parseJsonl(jsonl, where).map(({ line, value }) => {
    if (typeof value.text !== 'string')
      throw new DataError(
        `documents: expected a field text, got ${Object.keys(value).join(', ') || 'no fields'} (${where}, line ${line})`,
      );
    const id = typeof value.id === 'string' || typeof value.id === 'number' ? String(value.id) : `${where}:${line}`;
    return { id, text: value.text };
  });
}

/**
 * Opens a token classifier, whose entities are the facts, or a question answerer with a schema, whose answers are ("no answer" gives none).
 * @throws DataError for a model of another kind, a question answerer without a schema, a token classifier with one
 */
export async function openExtractor(name: string, context: JobContext, schema?: Schema): Promise<Extractor> {
  const className = await classNameOf(name, context.hub);
  if (className.endsWith('ForQuestionAnswering')) {
    if (!schema)
      throw new DataError(
        `extract: expected a schema (--schema FILE: names with questions) for ${className}, got none`,
      );
    return measured(await readerOf(name, context, schema));
  }
  if (schema) throw new DataError(`extract: expected a question answerer for a schema, got ${className} (${name})`);
  return measured(await taggerOf(name, context));
}

async function taggerOf(name: string, context: JobContext): Promise<Finding> {
  const open = await openTagger(name, context);
  const { model, tokenizer, tagger } = open;
  const counter = new TextCounter(tokenizer);
  return {
    extract: async (documents) => {
      const texts = documents.map(({ text }) => text);
      const found = await findEntities(open, texts, { counter });
      return documents.flatMap(({ id }, i) =>
        (found[i] ?? []).map(({ entity_group: type, word, start, end, score }): Fact => {
          return { document: id, type, text: word, start, end, score };
        }),
      );
    },
    release: () => {
      tellOfCuts(counter.met, longestRow(model), tokenizer, context.note, 'are read in windows');
      return tagger.release();
    },
  };
}

async function readerOf(name: string, context: JobContext, schema: Schema): Promise<Finding> {
  const open = await openReader(name, context);
  const names = Object.keys(schema);
  return {
    extract: async (documents) => {
      const asked = documents.flatMap(({ text }) =>
        names.map((type) => ({ question: schema[type] as string, context: text })),
      );
      const answers = await answerQuestions(open, asked, { handle_impossible_answer: true });
      return documents.flatMap(({ id }, d) =>
        names
          .flatMap((type, q): Fact[] => {
            const [best] = answers[d * names.length + q] ?? [];
            if (!best || best.answer === '') return [];
            const { answer, start, end, score } = best;
            return [{ document: id, type, text: answer, start, end, score }];
          })
          .sort((a, b) => a.start - b.start),
      );
    },
    release: () => open.reader.release(),
  };
}
