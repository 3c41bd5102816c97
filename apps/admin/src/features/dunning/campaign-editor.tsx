import type { CampaignDefinition, CampaignFault, DunningCampaign } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Section } from '@billhook/ui/page-header';
import { Banner } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { tell } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { BackTestPanel } from './back-test-panel.tsx';
import { CampaignPreviewPanel } from './campaign-preview.tsx';
import { FIRST_STEPS, freeKey, withStep } from './drafts.ts';
import { usePreview } from './queries.ts';
import { SegmentFields } from './segment-fields.tsx';
import { StepRow } from './step-row.tsx';
import { TimingFields } from './timing-fields.tsx';

/** Steps on a line of days with their branches, checked as they are changed, tried before they are published. */
export function CampaignEditor({ campaign }: { campaign: DunningCampaign }) {
  const { api } = useScope();
  const mayChange = useMay(ROLES.money);
  const before = campaign.draft ?? campaign.published?.definition ?? FIRST_STEPS[campaign.kind];
  const [definition, setDefinition] = useState<CampaignDefinition>(before);
  const [segment, setSegment] = useState(campaign.segment);
  const { data: preview } = usePreview({ kind: campaign.kind, definition });
  const faults = preview?.faults ?? [];
  const save = useCommand(
    (_: null, options) =>
      api.dunning.updateCampaign(campaign.id, { definition, segment }, options).catch(shown),
    () => toast('The draft is saved.'),
  );
  const publish = useCommand(
    async (_: null, options) => {
      await api.dunning.updateCampaign(campaign.id, { definition, segment });
      return api.dunning.publishCampaign(campaign.id, options).catch(shown);
    },
    ({ published }) =>
      toast(`Version ${published?.number ?? ''} is published.`, {
        detail: 'It holds for what fails from now on.',
      }),
  );
  const change = (changed: Partial<CampaignDefinition>) => setDefinition({ ...definition, ...changed });
  return (
    <div className="grid gap-10 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="flex min-w-0 flex-col gap-10">
        <StepLine campaign={campaign} definition={definition} faults={faults} onChange={setDefinition} />
        <Section title="Hours and paydays">
          <TimingFields definition={definition} onChange={change} />
        </Section>
        <Section
          title="For whom"
          description="The first campaign that fits an invoice is taken, the lowest rank first."
        >
          <SegmentFields segment={segment} onChange={setSegment} />
        </Section>
        {mayChange ? (
          <div className="flex flex-wrap gap-3">
            <Button
              variant="primary"
              busy={publish.busy}
              disabled={faults.length > 0}
              onClick={() => publish.run(null)}
            >
              Publish version {(campaign.published?.number ?? 0) + 1}
            </Button>
            <Button busy={save.busy} onClick={() => save.run(null)}>
              Save draft
            </Button>
          </div>
        ) : null}
      </div>
      <div className="flex min-w-0 flex-col gap-10">
        <CampaignPreviewPanel kind={campaign.kind} definition={definition} />
        {campaign.kind === 'charge' ? <BackTestPanel definition={definition} /> : null}
      </div>
    </div>
  );
}

function shown(error: Error): never {
  toast(tell(error).title, { tone: 'problem', detail: tell(error).detail });
  throw error;
}

interface StepLineProps {
  readonly campaign: DunningCampaign;
  readonly definition: CampaignDefinition;
  readonly faults: readonly CampaignFault[];
  readonly onChange: (definition: CampaignDefinition) => void;
}

function StepLine({ campaign, definition, faults, onChange }: StepLineProps) {
  const { steps } = definition;
  const inOrder = steps
    .map((step, index) => ({ step, index }))
    .sort((a, b) => a.step.day - b.step.day || a.index - b.index);
  const lastDay = inOrder.at(-1)?.step.day ?? 0;
  const general = faults.filter(({ pointer }) => !/^\/steps\/\d/.test(pointer));
  const add = () =>
    onChange({
      ...definition,
      steps: [
        ...steps,
        { key: freeKey(steps, 'mail'), day: lastDay, action: 'mail', kinds: null, mail: 'reminder' },
      ],
    });
  return (
    <Section
      title="Steps"
      description={
        campaign.kind === 'charge'
          ? 'Days after the first failure.'
          : 'Days after the due date; before it where negative.'
      }
      actions={
        <Button size="sm" icon={Plus} onClick={add}>
          Add a step
        </Button>
      }
    >
      {general.map(({ pointer, code, detail }) => (
        <div key={`${pointer} ${code}`} className="pb-3">
          <Banner tone="problem" title={detail} />
        </div>
      ))}
      <ol>
        {inOrder.map(({ step, index }) => (
          <StepRow
            key={step.key}
            step={step}
            kind={campaign.kind}
            faults={faults.filter(
              ({ pointer }) => pointer === `/steps/${index}` || pointer.startsWith(`/steps/${index}/`),
            )}
            onChange={(changed) => onChange(withStep(definition, index, changed))}
            onRemove={() => onChange(withStep(definition, index, null))}
          />
        ))}
      </ol>
    </Section>
  );
}
