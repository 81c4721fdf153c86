import { type IdentityInfo, PERSONAS, type Persona } from '@anlian/contracts';
import {
  AuditOutlined,
  FileDoneOutlined,
  FormOutlined,
  LoadingOutlined,
  SafetyCertificateOutlined,
  SettingOutlined,
  SolutionOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../preferences/preferences.tsx';

const ICONS = {
  'governor-delegate': TeamOutlined,
  administrator: SettingOutlined,
  'safety-manager': SafetyCertificateOutlined,
  assessor: FileDoneOutlined,
  clerk: FormOutlined,
  supervisor: SolutionOutlined,
  auditor: AuditOutlined,
} as const satisfies Record<Persona, unknown>;

interface PersonaButtonProps {
  readonly persona: IdentityInfo['personas'][number];
  readonly busy: boolean;
  readonly onChoose: () => void;
}

/** One role to enter as, with what it does. */
export const PersonaButton = ({ persona: { person, label }, busy, onChoose }: PersonaButtonProps) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const Icon = busy ? LoadingOutlined : ICONS[person];
  return (
    <button type="button" className="persona" disabled={busy} onClick={onChoose}>
      <Icon aria-hidden />
      <span>
        <strong>{label[language]}</strong>
        <span className="quiet small">{t(`signIn.personas.${PERSONAS[person]}`)}</span>
      </span>
    </button>
  );
};
