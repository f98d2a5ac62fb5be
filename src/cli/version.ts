// The versions that runs record.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let dir = '..';
/** package.json lies two folders above the sources and three above the built files. */
function ownPackage(): { version: string } {
  for (let up = 0; up < 4; up++, dir += '/..') {
    try {
      const found = require(`${dir}/package.json`) as { name?: string; version: string };
      if (found.name === 'tesserae') return found;
    } catch {
      // not here: one folder up
    }
  }
  return { version: '0.0.0' };
}

/** Tesserae's version. */
export const version: string = ownPackage().version;

/** Versions of everything that decides numbers. */
export function versions(): Record<string, string> {
  const ort = (require('onnxruntime-node/package.json') as { version: string }).version;
  return {
    tesserae: version,
    node: process.version,
    'onnxruntime-node': ort,
    platform: `${process.platform}-${process.arch}`,
  };
}
