import type { IdentityInfo } from '@anlian/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Fault } from '../parts/Fault.tsx';
import { Notice } from '../parts/Notice.tsx';
import { useLanguage } from '../preferences/preferences.tsx';
import { useSessions } from '../session/session.tsx';
import { PersonaButton } from './PersonaButton.tsx';

/** The labelled development sign-in: one click, no proof of anybody's identity. */
export const PersonaChooser = ({ identity }: { readonly identity: IdentityInfo }) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const { signIn } = useSessions();
  const entering = useMutation({
    networkMode: 'always',
    mutationFn: (persona: IdentityInfo['personas'][number]) => signIn(identity, persona),
  });
  return (
    <>
      <Notice tone="caution" title={t('signIn.developmentTitle')}>
        <p>{identity.label?.[language]}</p>
        <p>{t('signIn.developmentText')}</p>
      </Notice>
      <p>{t('signIn.readingOnly')}</p>
      <ul className="personas">
        {identity.personas.map((persona) => (
          <li key={persona.person}>
            <PersonaButton
              persona={persona}
              busy={entering.isPending && entering.variables.person === persona.person}
              onChoose={() => entering.mutate(persona)}
            />
          </li>
        ))}
      </ul>
      {entering.isError && <Fault error={entering.error} onRetry={() => entering.mutate(entering.variables)} />}
    </>
  );
};
