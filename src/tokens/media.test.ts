// Containers: what is wrong with one is said by our error alone.
import { afterEach, expect, test, vi } from 'vitest';
import { greyMp4 } from '../../test/coded-media.ts';
import { loadMediabunny } from './media.node.ts';
import { loadClip } from './video/load.node.ts';

afterEach(() => vi.restoreAllMocks());

test('mediabunny prints nothing before our errors', async () => {
  const printed = (['error', 'warn', 'info', 'log'] as const).map((name) => vi.spyOn(console, name));
  const text = Buffer.from(await greyMp4(16, [new Uint8Array(256), new Uint8Array(256).fill(200)])).toString('latin1');
  expect(text).toContain('avc1');
  const { Logging } = await loadMediabunny();
  const heard = new Set<string>();
  const stops = (['error', 'warn'] as const).map((event) => Logging.on(event, () => heard.add(event)));
  // a codec that it does not know (a warning), and a description of it that ends too early (a stack trace)
  const unknown = Buffer.from(text.replaceAll('avc1', 'xyz1'), 'latin1');
  await expect(loadClip(unknown)).rejects.toThrow(/a codec that can be decoded here, got 'xyz1'/);
  // without the box of its colours it looks for them there; byte 22 says how many arrays follow
  const hevc = Buffer.from(
    text.replaceAll('avc1', 'hvc1').replaceAll('avcC', 'hvcC').replaceAll('colr', 'free'),
    'latin1',
  );
  hevc[hevc.indexOf('hvcC') + 4 + 22] = 255;
  await expect(loadClip(hevc)).rejects.toThrow(/^(media|loadClip): expected/);
  for (const stop of stops) stop();
  expect([...heard].sort()).toEqual(['error', 'warn']);
  expect(printed.flatMap(({ mock }) => mock.calls)).toEqual([]);
});

test('who asks mediabunny to print is not overruled by the next file', async () => {
  const { Logging, LogLevel } = await loadMediabunny();
  expect(Logging.level).toBe(LogLevel.Silent);
  Logging.level = LogLevel.Errors;
  await loadMediabunny();
  expect(Logging.level).toBe(LogLevel.Errors);
  Logging.level = LogLevel.Silent;
});
