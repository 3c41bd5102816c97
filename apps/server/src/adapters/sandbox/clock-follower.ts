import type { ClockFollower } from '../../processes/advance-clock.ts';
import { createArrivals } from './arrivals.ts';
import type { SandboxControl } from './control.ts';

type AccountOf = (tenantId: number) => Promise<string | null>;
type Clocked = Pick<SandboxControl, 'drain'> & { setClock(id: string, at: number | null): Promise<unknown> };

/**
 * Moves the clocks of the payment stand-ins with the tenant's, and delivers their webhooks at once when asked.
 *
 * @param accounts the tenant's account at each stand-in; null while it has none, then there is nothing to move
 */
export function sandboxClockFollower(
  control: SandboxControl,
  accounts: { stripe: AccountOf; payPal: AccountOf },
): ClockFollower {
  const follow = (standIn: Clocked, accountOf: AccountOf) => ({
    standIn,
    accountOf,
    arrive: createArrivals(standIn),
  });
  const standIns = [follow(control, accounts.stripe), follow(control.payPal, accounts.payPal)];
  return {
    async moveTo(tenantId, at) {
      for (const { standIn, accountOf } of standIns) {
        const account = await accountOf(tenantId);
        if (account !== null) await standIn.setClock(account, at);
      }
    },
    async settle(tenantId) {
      let arrived = 0;
      for (const { accountOf, arrive } of standIns) {
        const account = await accountOf(tenantId);
        if (account !== null) arrived += await arrive(account);
      }
      return arrived;
    },
  };
}
