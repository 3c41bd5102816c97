import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { FeatureSnapshot } from '../../src/feature-store.ts';
import { Gate } from '../../src/gate.tsx';
import { BillhookProvider } from '../../src/provider.tsx';
import { useFeature } from '../../src/use-feature.tsx';

async function fetchSnapshot(): Promise<FeatureSnapshot> {
  const answer = await fetch('/features');
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

function Calls() {
  const calls = useFeature('calls');
  const shown = { ...calls, refresh: undefined };
  return (
    <section>
      <pre id="calls">{JSON.stringify(shown)}</pre>
      <button type="button" onClick={() => void calls.refresh()}>
        Refresh
      </button>
    </section>
  );
}

function Page() {
  return (
    <main>
      <Gate feature="export" fallback={<a href="/plans">Upgrade</a>} loading={<p>Wait</p>}>
        <button type="button">Export</button>
      </Gate>
      <Gate feature="calls" quantity={10} fallback={<p>Not ten more</p>}>
        <p>Ten more</p>
      </Gate>
      <Calls />
    </main>
  );
}

/** With `?snapshot` the rights came with the page, as a server that renders it would send them. */
const text = new URLSearchParams(location.search).get('snapshot');
const given = text === null ? {} : { snapshot: JSON.parse(text) as FeatureSnapshot };
const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <BillhookProvider {...given} fetchSnapshot={fetchSnapshot} refreshEveryMs={3_600_000}>
        <Page />
      </BillhookProvider>
    </StrictMode>,
  );
