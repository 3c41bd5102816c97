import type { PreviewSettings, TenantSettings } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { NumberField } from '@billhook/ui/number-field';
import { Section } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { DocumentPreview } from './document-preview.tsx';
import { LogoField } from './logo-field.tsx';
import { useSaveSettings } from './save-settings.ts';

type Language = PreviewSettings['language'];
type Documents = TenantSettings['documents'];

const LANGUAGES: readonly { value: Language; label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
  { value: 'fr', label: 'Français' },
  { value: 'nl', label: 'Nederlands' },
  { value: 'es', label: 'Español' },
  { value: 'it', label: 'Italiano' },
];

const COLOUR = /^#[0-9a-f]{6}$/;

/** How documents look and what stands on them, with the document beside it as it will be. */
export function DocumentsForm() {
  const { settings } = useScope().tenant;
  const save = useSaveSettings();
  const [language, setLanguage] = useState<Language>('en');
  const [documents, setDocuments] = useState<Documents>(settings.documents);
  const [colour, setColour] = useState(settings.brandColour ?? '');
  const [logoFile, setLogoFile] = useState(settings.logoFile);
  const [terms, setTerms] = useState(settings.paymentTermsDays);
  const typed = colour.trim().toLowerCase();
  const brandColour = COLOUR.test(typed) ? typed : null;
  const wished = { documents, brandColour, logoFile, paymentTermsDays: terms };
  return (
    <div className="grid items-start gap-x-10 gap-y-8 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <Section title="Documents" description="What was issued stays as it is.">
        <Form onSubmit={() => save.run({ settings: wished })} {...formProblem(save.error)}>
          <LogoField value={logoFile} onChange={setLogoFile} disabled={!save.may} />
          <TextField
            name="brandColour"
            label="Colour"
            mono
            optional
            className="max-w-48"
            value={colour}
            onValueChange={setColour}
            error={
              typed === '' || brandColour !== null ? undefined : 'Six figures after a #, such as #1d6f5a.'
            }
            hint="Darkened on paper until it can be read."
            disabled={!save.may}
          />
          <NumberField
            name="paymentTermsDays"
            label="Days until due"
            min={0}
            max={365}
            value={terms}
            disabled={!save.may}
            onValueChange={(value) => setTerms(value ?? 0)}
          />
          <Select<Language>
            label="Language of the texts"
            className="max-w-60"
            value={language}
            onValueChange={setLanguage}
            options={LANGUAGES}
          />
          <TextsOf
            key={language}
            language={language}
            documents={documents}
            onChange={setDocuments}
            disabled={!save.may}
          />
          <PartsOf documents={documents} onChange={setDocuments} disabled={!save.may} />
          <FormActions>
            <Button
              variant="primary"
              type="submit"
              busy={save.busy}
              disabled={!save.may || (typed !== '' && brandColour === null)}
            >
              Save document settings
            </Button>
          </FormActions>
        </Form>
      </Section>
      <DocumentPreview wished={{ language, settings: wished }} />
    </div>
  );
}

interface TextsProps {
  readonly language: Language;
  readonly documents: Documents;
  readonly onChange: (documents: Documents) => void;
  readonly disabled: boolean;
}

/** What stands on documents in one language; English where another one is left empty. */
function TextsOf({ language, documents, onChange, disabled }: TextsProps) {
  const changed = (texts: Record<string, string>, value: string) => {
    const { [language]: _, ...others } = texts;
    return value.trim() === '' ? others : { ...others, [language]: value };
  };
  const fallback = language === 'en' ? undefined : 'English, where this is empty.';
  return (
    <>
      <TextField
        label="Legal text"
        lines={3}
        optional
        maxLength={2000}
        value={documents.legalText[language] ?? ''}
        onValueChange={(value) => onChange({ ...documents, legalText: changed(documents.legalText, value) })}
        hint={fallback}
        disabled={disabled}
      />
      <TextField
        label="Footer"
        optional
        maxLength={2000}
        value={documents.footer[language] ?? ''}
        onValueChange={(value) => onChange({ ...documents, footer: changed(documents.footer, value) })}
        hint={fallback ?? 'At the foot of every page.'}
        disabled={disabled}
      />
    </>
  );
}

/** What a document has beside what it must have. */
function PartsOf({ documents, onChange, disabled }: Omit<TextsProps, 'language'>) {
  return (
    <>
      <Checkbox
        label="How each amount came about"
        hint="Pages at the end with each step, and usage by day."
        checked={documents.appendix}
        onCheckedChange={(appendix) => onChange({ ...documents, appendix })}
        disabled={disabled}
      />
      <Checkbox
        label="Where to pay"
        hint="A link to the portal on invoices that are paid by hand."
        checked={documents.payLink}
        onCheckedChange={(payLink) => onChange({ ...documents, payLink })}
        disabled={disabled}
      />
    </>
  );
}
