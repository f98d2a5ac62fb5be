// New encoders' configurations: what Transformers would fill in from its defaults, for vocabularies of another size, is said.
import { expect, test } from 'vitest';
import { recipes } from '../../recipes/index.ts';
import { encoderConfig } from './encoder-config.ts';
import type { EncoderFamily, ModelRecipe } from './recipe.ts';
import { frames, trainRecipeTokenizer } from './tokenizer.ts';

const recipe = { kind: 'char', vocabSize: 50, minFrequency: 1, lowercase: true } as const;
const tokenizer = trainRecipeTokenizer(['abc'], recipe, frames.encoder);
const { model } = recipes['ner-zh'] as unknown as { model: ModelRecipe };

test.each<EncoderFamily>(['bert', 'modernbert', 'roberta-prelayernorm'])(
  '%s: every special id is one of the tokenizer’s',
  (family) => {
    const config = encoderConfig({ ...model, family }, tokenizer, 'ForMaskedLM', ['a', 'b']);
    const idOf = (token: string): number => tokenizer.tokenToId(token) as number;
    // ModernBertConfig has 50281 and 50282, RobertaConfig 0 and 2 where a file says nothing
    expect(config).toMatchObject({ bos_token_id: idOf('[CLS]'), eos_token_id: idOf('[SEP]') });
    const special = Object.entries(config).filter(([name]) => name.endsWith('_token_id'));
    expect(special.map(([name]) => name).sort()).toEqual(
      ['bos', 'cls', 'eos', 'pad', 'sep'].map((name) => `${name}_token_id`),
    );
    for (const [name, id] of special) expect(id, name).toBeLessThan(config.vocab_size as number);
  },
);
