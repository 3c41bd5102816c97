import type { Meter, PropertyFilter } from '@billhook/sdk/generated/types';

function Name({ text }: { text: string }) {
  return <span className="font-mono text-sm">{text}</span>;
}

const ROUNDS = {
  up: 'up',
  down: 'down',
  half_away_from_zero: 'commercially',
  half_even: 'half to even',
} as const;

/** What a meter makes of the property that it reads. */
function How({ meter: { aggregation, valueProperty, percentile, weightedBy } }: { meter: Meter }) {
  const value = <Name text={valueProperty ?? ''} />;
  switch (aggregation) {
    case 'count':
      return <>Counts</>;
    case 'sum':
      return <>Adds up {value} of</>;
    case 'max':
      return <>Highest {value} of</>;
    case 'level':
      return <>Level by {value} of</>;
    case 'latest':
      return <>Latest {value} of</>;
    case 'unique':
      return <>Different {value} of</>;
    case 'average':
      return <>Average {value} of</>;
    case 'weighted_sum':
      return (
        <>
          Level by {value}, times {weightedBy}s, of
        </>
      );
    case 'percentile':
      return (
        <>
          {percentile}th percentile of {value} of
        </>
      );
  }
}

function conditionText(filter: PropertyFilter): string {
  const { property } = filter;
  switch (filter.operator) {
    case 'equals':
      return `${property} is ${filter.value}`;
    case 'in':
      return `${property} is ${filter.values.join(' or ')}`;
    case 'not_in':
      return `${property} is not ${filter.values.join(' or ')}`;
    case 'exists':
      return `there is ${property}`;
    case 'missing':
      return `there is no ${property}`;
    case 'range':
      return [
        filter.from == null ? '' : `${property} from ${filter.from}`,
        filter.below == null ? '' : `${property} below ${filter.below}`,
      ]
        .filter(Boolean)
        .join(' and ');
  }
}

/** What a meter measures, as a sentence, with its conditions, groups and rounding below. */
export function MeterText({ meter }: { meter: Meter }) {
  const { eventType, filters, groupBy, rounding } = meter;
  const more = [
    ...(filters.length === 0 ? [] : [`where ${filters.map(conditionText).join(', and ')}`]),
    ...(groupBy.length === 0 ? [] : [`by ${groupBy.join(', ')}`]),
    ...(rounding === null ? [] : [`rounded ${ROUNDS[rounding.mode]} to ${rounding.step}`]),
  ];
  return (
    <span className="whitespace-normal">
      <How meter={meter} /> <Name text={eventType} />
      {more.length === 0 ? null : <span className="text-muted">, {more.join('; ')}</span>}
    </span>
  );
}
