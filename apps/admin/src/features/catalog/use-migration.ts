import type { MigratePlan, Migration, MigrationPreview } from '@billhook/sdk/generated/types';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';

/** To which version, from which, and when. */
export interface MigrationWish extends Pick<MigratePlan, 'fromVersions' | 'proration'> {
  readonly to: string;
  readonly when: NonNullable<MigratePlan['when']>;
}

/** One subscription: what it costs now and then, or why it cannot be moved. */
export type MigrationRow = MigrationPreview['data'][number];

function bodyOf({ to, ...body }: MigrationWish): MigratePlan {
  return body;
}

/** Who would pay what, page by page. */
export function useMigrationPreview(planId: string, wish: MigrationWish) {
  const { api } = useScope();
  return useCursorList<MigrationRow>(['migration-preview', planId, wish], async (page, signal) => {
    const { data, hasMore, nextCursor } = await api.plans.previewMigration(
      planId,
      wish.to,
      { ...bodyOf(wish), ...page },
      { signal },
    );
    return { object: 'list', data, hasMore, nextCursor };
  });
}

/**
 * Moves everybody, batch by batch; each batch is done whole or not at all. After an answer was lost the same keys are
 * used again, so that no batch is done twice.
 */
export function useMigration(planId: string, onDone: (sum: Migration) => void) {
  const { api } = useScope();
  const [handled, setHandled] = useState(0);
  const command = useCommand(
    async (wish: MigrationWish, { idempotencyKey }) => {
      let sum: Migration | null = null;
      let startingAfter: string | undefined;
      for (let batch = 1; ; batch += 1) {
        const body = { ...bodyOf(wish), ...(startingAfter === undefined ? {} : { startingAfter }) };
        const answer: Migration = await api.plans.migrate(planId, wish.to, body, {
          idempotencyKey: `${idempotencyKey}-${batch}`,
        });
        sum = sum === null ? answer : added(sum, answer);
        setHandled(sum.moved + sum.scheduled + sum.unchanged + sum.refused.length);
        if (!answer.hasMore || answer.nextCursor === null) return sum;
        startingAfter = answer.nextCursor;
      }
    },
    (sum) => onDone(sum),
  );
  return { ...command, handled };
}

function added(sum: Migration, next: Migration): Migration {
  return {
    ...next,
    moved: sum.moved + next.moved,
    scheduled: sum.scheduled + next.scheduled,
    unchanged: sum.unchanged + next.unchanged,
    refused: [...sum.refused, ...next.refused],
  };
}
