import type { Feature, Plan, PlanRightDraft } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { useState } from 'react';
import { RightFields } from './rights-editor.tsx';
import { newRight } from './version-draft.ts';

export interface MatrixCellDialogProps {
  readonly place: { readonly plan: Plan; readonly feature: Feature } | null;
  readonly right: PlanRightDraft | undefined;
  readonly onSet: (right: PlanRightDraft | null) => void;
  readonly onClose: () => void;
}

/** The limit or value that one plan grants of one feature. */
export function MatrixCellDialog({ place, right, onSet, onClose }: MatrixCellDialogProps) {
  return (
    <Dialog
      open={place !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={place ? `What does ${place.plan.name} grant of ${place.feature.name}?` : ''}
      width="lg"
    >
      {place ? (
        <CellForm
          feature={place.feature}
          right={right}
          onSet={onSet}
          key={`${place.plan.id}/${place.feature.key}`}
        />
      ) : null}
    </Dialog>
  );
}

function CellForm({
  feature,
  right,
  onSet,
}: Pick<MatrixCellDialogProps, 'right' | 'onSet'> & { feature: Feature }) {
  const [draft, setDraft] = useState(right ?? newRight(feature));
  return (
    <Form onSubmit={() => onSet(draft)}>
      <div className="flex flex-wrap items-end gap-3">
        <RightFields feature={feature} right={draft} onChange={setDraft} />
      </div>
      <FormActions>
        {right === undefined ? null : <Button onClick={() => onSet(null)}>Do not grant it</Button>}
        <Button variant="primary" type="submit">
          Keep for review
        </Button>
      </FormActions>
    </Form>
  );
}
