import type { CampaignDefinition } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DataTable } from '@billhook/ui/data-table';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { useState } from 'react';
import { useBackTest } from './queries.ts';

/** What the campaign would have tried about failures of the last year, and what that may have brought. */
export function BackTestPanel({ definition }: { definition: CampaignDefinition }) {
  const [tested, setTested] = useState<CampaignDefinition | null>(null);
  const { data, isFetching } = useBackTest(tested === null ? null : { definition: tested });
  const isOld = tested !== null && tested !== definition;
  return (
    <Section
      title="By past failures"
      actions={
        <Button size="sm" busy={isFetching} onClick={() => setTested(definition)}>
          {tested === null ? 'Test it' : 'Test again'}
        </Button>
      }
    >
      {data === undefined ? (
        <p className="text-muted">Lays these steps over every failure of the last year.</p>
      ) : data.failures === 0 ? (
        <p className="text-muted">Nothing failed in the last year, so there is nothing to go by.</p>
      ) : (
        <>
          {isOld ? <p className="text-sm text-muted">The steps were changed since this test.</p> : null}
          <DataTable
            label="By past failures"
            columns={[
              { key: 'failures', header: 'Failures', numeric: true, cell: ({ failures }) => failures },
              {
                key: 'stake',
                header: 'At stake',
                numeric: true,
                cell: ({ atStake, currency }) => <Money amountMinor={atStake} currency={currency} />,
              },
              {
                key: 'actual',
                header: 'Came in',
                numeric: true,
                cell: ({ actual, currency }) => <Money amountMinor={actual} currency={currency} />,
              },
              {
                key: 'expected',
                header: 'Expected',
                numeric: true,
                cell: ({ expected, currency }) => <Money amountMinor={expected} currency={currency} />,
              },
              { key: 'tries', header: 'Tries', numeric: true, cell: ({ tries }) => tries },
              {
                key: 'unknown',
                header: 'Not known',
                numeric: true,
                cell: ({ unknownTries }) => unknownTries,
              },
            ]}
            rows={data.byCurrency}
            rowKey={({ currency }) => currency}
            hotkeys={false}
          />
          <p className="pt-2 text-sm text-muted">{data.assumption}</p>
        </>
      )}
    </Section>
  );
}
