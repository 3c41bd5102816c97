import type { Instant } from '@billhook/core/time/instant';

/** Whole hours; null for without bound. */
export type HourSpan = { from: Instant | null; to: Instant | null };

/** What a comparison of kept and recomputed figures says of a meter. */
export type BothSides = {
  meter_id: string;
  events: bigint;
  compared: bigint;
  differences: bigint;
  examples:
    | {
        customer_id: string;
        hour: string;
        kept: string | null;
        recomputed: string | null;
        subject?: string;
        feature_id?: string;
      }[]
    | null;
};

/** Numbers the differences of each meter, so that the first of them are told. */
export const RANKED = `row_number() over (partition by meter_id, kept is distinct from recomputed order by hour, customer_id)
    + case when kept is distinct from recomputed then 0 else 1000000000 end as rank`;

/** What is told of both sides of a meter, with further members of each example. */
export function tellDifferences(more: string): string {
  return `count(*) as compared, count(*) filter (where b.kept is distinct from b.recomputed) as differences,
    (jsonb_agg(jsonb_build_object('customer_id', b.customer_id, 'hour',
        to_char(b.hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'kept', b.kept, 'recomputed', b.recomputed${more})
      order by b.hour, b.customer_id) filter (where b.rank <= 100)) as examples`;
}
