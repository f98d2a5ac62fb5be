// What templates see where nothing is given: none, as the reference gives it.
import { expect, test } from 'vitest';
import { applyChatTemplate } from './chat-template.ts';
import { tokenizerFromJson } from './text-tokenizer.ts';

const template =
  '{% if tools is not none %}T{{ tools | length }}{% endif %}|{% if documents is none %}D{% endif %}|{{ tools is defined }}|{% if documents %}{{ documents[0] }}{% endif %}';
const tokenizer = tokenizerFromJson(
  { model: { type: 'WordLevel', vocab: { a: 0 }, unk_token: 'a' }, added_tokens: [] },
  { specialTokens: {}, chatTemplates: { default: template } },
);

test('tools and documents are none where there are none', () => {
  expect(applyChatTemplate(tokenizer, [])).toBe('|D|true|');
  expect(applyChatTemplate(tokenizer, [], { tools: [1, 2] })).toBe('T2|D|true|');
  expect(applyChatTemplate(tokenizer, [], { variables: { documents: ['x'] } })).toBe('||true|x');
});
