import type { Text } from '@anlian/contracts';
import { ExperimentOutlined } from '@ant-design/icons';
import { useLanguage } from '../preferences/preferences.tsx';

/** Warnings that a node must show wherever it shows itself. */
export const Labels = ({ labels }: { readonly labels: readonly Text[] }) => {
  const language = useLanguage();
  return labels.map((label) => (
    <p key={label.en} className="label-banner">
      <ExperimentOutlined aria-hidden /> {label[language]}
    </p>
  ));
};
