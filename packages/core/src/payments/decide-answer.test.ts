import { expect, test } from 'vitest';
import { addMs, instant } from '../time/instant.ts';
import { type AnswerInput, decideAnswer, MOST_EVIDENCE_BYTES } from './decide-answer.ts';

const DUE = instant(Date.UTC(2026, 4, 10));
const open: AnswerInput['dispute'] = {
  customerId: 'ada',
  isClosed: false,
  evidenceState: 'none',
  evidenceDueAt: DUE,
};
const file = (bytes: number, more: object = {}) => ({
  purpose: 'dispute_evidence',
  customerId: 'ada',
  byteSize: BigInt(bytes),
  ...more,
});
const answer = (more: Partial<AnswerInput> = {}, dispute: Partial<AnswerInput['dispute']> = {}) => {
  const decided = decideAnswer({
    now: addMs(DUE, -1),
    files: [],
    ...more,
    dispute: { ...open, ...dispute },
  });
  return decided.ok ? 'taken' : decided.refusal.code;
};

test('I482 an answer is taken until its deadline, once, and not after the decision', () => {
  expect(answer()).toBe('taken');
  expect(answer({}, { evidenceDueAt: null })).toBe('taken');
  expect(answer({ now: DUE })).toBe('dispute.deadline_passed');
  expect(answer({}, { evidenceState: 'sending' })).toBe('dispute.answered');
  expect(answer({}, { evidenceState: 'submitted' })).toBe('dispute.answered');
  expect(answer({}, { isClosed: true })).toBe('dispute.closed');
});

test('I482 files go with an answer that are whole, of this customer, one of a kind and together small enough', () => {
  const half = MOST_EVIDENCE_BYTES / 2;
  expect(
    answer({
      files: [
        { kind: 'receipt', file: file(half) },
        { kind: 'other', file: file(half) },
      ],
    }),
  ).toBe('taken');
  const wrong: AnswerInput['files'][] = [
    [
      { kind: 'receipt', file: file(half) },
      { kind: 'other', file: file(half + 1) },
    ],
    [
      { kind: 'receipt', file: file(1) },
      { kind: 'receipt', file: file(1) },
    ],
    [{ kind: 'receipt', file: null }],
    [{ kind: 'receipt', file: file(1, { customerId: 'bob' }) }],
    [{ kind: 'receipt', file: file(1, { customerId: null }) }],
    [{ kind: 'receipt', file: file(1, { purpose: 'logo' }) }],
  ];
  for (const files of wrong) expect(answer({ files })).toBe('dispute.files_not_taken');
});
