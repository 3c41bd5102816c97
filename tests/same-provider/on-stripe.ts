import { randomUUID } from 'node:crypto';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { SandboxControlError } from '@billhook/sandbox/control-client';
import type { Evidence } from '@billhook/sim/bank/dispute';
import type { Bank } from '@billhook/sim/bank/payment';
import type { Deed, Moment, Script, Seen } from '@billhook/sim/bank/script';
import { ProviderFault } from '../../apps/server/src/modules/payments/provider.ts';
import { confirmOnPage, debitOnPage, payOnPage } from '../../apps/server/src/testing/payments.ts';
import { saveDebit } from '../../apps/server/src/testing/stripe-conformance.ts';
import type { StripeWorld } from '../../apps/server/src/testing/stripe-world.ts';

/** What Stripe's sandbox made of a script, asked by the adapter at each of its moments. */
export interface Played {
  readonly seen: readonly Seen[];
  readonly refused: readonly boolean[];
  readonly told: readonly string[];
}

/** Test cards on a page, by the code with which their banks decline. */
const DECLINING: Readonly<Record<string, string>> = {
  generic_decline: '4000000000000002',
  insufficient_funds: '4000000000009995',
  lost_card: '4000000000009987',
  stolen_card: '4000000000009979',
  expired_card: '4000000000000069',
  incorrect_cvc: '4000000000000127',
  processing_error: '4000000000000119',
};
const ASKING = {
  null: { number: '4000002760003184', token: 'pm_card_authenticationRequired' },
  insufficient_funds: {
    number: '4000008260003178',
    token: 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
  },
  generic_decline: { number: '4000008400001629', token: 'pm_card_threeDSecureRequiredChargeDeclined' },
} as const;
const IBANS: Readonly<Record<string, string>> = {
  paid: 'DE89370400440532013000',
  paid_quick: 'DE08370400440532013003',
  disputed: 'DE35370400440532013002',
  generic_decline: 'DE62370400440532013001',
  generic_decline_quick: 'DE78370400440532013004',
  insufficient_funds: 'DE65370400440002222227',
};
const WORDS: Readonly<Record<Evidence, string>> = {
  winning: 'winning_evidence',
  losing: 'losing_evidence',
  escalating: 'escalate_inquiry_evidence',
  other: 'They used it every day.',
};

function known<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = table[name];
  if (found === undefined) throw new Error(`The sandbox has nothing that acts as ${name}.`);
  return found;
}

const askingOf = ({ declinesAs }: { readonly declinesAs: string | null }) =>
  known<(typeof ASKING)[keyof typeof ASKING]>(ASKING, declinesAs ?? 'null');

function ibanOf({ ends, isQuick }: Extract<Bank, { kind: 'debits' }>): string {
  const name = typeof ends === 'object' ? ends.returnedAs : ends;
  return known(IBANS, isQuick ? `${name}_quick` : name);
}

/** One payment at the sandbox, as its script goes on. */
class Play {
  private readonly world: StripeWorld;
  private readonly start: Instant;
  private intentId = '';
  private session: { id: string; url: string } | null = null;
  /** Where the bank asks the customer. */
  private question: string | null = null;

  constructor(world: StripeWorld, start: Instant) {
    this.world = world;
    this.start = start;
  }

  async charge({ bank, amountMinor, isCustomerThere, closesAfterMs }: Script): Promise<void> {
    const { provider } = this.world;
    const customerId = randomUUID();
    const providerCustomerId = await provider.createCustomer(
      { customerId, name: 'Ada', email: 'ada@example.com' },
      `customer:${customerId}`,
    );
    const asked = { providerCustomerId, currency: 'EUR', amountMinor, description: 'Invoice 1' };
    if (!isCustomerThere) {
      const providerMethodId = await this.keep(bank, providerCustomerId);
      const kind = bank.kind === 'debits' ? 'sepa_debit' : 'card';
      const attemptId = randomUUID();
      const charge = { ...asked, attemptId, providerMethodId, kind } as const;
      this.intentId = (await provider.chargeOffSession(charge, `attempt:${attemptId}`)).id;
      return;
    }
    const { id, url } = await provider.createCheckoutSession(
      {
        ...asked,
        checkoutId: randomUUID(),
        mode: 'payment',
        successUrl: 'https://example.com/thanks',
        cancelUrl: 'https://example.com/back',
        expiresAt: addMs(this.start, closesAfterMs ?? 0),
      },
      randomUUID(),
    );
    this.session = { id, url: url ?? '' };
    await this.submit(bank);
    this.intentId = (await provider.retrieveSession(id)).intentId ?? '';
  }

  private async keep(bank: Bank, customer: string): Promise<string> {
    const { provider, control, accountId } = this.world;
    if (bank.kind === 'debits') return saveDebit(provider, customer, ibanOf(bank), this.start);
    const token = bank.kind === 'authenticates' ? askingOf(bank).token : 'pm_card_visa';
    const kept = await provider.attachMethod(customer, token, randomUUID());
    // A card that is declined cannot be kept; its bank changes its mind later.
    if (bank.kind === 'declines')
      await control.setFaults(accountId, { failCharges: 1, failChargesWith: bank.code });
    return kept.id;
  }

  private async submit(bank: Bank): Promise<void> {
    const url = this.session?.url ?? '';
    if (bank.kind === 'debits') {
      await debitOnPage(url, ibanOf(bank));
      return;
    }
    const number =
      bank.kind === 'pays'
        ? '4242424242424242'
        : bank.kind === 'declines'
          ? known(DECLINING, bank.code)
          : askingOf(bank).number;
    const { location } = await payOnPage(url, number);
    if (location?.includes('/c/authenticate/') === true) this.question = location;
  }

  /** False where the sandbox refuses it. */
  async do(deed: Deed): Promise<boolean> {
    const { provider, control, accountId } = this.world;
    switch (deed.do) {
      case 'authenticate': {
        if (this.question === null) return false;
        const { status } = await provider.retrieveIntent(this.intentId);
        await confirmOnPage(this.question, deed.isConfirmed);
        return status === 'requires_action';
      }
      case 'try_again': {
        if (this.session === null) return false;
        const { status } = await provider.retrieveSession(this.session.id);
        await this.submit(deed.bank);
        return status === 'open';
      }
      case 'refund':
        return isTaken(
          provider.refund(
            { refundId: randomUUID(), intentId: this.intentId, amountMinor: deed.amountMinor },
            randomUUID(),
          ),
        );
      case 'dispute':
        return isTaken(control.dispute(accountId, this.intentId, { isInquiry: deed.kind === 'inquiry' }));
      case 'answer': {
        const dispute = await this.dispute();
        if (dispute === undefined) return false;
        const evidence = { ...NOTHING_SAID, text: WORDS[deed.evidence] };
        const call = provider.submitEvidence?.(dispute.id, evidence, [], randomUUID());
        return isTaken(call ?? Promise.reject(new Error('There are no disputes.')));
      }
    }
  }

  private async dispute() {
    const all = (await this.world.provider.listDisputes?.(this.start)) ?? [];
    return all.find(({ intentId }) => intentId === this.intentId);
  }

  async look(): Promise<Seen> {
    const { provider } = this.world;
    const { status, capturedMinor, feeMinor, failureCode } = await provider.retrieveIntent(this.intentId);
    const refunds = (await provider.listRefunds(this.intentId)).toReversed();
    const dispute = await this.dispute();
    const news =
      status === 'succeeded'
        ? ({ status, capturedMinor, feeMinor } as const)
        : status === 'failed'
          ? ({ status, failureCode: failureCode ?? '' } as const)
          : { status };
    return {
      news,
      refunds: refunds.map(({ amountMinor, status: state }) => {
        if (state === 'failed') throw new Error('No refund of a script fails.');
        return { amountMinor, status: state };
      }),
      dispute:
        dispute === undefined
          ? null
          : {
              status: dispute.status,
              amountMinor: dispute.amountMinor,
              evidenceDueAt: dispute.evidenceDueAt,
              withdrawnMinor: dispute.withdrawnMinor,
              feeMinor: dispute.feeMinor,
            },
    };
  }

  /** What was told of the payment, in the order in which it happened, each change of its kind once. */
  async told(): Promise<readonly string[]> {
    const happened: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<NonNullable<typeof this.world.provider.listEvents>>> | undefined =
        await this.world.provider.listEvents?.({ since: addMs(this.start, -MS_PER_DAY), cursor });
      for (const { news } of page?.items ?? []) {
        const isOurs = news.intentId === this.intentId || news.objectId === this.intentId;
        if (isOurs && ABOUT.has(news.about) && news.type !== 'payment_intent.created')
          happened.push(news.about);
      }
      cursor = page?.cursor ?? null;
    } while (cursor !== null);
    return happened.reverse().filter((about, index, all) => about !== all[index - 1]);
  }
}

const ABOUT: ReadonlySet<string> = new Set(['intent', 'refund', 'dispute']);

const NOTHING_SAID = {
  customerName: null,
  customerEmail: null,
  customerIp: null,
  billingAddress: null,
  productDescription: null,
  serviceDate: null,
  accessLog: null,
  refundPolicy: null,
  cancellationPolicy: null,
};

async function isTaken(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    const isRefused = error instanceof ProviderFault && error.kind === 'refused';
    if (isRefused || error instanceof SandboxControlError) return false;
    throw error;
  }
}

/** Plays a script at the sandbox: at each of its moments the clock is moved there, the deed is done, and the payment looked at. */
export async function playOnStripe(
  world: StripeWorld,
  script: Script,
  moments: readonly Moment[],
): Promise<Played> {
  const start = (moments[0] as Moment).at;
  const play = new Play(world, start);
  const seen: Seen[] = [];
  const refused: boolean[] = [];
  for (const [index, { at, deed }] of moments.entries()) {
    await world.control.setClock(world.accountId, at);
    const what = deed === null ? undefined : script.deeds[deed];
    if (index === 0) await play.charge(script);
    refused.push(what === undefined ? false : !(await play.do(what)));
    seen.push(await play.look());
  }
  return { seen, refused, told: await play.told() };
}
