// A pre-trained encoder fine-tuned: MiniLM on the Stanford Sentiment Treebank.
import { noLora, type TextClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

/**
 * Offline, with the model's folder: `--set startFrom=FOLDER`. The size is the checkpoint's, dropout too (0.1).
 * Head only: `--set 'train.frozen=^(embeddings|encoder)\.' --set train.learningRate=1e-3`; adapters: `--set lora.rank=8 --set
 * train.learningRate=5e-4`; lower layers slower: `--set train.layerDecay=0.8`.
 */
export const minilmSst2: TextClassificationRecipe = {
  task: 'text-classification',
  name: 'minilm-sst2',
  about:
    'English film reviews to positive or negative, from MiniLM (22 M parameters, pre-trained) instead of from nothing.',
  seed: 1,
  data: { id: 'sent-en-sst5', options: { labels: 'binary' }, limit: 0 },
  startFrom: 'sentence-transformers/all-MiniLM-L6-v2',
  lora: noLora,
  tokenizer: { kind: 'wordpiece', vocabSize: 30522, minFrequency: 2, lowercase: true },
  hiddenTokens: 0,
  model: { dim: 384, layers: 6, heads: 12, ffnDim: 1536, maxLength: 64, dropout: 0.1, attentionDropout: 0.1 },
  train: {
    ...trainDefaults,
    steps: 600,
    batchSize: 32,
    learningRate: 1e-4,
    warmup: 60,
    schedule: 'linear',
    beta2: 0.999,
    evaluateEvery: 200,
    saveEvery: 200,
  },
};
