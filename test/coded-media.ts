// Clips and sounds coded by the library that reads them.
import { loadMediabunny } from '../src/tokens/media.node.ts';

/** An MP4 of square frames with these grey values `[size · size]`, ten a second. */
export async function greyMp4(size: number, frames: readonly Uint8Array[]): Promise<Uint8Array> {
  const media = await loadMediabunny();
  const target = new media.BufferTarget();
  const output = new media.Output({ format: new media.Mp4OutputFormat(), target });
  const source = new media.VideoSampleSource({ codec: 'avc', bitrate: 1e5 });
  output.addVideoTrack(source);
  await output.start();
  for (const [i, grey] of frames.entries()) {
    const data = new Uint8Array((size * size * 3) / 2).fill(128);
    data.set(grey);
    const settings = { format: 'I420', codedWidth: size, codedHeight: size, timestamp: i / 10, duration: 0.1 } as const;
    const sample = new media.VideoSample(data, settings);
    await source.add(sample);
    sample.close();
  }
  await output.finalize();
  return new Uint8Array(target.buffer as ArrayBuffer);
}

/** One channel of 48,000 samples a second as Opus in WebM. */
export async function opusWebm(data: Float32Array): Promise<Uint8Array> {
  const media = await loadMediabunny();
  const target = new media.BufferTarget();
  const output = new media.Output({ format: new media.WebMOutputFormat(), target });
  const source = new media.AudioSampleSource({ codec: 'opus', bitrate: 64000 });
  output.addAudioTrack(source);
  await output.start();
  const settings = { format: 'f32', numberOfChannels: 1, sampleRate: 48000, timestamp: 0 } as const;
  await source.add(new media.AudioSample({ data, ...settings }));
  await output.finalize();
  return new Uint8Array(target.buffer as ArrayBuffer);
}
