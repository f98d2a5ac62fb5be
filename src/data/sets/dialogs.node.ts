// Conversations.
import { catalogue } from '../catalogue/catalogue.ts';
import { DataError, type DialogDataset, type DialogExample } from '../dataset.ts';
import { splitBy, splitOf } from '../split.ts';
import { choices, openSet, type ReadContext } from './read-context.node.ts';

interface Reading {
  readonly dialogs: readonly { readonly number: number; readonly turns: readonly string[] }[];
  /** Conversations that are no lists of texts. */
  readonly broken: number;
}

/** A parsed file's conversations, numbered from 1; broken ones are counted. @throws DataError when there are none */
function dialogsOf(value: unknown, where: string): Reading {
  if (!Array.isArray(value)) throw new DataError(`dialogs: expected a list of conversations, got none (${where})`);
  // YAML reads yes, 42 and the like as other values than texts
  const isScalar = (turn: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof turn) || turn === null;
  const dialogs = value.flatMap((turns: unknown, i): Reading['dialogs'] => {
    if (!Array.isArray(turns) || !turns.every(isScalar)) return [];
    const said = turns.map((turn) => String(turn ?? '').trim()).filter((turn) => turn !== '');
    return said.length === 0 ? [] : [{ number: i + 1, turns: said }];
  });
  if (dialogs.length === 0) throw new DataError(`dialogs: expected lists of texts, got none (${where})`);
  return { dialogs, broken: value.length - dialogs.length };
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(`dialogs: expected JSON, got ${(error as Error).message} (${where})`, { cause: error });
  }
}

/** KdConv: music and travel. Option `topics`. Training and validation are the dev files, cut by dialogue; the test is the test files. */
export async function kdConv(context: ReadContext): Promise<DialogDataset> {
  const id = 'dialog-zh-kdconv';
  const topics = choices(id, context, 'topics', { known: ['music', 'travel'], initial: ['music', 'travel'] });
  const set = await openSet(id, context);
  const read = async (part: string): Promise<DialogExample[]> => {
    const examples: DialogExample[] = [];
    for (const topic of topics) {
      const file = `${topic}_${part}.json`;
      const value: unknown = parseJson(await set.text(file), file);
      const messages = (one: { messages?: readonly { message?: string }[] }): unknown =>
        one.messages?.map(({ message }) => message ?? '');
      const { dialogs } = dialogsOf(Array.isArray(value) ? value.map(messages) : value, file);
      examples.push(...dialogs.map(({ number, turns }) => ({ id: `${file}:${number}`, topic, turns })));
    }
    return examples;
  };
  const parts = splitBy(await read('dev'), ({ turns }) => splitOf(turns.join('\n'), { validation: 0.1, test: 0 }));
  return { name: id, splits: { ...parts, test: await read('test') }, checksums: set.checksums };
}

/** ChatterBot corpus. Option `languages`: `en`, `zh` (both by default). Equal first turns lie in one split, 80 / 10 / 10. */
export async function chatterBot(context: ReadContext): Promise<DialogDataset> {
  const id = 'dialog-chatterbot';
  const languages = choices(id, context, 'languages', { known: ['en', 'zh'], initial: ['en', 'zh'] });
  const folders = { en: 'english/', zh: 'chinese/' } as const;
  const { parse } = await import('yaml');
  const set = await openSet(id, context);
  const examples: DialogExample[] = [];
  let broken = 0;
  for (const language of languages) {
    const files = (catalogue[id]?.files ?? []).filter(({ path }) => path.startsWith(folders[language]));
    for (const { path } of files) {
      const content = parse(await set.text(path)) as { readonly conversations?: unknown } | null;
      const topic = path.replace(/^.*\/|\.yml$/g, '');
      const read = dialogsOf(content?.conversations, path);
      broken += read.broken;
      examples.push(...read.dialogs.map(({ number, turns }) => ({ id: `${path}:${number}`, topic, turns })));
    }
  }
  const splits = splitBy(examples, ({ turns }) => splitOf(turns[0] ?? '', { validation: 0.1, test: 0.1 }));
  const notes = broken > 0 ? [`${broken} conversations are no lists of texts and are left out`] : [];
  return { name: id, splits, checksums: set.checksums, notes };
}
