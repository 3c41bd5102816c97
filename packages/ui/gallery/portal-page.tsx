import { CreditCard, FileText, House, Package } from 'lucide-react';
import { useState } from 'react';
import { AuthCard } from '../src/auth-card.tsx';
import { Button, LinkButton } from '../src/button.tsx';
import { DateText } from '../src/date-text.tsx';
import { Form } from '../src/form.tsx';
import { TextLink } from '../src/link.tsx';
import { MeterBar } from '../src/meter-bar.tsx';
import { Money, Quantity } from '../src/money.tsx';
import { Card, PageHeader } from '../src/page-header.tsx';
import { type Interval, IntervalToggle, PlanCard, PlanGrid } from '../src/plan-card.tsx';
import { CardGrid, PortalShell } from '../src/portal-shell.tsx';
import { Stat } from '../src/stat.tsx';
import { Banner, Status } from '../src/status.tsx';
import { TextField } from '../src/text-field.tsx';
import { ThemeToggle } from '../src/theme.tsx';
import { Brand } from './admin-page.tsx';

const PLACES = [
  { label: 'Overview', href: '/p/acme', icon: House, exact: true },
  { label: 'Plan', href: '/p/acme/plan', icon: Package },
  { label: 'Invoices', href: '/p/acme/invoices', icon: FileText },
  { label: 'Payment', href: '/p/acme/payment', icon: CreditCard },
];

export function PortalPage() {
  return (
    <PortalShell
      brand={<Brand collapsed={false} />}
      items={PLACES}
      places={PLACES}
      path="/p/acme"
      tools={<ThemeToggle />}
      notice={
        <Banner
          tone="attention"
          title="Your card was declined: not enough funds."
          action={<Button>Use another card</Button>}
        >
          We try again on Tue 3 Mar, 09:00.
        </Banner>
      }
      footer="Times in Europe/Vienna."
    >
      <PageHeader
        title="Overview"
        mark={<Status tone="ok">Active</Status>}
        actions={
          <LinkButton variant="primary" href="/p/acme/plan">
            Change plan
          </LinkButton>
        }
      />
      <CardGrid>
        <Card>
          <Stat
            label="Next charge"
            value={<Money amountMinor="5900" currency="EUR" />}
            note={<DateText value="2026-03-03T08:00:00Z" as="weekday" />}
          />
        </Card>
        <Card>
          <Stat label="Plan" value="Professional" note="59.00 EUR a month" />
        </Card>
        <Card>
          <MeterBar
            label="API calls"
            used="8712"
            limit="10000"
            usedText={<Quantity value="8712" />}
            limitText={<Quantity value="10000" />}
            note="resets on Tue 3 Mar"
            overageAllowed
          />
        </Card>
        <Card>
          <MeterBar
            label="Storage"
            used="2147483648"
            limit="5368709120"
            usedText={<Quantity value="2147483648" unit="bytes" />}
            limitText={<Quantity value="5368709120" unit="bytes" />}
          />
        </Card>
      </CardGrid>
    </PortalShell>
  );
}

export function PricingPage() {
  const [interval, setInterval] = useState<Interval>('month');
  const year = interval === 'year';
  const per = year ? 'per year' : 'per month';
  return (
    <PortalShell
      brand={<Brand collapsed={false} />}
      items={[]}
      places={[]}
      path="/"
      tools={<LinkButton href="/sign-in">Sign in</LinkButton>}
    >
      <div className="flex flex-col items-center gap-4 py-8 text-center">
        <h1 className="text-xl font-semibold tracking-[-0.018em]">Plans for every front desk</h1>
        <IntervalToggle
          value={interval}
          onValueChange={setInterval}
          labels={{ group: 'Interval', month: 'Monthly', year: 'Yearly' }}
          saving="2 months free by the year"
        />
      </div>
      <PlanGrid>
        <PlanCard
          name="Starter"
          description="For one person."
          price={{ amountMinor: year ? '29000' : '2900', currency: 'EUR' }}
          per={per}
          note="14 days free"
          action={
            <LinkButton wide size="lg" href="#starter">
              Start with Starter
            </LinkButton>
          }
          features={[
            { text: '1,000 API calls' },
            { text: '1 GiB of storage' },
            { text: 'Single sign-on', included: false },
          ]}
        />
        <PlanCard
          name="Professional"
          description="For teams that answer customers all day."
          price={{ amountMinor: year ? '59000' : '5900', currency: 'EUR' }}
          per={per}
          note="14 days free"
          mark="Most chosen"
          highlighted
          action={
            <LinkButton wide size="lg" variant="primary" href="#pro">
              Start with Professional
            </LinkButton>
          }
          features={[
            { text: '10,000 API calls, then 0.0045 EUR each' },
            { text: '5 GiB of storage' },
            { text: 'Single sign-on', included: false },
          ]}
        />
        <PlanCard
          name="Enterprise"
          description="For those who need a contract."
          price={{ amountMinor: year ? '99000' : '9900', currency: 'EUR' }}
          per={per}
          action={
            <LinkButton wide size="lg" href="#enterprise">
              Start with Enterprise
            </LinkButton>
          }
          features={[
            { text: '100,000 API calls' },
            { text: '50 GiB of storage' },
            { text: 'Single sign-on' },
          ]}
        />
      </PlanGrid>
    </PortalShell>
  );
}

export function AuthPage() {
  return (
    <AuthCard
      brand={<Brand collapsed={false} />}
      title="Sign in"
      description="With the address your invitation came to."
      tools={<ThemeToggle />}
      footer={
        <>
          No account yet? <TextLink href="/sign-up">Sign up</TextLink>
        </>
      }
    >
      <Form onSubmit={() => {}}>
        <TextField label="Mail" name="email" type="email" autoComplete="email" required />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Button type="submit" variant="primary" size="lg" wide>
          Sign in
        </Button>
      </Form>
    </AuthCard>
  );
}
