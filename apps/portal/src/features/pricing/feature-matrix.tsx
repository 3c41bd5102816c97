import type { PlanRight, PublicPlan } from '@billhook/sdk/generated/types';
import { useLocale } from '@billhook/ui/locale';
import { Section } from '@billhook/ui/page-header';
import { ScrollRegion } from '@billhook/ui/scroll-region';
import { Check, Minus } from 'lucide-react';
import { rightText } from './price-words.ts';

interface Row {
  readonly feature: string;
  readonly name: string;
  readonly rights: readonly (PlanRight | undefined)[];
}

function rowsOf(plans: readonly PublicPlan[]): Row[] {
  const names = new Map(
    plans.flatMap((plan) => plan.entitlements.map((right) => [right.feature, right.featureName])),
  );
  return [...names].map(([feature, name]) => ({
    feature,
    name,
    rights: plans.map((plan) => plan.entitlements.find((right) => right.feature === feature)),
  }));
}

function Cell({ right, plan }: { right: PlanRight | undefined; plan: PublicPlan }) {
  const { locale } = useLocale();
  const value = right === undefined ? false : rightText(right, plan, locale);
  if (typeof value === 'string') {
    const stops = right?.kind === 'metered' && right.limit !== null && right.overage === 'block';
    return (
      <>
        <span className="num">{value}</span>
        {stops ? <span className="block text-sm text-faint">at most</span> : null}
      </>
    );
  }
  const Icon = value ? Check : Minus;
  return (
    <>
      <Icon aria-hidden="true" size={16} className={value ? 'text-ok' : 'text-faint'} />
      <span className="sr-only">{value ? 'Included' : 'Not included'}</span>
    </>
  );
}

/** Every feature of every plan, side by side; on a phone one under the other. */
export function FeatureMatrix({ plans }: { plans: readonly PublicPlan[] }) {
  const rows = rowsOf(plans);
  if (rows.length === 0) return null;
  const head = 'border-b border-line-strong py-2 pe-4 text-start align-bottom font-medium';
  return (
    <Section title="What is in each plan">
      <div className="hidden sm:block">
        <ScrollRegion label="Features by plan">
          <table className="w-full border-separate border-spacing-0">
            <caption className="sr-only">Features by plan</caption>
            <thead>
              <tr>
                <td className={head} />
                {plans.map((plan) => (
                  <th key={plan.key} scope="col" className={head}>
                    {plan.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.feature}>
                  <th
                    scope="row"
                    className="border-b border-line py-2 pe-4 text-start font-normal text-muted"
                  >
                    {row.name}
                  </th>
                  {plans.map((plan, index) => (
                    <td key={plan.key} className="border-b border-line py-2 pe-4 align-top">
                      <Cell right={row.rights[index]} plan={plan} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </div>
      <div className="flex flex-col gap-5 sm:hidden">
        {rows.map((row) => (
          <section key={row.feature}>
            <h3 className="border-b border-line-strong pb-1 font-medium">{row.name}</h3>
            <dl>
              {plans.map((plan, index) => (
                <div key={plan.key} className="flex justify-between gap-4 border-b border-line py-1.5">
                  <dt className="text-muted">{plan.name}</dt>
                  <dd className="text-end">
                    <Cell right={row.rights[index]} plan={plan} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Section>
  );
}
