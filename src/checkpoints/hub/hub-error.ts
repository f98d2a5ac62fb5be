// The error of hub access.
import { CheckpointError } from '../checkpoint-error.ts';

/** Why a model could not be had. */
export type HubErrorKind =
  /** No such repository, or a private one that the token does not open. */
  | 'repository-not-found'
  /** The repository has no such branch, tag or commit. */
  | 'revision-not-found'
  /** The repository lacks a file that is needed. */
  | 'file-not-found'
  /** The repository is private or gated: a token is missing or does not suffice. */
  | 'unauthorized'
  /** Offline, and the cache lacks something. */
  | 'offline'
  /** The hub cannot be reached, or keeps failing. */
  | 'network'
  /** There is no room on the disk. */
  | 'disk-full'
  /** What came is not what was announced. */
  | 'checksum'
  /** A name that leaves the folder, or is no name. */
  | 'unsafe-name';

/** A model cannot be had from the hub or its cache. `kind` tells why, the message what to do. */
export class HubError extends CheckpointError {
  readonly kind: HubErrorKind;
  constructor(kind: HubErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
