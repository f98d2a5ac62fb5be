// Animated PNG taken apart into plain PNGs, because libvips reads the first frame only. APNG specification 1.0 (PNG third edition, 11.3.6).
import { UnitsError } from '../units.ts';

/** One frame: a whole PNG of its own region, and what to do with it. */
export interface PngFrame {
  readonly png: Uint8Array;
  readonly left: number;
  readonly top: number;
  readonly seconds: number;
  /** Before the next frame: leave it, clear its region, or go back to what was there. */
  readonly dispose: 'none' | 'background' | 'previous';
  /** Replace what is there, or lay over it. */
  readonly blend: 'source' | 'over';
}

/** An animation's canvas and frames. */
export interface AnimatedPng {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly PngFrame[];
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** A PNG chunk with length and checksum. */
export function pngChunk(name: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  for (let i = 0; i < 4; i++) out[4 + i] = name.charCodeAt(i);
  out.set(body, 8);
  let crc = 0xffffffff;
  for (let i = 4; i < 8 + body.length; i++) {
    crc = (crcTable[(crc ^ (out[i] as number)) & 255] as number) ^ (crc >>> 8);
  }
  view.setUint32(8 + body.length, ~crc);
  return out;
}

/** Chunks joined to a PNG file. */
export function pngFile(chunks: readonly Uint8Array[]): Uint8Array {
  const parts = [SIGNATURE, ...chunks];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function* chunksOf(bytes: Uint8Array, where: string): Generator<{ name: string; body: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) {
      throw new UnitsError(
        `animatedPng: expected ${length} more bytes, got ${bytes.length - at - 12}: cut short (${where})`,
      );
    }
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { name, body: bytes.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

interface OpenFrame {
  readonly control: DataView;
  readonly data: Uint8Array[];
}

function closed({ control, data }: OpenFrame, header: Uint8Array, shared: readonly Uint8Array[]): PngFrame {
  const own = header.slice();
  const view = new DataView(own.buffer);
  view.setUint32(0, control.getUint32(4));
  view.setUint32(4, control.getUint32(8));
  const chunks = [
    pngChunk('IHDR', own),
    ...shared,
    ...data.map((part) => pngChunk('IDAT', part)),
    pngChunk('IEND', new Uint8Array()),
  ];
  const parts = control.getUint16(22) || 100;
  return {
    png: pngFile(chunks),
    left: control.getUint32(12),
    top: control.getUint32(16),
    seconds: control.getUint16(20) / parts,
    dispose: (['none', 'background', 'previous'] as const)[control.getUint8(24)] ?? 'none',
    blend: control.getUint8(25) === 1 ? 'over' : 'source',
  };
}

/** The animation in a PNG; undefined when it is a still picture. @throws UnitsError when it is cut short */
export function animatedPng(bytes: Uint8Array, where: string): AnimatedPng | undefined {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) return undefined;
  let header = new Uint8Array();
  let animated = false;
  const shared: Uint8Array[] = [];
  const frames: PngFrame[] = [];
  let open: OpenFrame | undefined;
  for (const { name, body } of chunksOf(bytes, where)) {
    // `from` copies; `slice` of a Node Buffer shares its memory
    if (name === 'IHDR') header = Uint8Array.from(body);
    else if (name === 'acTL') animated = true;
    else if (name === 'IDAT' && !animated) return undefined;
    else if (name === 'fcTL') {
      if (open) frames.push(closed(open, header, shared));
      open = { control: new DataView(Uint8Array.from(body).buffer), data: [] };
    } else if (name === 'IDAT') open?.data.push(body);
    else if (name === 'fdAT') open?.data.push(body.subarray(4));
    else if (['PLTE', 'tRNS', 'gAMA', 'sRGB', 'cHRM'].includes(name)) shared.push(pngChunk(name, body));
  }
  if (open) frames.push(closed(open, header, shared));
  if (!animated) return undefined;
  if (frames.length === 0) throw new UnitsError(`animatedPng: expected frames, got none (${where})`);
  const view = new DataView(header.buffer, header.byteOffset);
  return { width: view.getUint32(0), height: view.getUint32(4), frames };
}
