// Hiding tokens that overlap (Ji et al. 2021, DNABERT): a base of overlapping k-mers is told by k of them, so k in a row are hidden.
import { Random } from '../../array/index.ts';
import { DataError, type MaskingVocabulary } from '../../data/index.ts';

/** Share of the tokens that are to be predicted, as BERT's. */
const SHARE = 0.15;

/** Runs of places that are chosen, one after the other. */
function runsOf(chosen: readonly boolean[]): (readonly [start: number, end: number])[] {
  const runs: [number, number][] = [];
  chosen.forEach((isChosen, t) => {
    const last = runs.at(-1);
    if (!isChosen) return;
    if (last && last[1] === t) last[1] = t + 1;
    else runs.push([t, t + 1]);
  });
  return runs;
}

/**
 * BERT's corruption by spans: about 15 % of the tokens are to be predicted, `span` in a row at least (fewer before a special token or the
 * end). A whole run shares its fate, else its tokens would tell each other: 80 % become `[MASK]`, 10 % other tokens, 10 % stay. Labels are
 * −100 elsewhere.
 * @throws DataError for a span that is no whole number from 1
 */
export function maskSpans(
  rows: readonly (readonly number[])[],
  { maskId, vocabSize, special }: MaskingVocabulary,
  span: number,
  key: { readonly seed: number; readonly step: number },
): { readonly rows: number[][]; readonly labels: number[][] } {
  if (!Number.isSafeInteger(span) || span < 1)
    throw new DataError(`maskSpans: expected a span of a whole number >= 1, got ${span}`);
  const random = new Random({ ...key, site: 'maskSpans' });
  const ordinary = Array.from({ length: vocabSize }, (_, id) => id).filter((id) => !special.has(id));
  // spans may overlap: so many starts leave 85 % of the tokens outside of all
  const starts = 1 - (1 - SHARE) ** (1 / span);
  const labels: number[][] = [];
  const masked = rows.map((row) => {
    const chosen = new Array<boolean>(row.length).fill(false);
    for (let t = 0; t < row.length; t++) {
      if (random.uniform() >= starts) continue;
      for (let at = t; at < t + span && at < row.length && !special.has(row[at] as number); at++) chosen[at] = true;
    }
    labels.push(row.map((id, t) => (chosen[t] ? id : -100)));
    const shown = [...row];
    for (const [start, end] of runsOf(chosen)) {
      const fate = random.uniform();
      if (fate >= 0.9) continue;
      for (let t = start; t < end; t++)
        shown[t] = fate < 0.8 ? maskId : (ordinary[random.integer(ordinary.length)] as number);
    }
    return shown;
  });
  return { rows: masked, labels };
}
