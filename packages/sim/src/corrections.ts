import type { LineToCredit } from '@billhook/core/invoicing/documents/correction-way';
import type { RatedAgain } from '@billhook/core/invoicing/documents/rerate';
import { soldBackMinor } from '@billhook/core/payments/noted-credit';
import type { Subscription, SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import { addMs, later, MS_PER_HOUR } from '@billhook/core/time/instant';
import { billDue } from './billing.ts';
import type { Adjustment, CorrectedPeriod, CorrectionWay, DeductedLine, TouchedMoment } from './corrected.ts';
import { writeNote } from './credit-notes.ts';
import { type Customer, idFor, isCollecting } from './customer.ts';
import { writeDebit } from './debit-notes.ts';
import { askRecount } from './recounts.ts';
import { carryOut, type World } from './world.ts';

/** What a period that was billed comes to by now, and what is made of that. */
interface Difference extends CorrectedPeriod {
  readonly item: SubscriptionItem;
}

/**
 * Looks again at what was billed for usage that came late: all that came in meanwhile at once. What cannot be settled
 * now, because a payment of an invoice is under way, is tried again an hour later.
 */
export function settleRecounts(world: World, customer: Customer): void {
  const { now } = world.agenda;
  const touched = customer.recounts.filter(({ dueAt }) => dueAt <= now);
  if (touched.length === 0 || customer.parked !== null) return;
  customer.recounts = customer.recounts.filter(({ dueAt }) => dueAt > now);
  const found = differencesOf(world, customer, touched);
  if (found === null || found.some(({ way }) => isHeldUp(customer, way))) {
    askRecount(world, customer, touched, addMs(now, MS_PER_HOUR));
    return;
  }
  for (const watcher of world.watchers) watcher.onCorrection(customer, { at: now, touched, periods: found });
  waitForParts(world, customer, touched);
  for (const difference of found) carry(world, customer, difference);
  issueDebits(world, customer, found);
  if (found.some(({ way }) => way.kind === 'charged' || (way.kind === 'credited' && way.deduction !== null)))
    billDue(world, customer);
}

function isHeldUp(customer: Customer, way: CorrectionWay): boolean {
  return way.kind === 'credited' && way.parts.some(({ invoiceId }) => isCollecting(customer, invoiceId));
}

function meetings(world: World, { books }: Customer, touched: readonly TouchedMoment[]) {
  const byMeter = Map.groupBy(touched, ({ meterId }) => meterId);
  return [...books.subscriptions.values()].flatMap((subscription) => {
    const billed = books.billed.filter(({ subscriptionId }) => subscriptionId === subscription.id);
    return [...byMeter].map(([meterId, moments]) => ({
      subscription,
      billed,
      meterId,
      ...world.engine.periodsTouched(subscription, billed, {
        meterId,
        moments: moments.map(({ at }) => at),
        carriesOver: false,
      }),
    }));
  });
}

/** A period that is billed in parts is looked at once its last part is billed. */
function waitForParts(world: World, customer: Customer, touched: readonly TouchedMoment[]): void {
  const graceMs = world.swarm.settings.usageGraceMs + MS_PER_HOUR;
  for (const { meterId, running } of meetings(world, customer, touched))
    for (const { endsAt } of running)
      askRecount(
        world,
        customer,
        touched.filter((one) => one.meterId === meterId),
        addMs(later(endsAt, world.agenda.now), graceMs),
      );
}

/** Null where a period cannot be rated. */
function differencesOf(
  world: World,
  customer: Customer,
  touched: readonly TouchedMoment[],
): readonly Difference[] | null {
  const { engine, agenda, swarm } = world;
  const differences: Difference[] = [];
  const bySubscription = Map.groupBy(meetings(world, customer, touched), ({ subscription }) => subscription);
  for (const [subscription, found] of bySubscription) {
    const periods = found.flatMap(({ settled }) => settled);
    if (periods.length === 0) continue;
    const billed = found[0]?.billed ?? [];
    const input = { now: agenda.now, subscription, settings: swarm.settings, billed, periods };
    const usage = engine
      .windowsToRerate(input)
      .map((window) => engine.usageOf(window, customer.readings.get(window.meterId) ?? []));
    const earlier = customer.adjustments.filter(({ subscriptionId }) => subscriptionId === subscription.id);
    const rated = engine.rerate(input, usage, earlier);
    if (!rated.ok) return null;
    for (const one of rated.value) {
      const deducted = [...customer.adjustments.flatMap((kept) => kept.deducted), ...deductedBy(differences)];
      differences.push(differenceOf(world, customer, subscription, one, deducted));
    }
  }
  return differences;
}

/** What is decided of periods before the next one of the same look. */
function deductedBy(differences: readonly Difference[]): readonly DeductedLine[] {
  return differences.flatMap(({ way }) => (way.kind === 'credited' ? (way.deduction?.parts ?? []) : []));
}

function differenceOf(
  world: World,
  customer: Customer,
  { id: subscriptionId, items }: Subscription,
  rated: RatedAgain,
  deducted: readonly DeductedLine[],
): Difference {
  const { itemId, billingStart, grossBeforeMinor, grossAfterMinor } = rated;
  const item = items.find(({ id }) => id === itemId) as SubscriptionItem;
  const grossDeltaMinor = grossAfterMinor - grossBeforeMinor;
  const way = wayOf(world, customer, rated, deducted);
  return { subscriptionId, itemId, billingStart, grossDeltaMinor, way, item };
}

function wayOf(
  world: World,
  customer: Customer,
  rated: RatedAgain,
  deducted: readonly DeductedLine[],
): CorrectionWay {
  const deltaMinor = rated.grossAfterMinor - rated.grossBeforeMinor;
  if (deltaMinor === 0n) return { kind: 'none' };
  const lines = linesToCorrect(customer, rated, deducted);
  if (deltaMinor > 0n) {
    const chargeId = idFor(customer, 'chg');
    const line =
      world.swarm.corrections === 'debit_note' ? world.engine.lineToRaise(lines, rated.lineKeys) : null;
    if (line === null) return { kind: 'charged', chargeId };
    return { kind: 'debited', chargeId, invoiceId: line.invoiceId, position: line.position };
  }
  const credits = world.engine.creditsOf(lines, -deltaMinor);
  const found = world.engine.deductionOf(lines, credits, -deltaMinor);
  const taken = found.parts.map(({ line: { invoiceId, position }, grossMinor, totalMinor }) => ({
    invoiceId,
    position,
    grossMinor,
    totalMinor,
  }));
  const deduction =
    found.amountMinor === 0n ? null : { ...found, parts: taken, chargeId: idFor(customer, 'chg') };
  const parts = credits.map(({ line: { invoiceId, position }, amountMinor }) => ({
    invoiceId,
    position,
    amountMinor,
  }));
  return parts.length === 0 && deduction === null ? { kind: 'none' } : { kind: 'credited', parts, deduction };
}

type LineToCorrect = LineToCredit & { readonly position: number };

/** The lines that billed a period and those of the charges that corrections made of it, these first, each kind from the last. */
function linesToCorrect(
  { books, adjustments }: Customer,
  { itemId, billingStart, lineKeys }: RatedAgain,
  deducted: readonly DeductedLine[],
): readonly LineToCorrect[] {
  const charges = adjustments.flatMap((one) =>
    one.itemId === itemId && one.billingStart === billingStart && one.chargeId !== null
      ? [`${one.chargeId}/one_off`]
      : [],
  );
  const notes = [...books.creditNotes.values()].flatMap(({ invoiceId, lines }) =>
    lines.map((line) => ({ ...line, invoiceId })),
  );
  const records = [...books.invoices.values()].filter(({ status }) => status !== 'void');
  records.sort((left, right) => right.invoice.issuedAt - left.invoice.issuedAt);
  const of = (keys: readonly string[]) =>
    records.flatMap(({ invoice, status }) => {
      const { id: invoiceId, totals, lines } = invoice;
      const own = notes.filter((note) => note.invoiceId === invoiceId);
      const payments = [...books.payments.values()].filter((payment) => payment.invoiceId === invoiceId);
      const notedMinor = own.reduce((sum, note) => sum + note.netMinor + note.taxMinor, 0n);
      const claimedMinor = lines.reduce(
        (sum, line) => (line.netMinor > 0n ? sum + line.netMinor + line.taxMinor : sum),
        0n,
      );
      const offsetMinor = claimedMinor - totals.totalMinor;
      const invoiceOffsetMinor = offsetMinor > 0n ? offsetMinor : 0n;
      const taken = deducted.filter((one) => one.invoiceId === invoiceId);
      const invoiceDeductedMinor = taken.reduce((sum, one) => sum + one.totalMinor, 0n);
      const invoiceLeftMinor = totals.totalMinor - notedMinor - soldBackMinor(payments);
      return lines
        .filter(({ key }) => keys.includes(key))
        .map(({ key, grossMinor, amountMinor, netMinor, taxMinor, position }): LineToCorrect => {
          let creditedMinor = 0n;
          for (const note of own) if (note.position === position) creditedMinor += note.amountMinor;
          let deductedMinor = 0n;
          for (const one of taken) if (one.position === position) deductedMinor += one.grossMinor;
          const totalMinor = netMinor + taxMinor;
          const line = { key, grossMinor, amountMinor, totalMinor, creditedMinor, position };
          const whole = { status, invoiceId, invoiceLeftMinor, invoiceOffsetMinor, invoiceDeductedMinor };
          return { ...line, ...whole, deductedMinor };
        });
    });
  return [...of(charges), ...of(lineKeys)];
}

function carry(world: World, customer: Customer, difference: Difference): void {
  const { way, grossDeltaMinor } = difference;
  if (way.kind === 'charged') {
    keep(customer, difference, { grossDeltaMinor, chargeId: way.chargeId });
    charge(world, customer, difference, way.chargeId, grossDeltaMinor);
  }
  if (way.kind !== 'credited') return;
  for (const { invoiceId, position, amountMinor } of way.parts) {
    const record = customer.books.invoices.get(invoiceId);
    if (record === undefined) continue;
    const lines = [{ position, creditMinor: amountMinor }];
    const noteId = writeNote(world, customer, record, { lines, isRefunded: false });
    if (noteId === null) continue;
    const note = customer.books.creditNotes.get(noteId);
    const takenMinor = note?.lines.reduce((sum, line) => sum + line.amountMinor, 0n) ?? 0n;
    keep(customer, difference, { grossDeltaMinor: -amountMinor, amountMinor: -takenMinor, chargeId: null });
  }
  deduct(world, customer, difference);
}

function deduct(world: World, customer: Customer, difference: Difference): void {
  const { way } = difference;
  if (way.kind !== 'credited' || way.deduction === null) return;
  const { chargeId, grossMinor, amountMinor, parts } = way.deduction;
  keep(customer, difference, { grossDeltaMinor: -grossMinor, chargeId, deducted: parts });
  charge(world, customer, difference, chargeId, -amountMinor);
}

function charge(
  world: World,
  customer: Customer,
  { item, subscriptionId }: Difference,
  chargeId: string,
  grossMinor: bigint,
): void {
  const subscription = customer.books.subscriptions.get(subscriptionId) as Subscription;
  carryOut(
    world,
    customer,
    world.engine.decideCorrectionCharge({
      now: world.agenda.now,
      subscription,
      chargeId,
      price: item.price,
      grossMinor,
      description: 'Corrected usage',
      when: world.swarm.corrections === 'at_once' ? 'at_once' : 'next_invoice',
    }),
  );
}

/** One debit note for each invoice that is raised, however many of its lines are. */
function issueDebits(world: World, customer: Customer, differences: readonly Difference[]): void {
  const raised = differences.flatMap((one) => (one.way.kind === 'debited' ? [{ ...one, way: one.way }] : []));
  for (const [invoiceId, own] of Map.groupBy(raised, ({ way }) => way.invoiceId)) {
    const record = customer.books.invoices.get(invoiceId);
    if (record === undefined) continue;
    for (const one of own)
      keep(customer, one, { grossDeltaMinor: one.grossDeltaMinor, chargeId: one.way.chargeId });
    const wanted = own.map(({ way: { position, chargeId }, grossDeltaMinor }) => ({
      position,
      chargeId,
      amountMinor: grossDeltaMinor,
      description: 'Corrected usage',
    }));
    writeDebit(world, customer, record, wanted);
  }
}

function keep(
  { adjustments }: Customer,
  { subscriptionId, itemId, billingStart }: CorrectedPeriod,
  change: Pick<Adjustment, 'grossDeltaMinor' | 'chargeId'> &
    Partial<Pick<Adjustment, 'amountMinor' | 'deducted'>>,
): void {
  const kept: Adjustment = {
    subscriptionId,
    itemId,
    billingStart,
    amountMinor: change.grossDeltaMinor,
    deducted: [],
    ...change,
  };
  adjustments.push(kept);
}
