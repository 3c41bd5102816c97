import type { PaymentAccount } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { kindName } from '@billhook/ui/method-name';
import { Section } from '@billhook/ui/page-header';
import { Badge } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useCommand } from '../../lib/command.ts';
import { ProblemText } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

/** What each account's pages offer, and which one new checkouts go to. */
export function PaymentAccounts() {
  const { api, tenant } = useScope();
  const may = useMay(ROLES.builders);
  const { data } = useQuery({
    queryKey: [tenant.id, 'payment-accounts'],
    queryFn: ({ signal }) => api.paymentAccounts.list({ signal }),
    enabled: may,
  });
  const accounts = data?.data.filter(({ mode }) => mode !== null) ?? [];
  if (accounts.length === 0) return null;
  return (
    <Section title="What customers can pay with" description="Pages that are open already stay as they are.">
      <ul>
        {accounts.map((account) => (
          <Account key={account.provider} account={account} isOnly={accounts.length === 1} />
        ))}
      </ul>
    </Section>
  );
}

function Account({ account, isOnly }: { account: PaymentAccount; isOnly: boolean }) {
  const { api } = useScope();
  const may = useMay(ROLES.admins);
  const { provider, title, methodKinds, supportedKinds } = account;
  const update = useCommand(
    (body: { isDefault?: true; methodKinds?: PaymentAccount['methodKinds'] }, options) =>
      api.paymentAccounts.update(provider, body, options),
    () => toast(`${title} is changed. New payment pages follow it.`),
  );
  return (
    <li className="border-b border-line py-3 first:border-t">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="flex items-center gap-x-2 font-medium">
          {title}
          {account.isDefault && !isOnly ? <Badge tone="ok">New checkouts</Badge> : null}
        </p>
        {account.isDefault || !may ? null : (
          <Button size="sm" busy={update.busy} onClick={() => update.run({ isDefault: true })}>
            Use for new checkouts
          </Button>
        )}
      </div>
      <div className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
        {supportedKinds.map((kind) => {
          const isOn = methodKinds.includes(kind);
          const rest = isOn ? methodKinds.filter((one) => one !== kind) : [...methodKinds, kind];
          return (
            <Checkbox
              key={kind}
              label={kindName(kind)}
              checked={isOn}
              disabled={!may || update.busy || rest.length === 0}
              onCheckedChange={() => update.run({ methodKinds: rest })}
            />
          );
        })}
      </div>
      {update.error === null ? null : <ProblemText error={update.error} />}
    </li>
  );
}
