// `tesserae align`: what an encoder-decoder looked at for each token that it wrote.
import { alignmentPage, alignmentSvg, alignmentText } from '../../lens/index.ts';
import { openWriter } from '../../tasks/index.node.ts';
import { alignText } from '../../tasks/index.ts';
import { type Command, integer, required, text } from '../command.ts';
import { contextOf } from '../context.ts';
import { writePage } from '../output.ts';

export const command: Command = {
  words: 2,
  flags: { html: { type: 'string' }, svg: { type: 'string' }, layer: { type: 'string' }, head: { type: 'string' } },
  run: async (args, io) => {
    const generator = await openWriter(required(args, 0, 'a run folder'), await contextOf(args, io));
    try {
      const [layer, head] = [integer(args, 'layer'), integer(args, 'head')];
      const place = { ...(layer === undefined ? {} : { layer }), ...(head === undefined ? {} : { head }) };
      const alignment = await alignText(generator, required(args, 1, 'a text'), place);
      const drawings = [
        [text(args, 'html'), alignmentPage],
        [text(args, 'svg'), alignmentSvg],
      ] as const;
      for (const [path, draw] of drawings) {
        if (path === undefined) continue;
        await writePage(path, draw(alignment), io);
      }
      if (io.json) io.out(JSON.stringify(alignment));
      else if (drawings.every(([path]) => path === undefined))
        io.out(`${alignment.source} → ${alignment.target}\n${alignmentText(alignment)}`);
    } finally {
      await generator.release();
    }
    return undefined;
  },
};
