import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { openIngest, upload, uploadSeller } from '../../testing/uploads.ts';
import { correct } from './api.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

const REPEATED = 'duplicate duplicate';
const OTHER = 'quarantined id_conflict';

/** Two processes of a seller, the second of which met with a repetition: events 1 and 2 came to the first, 3 to the second. */
async function world() {
  const { run, figures, sends } = await uploadSeller(platform);
  const openProcess = () => {
    const { join, ...seen } = openIngest(platform.transactor);
    return { send: sends(join), ...seen };
  };
  const [first, second] = [openProcess(), openProcess()];
  expect(await first.send(upload('1'), upload('2'))).toEqual(['accepted', 'accepted']);
  expect(await second.send(upload('3'))).toEqual(['accepted']);
  expect(await second.send(upload('1'))).toEqual([REPEATED]);
  expect(second.counts).toEqual({ tries: 1, looks: 2 });
  return { run, first, second, figures };
}

test('I625 of a batch with repetitions the new ones count once, and nobody looks', async () => {
  const { first, second, figures } = await world();
  const five = upload('5');
  expect(await second.send(upload('4'), upload('1'), five, upload('2'), five)).toEqual([
    'accepted',
    REPEATED,
    'accepted',
    REPEATED,
    REPEATED,
  ]);
  expect(await second.send(five, upload('2'), five)).toEqual([REPEATED, REPEATED, REPEATED]);
  expect(await second.send(upload('6'))).toEqual(['accepted']);
  expect(second.counts).toEqual({ tries: 4, looks: 2 });
  expect(await first.send(five, upload('6'), upload('7'))).toEqual([REPEATED, REPEATED, 'accepted']);
  expect(await figures()).toEqual([7, 7, 70]);
});

test('I625 an event that says something else than the one under its id is no repetition, and its neighbours count once', async () => {
  const { second, figures } = await world();
  const other = upload('2', { data: { bytes: 11 } });
  expect(await second.send(upload('4'), other, upload('1'), upload('5'))).toEqual([
    'accepted',
    OTHER,
    REPEATED,
    'accepted',
  ]);
  expect(second.counts).toEqual({ tries: 2, looks: 3 });
  expect(await figures()).toEqual([5, 5, 50]);
});

test('I625 ids that sources share, or that begin alike, are told apart', async () => {
  const { first, second, figures } = await world();
  const from = (source: string, ...ids: readonly string[]) => ids.map((id) => upload(id, { source }));
  await first.send(...from('a', '1', '20'), ...from('b', '1'), ...from('camera/2', '1'));
  const mixed = [
    ...from('b', '1', '2', '20', '11'),
    ...from('a', '1', '2', '20', '200'),
    ...from('camera', '1'),
  ];
  const accepted = 'accepted';
  expect(await second.send(...mixed)).toEqual([
    ...[REPEATED, accepted, accepted, accepted],
    ...[REPEATED, accepted, REPEATED, accepted],
    REPEATED,
  ]);
  expect(second.counts).toEqual({ tries: 2, looks: 2 });
  expect(await figures()).toEqual([12, 12, 120]);
});

test('I625 what an event said before it was amended is a repetition among new ones', async () => {
  const { run, second, figures } = await world();
  const content = upload('2', { data: { bytes: 30 } });
  const key = { source: 'camera', eventId: '2' };
  await run((ctx) => correct(ctx, { kind: 'amend', key, content, reason: 'Read wrongly.' }));
  expect(await second.send(upload('4'), upload('2'))).toEqual(['accepted', REPEATED]);
  expect(await second.send(upload('5'), content)).toEqual(['accepted', REPEATED]);
  expect((await figures()).slice(1)).toEqual([5, 70]);
});
