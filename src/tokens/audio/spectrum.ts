// The power spectrum of real frames, any length: fft.js for powers of two, Bluestein's chirp around it for others (Whisper's 400). Two
// frames share one complex transform, as its real and its imaginary part. For powers of two spectrum-kernel.ts takes four at once.
import FFT from 'fft.js';

/** Several frames in, as many power spectra `|X[k]|²`, `k = 0 … size/2`, out. */
export interface PowerSpectrum {
  readonly size: number;
  /** How many frames go through at once. */
  readonly frames: number;
  /** Where they go: sample `i` of frame `f` to `i · frames + f`. What is not written stays 0. */
  readonly input: Float64Array | number[];
  /** Where their powers are after `run`: bin `k` of frame `f` at `k · frames + f`. */
  readonly power: Float64Array;
  readonly run: () => void;
}

/** Complex transform of interleaved numbers, in place of `data`'s first `2 · size` entries into `out`. */
type Transform = (out: number[], data: number[]) => void;

function plainTransform(size: number): { transform: Transform; length: number } {
  const fft = new FFT(size);
  return { transform: (out, data) => fft.transform(out, data), length: size };
}

/** Bluestein 1970: a transform of any length as a convolution with a chirp, by transforms of a power of two. */
function chirpTransform(size: number): { transform: Transform; length: number } {
  const length = 2 ** Math.ceil(Math.log2(2 * size - 1));
  const fft = new FFT(length);
  const chirp = new Float64Array(2 * size);
  const kernel = fft.createComplexArray().fill(0);
  for (let n = 0; n < size; n++) {
    // n² modulo 2 · size, so that the angle stays exact
    const angle = (Math.PI * ((n * n) % (2 * size))) / size;
    chirp[2 * n] = Math.cos(angle);
    chirp[2 * n + 1] = -Math.sin(angle);
    for (const place of n === 0 ? [0] : [n, length - n]) {
      kernel[2 * place] = Math.cos(angle);
      kernel[2 * place + 1] = Math.sin(angle);
    }
  }
  const [kernelSpectrum, product, spectrum] = [0, 0, 0].map(() => fft.createComplexArray()) as [
    number[],
    number[],
    number[],
  ];
  fft.transform(kernelSpectrum, kernel);
  const multiplied = fft.createComplexArray();
  const transform: Transform = (out, data) => {
    multiplied.fill(0);
    for (let n = 0; n < size; n++) {
      const [re, im] = [data[2 * n] as number, data[2 * n + 1] as number];
      const [c, s] = [chirp[2 * n] as number, chirp[2 * n + 1] as number];
      multiplied[2 * n] = re * c - im * s;
      multiplied[2 * n + 1] = re * s + im * c;
    }
    fft.transform(spectrum, multiplied);
    for (let k = 0; k < 2 * length; k += 2) {
      const [a, b] = [spectrum[k] as number, spectrum[k + 1] as number];
      const [c, d] = [kernelSpectrum[k] as number, kernelSpectrum[k + 1] as number];
      product[k] = a * c - b * d;
      product[k + 1] = a * d + b * c;
    }
    fft.inverseTransform(spectrum, product);
    for (let k = 0; k < size; k++) {
      const [re, im] = [spectrum[2 * k] as number, spectrum[2 * k + 1] as number];
      const [c, s] = [chirp[2 * k] as number, chirp[2 * k + 1] as number];
      out[2 * k] = re * c - im * s;
      out[2 * k + 1] = re * s + im * c;
    }
  };
  return { transform, length };
}

/** Power spectra of two frames of `size` numbers, any length. */
export function powerSpectrum(size: number): PowerSpectrum {
  const { transform, length } = (size & (size - 1)) === 0 ? plainTransform(size) : chirpTransform(size);
  const input = new Array<number>(2 * length).fill(0);
  const spectrum = new Array<number>(2 * length).fill(0);
  const power = new Float64Array(size + 2);
  const run = (): void => {
    transform(spectrum, input);
    for (let k = 0; k <= size / 2; k++) {
      const mirror = k === 0 ? 0 : size - k;
      const [re, im] = [spectrum[2 * k] as number, spectrum[2 * k + 1] as number];
      const [mirrorRe, mirrorIm] = [spectrum[2 * mirror] as number, spectrum[2 * mirror + 1] as number];
      // even part is the first frame's, odd part the second's
      const [sumRe, sumIm, lessRe, lessIm] = [re + mirrorRe, im + mirrorIm, re - mirrorRe, im - mirrorIm];
      power[2 * k] = (sumRe * sumRe + lessIm * lessIm) / 4;
      power[2 * k + 1] = (sumIm * sumIm + lessRe * lessRe) / 4;
    }
  };
  return { size, frames: 2, input, power, run };
}
