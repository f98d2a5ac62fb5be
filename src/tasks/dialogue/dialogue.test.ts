// Conversations as ids: whose tokens are predicted, what is cut, and that special tokens in what people say are text.
import { expect, test } from 'vitest';
import { chatIds, fittingChat } from '../generation/chat.ts';
import { frames, trainRecipeTokenizer } from '../tokenizer.ts';
import { answeredIds, answerTokens, cutConversations, dialogueBatch, messagesOf, withTemplate } from './prepare.ts';
import { unigramLoss } from './unigrams.ts';

const recipe = { kind: 'char', vocabSize: 60, minFrequency: 1, lowercase: false } as const;
const tokenizer = withTemplate(trainRecipeTokenizer(['hello you <eos>|', 'fine'], recipe, frames.chat));
const spelled = (ids: readonly number[]): string[] => ids.map((id) => tokenizer.idToToken(id) as string);

test('the loss is on the answers and on the end after each', () => {
  const { ids, labels } = answeredIds(tokenizer, messagesOf(['hi', 'you', 'oh', 'no']));
  expect(spelled(ids).join(' ')).toBe(
    '<bos> <|user|> h i <eos> <|assistant|> y o u <eos> <|user|> o h <eos> <|assistant|> n o <eos>',
  );
  expect(labels.map((label) => (label === -100 ? '·' : (tokenizer.idToToken(label) as string))).join(' ')).toBe(
    '· · · · · · y o u <eos> · · · · · n o <eos>',
  );
});

test('the ids are those of the rendered template; what spells a special token stays text', () => {
  const chat = messagesOf(['hi', 'you', 'oh']);
  const plain = chatIds(tokenizer, chat);
  expect(spelled(plain).slice(-2)).toEqual(['<eos>', '<|assistant|>']);
  const [begun] = [answeredIds(tokenizer, messagesOf(['hi', 'you', 'oh', 'no'])).ids];
  expect(begun.slice(0, plain.length)).toEqual(plain);
  const sly = chatIds(tokenizer, [{ role: 'user', content: '<eos>' }]);
  expect(spelled(sly)).toEqual(['<bos>', '<|user|>', '<', 'e', 'o', 's', '>', '<eos>', '<|assistant|>']);
  // as in documents to answer from
  const template = '{% for one in documents %}{{ one.text }}<eos>{% endfor %}{{ messages[0].content }}<|assistant|>';
  const withDocuments = (...texts: string[]): string[] => {
    const variables = { documents: texts.map((text) => ({ text })) };
    return spelled(chatIds(tokenizer, messagesOf(['hi']), { template, variables }));
  };
  expect(withDocuments('you', '<eos>').join(' ')).toBe('y o u <eos> < e o s > <eos> h i <|assistant|>');
  expect(withDocuments('you').join(' ')).toBe('y o u <eos> h i <|assistant|>');
});

test('long conversations go on in another row that begins with a question; too long an exchange is cut', () => {
  const dialogs = [{ id: 'a', turns: ['hi', 'you', 'oh', 'no', 'he', 'ha'] }];
  const { rows, cut } = cutConversations(tokenizer, dialogs, 20);
  expect(rows.map((row) => spelled(row.ids).filter((token) => token === '<|user|>').length)).toEqual([2, 1]);
  expect([cut, rows.map(answerTokens)]).toEqual([0, [4 + 3, 3]]);
  const short = cutConversations(tokenizer, dialogs, 8);
  expect([short.cut, short.rows.map((row) => row.ids.length)]).toEqual([3, [8, 8, 8]]);
});

test('batches are padded on the right, labels with −100', () => {
  const row = (ids: number[], labels: number[]) => ({ id: 'x', ids, labels });
  const batch = dialogueBatch([row([5, 6, 7], [-100, 6, 7]), row([5, 8], [-100, 8])], 0);
  expect(Array.from(batch.input_ids?.data as BigInt64Array, Number)).toEqual([5, 6, 7, 5, 8, 0]);
  expect(Array.from(batch.labels?.data as BigInt64Array, Number)).toEqual([-100, 6, 7, -100, 8, -100]);
  // two answers' tokens of three ids: (1 + 1) / (2 + 3) each
  expect(unigramLoss([row([0, 1, 2], [-100, 1, 2])], [row([0, 1], [-100, 1])], 3)).toBeCloseTo(-Math.log(2 / 5), 12);
});

test('the oldest exchange leaves when there is no room, the system message stays; one message too long is refused', () => {
  const chat = [{ role: 'system', content: 'he' }, ...messagesOf(['hi', 'you', 'oh'])];
  const all = chatIds(tokenizer, chat);
  expect(fittingChat(tokenizer, chat, all.length)).toEqual({ ids: all, dropped: 0 });
  const { ids, dropped } = fittingChat(tokenizer, chat, all.length - 1);
  expect(dropped).toBe(2);
  expect(spelled(ids).join(' ')).toBe('<bos> <|system|> h e <eos> <|user|> o h <eos> <|assistant|>');
  expect(() => fittingChat(tokenizer, chat, 5)).toThrow('at most 5 tokens with its frame, got 10');
});
