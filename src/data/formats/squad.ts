// SQuAD JSON, versions 1.1 and 2.0: data > paragraphs > context, qas > answers. Source: Rajpurkar et al. 2016, 2018.
import { type Answer, DataError, type QuestionExample } from '../dataset.ts';

/** A question and where it comes from. */
export interface SquadQuestion extends QuestionExample {
  /** Number of its article in the file, from 0. */
  readonly article: number;
}

/** Questions, and the answers that their contexts do not hold. */
export interface Squad {
  readonly questions: readonly SquadQuestion[];
  /** Ids of questions of which an answer was left out. */
  readonly strayed: readonly string[];
  /** Ids of questions without a word, which are left out: CMRC 2018 has two. */
  readonly empty: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads nested fields; every error names the path. */
class Reader {
  readonly where: string;
  constructor(where: string) {
    this.where = where;
  }
  fail(path: string, expected: string, got: unknown): never {
    throw new DataError(
      `parseSquad: expected ${path} to be ${expected}, got ${JSON.stringify(got)?.slice(0, 60)} (${this.where})`,
    );
  }
  list(value: unknown, path: string): Fields[] {
    if (!Array.isArray(value)) this.fail(path, 'a list', value);
    const wrong = value.findIndex((one) => typeof one !== 'object' || one === null);
    if (wrong >= 0) this.fail(`${path}[${wrong}]`, 'an object', value[wrong]);
    return value as Fields[];
  }
  text(value: unknown, path: string): string {
    return typeof value === 'string' ? value : this.fail(path, 'a text', value);
  }
}

/**
 * The questions of a file. `answer_start` counts code points; answers that do not lie there are looked for, and left out when the context
 * does not hold them; a question that loses all its answers so is left out too, and one that asks nothing.
 * @throws DataError with the path inside the file
 */
export function parseSquad(json: string, where: string): Squad {
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch (error) {
    throw new DataError(`parseSquad: expected JSON, got ${(error as Error).message} (${where})`, { cause: error });
  }
  const reader = new Reader(where);
  if (typeof root !== 'object' || root === null) reader.fail('the file', 'an object', root);
  const [questions, strayed, empty]: [SquadQuestion[], string[], string[]] = [[], [], []];
  for (const [article, { paragraphs }] of reader.list((root as Fields).data, 'data').entries()) {
    for (const [p, paragraph] of reader.list(paragraphs, `data[${article}].paragraphs`).entries()) {
      const path = `data[${article}].paragraphs[${p}]`;
      const context = reader.text(paragraph.context, `${path}.context`);
      for (const [q, qa] of reader.list(paragraph.qas, `${path}.qas`).entries()) {
        const at = `${path}.qas[${q}]`;
        const id = reader.text(qa.id, `${at}.id`);
        const question = reader.text(qa.question, `${at}.question`).trim();
        if (question === '') {
          empty.push(id);
          continue;
        }
        const given = reader.list(qa.answers ?? [], `${at}.answers`);
        const answers = given.flatMap((answer, a): Answer[] => {
          const text = reader.text(answer.text, `${at}.answers[${a}].text`);
          const start = placeOf(context, text, answer.answer_start);
          return start === undefined ? [] : [{ text, start }];
        });
        if (answers.length < given.length) strayed.push(id);
        if (answers.length > 0 || given.length === 0) questions.push({ id, question, context, answers, article });
      }
    }
  }
  if (questions.length === 0) {
    const left = strayed.length + empty.length;
    const why = `${strayed.length} with answers that their context does not hold, ${empty.length} without words`;
    throw new DataError(
      `parseSquad: expected questions, got none${left > 0 ? ` that can be used among ${left}: ${why}` : ''} (${where})`,
    );
  }
  return { questions, strayed, empty };
}

/** Where a text lies in a context, in UTF-16 units: at the given code point, else the nearest place; undefined when nowhere. */
function placeOf(context: string, text: string, codePoint: unknown): number | undefined {
  if (text === '') return undefined;
  const wanted = typeof codePoint === 'number' && codePoint >= 0 ? utf16Offset(context, codePoint) : 0;
  if (context.startsWith(text, wanted)) return wanted;
  let best: number | undefined;
  for (let at = context.indexOf(text); at >= 0; at = context.indexOf(text, at + 1))
    if (best === undefined || Math.abs(at - wanted) < Math.abs(best - wanted)) best = at;
  return best;
}

function utf16Offset(text: string, codePoints: number): number {
  if (!/[\ud800-\udfff]/.test(text)) return codePoints;
  let at = 0;
  for (let i = 0; i < codePoints && at < text.length; i++) at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return at;
}
