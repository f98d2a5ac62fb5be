// Questions on contexts.
import type { QuestionDataset, QuestionExample } from '../dataset.ts';
import { parseSquad, type Squad, type SquadQuestion } from '../formats/squad.ts';
import { splitBy, splitOf } from '../split.ts';
import { choices, openSet, type ReadContext } from './read-context.node.ts';

/** What is told of files. */
function notesOn(files: readonly Pick<Squad, 'questions' | 'strayed' | 'empty'>[]): string[] {
  const count = (what: 'strayed' | 'empty'): number => files.reduce((sum, file) => sum + file[what].length, 0);
  const gone = files.reduce((sum, { questions, strayed }) => {
    const kept = new Set(questions.map(({ id }) => id));
    return sum + strayed.filter((id) => !kept.has(id)).length;
  }, 0);
  const [strayed, empty] = [count('strayed'), count('empty')];
  const andGone = gone > 0 ? `, and so are ${gone} of the questions, which have no other` : '';
  return [
    ...(strayed > 0
      ? [`${strayed} questions have an answer that their context does not hold; those answers are left out${andGone}`]
      : []),
    ...(empty > 0 ? [`${empty} questions have no words and are left out`] : []),
  ];
}

/** A SQuAD file of one's own, cut by a hash of its contexts. */
export function questionsOfSquad(json: string, path: string): QuestionDataset {
  const file = parseSquad(json, path);
  const splits = splitBy(file.questions.map(plain), (one) => splitOf(one.context, { validation: 0.1, test: 0.2 }));
  return { name: path, splits, checksums: {}, notes: notesOn([file]) };
}

const plain = ({ id, question, context, answers }: SquadQuestion): QuestionExample => ({
  id,
  question,
  context,
  answers,
});

/**
 * XQuAD. Option `languages` among `en`, `zh`, `de` (default `en`). It is a test set; articles are drawn, 10 % for validation and 20 % for the
 * test, the same ones in every language.
 */
export async function xquad(context: ReadContext): Promise<QuestionDataset> {
  const id = 'qa-xquad';
  const languages = choices(id, context, 'languages', { known: ['en', 'zh', 'de'], initial: ['en'] });
  const set = await openSet(id, context);
  const questions: SquadQuestion[] = [];
  for (const language of languages) {
    const file = `xquad.${language}.json`;
    for (const one of parseSquad(await set.text(file), file).questions)
      questions.push({ ...one, id: languages.length > 1 ? `${one.id}/${language}` : one.id });
  }
  const parts = splitBy(questions, ({ article }) => splitOf(`article ${article}`, { validation: 0.1, test: 0.2 }));
  const splits = {
    train: parts.train.map(plain),
    validation: parts.validation.map(plain),
    test: parts.test.map(plain),
  };
  return { name: id, splits, checksums: set.checksums };
}

/** CMRC 2018. Its training part is not in the catalogue: training and validation are its dev part, cut by context; the test is its trial part. */
export async function cmrc(context: ReadContext): Promise<QuestionDataset> {
  const id = 'qa-zh-cmrc2018';
  const set = await openSet(id, context);
  const [dev, trial] = ['cmrc2018_dev.json', 'cmrc2018_trial.json'];
  const [learn, test] = [parseSquad(await set.text(dev), dev), parseSquad(await set.text(trial), trial)];
  const parts = splitBy(learn.questions.map(plain), (one) => splitOf(one.context, { validation: 0.1, test: 0 }));
  return {
    name: id,
    splits: { ...parts, test: test.questions.map(plain) },
    checksums: set.checksums,
    notes: notesOn([learn, test]),
  };
}
