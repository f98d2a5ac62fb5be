// The corpora of bench/tokenizer-training.ts: all English and all Chinese running text found in the data folders, one text a line.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

function read(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

const IGNORED = /SOURCE|README|LICENSE|labels|mapping|\/tok-|\.(conll|annotated|iob2)|weibo/i;

/** Writes en.txt and zh.txt to `out`; returns their paths. A line is English when it is mostly ASCII letters, Chinese when mostly Han. */
export function writeCorpora(data: string, out: string): { en: string; zh: string } {
  const lines = { en: [] as string[], zh: [] as string[] };
  for (const path of files(join(data, 'text'))
    .filter((one) => !IGNORED.test(one))
    .sort()) {
    for (const raw of read(path).split('\n')) {
      const line = raw.replace(/^# text = /, '').trim();
      if (line.length < 8 || /^(#|\d+[-\t.])/.test(line)) continue;
      const han = line.match(/\p{Script=Han}/gu)?.length ?? 0;
      const letters = line.match(/[a-z ]/g)?.length ?? 0;
      if (han > line.length / 2) lines.zh.push(line);
      else if (letters > line.length * 0.7) lines.en.push(line);
    }
  }
  const paths = { en: join(out, 'en.txt'), zh: join(out, 'zh.txt') };
  for (const kind of ['en', 'zh'] as const) writeFileSync(paths[kind], `${lines[kind].join('\n')}\n`);
  return paths;
}
