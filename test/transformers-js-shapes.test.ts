// Our `text-generation` beside that of Transformers.js, call by call: the same folder, the same arguments, the same results.
import { env, pipeline as theirPipeline } from '@huggingface/transformers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pipeline, type TextGenerationOptions } from '../src/tasks/index.node.ts';
import { beginningVocabulary, Exports, word } from './exported.ts';

const exports = new Exports();
beforeAll(() => {
  env.allowRemoteModels = false;
  env.localModelPath = exports.root;
});
afterAll(() => exports.remove());

const words = (...ids: number[]): string => ids.map(word).join(' ');
const said = (role: string, ...ids: number[]) => ({ role, content: words(...ids) });

const template = `{{ bos_token }} {% for message in messages %}{{ message['content'] }} ${word(20)} {% endfor %}{% if documents %}{{ documents[0]['text'] }} {% endif %}{% if add_generation_prompt %}${word(21)}{% endif %}`;

/** A decoder whose tokenizer begins texts, with a chat template. */
const llama = { ...beginningVocabulary, named: { ...beginningVocabulary.named, chat_template: template } };

const chat = [said('system', 9, 4), said('user', 30, 14)];
const other = [said('user', 17)];
// words only, or these weights write pads; Transformers' rule that the end cannot be banned is not Transformers.js'
const WORDS = { bad_words_ids: [[0], [1]] };
const LENGTH = { ...WORDS, max_new_tokens: 5, min_new_tokens: 3 };

const calls: readonly (readonly [what: string, input: unknown, options: object])[] = [
  ['a text', words(9, 30, 14), LENGTH],
  ['a text, what follows it', words(9, 30, 14), { ...LENGTH, return_full_text: false }],
  ['a text without its start', words(9, 30), { ...LENGTH, add_special_tokens: false }],
  ['texts', [words(9, 30, 14), words(5)], LENGTH],
  ['texts, what follows them', [words(9, 30, 14), words(5)], { ...LENGTH, return_full_text: false }],
  ['a list of one text', [words(9)], LENGTH],
  ['a chat', chat, LENGTH],
  ['a chat, whatever return_full_text says', chat, { ...LENGTH, return_full_text: true }],
  ['a chat with another template', chat, { ...LENGTH, chat_template: `${word(33)} {{ messages[0].content }}` }],
  ['a chat with documents', other, { ...LENGTH, documents: [{ text: words(40, 41) }] }],
  ['chats', [chat, other], LENGTH],
  ['a list of one chat', [other], LENGTH],
];

test('text-generation takes what Transformers.js takes, and gives what it gives', async () => {
  const model = await exports.make('LlamaForCausalLM', { vocabulary: llama });
  const theirs = await theirPipeline('text-generation', model.name, { dtype: 'fp32' });
  const ours = await pipeline('text-generation', model.opened.dir);
  const call = ours as (input: unknown, options: TextGenerationOptions) => Promise<unknown>;
  for (const [what, input, options] of calls) {
    const expected = await theirs(input as string, options);
    expect(await call(input, options), what).toEqual(expected);
  }
  // without a length on to the model's last position, which is past the 20 tokens of plain generation
  const [long] = await ours(words(9), { ...WORDS, min_new_tokens: 22, return_full_text: false });
  expect(long?.generated_text.trim().split(' ').length).toBeGreaterThan(20);
  for (const wrong of [{ text: 'x' }, [words(9), chat], [{ role: 'user' }]]) {
    await expect(theirs(wrong as never)).rejects.toThrow();
    await expect(call(wrong, {})).rejects.toThrow('expected a text, a conversation');
  }
  await Promise.all([theirs.dispose(), ours.dispose()]);
});
