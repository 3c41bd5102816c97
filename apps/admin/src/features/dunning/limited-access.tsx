import type { Plan } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { Section } from '@billhook/ui/page-header';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { tell } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { useFeatureNames } from '../catalog/queries.ts';

/** Which features of a plan stay while a campaign limits access; with none, each feature's own rule holds. */
export function LimitedAccess({ plan }: { plan: Plan }) {
  const { api, tenant } = useScope();
  const mayChange = useMay(ROLES.money);
  const [changed, setChanged] = useState<readonly string[] | null>(null);
  const { data } = useQuery({
    queryKey: [tenant.id, 'limited-access', plan.id],
    queryFn: ({ signal }) => api.plans.limitedAccess(plan.id, { signal }),
  });
  const save = useCommand(
    (features: string[], options) =>
      api.plans.setLimitedAccess(plan.id, { features }, options).catch((error: Error) => {
        toast(tell(error).title, { tone: 'problem', detail: tell(error).detail });
        throw error;
      }),
    () => {
      setChanged(null);
      toast('Saved. It holds at once.');
    },
  );
  const nameOf = useFeatureNames();
  const chosen = changed ?? data?.features ?? [];
  const features = plan.latestVersion.entitlements.map(({ feature }) => feature);
  if (features.length === 0) return null;
  const toggle = (key: string, on: boolean) =>
    setChanged(on ? [...chosen, key] : chosen.filter((one) => one !== key));
  return (
    <Section
      title="While access is limited"
      description="What stays when an unpaid invoice limits access. With none chosen, the rule of each feature holds."
    >
      <div className="flex flex-col items-start gap-3">
        <fieldset className="flex flex-wrap gap-x-4 gap-y-1" disabled={!mayChange}>
          <legend className="sr-only">Features that stay</legend>
          {features.map((key) => (
            <Checkbox
              key={key}
              label={nameOf(key)}
              checked={chosen.includes(key)}
              onCheckedChange={(on) => toggle(key, on)}
            />
          ))}
        </fieldset>
        {changed === null ? null : (
          <Button busy={save.busy} onClick={() => save.run([...chosen])}>
            Save what stays
          </Button>
        )}
      </div>
    </Section>
  );
}
