import { expect, test } from 'vitest';
import { CORRECTION_BUGS } from '../bugs/corrections.ts';
import { hunt } from '../bugs/hunt.ts';

test('I142 I592 I594 the auditor rates what came late by hand, and finds a correction that is forgotten, doubled or claimed where it does not belong', () => {
  for (const bug of CORRECTION_BUGS) {
    const { result } = hunt(bug, { customers: 24, days: 250, seeds: 16 });
    expect([bug.id, ...result.violations.map(({ law }) => law)]).toContain(bug.law);
  }
}, 120_000);
