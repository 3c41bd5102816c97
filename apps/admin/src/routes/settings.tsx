import { CopyText } from '@billhook/ui/copy-text';
import { TextLink } from '@billhook/ui/link';
import { PageHeader } from '@billhook/ui/page-header';
import { BankAccounts } from '../features/settings/bank-accounts.tsx';
import { BillingForm } from '../features/settings/billing-form.tsx';
import { CollectingForm } from '../features/settings/collecting-form.tsx';
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
import { TaxRulesForm } from '../features/settings/tax-rules-form.tsx';
import { UsageForm } from '../features/settings/usage-form.tsx';
import { useScope } from '../lib/scope.tsx';

/** How this environment sells. Invoices that were issued stay as they are. */
export function SettingsScreen() {
  const { tenant } = useScope();
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
      <div className="flex max-w-2xl flex-col gap-10">
        <SellerForm />
        <IdentityForm />
        <BillingForm />
        <RulesForm />
        <UsageForm />
        <SubscriptionsForm />
        <StripeForm />
        <CollectingForm />
        <TaxForm />
        <TaxRulesForm />
        <PrivacyForm />
        <BankAccounts />
        <ProviderSection />
        <PayPalSection />
        <PaymentAccounts />
      </div>
    </>
  );
}
