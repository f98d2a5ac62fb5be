// Makes a checkpoint folder of stories260K, a trained Llama of 260,032 parameters, from llama2.c's files (its `export.py`, version 0).
// Run:  npx tsx scripts/convert-stories260k.ts FOLDER_WITH_BIN_FILES OUT
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { float32, type NamedArrays, type NdArray } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';

interface Sizes {
  readonly dim: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly vocab: number;
  readonly length: number;
}

/** The seven sizes at the beginning. A negative vocabulary would mean a head of its own, which this file does not have. */
function sizesOf(view: DataView): Sizes {
  const [dim, hidden, layers, heads, keyHeads, vocab, length] = Array.from({ length: 7 }, (_, i) =>
    view.getInt32(4 * i, true),
  ) as [number, number, number, number, number, number, number];
  if (vocab <= 0 || dim % heads !== 0)
    throw new RangeError(
      `stories260K.bin: expected a tied head and whole heads, got vocabulary ${vocab}, dim ${dim}, ${heads} heads`,
    );
  return { dim, hidden, layers, heads, keyHeads, vocab, length };
}

/**
 * Rows of a query or key matrix `[heads · K, dim]` from pairs of neighbours to pairs half a head apart: llama2.c turns channels 2i and
 * 2i + 1 together, Hugging Face i and i + K/2.
 */
function fromNeighbours(matrix: NdArray<'float32'>, heads: number): NdArray<'float32'> {
  const [rows, columns] = matrix.shape as [number, number];
  const width = rows / heads;
  const data = new Float32Array(matrix.data.length);
  for (let row = 0; row < rows; row++) {
    const [head, channel] = [Math.floor(row / width), row % width];
    const source = head * width + (channel < width / 2 ? 2 * channel : 2 * (channel - width / 2) + 1);
    data.set(matrix.data.subarray(source * columns, (source + 1) * columns), row * columns);
  }
  return float32([rows, columns], data);
}

/** All parameters under Hugging Face's names, in the order of the file. */
function parametersOf(bytes: Uint8Array, sizes: Sizes): NamedArrays {
  const { dim, hidden, layers, heads, keyHeads, vocab } = sizes;
  const keys = (dim / heads) * keyHeads;
  let at = 28;
  const read = (...shape: number[]): NdArray<'float32'> => {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = new Float32Array(bytes.slice(at, at + 4 * count).buffer);
    at += 4 * count;
    return float32(shape, values);
  };
  const arrays: Record<string, NdArray> = { 'model.embed_tokens.weight': read(vocab, dim) };
  const perLayer = (name: string, shape: number[], change = (x: NdArray<'float32'>) => x): void => {
    for (let layer = 0; layer < layers; layer++)
      arrays[`model.layers.${layer}.${name}.weight`] = change(read(...shape));
  };
  perLayer('input_layernorm', [dim]);
  perLayer('self_attn.q_proj', [dim, dim], (x) => fromNeighbours(x, heads));
  perLayer('self_attn.k_proj', [keys, dim], (x) => fromNeighbours(x, keyHeads));
  perLayer('self_attn.v_proj', [keys, dim]);
  perLayer('self_attn.o_proj', [dim, dim]);
  perLayer('post_attention_layernorm', [dim]);
  perLayer('mlp.gate_proj', [hidden, dim]);
  perLayer('mlp.down_proj', [dim, hidden]);
  perLayer('mlp.up_proj', [hidden, dim]);
  arrays['model.norm.weight'] = read(dim);
  return arrays;
}

/** The pieces of `tok512.bin`, by id, with `▁` for a space. */
function piecesOf(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  for (let at = 4; at < bytes.length; ) {
    const length = view.getInt32(at + 4, true);
    pieces.push(decoder.decode(bytes.subarray(at + 8, at + 8 + length)).replaceAll(' ', '▁'));
    at += 8 + length;
  }
  return ['<unk>', '<s>', '</s>', ...pieces.slice(3)];
}

/** Llama's byte-pair encoding as `tokenizer.json`: later pieces are rarer, so merges go by the id of what they make. */
function tokenizerOf(pieces: readonly string[]): object {
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const merges = pieces.flatMap((piece, id) => {
    const letters = [...piece];
    if (id < 3 || /^<0x..>$/.test(piece) || letters.length < 2) return [];
    return letters
      .slice(1)
      .map((_, cut) => [letters.slice(0, cut + 1).join(''), letters.slice(cut + 1).join('')] as [string, string])
      .filter(([left, right]) => left in vocab && right in vocab)
      .sort(
        ([a, b], [c, d]) => (vocab[a] as number) - (vocab[c] as number) || (vocab[b] as number) - (vocab[d] as number),
      );
  });
  const special = (id: number): object => ({
    id,
    content: pieces[id],
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [0, 1, 2].map(special),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [
        { SpecialToken: { id: '<s>', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '<s>', type_id: 1 } },
        { Sequence: { id: 'B', type_id: 1 } },
      ],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab,
      merges,
    },
  };
}

/** Writes the checkpoint folder `out` from a folder that holds `stories260K.bin` and `tok512.bin`. */
export async function convertStories260k(source: string, out: string): Promise<void> {
  const bytes = new Uint8Array(await readFile(join(source, 'stories260K.bin')));
  const sizes = sizesOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const config = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: sizes.vocab,
    hidden_size: sizes.dim,
    intermediate_size: sizes.hidden,
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    num_key_value_heads: sizes.keyHeads,
    max_position_embeddings: sizes.length,
    hidden_act: 'silu',
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    tie_word_embeddings: true,
    bos_token_id: 1,
    eos_token_id: 2,
  };
  const pieces = piecesOf(new Uint8Array(await readFile(join(source, 'tok512.bin'))));
  const tokenizerConfig = {
    tokenizer_class: 'LlamaTokenizerFast',
    bos_token: '<s>',
    eos_token: '</s>',
    unk_token: '<unk>',
  };
  await saveCheckpoint(out, {
    config,
    arrays: parametersOf(bytes, sizes),
    files: {
      'tokenizer.json': `${JSON.stringify(tokenizerOf(pieces))}\n`,
      'tokenizer_config.json': `${JSON.stringify(tokenizerConfig, null, 2)}\n`,
      'generation_config.json': `${JSON.stringify({ bos_token_id: 1, eos_token_id: 2 }, null, 2)}\n`,
    },
  });
}

const [, script, source, out] = process.argv;
if (script?.endsWith('convert-stories260k.ts') && source && out) await convertStories260k(source, out);
