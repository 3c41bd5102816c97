/** The members of cases about credits, by kind: what a file of the schema `credits` holds. */
export interface CaseGrant {
  readonly id: string;
  readonly amount: string;
  readonly priority?: number;
  readonly cost?: string;
  readonly created_at?: string;
  readonly effective_at?: string;
  readonly expires_at?: string | null;
  readonly deleted_at?: string;
  readonly voided_at?: string;
  readonly recurrence?: {
    readonly interval: string;
    readonly interval_count?: number;
    readonly anchor: string;
  };
  readonly min_rollover?: string;
  readonly max_rollover?: string;
}

export interface BurnDownCase {
  readonly kind: 'burn_down';
  readonly start_at: string;
  readonly query_at: string;
  readonly grants: readonly CaseGrant[];
  readonly usage: readonly { readonly at: string; readonly amount: string }[];
  readonly starting_balances?: Readonly<Record<string, string>>;
  readonly starting_overage?: string;
  readonly resets?: readonly string[];
  readonly reset_behavior?: { readonly preserve_overage?: boolean };
  readonly expected: Readonly<Record<string, unknown>>;
}

export interface OrderCase {
  readonly kind: 'grant_order';
  readonly grants: readonly CaseGrant[];
  readonly expected: { readonly order: readonly string[] };
}

export interface FifoCase {
  readonly kind: 'fifo';
  readonly sources: readonly (Omit<CaseGrant, 'amount'> & { readonly amount: number })[];
  readonly consumptions: readonly {
    readonly id: string;
    readonly type: string;
    readonly amount: number;
    readonly at?: string;
  }[];
  readonly expected: Readonly<Record<string, unknown>>;
}

export interface AllocationCase {
  readonly kind: 'allocation';
  readonly currency: string;
  readonly wallets: readonly {
    readonly id: string;
    readonly balance: number;
    readonly priority: number;
    readonly currency: string;
    readonly fee_types: readonly string[] | null;
    readonly metrics: readonly string[] | null;
  }[];
  readonly fees: readonly {
    readonly id: string;
    readonly type: string;
    readonly amount_incl_tax: number;
    readonly metric: string | null;
  }[];
  readonly invoice_total: number;
  readonly expected: Readonly<Record<string, unknown>>;
}

export interface WalletStep {
  readonly do: string;
  readonly amount?: number;
  readonly unbilled?: number;
  readonly fee_amounts_precise?: readonly string[];
  readonly tax_percent?: string;
  readonly net?: number;
  readonly tax?: number;
  readonly balance: number;
  readonly ongoing_balance?: number;
}

export interface WalletCase {
  readonly kind: 'wallet_balance';
  readonly currency: string;
  readonly steps: readonly WalletStep[];
}

export interface RunningCase {
  readonly kind: 'running_balance';
  readonly meter?: string;
  readonly cutoff?: string;
  readonly events: readonly {
    readonly at: string;
    readonly type: string;
    readonly units?: string;
    readonly meter?: string;
  }[];
  readonly expected: Readonly<Record<string, unknown>>;
}

export interface RolloverCase {
  readonly kind: 'rollover';
  readonly credits: readonly { readonly units: string; readonly rollover: boolean }[];
  readonly usage: string;
  readonly expected: { readonly rollover: string };
}

export interface RoundingCase {
  readonly kind: 'credit_rounding';
  readonly currency: string;
  readonly rate: string;
  readonly input: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

export type CreditCase =
  | BurnDownCase
  | OrderCase
  | FifoCase
  | AllocationCase
  | WalletCase
  | RunningCase
  | RolloverCase
  | RoundingCase;
