// FASTA and FASTQ: named sequences as text. Lines may be wrapped, lower case (soft-masked), and end in any way.
import { UnitsError } from '../units.ts';
import { type DnaRecord, readBases } from './sequence.ts';

/** The beginning of a line as an error may show it: no control characters from binary files. */
const shown = (line: string): string => line.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, '?');

function header(line: string): { name: string; description: string } {
  const [name = '', ...rest] = line.slice(1).trim().split(/\s+/);
  return { name, description: rest.join(' ') };
}

/** Records of a FASTA text. @throws UnitsError for letters before the first header, an empty record, letters that are no bases */
export function parseFasta(text: string, where: string): DnaRecord[] {
  const records: DnaRecord[] = [];
  let open: { name: string; description: string; line: number; parts: string[] } | undefined;
  const close = (): void => {
    if (!open) return;
    const { name, description, line, parts } = open;
    const place = `${where}, line ${line}, ${name}`;
    if (parts.length === 0)
      throw new UnitsError(`parseFasta: expected a sequence after the header, got none (${place})`);
    records.push({ name, description, sequence: readBases(parts.join(''), place) });
  };
  for (const [i, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith(';')) continue;
    if (line.startsWith('>')) {
      close();
      open = { ...header(line), line: i + 1, parts: [] };
    } else if (open) open.parts.push(line.replaceAll(/\s/g, ''));
    else {
      throw new UnitsError(
        `parseFasta: expected a header that begins with '>', got '${shown(line)}' (${where}, line ${i + 1})`,
      );
    }
  }
  close();
  if (records.length === 0) throw new UnitsError(`parseFasta: expected at least one record, got none (${where})`);
  return records;
}

/** Records of a FASTQ text, Phred + 33. @throws UnitsError for a broken record, with its line */
export function parseFastq(text: string, where: string): DnaRecord[] {
  const lines = text.split(/\r\n|\n|\r/);
  const records: DnaRecord[] = [];
  let at = 0;
  while (at < lines.length) {
    const first = lines[at] as string;
    if (first.trim() === '') {
      at++;
      continue;
    }
    const place = `${where}, line ${at + 1}`;
    if (!first.startsWith('@')) {
      throw new UnitsError(`parseFastq: expected a header that begins with '@', got '${shown(first)}' (${place})`);
    }
    let sequence = '';
    for (at++; at < lines.length && !(lines[at] as string).startsWith('+'); at++)
      sequence += (lines[at] as string).trim();
    // qualities may begin with '@', so they are counted, not looked at
    let quality = '';
    for (at++; at < lines.length && quality.length < sequence.length; at++) quality += (lines[at] as string).trim();
    if (sequence === '' || quality.length !== sequence.length) {
      const got = `${sequence.length} bases and ${quality.length} qualities`;
      throw new UnitsError(
        `parseFastq: expected as many qualities as bases, got ${got} (${place}); is the file cut short?`,
      );
    }
    const scores = Array.from(quality, (c) => c.charCodeAt(0) - 33);
    const low = scores.findIndex((score) => score < 0 || score > 93);
    if (low >= 0)
      throw new UnitsError(`parseFastq: expected qualities from '!' to '~', got '${quality[low]}' (${place})`);
    records.push({ ...header(first), sequence: readBases(sequence, place), quality: scores });
  }
  if (records.length === 0) throw new UnitsError(`parseFastq: expected at least one record, got none (${where})`);
  return records;
}

/** Names are UTF-8, or Latin-1 in what is not; a mark of the byte order is left out. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** FASTA or FASTQ, by the first letter. */
export function parseSequences(source: string | Uint8Array, where: string): DnaRecord[] {
  const text = typeof source === 'string' ? source : textOf(source);
  return text.trimStart().startsWith('@') ? parseFastq(text, where) : parseFasta(text, where);
}
