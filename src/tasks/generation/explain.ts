// The next-token view: what the model thought of the next token, and what each processor made of it, as data.
import { entropyOf, logSumExp, ranked, type Scores } from './scores.ts';

/** One candidate at one step. */
export interface Candidate {
  readonly id: number;
  /** Before any processor. */
  readonly probability: number;
  /** After each processor, in the order of {@link TokenView.processors}. */
  readonly after: readonly number[];
}

/** One step of one row. */
export interface TokenView {
  readonly step: number;
  readonly row: number;
  /** What was written; undefined where beams choose. */
  readonly chosen?: number;
  /** `-log2` of its probability before any processor, in bits: how much it surprises the model. */
  readonly surprisal?: number;
  /** Of the distribution before any processor, in bits. */
  readonly entropy: number;
  /** After the last processor, in bits. */
  readonly entropyAfter: number;
  /** Names, in the order in which they worked. */
  readonly processors: readonly string[];
  /** The likeliest before and after, and the chosen one; the likeliest before first. */
  readonly candidates: readonly Candidate[];
}

const LN2 = Math.log(2);

/** Watches one step after the other. */
export class Observer {
  readonly #count: number;
  readonly views: TokenView[] = [];
  #place = { step: 0, row: 0 };
  #stages: { readonly name: string; readonly scores: Scores; readonly total: number }[] = [];

  /** `count`: how many of the likeliest candidates are kept at each end. */
  constructor(count: number) {
    this.#count = count;
  }

  begin(place: { readonly step: number; readonly row: number }, scores: Scores): void {
    this.#place = place;
    this.#stages = [];
    this.after('', scores);
  }

  after(name: string, scores: Scores): void {
    this.#stages.push({ name, scores: scores.slice(), total: logSumExp(scores) });
  }

  /** Ends the step. */
  chosen(id?: number): void {
    const [first, ...rest] = this.#stages;
    const last = this.#stages.at(-1);
    if (!first || !last) return;
    const top = (scores: Scores): number[] => [...ranked(scores).subarray(0, this.#count)];
    const probability = (stage: typeof first, token: number): number =>
      Math.exp((stage.scores[token] as number) - stage.total);
    const shown = new Set([...top(first.scores), ...top(last.scores), ...(id === undefined ? [] : [id])]);
    const candidates = [...shown].map((token) => ({
      id: token,
      probability: probability(first, token),
      after: rest.map((stage) => probability(stage, token)),
    }));
    this.views.push({
      ...this.#place,
      ...(id === undefined ? {} : { chosen: id, surprisal: -Math.log2(probability(first, id)) }),
      entropy: entropyOf(first.scores) / LN2,
      entropyAfter: entropyOf(last.scores) / LN2,
      processors: rest.map(({ name }) => name),
      candidates: candidates.sort((a, b) => b.probability - a.probability),
    });
  }
}
