// TensorBoard event records: TFRecord framing around two small protobuf messages. Sources: tensorflow/core/util/event.proto,
// tensorflow/core/lib/io/record_writer.h.
import protobuf from 'protobufjs';

const { Writer } = protobuf;

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

/** CRC-32C (Castagnoli): `crc32c('123456789') → 0xe3069283`. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** TFRecord's rotated and shifted checksum. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** A record: length, its checksum, data, its checksum. */
function frame(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return record;
}

/** The first record of a file. */
export function versionRecord(): Uint8Array {
  return frame(new Writer().uint32(9).double(0).uint32(26).string('brain.Event:2').finish());
}

/** Numbers of one step. Times are 0, so that equal runs give equal files. */
export function scalarRecord(step: number, values: Readonly<Record<string, number>>): Uint8Array {
  const summary = new Writer();
  for (const [tag, value] of Object.entries(values)) {
    summary.uint32(10).fork().uint32(10).string(tag).uint32(21).float(value).ldelim();
  }
  return frame(new Writer().uint32(9).double(0).uint32(16).int64(step).uint32(42).bytes(summary.finish()).finish());
}
