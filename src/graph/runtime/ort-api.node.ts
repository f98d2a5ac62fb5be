// ONNX Runtime's C API over plain FFI (koffi), on the library that onnxruntime-node ships. The function table only ever grows at its end,
// so a function's place in it is its identity (onnxruntime_c_api.h).
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { RuntimeError } from './session.ts';

type Koffi = typeof import('koffi');

/** Version of the table that is asked for: all of the functions below are in it, and every newer library serves it. */
const API_VERSION = 16;

/** Places in the table, and what each function takes: p pointer, s string, i int, z size. All return a status but the releases. */
const functions = {
  CreateEnv: [3, 'isp'],
  CreateSessionFromArray: [8, 'ppzpp'],
  CreateSessionOptions: [10, 'p'],
  DisableMemPattern: [17, 'p'],
  SetSessionLogSeverityLevel: [22, 'pi'],
  SetSessionGraphOptimizationLevel: [23, 'pi'],
  SetIntraOpNumThreads: [24, 'pi'],
  SessionGetInputCount: [30, 'pp'],
  SessionGetOutputCount: [31, 'pp'],
  SessionGetOutputTypeInfo: [34, 'pzp'],
  SessionGetInputName: [36, 'pzpp'],
  SessionGetOutputName: [37, 'pzpp'],
  CreateRunOptions: [39, 'p'],
  CreateTensorWithDataAsOrtValue: [49, 'ppzpzip'],
  GetTensorMutableData: [51, 'pp'],
  CastTypeInfoToTensorInfo: [55, 'pp'],
  GetTensorElementType: [60, 'pp'],
  GetDimensionsCount: [61, 'pp'],
  GetDimensions: [62, 'ppz'],
  GetTensorTypeAndShape: [65, 'pp'],
  CreateCpuMemoryInfo: [69, 'iip'],
  AllocatorFree: [76, 'pp'],
  GetAllocatorWithDefaultOptions: [78, 'p'],
  AddSessionConfigEntry: [130, 'pss'],
  RunWithBinding: [133, 'ppp'],
  CreateIoBinding: [134, 'pp'],
  BindInput: [136, 'psp'],
  BindOutput: [137, 'psp'],
  BindOutputToDevice: [138, 'psp'],
  GetBoundOutputValues: [140, 'pppp'],
} as const;

const releases = {
  ReleaseStatus: 93,
  ReleaseSession: 95,
  ReleaseValue: 96,
  ReleaseTypeInfo: 98,
  ReleaseTensorTypeAndShapeInfo: 99,
  ReleaseSessionOptions: 100,
  ReleaseIoBinding: 135,
} as const;

const GET_ERROR_MESSAGE = 2;
const TABLE_LENGTH = 144;
const spelled = { p: 'void *', s: 'const char *', i: 'int', z: 'size_t' } as const;

/** A function of the table that can fail. */
export type ApiFunction = keyof typeof functions;
/** What a call is given: an address, memory, a number or a name. */
export type Argument = bigint | number | string | ArrayBufferView;
type NativeFunction = (...values: readonly Argument[]) => bigint | null;

async function loadKoffi(): Promise<Koffi> {
  try {
    const module = (await import('koffi')) as Koffi & { readonly default?: Koffi };
    return module.default ?? module;
  } catch (error) {
    throw new RuntimeError("ffiRuntime: expected the package koffi, could not load it; run 'npm install koffi'", {
      cause: error,
    });
  }
}

/** The shared library inside the package onnxruntime-node. @throws RuntimeError when it is not there */
function findLibrary(): string {
  const { platform, arch } = process;
  try {
    const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')), '..', 'bin');
    for (const version of readdirSync(bin).sort().reverse()) {
      const dir = join(bin, version, platform, arch);
      const name = readdirSync(dir).find((file) => /^(lib)?onnxruntime[\d.]*\.(so[\d.]*|dylib|dll)$/.test(file));
      if (name) return join(dir, name);
    }
  } catch (error) {
    throw new RuntimeError(
      `ffiRuntime: expected the library of onnxruntime-node for ${platform} ${arch}, could not find it; run 'npm install onnxruntime-node'`,
      { cause: error },
    );
  }
  throw new RuntimeError(`ffiRuntime: expected a library of ONNX Runtime for ${platform} ${arch}, found none`);
}

/** The C API of one process. */
export class OrtApi {
  readonly #koffi: Koffi;
  readonly #table: readonly bigint[];
  readonly #calls: { readonly [K in ApiFunction]: NativeFunction };
  readonly #releases: { readonly [K in keyof typeof releases]: NativeFunction };
  readonly #errorMessage: (status: bigint) => string;
  /** Held: koffi unloads a library that nothing refers to. */
  readonly library: unknown;

  private constructor(koffi: Koffi, path: string) {
    this.#koffi = koffi;
    const library = koffi.load(path);
    this.library = library;
    const base = library.func('void *OrtGetApiBase()')() as bigint;
    const [getApi] = koffi.decode(base, 'void *', 1) as readonly bigint[];
    const table = koffi.call(getApi, koffi.proto('void *', ['uint32_t']), API_VERSION) as bigint | null;
    if (!table) throw new RuntimeError(`ffiRuntime: expected version ${API_VERSION} of the C API or newer (${path})`);
    this.#table = koffi.decode(table, 'void *', TABLE_LENGTH) as readonly bigint[];
    const bind = (at: number, takes: string, gives = 'void *'): NativeFunction => {
      const argumentTypes = [...takes].map((letter) => spelled[letter as keyof typeof spelled]);
      return koffi.decode(this.#table[at], koffi.proto(gives, argumentTypes)) as NativeFunction;
    };
    const entries = Object.entries(functions).map(([name, [at, takes]]) => [name, bind(at, takes)] as const);
    this.#calls = Object.fromEntries(entries) as { [K in ApiFunction]: NativeFunction };
    this.#releases = Object.fromEntries(
      Object.entries(releases).map(([name, at]) => [name, bind(at, 'p', 'void')] as const),
    ) as { [K in keyof typeof releases]: NativeFunction };
    this.#errorMessage = bind(GET_ERROR_MESSAGE, 'p', 'const char *') as unknown as (status: bigint) => string;
  }

  static async load(): Promise<OrtApi> {
    return new OrtApi(await loadKoffi(), findLibrary());
  }

  /** Where a function lies, for a call on another thread. */
  addressOf(name: ApiFunction): bigint {
    return this.#table[functions[name][0]] as bigint;
  }

  /** Where memory lies. It must be kept alive as long as ONNX Runtime may use it. */
  addressOfMemory(memory: ArrayBufferView): bigint {
    return this.#koffi.address(memory);
  }

  /** @throws Error with ONNX Runtime's message for a status that is not 0 */
  check(status: bigint | null): void {
    if (!status) return;
    const message = this.#errorMessage(status);
    this.#releases.ReleaseStatus(status);
    throw new Error(message);
  }

  /** Calls a function. @throws Error with ONNX Runtime's message */
  run(name: ApiFunction, ...given: readonly Argument[]): void {
    this.check(this.#calls[name](...given));
  }

  /** Calls a function whose last argument receives a pointer or a size, and returns it. */
  get(name: ApiFunction, ...given: readonly Argument[]): bigint {
    const result = new BigUint64Array(1);
    this.run(name, ...given, result);
    return result[0] as bigint;
  }

  release(name: keyof typeof releases, pointer: bigint): void {
    if (pointer) this.#releases[name](pointer);
  }

  /** A copy of `bytes` bytes of native memory. */
  copy(address: bigint, bytes: number): ArrayBuffer {
    return bytes === 0 ? new ArrayBuffer(0) : this.#koffi.view(address, bytes).slice(0);
  }

  /** A zero-terminated text in native memory. */
  text(address: bigint): string {
    return this.#koffi.decode.string(address);
  }
}

/** Calls functions of words by address on this thread, whose denormals are flushed from now on. */
export async function koffiCaller(): Promise<(address: bigint, words: readonly bigint[]) => bigint> {
  const koffi = await loadKoffi();
  flushDenormals(koffi);
  const kinds = new Map<number, ReturnType<Koffi['proto']>>();
  return (address, words) => {
    let kind = kinds.get(words.length);
    if (!kind) {
      kind = koffi.proto(
        'void *',
        words.map(() => 'void *'),
      );
      kinds.set(words.length, kind);
    }
    return (koffi.call(address, kind, ...words) as bigint | null) ?? 0n;
  };
}

/**
 * Denormals of the calling thread count as zero. ONNX Runtime's own option does that for its own threads, and for the caller only
 * with the first session of a process. Elsewhere than on Linux x64 there is nothing but that option.
 */
function flushDenormals(koffi: Koffi): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  try {
    const library = koffi.load('libm.so.6');
    // glibc's fenv_t: 28 bytes of the old unit, then MXCSR; 0x8040 = flush to zero, denormals are zero
    const environment = new Uint32Array(8);
    library.func('int fegetenv(void *)')(environment);
    environment[7] = (environment[7] as number) | 0x8040;
    library.func('int fesetenv(void *)')(environment);
  } catch {
    // another C library: the option remains
  }
}
