// Letters of nucleic acids: what a sequence may hold, and its reverse complement. IUPAC codes, Cornish-Bowden 1985.
import { UnitsError } from '../units.ts';

/** A named sequence of a FASTA or FASTQ file. */
export interface DnaRecord {
  /** Up to the first blank of the header. */
  readonly name: string;
  /** The rest of the header. */
  readonly description: string;
  /** Upper case; IUPAC letters. */
  readonly sequence: string;
  /** FASTQ: one Phred score per base. */
  readonly quality?: readonly number[];
}

/** Each code with its complement: R (A or G) pairs with Y (T or C), and so on. */
const complements: Readonly<Record<string, string>> = {
  A: 'T',
  C: 'G',
  G: 'C',
  T: 'A',
  U: 'A',
  R: 'Y',
  Y: 'R',
  S: 'S',
  W: 'W',
  K: 'M',
  M: 'K',
  B: 'V',
  V: 'B',
  D: 'H',
  H: 'D',
  N: 'N',
};

/** Whether a text is bases and their IUPAC codes alone, in either case. */
export function isBases(text: string): boolean {
  return text !== '' && Array.from(text.toUpperCase()).every((letter) => Object.hasOwn(complements, letter));
}

const ONLY_PROTEIN = new Set('EFIJLOPQXZ*');

/**
 * The sequence in upper case, with U (RNA) read as T.
 * @throws UnitsError at the first letter that is no IUPAC base, saying so when it looks like a protein
 */
export function readBases(sequence: string, where: string): string {
  const bases = sequence.toUpperCase().replaceAll('U', 'T');
  const bad = /[^ACGTRYSWKMBVDHN]/.exec(bases);
  if (!bad) return bases;
  const letters = new Set(bases);
  const protein = [...letters].filter((letter) => ONLY_PROTEIN.has(letter));
  const looks = protein.length > 2 ? `; with ${protein.slice(0, 5).join(', ')} in it, it looks like a protein` : '';
  throw new UnitsError(
    `readBases: expected bases (ACGT, U, or IUPAC codes RYSWKMBDHVN), got '${bad[0]}' at ${bad.index} (${where})${looks}`,
  );
}

/** The other strand, read in its own direction: `AACG` → `CGTT`. IUPAC codes and lower case are kept. @throws UnitsError for other letters */
export function reverseComplement(sequence: string): string {
  const out: string[] = [];
  for (let i = sequence.length - 1; i >= 0; i--) {
    const letter = sequence[i] as string;
    const upper = letter.toUpperCase();
    const other = complements[upper];
    if (other === undefined) {
      throw new UnitsError(`reverseComplement: expected a base or IUPAC code, got '${letter}' at ${i}`);
    }
    out.push(letter === upper ? other : other.toLowerCase());
  }
  return out.join('');
}
