import type { QueryCtx } from '../../../platform/context.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import type { FileRequest } from '../../files/api.ts';
import type { ExportJob } from './repo.ts';

/** The next piece of a file. `cursor` says where to go on; null where the file is whole. */
export type Step = {
  bytes: Uint8Array;
  rows: number;
  cursor: unknown;
  /** What the end of the file must say of this piece; null where it says nothing. */
  footer: Buffer | null;
};

export type StepDeps = {
  transactor: Transactor;
  request: FileRequest;
  /** Rows of one piece. */
  pageRows: number;
  /** What was kept of the pieces before, in their order. */
  footers(): Promise<Buffer[]>;
  /** Documents as PDF; they are made where they were not asked for yet. */
  pdf: DrawPdf;
  notePdf: DrawPdf;
};

export type DrawPdf = (request: FileRequest, id: string) => Promise<{ bytes: Uint8Array }>;

/** How one kind of file is written, piece by piece; each step rests only on the job and its cursor. */
export type Writer = {
  total(ctx: QueryCtx, job: ExportJob): Promise<bigint>;
  step(deps: StepDeps, job: ExportJob): Promise<Step>;
};

/** Why a file cannot be made, for the person who asked for it. It ends the export, which is not tried again. */
export class CannotExport extends Error {
  override readonly name = 'CannotExport';
}
