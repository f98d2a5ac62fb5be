// An export reads pictures of one size: the one that its preprocessor makes, where the model can read it.
import { zeros } from '../../array/index.ts';
import { type Model, settle } from '../../models/index.ts';
import { imageProcessorFromJson, UnitsError } from '../../tokens/index.ts';

/** A model for an export, and what is wrong with it. */
export interface Prepared {
  readonly model: Model;
  readonly notes: readonly string[];
}

/**
 * Height and width that Transformers.js makes of every picture by a `preprocessor_config.json`: it crops only where the file says so.
 * Undefined where they depend on the picture, and for a file that says something else.
 */
function sizeMade(file: string): readonly [number, number] | undefined {
  try {
    const { crop, resize } = imageProcessorFromJson({ do_center_crop: false, ...JSON.parse(file) });
    const size = crop ?? resize?.size;
    return size && 'height' in size ? [size.height, size.width] : undefined;
  } catch (error) {
    if (error instanceof UnitsError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The model settled for pictures as its `preprocessor_config.json` makes them; one that cannot read these stays as it is, and is told. */
export function forPreparedPictures(model: Model, file: string | Uint8Array | undefined): Prepared {
  const { shape } = model.inputs.pixel_values ?? {};
  const text = typeof file === 'object' ? new TextDecoder().decode(file) : file;
  const made = text !== undefined && shape?.length === 4 ? sizeMade(text) : undefined;
  if (!made || made.join() === shape?.slice(2).join()) return { model, notes: [] };
  const channels = Number(shape?.[1]);
  try {
    return { model: settle(model, { pixel_values: zeros('float32', [1, channels, ...made]) }).model, notes: [] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const note = `preprocessor_config.json makes pictures of ${made.join('×')}, ${model.className} reads ${shape?.slice(2).join('×')} alone`;
    return { model, notes: [note] };
  }
}
