// What the catalogue knows of a data set.

/** One file of a data set, as it is unpacked: a folder may hold it as `PATH` or gzipped as `PATH.gz`. */
export interface CatalogueFile {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the content in hexadecimal. */
  readonly sha256: string;
  /** Public address of the one plain file, where there is one. */
  readonly url?: string;
}

/** What kind of thing is in it. */
export type Modality = 'text' | 'image' | 'audio' | 'video' | 'dna' | 'multimodal' | 'weights';

/** One data set. */
export interface CatalogueEntry {
  readonly title: string;
  readonly modality: Modality;
  /** What it is for: `text-classification`, `translation`, … */
  readonly task: string;
  readonly licence: string;
  readonly languages: readonly string[];
  /** Empty for sets that come with an npm package. */
  readonly files: readonly CatalogueFile[];
  /** Where it comes from. */
  readonly source: string;
  /** How a person gets it, where a program cannot. */
  readonly how?: string;
}

/** Where plain files of GitHub repositories are served. */
export const RAW_GITHUB = 'https://raw.githubusercontent.com';

type Origin = Pick<CatalogueEntry, 'files' | 'source' | 'how'>;

/** Lines of `BYTES SHA256 PATH`, and the path at the source where it differs. */
function rowsOf(table: string): readonly { readonly file: CatalogueFile; readonly remote: string }[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [bytes, sha256 = '', path = '', remote = path] = line.split(' ');
      return { file: { path, bytes: Number(bytes), sha256 }, remote };
    });
}

/** Files that lie in a folder of a GitHub repository at a commit, one by one. */
export function github(repository: string, commit: string, folder: string, table: string): Origin {
  const files = rowsOf(table).map(({ file, remote }): CatalogueFile => {
    const path = (folder + remote).split('/').map(encodeURIComponent).join('/');
    return { ...file, url: `${RAW_GITHUB}/${repository}/${commit}/${path}` };
  });
  return { source: `GitHub ${repository} at ${commit}`, files };
}

/** Files that a person has to get. */
export function byHand(source: string, how: string, table: string): Origin {
  return { source, how, files: rowsOf(table).map(({ file }) => file) };
}
