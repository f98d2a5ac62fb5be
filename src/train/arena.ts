// One linear memory for everything a step updates: weights, gradients, moments. WebAssembly kernels work on it in place, and
// ONNX Runtime reads the weights from it without a copy.

/** Bytes of a vector register: all arrays start at a multiple of it. */
const ALIGNMENT = 16;
const PAGE = 65536;

/** A WebAssembly memory handed out piece by piece, never given back. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  #used = 0;

  /** @param bytes room for all arrays, each rounded up to 16 bytes */
  constructor(bytes: number) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) + 1 });
  }

  /** A zeroed array. Its elements up to the next multiple of four belong to it too and stay zero. @throws RangeError when full */
  allocate(length: number): Float32Array<ArrayBuffer> {
    const bytes = Math.ceil((length * 4) / ALIGNMENT) * ALIGNMENT;
    if (this.#used + bytes > this.memory.buffer.byteLength) {
      throw new RangeError(
        `Arena.allocate: expected at most ${this.memory.buffer.byteLength - this.#used} bytes, got ${bytes}`,
      );
    }
    const array = new Float32Array(this.memory.buffer as ArrayBuffer, this.#used, length);
    this.#used += bytes;
    return array;
  }
}
