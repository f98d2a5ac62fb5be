// What BART and Marian configurations say, in our words. Spellings follow their `config.json` files.
import { ConfigReader, type HubConfig, type Stored } from '../architecture.ts';
import { optionalId } from '../losses.ts';

/** Where the two families differ by more than numbers. */
export interface Kind {
  readonly modelType: string;
  /** Learned positions start after two rows that nothing uses; fixed ones are half sines, half cosines. */
  readonly positions: 'learned' | 'sinusoidal';
  readonly positionOffset: number;
  /** Whether embeddings are normalised before the first layer. */
  readonly normalizesEmbeddings: boolean;
}

/** One model's numbers. */
export interface BartConfig {
  readonly vocabSize: number;
  /** Marian's targets may have words of their own. */
  readonly decoderVocabSize: number;
  /** One table for both towers. */
  readonly sharesTables: boolean;
  readonly dim: number;
  readonly encoder: TowerConfig;
  readonly decoder: TowerConfig;
  readonly activation: string;
  readonly maxLength: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly activationDropout: number;
  readonly initDeviation: number;
  /** Factor of the word vectors. */
  readonly embeddingScale: number;
  readonly padId: number | undefined;
  readonly startId: number | undefined;
  /** The head is the decoder's table. */
  readonly isTied: boolean;
  /** Fixed positions are those of the file, however it rounded them. */
  readonly storesPositions: boolean;
}

/** What files call the tables of positions. */
export const POSITIONS: RegExp = /(^|\.)(encoder|decoder)\.embed_positions\.weight$/;

/** What files call the towers' own tables of words. */
export const TOWER_TABLES: RegExp = /(^|\.)(encoder|decoder)\.embed_tokens\.weight$/;

/** One tower's numbers. */
export interface TowerConfig {
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
}

/** From a `config.json` of `model_type` bart or marian. @throws ConfigError */
export function bartConfigFrom(hub: HubConfig, stored?: Stored): BartConfig {
  const read = new ConfigReader(hub, `model_type ${hub.model_type}`);
  const [vocabSize, dim] = [read.size('vocab_size'), read.size('d_model')];
  const isTied = read.boolean('tie_word_embeddings', true);
  // untied towers share a table only where the file knows no other: Transformers 4 wrote it so
  const hasOneTable = stored !== undefined && ![...stored.names].some((name) => TOWER_TABLES.test(name));
  const sharesTables = read.boolean('share_encoder_decoder_embeddings', true) && (isTied || hasOneTable);
  const tower = (name: 'encoder' | 'decoder'): TowerConfig => ({
    layers: read.size(`${name}_layers`),
    heads: read.size(`${name}_attention_heads`),
    ffnDim: read.size(`${name}_ffn_dim`),
  });
  return {
    vocabSize,
    decoderVocabSize: sharesTables ? vocabSize : read.size('decoder_vocab_size', vocabSize),
    sharesTables,
    dim,
    encoder: tower('encoder'),
    decoder: tower('decoder'),
    activation: read.string('activation_function', 'gelu'),
    maxLength: read.size('max_position_embeddings', 1024),
    dropout: read.number('dropout', 0.1),
    attentionDropout: read.number('attention_dropout', 0),
    activationDropout: read.number('activation_dropout', 0),
    initDeviation: read.number('init_std', 0.02),
    embeddingScale: read.boolean('scale_embedding', false) ? Math.sqrt(dim) : 1,
    padId: optionalId(read, hub, 'pad_token_id'),
    startId: optionalId(read, hub, 'decoder_start_token_id'),
    isTied: isTied && !stored?.ownHead,
    storesPositions: [...(stored?.names ?? [])].some((name) => POSITIONS.test(name)),
  };
}
