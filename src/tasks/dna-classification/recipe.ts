// What a run over sequences of bases says.
import type { AugmentationSpec } from '../../data/index.ts';
import type { ModelRecipe, RecipeBase } from '../recipe.ts';
import type { OriginalsRecipe } from '../sense-classification/whole.ts';

/** Sequences of bases to labels, by a BERT over k-mers, single bases (k = 1) or byte-pair tokens. */
export interface DnaClassificationRecipe extends RecipeBase {
  readonly task: 'dna-classification';
  readonly data: OriginalsRecipe;
  /** What is changed on training sequences, in order: `[{ kind: 'reverse-complement' }, { kind: 'substitute' }]`; nothing when absent. */
  readonly augment?: readonly AugmentationSpec[];
  readonly tokens: {
    readonly kind: 'kmer' | 'bpe';
    /** Bases of a k-mer. */
    readonly k: number;
    /** Every window, as DNABERT, or one after the other. */
    readonly overlap: boolean;
    /** Tokens of a byte-pair vocabulary. */
    readonly vocabSize: number;
  };
  readonly model: ModelRecipe;
  /** A run or a model whose encoder and tokenizer to start from; '' for none. */
  readonly startFrom: string;
}
