// One example as the model reads it; what goes wrong names the example.
import type { NdArray } from '../../array/index.ts';
import { DataError, type SenseExample } from '../../data/index.ts';
import type { Reader } from './modality.ts';

/** An error with the example in its first line. */
function ofExample(error: Error, id: string): DataError {
  const [first, ...advice] = error.message.split('\n');
  return new DataError([`${first} (${id})`, ...advice].join('\n'), { cause: error });
}

/**
 * Loads an original, changes it where it is to be changed, reads it.
 * @throws DataError with the file when the original is broken, with the id when it cannot be read as the model needs it
 */
export async function readExample<T>(
  { id, load }: Pick<SenseExample<T>, 'id' | 'load'>,
  read: Reader<T>,
  change: (original: T, id: string) => T = (original) => original,
): Promise<NdArray<'float32'>> {
  const original = await load();
  try {
    return await read(change(original, id));
  } catch (error) {
    throw ofExample(error as Error, id);
  }
}
