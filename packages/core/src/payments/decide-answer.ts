import { counted } from '../kernel/counted.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';

/** What a file shows, in the words that banks ask for. One file of each goes with an answer. */
export const EVIDENCE_KINDS = [
  'receipt',
  'customer_communication',
  'service_documentation',
  'shipping_documentation',
  'customer_signature',
  'duplicate_charge_documentation',
  'refund_policy',
  'cancellation_policy',
  'other',
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** All files of an answer together, which is what Stripe passes on; PayPal takes more. */
export const MOST_EVIDENCE_BYTES = 4_500_000;

export interface AnswerInput {
  readonly now: Instant;
  readonly dispute: {
    readonly customerId: string;
    readonly isClosed: boolean;
    readonly evidenceState: 'none' | 'sending' | 'submitted';
    readonly evidenceDueAt: Instant | null;
  };
  readonly files: readonly {
    readonly kind: EvidenceKind;
    /** Null for one that is not there, or not whole. */
    readonly file: {
      readonly purpose: string;
      readonly customerId: string | null;
      readonly byteSize: bigint;
    } | null;
  }[];
}

/**
 * Whether an answer may be handed in. Refusals: `dispute.closed`, `dispute.answered`, `dispute.deadline_passed`,
 * `dispute.files_not_taken`.
 */
export function decideAnswer({ now, dispute, files }: AnswerInput): Result<null> {
  if (dispute.isClosed) return refuse('dispute.closed', 'This dispute has been decided.');
  if (dispute.evidenceState !== 'none')
    return refuse('dispute.answered', 'This dispute has been answered; that can be done once.');
  if (dispute.evidenceDueAt !== null && now >= dispute.evidenceDueAt)
    return refuse('dispute.deadline_passed', 'The bank takes no answer any more: its deadline has passed.');
  const fault = faultOf(dispute.customerId, files);
  return fault === null ? ok(null) : refuse('dispute.files_not_taken', `${fault} Nothing was handed in.`);
}

function faultOf(customerId: string, files: AnswerInput['files']): string | null {
  if (new Set(files.map(({ kind }) => kind)).size < files.length) return 'There are two files of one kind.';
  let bytes = 0n;
  for (const { file } of files) {
    if (file === null) return 'A file is not there, or was not stored whole.';
    if (file.purpose !== 'dispute_evidence') return 'A file was not stored as evidence.';
    if (file.customerId !== customerId) return 'A file is not of this customer.';
    bytes += file.byteSize;
  }
  return bytes > BigInt(MOST_EVIDENCE_BYTES)
    ? `The files have ${counted(bytes, 'byte')} together, and ${MOST_EVIDENCE_BYTES} are taken.`
    : null;
}
