import type { CustomerOverview } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Section } from '@billhook/ui/page-header';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { AgreementLists } from './agreement-lists.tsx';
import { AgreementSheet } from './agreement-sheet.tsx';
import { EntitlementTable } from './entitlement-table.tsx';
import { RightSheet } from './right-sheet.tsx';

/** What a customer may do, why, and what staff agreed on. What is open stands in the address. */
export function RightsPanel({ overview }: { overview: CustomerOverview }) {
  const [filters, change] = useFilters();
  const mayAgree = useMay([...ROLES.money, 'support']);
  const { customer, entitlements, subscriptions } = overview;
  const open = entitlements.find(({ feature }) => feature === filters.right);
  const kind = filters.agree === 'override' || filters.agree === 'grant' ? filters.agree : undefined;
  return (
    <div className="flex flex-col gap-8">
      <div>
        {mayAgree ? (
          <div className="flex flex-wrap gap-2 pb-3">
            <Button onClick={() => change({ agree: 'override', right: undefined })}>Agree on a right</Button>
            <Button onClick={() => change({ agree: 'grant', right: undefined })}>Give for a time</Button>
          </div>
        ) : null}
        <EntitlementTable
          rights={entitlements}
          openKey={open?.feature}
          onOpen={({ feature }) => change({ right: feature })}
        />
      </div>
      <Section title="Agreed and given">
        <AgreementLists customer={customer.id} mayEnd={mayAgree} />
      </Section>
      <RightSheet
        customer={customer.id}
        right={kind === undefined ? open : undefined}
        onClose={() => change({ right: undefined })}
        onAgree={mayAgree ? (next) => change({ agree: next }) : undefined}
      />
      <AgreementSheet
        kind={kind}
        customer={customer}
        subscriptions={subscriptions.filter(({ status }) => status !== 'canceled')}
        feature={open?.feature}
        onClose={() => change({ agree: undefined, right: undefined })}
      />
    </div>
  );
}
