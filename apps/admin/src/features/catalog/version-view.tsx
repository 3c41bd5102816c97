import type { PlanRight, PlanVersion } from '@billhook/sdk/generated/types';
import { formatQuantity } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Section } from '@billhook/ui/page-header';
import { PriceText, termsText } from './price-text.tsx';
import { useMeters } from './queries.ts';
import { resetWords } from './reset-words.ts';

function rightText(right: PlanRight, locale: string): string {
  if (right.kind === 'boolean') return right.enabled ? 'Yes' : 'No';
  if (right.kind === 'configuration') return [right.value].flat().join(', ');
  if (right.limit === null) return 'Unlimited';
  const more = right.overage === 'allow' ? 'more is billed' : 'then it stops';
  return `${formatQuantity(right.limit, locale)} ${right.unit} ${resetWords(right.reset)}, ${more}`;
}

/** What a version costs and what it grants. It never changes. */
export function VersionView({ version }: { version: PlanVersion }) {
  const { locale } = useLocale();
  const meters = useMeters().data?.data ?? [];
  return (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-2">
      <Section title="Prices">
        {version.prices.length === 0 ? <p className="text-muted">Free.</p> : null}
        <ul>
          {version.prices.map((price) => (
            <li
              key={price.id}
              className="flex flex-wrap items-start justify-between gap-x-6 gap-y-1 border-b border-line py-2 last:border-b-0"
            >
              <div>
                <p className="font-medium">{price.name}</p>
                <p className="text-sm text-muted">{termsText(price, meters)}</p>
              </div>
              <div className={price.pricing.model === 'graduated' ? 'w-full' : 'text-end'}>
                <PriceText price={price} currency={version.currency} meters={meters} />
              </div>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Entitlements">
        {version.entitlements.length === 0 ? <p className="text-muted">Grants nothing.</p> : null}
        <ul>
          {version.entitlements.map((right) => (
            <li
              key={right.feature}
              className="flex justify-between gap-6 border-b border-line py-2 last:border-b-0"
            >
              <span>{right.featureName}</span>
              <span className="num text-end text-muted">{rightText(right, locale)}</span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
