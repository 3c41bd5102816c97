import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeGallery, faultsOfPage, hasBrowser, openGallery } from './open-gallery.ts';

const PAGES = ['basics', 'forms', 'tables', 'figures', 'admin', 'portal', 'pricing', 'auth'];

describe.runIf(hasBrowser)('the whole gallery in a browser', () => {
  beforeAll(openGallery, 120_000);
  afterAll(closeGallery);

  test.each(PAGES)(
    'the page of %s breaks no rule of WCAG 2.2 AA in either theme and never scrolls sideways at 320 px, in either direction of reading',
    { timeout: 60_000 },
    async (name) => expect(await faultsOfPage(name)).toEqual([]),
  );
});
