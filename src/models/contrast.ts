// Pictures and texts in one space: unit vectors, their scaled products, and the loss that tells pairs from the rest (Radford et al. 2021).
import {
  add,
  type CrossEntropyOptions,
  crossEntropy,
  type Dim,
  divide,
  exp,
  matmul,
  multiply,
  range,
  sqrt,
  sum,
  type Tensor,
  transpose,
} from '../graph/index.ts';

/** Rows of length 1. */
export function unitRows(x: Tensor): Tensor {
  return divide(x, sqrt(sum(multiply(x, x), { axes: [-1], keepdims: true })));
}

/** Unit vectors of both kinds and the logits between them. */
export interface Contrast {
  /** `[texts, E]`. */
  readonly texts: Tensor;
  /** `[images, E]`. */
  readonly images: Tensor;
  /** `exp(logScale) · cos`, `[texts, images]`. */
  readonly perText: Tensor;
  readonly perImage: Tensor;
}

/** Compares projected texts `[texts, E]` with projected pictures `[images, E]`. */
export function contrast(texts: Tensor, images: Tensor, logScale: Tensor): Contrast {
  const [unitTexts, unitImages] = [unitRows(texts), unitRows(images)];
  const perText = multiply(matmul(unitTexts, transpose(unitImages)), exp(logScale));
  return { texts: unitTexts, images: unitImages, perText, perImage: transpose(perText) };
}

/** Mean of both cross-entropies, text i belonging to picture i: there are as many of one as of the other. */
export function contrastiveLoss({ perText, perImage }: Contrast, options: CrossEntropyOptions): Tensor {
  const own = (logits: Tensor): Tensor => crossEntropy(logits, range(logits.shape[0] as Dim), options);
  return divide(add(own(perText), own(perImage)), 2);
}

/** `logits_per_image`, `logits_per_text`, `text_embeds`, `image_embeds`, and the `loss` where it is wanted. */
export function contrastValues(
  found: Contrast,
  wantsLoss: boolean,
  options: CrossEntropyOptions,
): Record<string, Tensor> {
  return {
    ...(wantsLoss ? { loss: contrastiveLoss(found, options) } : {}),
    logits_per_image: found.perImage,
    logits_per_text: found.perText,
    text_embeds: found.texts,
    image_embeds: found.images,
  };
}
