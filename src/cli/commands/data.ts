// `tesserae data`: which data sets there are, and which are on this machine.

import { dataFolders, findDataset, loadTextDataset } from '../../data/index.node.ts';
import { catalogue } from '../../data/index.ts';
import { type Command, required, UsageError } from '../command.ts';

export const command: Command = {
  flags: {},
  run: async (args, io) => {
    const what = args.positionals[0] ?? 'list';
    const folders = dataFolders(process.env);
    if (what === 'list') {
      const rows = await Promise.all(
        Object.entries(catalogue).map(async ([id, entry]) => ({
          id,
          ...entry,
          found: entry.files.length === 0 ? 'embedded' : ((await findDataset(id, folders)) ?? null),
        })),
      );
      if (io.json) io.out(JSON.stringify(rows));
      else
        for (const row of rows)
          io.out(`${row.id.padEnd(28)} ${row.title}  [${row.licence}]  ${row.found ?? 'not on this machine'}`);
      return undefined;
    }
    if (what !== 'show') throw new UsageError(`data: expected list or show, got '${what}'`);
    const { splits, labels, checksums } = await loadTextDataset(required(args, 1, 'a data set'), folders);
    const sizes = Object.fromEntries(Object.entries(splits).map(([name, examples]) => [name, examples.length]));
    if (io.json) io.out(JSON.stringify({ labels, sizes, checksums, first: splits.train.slice(0, 5) }));
    else {
      io.out(
        `${Object.entries(sizes)
          .map(([name, size]) => `${name} ${size}`)
          .join(', ')}; labels ${labels.join(', ')}`,
      );
      for (const example of splits.train.slice(0, 5)) io.out(`  ${example.label}\t${example.text.slice(0, 100)}`);
    }
    return undefined;
  },
};
