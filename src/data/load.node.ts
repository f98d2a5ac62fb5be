// Data sets by catalogue id, or from a file of one's own.
import type { DataAccess } from './access.ts';
import {
  type AnyDataset,
  type Corpus,
  DataError,
  type DialogDataset,
  type PairDataset,
  type QuestionDataset,
  type TextDataset,
  type TokensDataset,
} from './dataset.ts';
import { readText } from './files.node.ts';
import { loadSenseDataset } from './load-senses.node.ts';
import { isOwnPairs, isTable, ownPairDataset, readExamples } from './own-tables.node.ts';
import { poetry, shakespeare, wikiText2 } from './sets/corpora.node.ts';
import { chatterBot, kdConv } from './sets/dialogs.node.ts';
import { emojiLanguages, loadEmojiGroups } from './sets/emoji.node.ts';
import { chunks, emergingEntities, tokensOfConll, universalNer, weiboNer, wikiGold } from './sets/entities.node.ts';
import { cmrc, questionsOfSquad, xquad } from './sets/questions.node.ts';
import type { ReadContext } from './sets/read-context.node.ts';
import { hotelReviews, movieReviews, takeAwayReviews, treebank, tweets } from './sets/sentiment.node.ts';
import { multi30k, pronunciations, tatoeba } from './sets/translation.node.ts';
import { splitBy, splitOf } from './split.ts';

type Readers<T> = Readonly<Record<string, (context: ReadContext) => Promise<T>>>;

const textReaders: Readers<TextDataset> = {
  'emoji-groups': ({ options }) =>
    loadEmojiGroups({ languages: (options.languages as string[] | undefined) ?? emojiLanguages }),
  'sent-zh-chnsenticorp-htl': hotelReviews,
  'sent-zh-waimai10k': takeAwayReviews,
  'sent-en-sst5': treebank,
  'sent-en-mr': movieReviews,
  'sent-en-tweeteval': tweets,
};
const tokensReaders: Readers<TokensDataset> = {
  'ner-zh-uner-gsdsimp': universalNer,
  'ner-zh-weibo': weiboNer,
  'ner-en-wnut17': emergingEntities,
  'ner-en-wikigold': wikiGold,
  'chunk-en-conll2000': chunks,
};
const pairReaders: Readers<PairDataset> = {
  'mt-multi30k': multi30k,
  'mt-en-zh-tatoeba': tatoeba,
  'cmu-pronouncing': pronunciations,
};
const questionReaders: Readers<QuestionDataset> = { 'qa-xquad': xquad, 'qa-zh-cmrc2018': cmrc };
const dialogReaders: Readers<DialogDataset> = { 'dialog-zh-kdconv': kdConv, 'dialog-chatterbot': chatterBot };
const corpusReaders: Readers<Corpus> = {
  'lm-en-tinyshakespeare': shakespeare,
  'lm-en-wikitext2': wikiText2,
  'lm-zh-poetry': poetry,
};

function readerOf<T>(readers: Readers<T>, id: string): ((context: ReadContext) => Promise<T>) | undefined {
  return Object.hasOwn(readers, id) ? readers[id] : undefined;
}

/** What loaders take besides the id. */
export interface LoadOptions {
  /** Languages, label sets and the like, as the set's reader takes them. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly access?: DataAccess;
}

type Loader<T> = (id: string, folders: readonly string[], options?: LoadOptions) => Promise<T>;

/** A loader of one kind of set. */
function loaderOf<T>(what: string, readers: Readers<T>): Loader<T> {
  return async (id: string, folders: readonly string[], { options = {}, access = {} }: LoadOptions = {}) => {
    const read = readerOf(readers, id);
    if (!read)
      throw new DataError(`data: expected a set of ${what} among ${Object.keys(readers).join(', ')}, got '${id}'`);
    return read({ folders, options, access });
  };
}

const loadKnownTokens = loaderOf('labelled tokens', tokensReaders);
const loadKnownPairs = loaderOf('pairs', pairReaders);
const loadKnownQuestions = loaderOf('questions', questionReaders);

/**
 * Labelled tokens by catalogue id, or from a CoNLL file of one's own (`.conll`, `.iob2`, `.bio`; the token first, the label last). What stands
 * between its tokens: the option `joiner`, else nothing where every token is one character, else a space.
 * @throws DataError
 */
export const loadTokensDataset: Loader<TokensDataset> = async (id, folders, options = {}) => {
  if (!/\.(conll|iob2?|bio)(\.gz)?$/i.test(id)) return loadKnownTokens(id, folders, options);
  const { text, sha256 } = await readText(id);
  const dataset = tokensOfConll(text, id, options.options?.joiner as '' | ' ' | undefined);
  return { ...dataset, checksums: { [id]: sha256 } };
};
/**
 * Pairs by catalogue id, or of one's own: a table with a column for each side (the options `source` and `target` name them), or two
 * parallel files, `SOURCE,TARGET`.
 * @throws DataError
 */
export const loadPairDataset: Loader<PairDataset> = (id, folders, options = {}) =>
  isOwnPairs(id) ? ownPairDataset(id, options.options) : loadKnownPairs(id, folders, options);
/** Questions by catalogue id, or from a SQuAD file of one's own (`.json`), cut by a hash of its contexts. @throws DataError */
export const loadQuestionDataset: Loader<QuestionDataset> = async (id, folders, options) => {
  if (!/\.json(\.gz)?$/i.test(id)) return loadKnownQuestions(id, folders, options);
  const { text, sha256 } = await readText(id);
  return { ...questionsOfSquad(text, id), checksums: { [id]: sha256 } };
};
/** Conversations by catalogue id. @throws DataError */
export const loadDialogDataset: Loader<DialogDataset> = loaderOf('conversations', dialogReaders);
/** Running text by catalogue id. @throws DataError */
export const loadCorpus: Loader<Corpus> = loaderOf('running text', corpusReaders);

/** Any set with splits of records, with its kind; undefined for sets that have no reader here. @throws DataError */
export async function loadAnyDataset(
  id: string,
  folders: readonly string[],
  { options = {}, access = {} }: LoadOptions = {},
): Promise<AnyDataset | undefined> {
  const context = { folders, options, access };
  const text = readerOf(textReaders, id);
  if (text) return { kind: 'labelled-text', dataset: await text(context) };
  const tokens = readerOf(tokensReaders, id);
  if (tokens) return { kind: 'labelled-tokens', dataset: await tokens(context) };
  const pairs = readerOf(pairReaders, id);
  if (pairs) return { kind: 'pairs', dataset: await pairs(context) };
  const questions = readerOf(questionReaders, id);
  if (questions) return { kind: 'questions', dataset: await questions(context) };
  const dialogs = readerOf(dialogReaders, id);
  if (dialogs) return { kind: 'dialogs', dataset: await dialogs(context) };
  return loadSenseDataset(id, folders, { options, access });
}

/** Labelled texts by catalogue id, or from a file of one's own, cut by a hash of its texts. */
export async function loadTextDataset(
  id: string,
  folders: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
  access: DataAccess = {},
): Promise<TextDataset> {
  const read = readerOf(textReaders, id);
  if (read) return read({ folders, options, access });
  if (!isTable(id)) {
    throw new DataError(
      `loadTextDataset: expected one of ${Object.keys(textReaders).join(', ')}, or a .jsonl, .csv or .tsv file, got '${id}'`,
    );
  }
  const { examples, sha256 } = await readExamples(id);
  const labels = [...new Set(examples.map((example) => example.label))].sort();
  const splits = splitBy(examples, ({ text }) => splitOf(text, { validation: 0.1, test: 0.2 }));
  return { name: id, labels, splits, checksums: { [id]: sha256 } };
}

/** A long text: the whole of a language-modelling set (its splits joined), or a file of one's own. */
export async function loadPlainText(
  id: string,
  folders: readonly string[],
  access: DataAccess = {},
): Promise<{ text: string; checksums: Record<string, string> }> {
  if (readerOf(corpusReaders, id)) {
    const { splits, checksums } = await loadCorpus(id, folders, { access });
    return { text: splits.train + splits.validation + splits.test, checksums: { ...checksums } };
  }
  const { text, sha256 } = await readText(id);
  return { text, checksums: { [id]: sha256 } };
}
