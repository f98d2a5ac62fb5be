/**
 * Looking inside: pages and pictures of what a model computed.
 * @module lens
 */
export { type AttentionCapture, attentionPage, captureId } from './attention-page.ts';
export { attentionSvg } from './attention-svg.ts';
