import { useFilters } from '@billhook/ui/address';
import { CopyText } from '@billhook/ui/copy-text';
import { cx } from '@billhook/ui/cx';
import { TextLink } from '@billhook/ui/link';
import { PageHeader } from '@billhook/ui/page-header';
import { Tabs } from '@billhook/ui/tabs';
import type { ReactNode } from 'react';
import { BankAccounts } from '../features/settings/bank-accounts.tsx';
import { BillingForm } from '../features/settings/billing-form.tsx';
import { CollectingForm } from '../features/settings/collecting-form.tsx';
import { DocumentsForm } from '../features/settings/documents-form.tsx';
import { IdentityForm } from '../features/settings/identity-form.tsx';
import { PaymentAccounts } from '../features/settings/payment-accounts.tsx';
import { PayPalSection } from '../features/settings/paypal-section.tsx';
import { PrivacyForm } from '../features/settings/privacy-form.tsx';
import { ProviderSection } from '../features/settings/provider-section.tsx';
import { RulesForm } from '../features/settings/rules-form.tsx';
import { SellerForm } from '../features/settings/seller-form.tsx';
import { StripeForm } from '../features/settings/stripe-form.tsx';
import { SubscriptionsForm } from '../features/settings/subscriptions-form.tsx';
import { TaxForm } from '../features/settings/tax-form.tsx';
import { TaxProviderForm } from '../features/settings/tax-provider-form.tsx';
import { TaxRulesForm } from '../features/settings/tax-rules-form.tsx';
import { UsageForm } from '../features/settings/usage-form.tsx';
import { useScope } from '../lib/scope.tsx';

const PARTS = [
  {
    key: 'seller',
    label: 'Seller',
    content: (
      <Narrow>
        <SellerForm />
        <IdentityForm />
      </Narrow>
    ),
  },
  {
    key: 'documents',
    label: 'Documents',
    content: (
      <>
        <DocumentsForm />
        <Narrow className="mt-10">
          <BankAccounts />
        </Narrow>
      </>
    ),
  },
  {
    key: 'billing',
    label: 'Billing',
    content: (
      <Narrow>
        <BillingForm />
        <SubscriptionsForm />
      </Narrow>
    ),
  },
  {
    key: 'rules',
    label: 'Billing rules',
    content: (
      <Narrow>
        <RulesForm />
      </Narrow>
    ),
  },
  {
    key: 'usage',
    label: 'Usage',
    content: (
      <Narrow>
        <UsageForm />
      </Narrow>
    ),
  },
  {
    key: 'tax',
    label: 'Tax',
    content: (
      <Narrow>
        <TaxForm />
        <TaxRulesForm />
        <TaxProviderForm />
      </Narrow>
    ),
  },
  {
    key: 'payments',
    label: 'Payments',
    content: (
      <Narrow>
        <PaymentAccounts />
        <CollectingForm />
        <ProviderSection />
        <PayPalSection />
        <StripeForm />
      </Narrow>
    ),
  },
  {
    key: 'privacy',
    label: 'Privacy',
    content: (
      <Narrow>
        <PrivacyForm />
      </Narrow>
    ),
  },
] as const;

/** How this environment sells, a part at a time. Invoices that were issued stay as they are. */
export function SettingsScreen() {
  const { tenant } = useScope();
  const [filters, change] = useFilters();
  return (
    <>
      <PageHeader
        title="Settings"
        description={
          <span className="flex flex-wrap items-center gap-x-4">
            <CopyText text={tenant.id} />
            <TextLink href={tenant.portalUrl}>Open the portal</TextLink>
          </span>
        }
      />
      <Tabs
        label="Parts of the settings"
        value={PARTS.find(({ key }) => key === filters.tab)?.key ?? 'seller'}
        onValueChange={(key) => change({ tab: key === 'seller' ? undefined : key })}
        tabs={PARTS}
      />
    </>
  );
}

function Narrow({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={cx('flex max-w-2xl flex-col gap-10', className)}>{children}</div>;
}
