/** Units promised by the server to this process. Quantities are scaled by 10^12, as `Decimal12` is. */
export interface LeaseState {
  readonly key: string;
  readonly customer: string;
  readonly feature: string;
  /** The member or device that it is for. */
  readonly subject: string | null;
  readonly asked: bigint;
  readonly minimum: bigint;
  /** Null while it is not known whether the server granted it. */
  id: string | null;
  granted: bigint;
  used: bigint;
  /** How much of `used` the server has counted. */
  settled: bigint;
  /** What is being told to the server; it is repeated as it is until it was answered. */
  inFlight: Settling | null;
  settlements: number;
}

export interface Settling {
  readonly eventId: string;
  readonly quantity: bigint;
  readonly keep: bigint;
}

/** Usage that no lease covers and that is told one by one. */
export interface Tracked {
  readonly sequence: number;
  readonly eventId: string;
  readonly customer: string;
  readonly feature: string;
  readonly subject: string | null;
  readonly quantity: bigint;
  readonly time: string;
}

type IntentLine = readonly [
  'i',
  key: string,
  customer: string,
  feature: string,
  asked: string,
  minimum: string,
  subject?: string,
];

/**
 * One line of a journal: a tag and its facts. Quantities are scaled whole numbers as text.
 * i intent to reserve, g granted, n not granted, u used of leases (pairs), s settling, k settled, c closed, l a lease as
 * it stood when a segment began, t tracked, d tracked usage done up to a number.
 */
export type UsageLine =
  | IntentLine
  | readonly ['g', key: string, id: string, quantity: string]
  | readonly ['n', key: string]
  | readonly ['u', ...keysAndQuantities: string[]]
  | readonly ['s', key: string, eventId: string, quantity: string, keep: string]
  | readonly ['k', key: string, eventId: string]
  | readonly ['c', key: string]
  | readonly [
      'l',
      key: string,
      id: string,
      granted: string,
      used: string,
      settled: string,
      settlements: number,
    ]
  | readonly ['t', sequence: number, ...tracked: [string, string, string, string, string, subject?: string]]
  | readonly ['d', sequence: number];

/** What the lines of a journal come to. Live and read back it is the same function of the lines. */
export class UsageState {
  readonly leases = new Map<string, LeaseState>();
  /** In the order of their numbers. */
  readonly tracked: Tracked[] = [];
  lastSequence = 0;
  doneSequence = 0;

  apply(line: UsageLine): void {
    switch (line[0]) {
      case 'i':
        this.#intend(line);
        return;
      case 'u':
        for (let at = 1; at < line.length; at += 2) {
          const lease = this.leases.get(line[at] as string);
          if (lease !== undefined) lease.used += BigInt(line[at + 1] as string);
        }
        return;
      case 't':
        this.#track(line);
        return;
      case 'd':
        this.#done(line[1]);
        return;
      case 'n':
      case 'c':
        this.leases.delete(line[1]);
        return;
      default: {
        const lease = this.leases.get(line[1]);
        if (lease !== undefined) changeLease(lease, line);
      }
    }
  }

  /** The lines that a new segment begins with, so that what came before is not needed for leases. */
  carried(): UsageLine[] {
    return [...this.leases.values()].flatMap((lease): UsageLine[] => {
      const { key, customer, feature, id, inFlight } = lease;
      const intent: UsageLine = [
        'i',
        key,
        customer,
        feature,
        `${lease.asked}`,
        `${lease.minimum}`,
        ...subjectIn(lease.subject),
      ];
      if (id === null) return [intent];
      const sums = [`${lease.granted}`, `${lease.used}`, `${lease.settled}`] as const;
      const stood: UsageLine = ['l', key, id, ...sums, lease.settlements];
      if (inFlight === null) return [intent, stood];
      const { eventId, quantity, keep } = inFlight;
      return [intent, stood, ['s', key, eventId, `${quantity}`, `${keep}`]];
    });
  }

  get isEmpty(): boolean {
    return this.leases.size === 0 && this.tracked.length === 0;
  }

  #done(sequence: number): void {
    this.doneSequence = Math.max(this.doneSequence, sequence);
    this.lastSequence = Math.max(this.lastSequence, sequence);
    const left = this.tracked.findIndex((one) => one.sequence > this.doneSequence);
    this.tracked.splice(0, left === -1 ? this.tracked.length : left);
  }

  #intend([, key, customer, feature, asked, minimum, subject]: IntentLine): void {
    if (this.leases.has(key)) return;
    this.leases.set(key, {
      key,
      customer,
      feature,
      subject: subject ?? null,
      asked: BigInt(asked),
      minimum: BigInt(minimum),
      id: null,
      granted: 0n,
      used: 0n,
      settled: 0n,
      inFlight: null,
      settlements: 0,
    });
  }

  #track(line: UsageLine & readonly ['t', ...unknown[]]): void {
    const [, sequence, eventId, customer, feature, quantity, time, subject = null] = line;
    this.lastSequence = Math.max(this.lastSequence, sequence);
    if (sequence <= this.doneSequence) return;
    this.tracked.push({ sequence, eventId, customer, feature, subject, quantity: BigInt(quantity), time });
  }
}

/** Lines of what is for no member or device are as they were before there were any. */
export function subjectIn(subject: string | null): [] | [string] {
  return subject === null ? [] : [subject];
}

function changeLease(lease: LeaseState, line: UsageLine): void {
  switch (line[0]) {
    case 'g':
      lease.id = line[2];
      lease.granted = BigInt(line[3]);
      return;
    case 's':
      lease.inFlight = { eventId: line[2], quantity: BigInt(line[3]), keep: BigInt(line[4]) };
      lease.settlements = Math.max(lease.settlements, Number(line[2].split('.').at(-1)));
      return;
    case 'k':
      if (lease.inFlight?.eventId !== line[2]) return;
      lease.settled += lease.inFlight.quantity;
      lease.granted = lease.settled + lease.inFlight.keep;
      lease.inFlight = null;
      return;
    case 'l':
      lease.id = line[2];
      lease.granted = BigInt(line[3]);
      lease.used = BigInt(line[4]);
      lease.settled = BigInt(line[5]);
      lease.settlements = line[6];
      lease.inFlight = null;
      return;
    default:
  }
}
