// Arrays of the host to buffers of a WebGPU device and back, with the little of WebGPU that this needs.

/** The part of `GPUBuffer` that is used here. */
interface GpuBuffer {
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

/** The part of `GPUDevice` that is used here. */
export interface GpuDevice {
  createBuffer(about: { size: number; usage: number; mappedAtCreation?: boolean }): GpuBuffer;
  createCommandEncoder(): {
    copyBufferToBuffer(from: GpuBuffer, fromOffset: number, to: GpuBuffer, toOffset: number, size: number): void;
    finish(): unknown;
  };
  readonly queue: { submit(commands: readonly unknown[]): void };
}

/** Values of `GPUBufferUsage` and `GPUMapMode`. */
const USAGE = { mapRead: 0x1, copyFrom: 0x4, copyTo: 0x8, storage: 0x80 } as const;
const MAP_READ = 0x1;

/** Buffers are made of blocks of so many bytes: what ONNX Runtime asks for. */
const BLOCK = 16;

/** A buffer that kernels can read, filled with `bytes`. */
export function uploaded(device: GpuDevice, bytes: Uint8Array): GpuBuffer {
  const size = Math.max(1, Math.ceil(bytes.length / BLOCK)) * BLOCK;
  const usage = USAGE.storage | USAGE.copyFrom | USAGE.copyTo;
  const buffer = device.createBuffer({ size, usage, mappedAtCreation: true });
  new Uint8Array(buffer.getMappedRange()).set(bytes);
  buffer.unmap();
  return buffer;
}

/** The first `length` bytes of a buffer that `uploaded` made. */
export async function downloaded(device: GpuDevice, buffer: GpuBuffer, length: number): Promise<ArrayBuffer> {
  const size = Math.max(1, Math.ceil(length / BLOCK)) * BLOCK;
  const staging = device.createBuffer({ size, usage: USAGE.mapRead | USAGE.copyTo });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(MAP_READ);
  const copy = staging.getMappedRange().slice(0, length);
  staging.destroy();
  return copy;
}
