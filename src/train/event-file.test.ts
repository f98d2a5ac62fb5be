// TensorBoard's records, read back by the format's own rules: TFRecord frames, then the protobuf fields of Event and Summary.
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { crc32c, scalarRecord, versionRecord } from './event-file.ts';

/** The data of each frame; lengths and checksums must be right. */
function frames(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const masked = (data: Uint8Array): number => {
    const crc = crc32c(data);
    return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  };
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(masked(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(masked(data));
    found.push(data);
    at += 16 + length;
  }
  return found;
}

/** Fields as event.proto and summary.proto number them. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Value { string tag = 1; float simple_value = 2; }
  message Summary { repeated Value value = 1; }
  message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }
`);
const decoded = (data: Uint8Array): unknown =>
  root.lookupType('Event').toObject(root.lookupType('Event').decode(data), { longs: Number });

test('a version, then the numbers of each step', () => {
  const file = Buffer.concat([versionRecord(), scalarRecord(300, { loss: 0.5, eval_accuracy: 0.25 })]);
  expect(frames(file).map(decoded)).toEqual([
    { fileVersion: 'brain.Event:2' },
    {
      step: 300,
      summary: {
        value: [
          { tag: 'loss', simpleValue: 0.5 },
          { tag: 'eval_accuracy', simpleValue: 0.25 },
        ],
      },
    },
  ]);
});
