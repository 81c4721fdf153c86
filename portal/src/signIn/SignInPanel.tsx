import { useTranslation } from 'react-i18next';
import { useIdentity } from '../api/node.ts';
import { Answered } from '../parts/Answered.tsx';
import { Notice } from '../parts/Notice.tsx';
import { Panel } from '../parts/Panel.tsx';
import { OtherAddress } from './OtherAddress.tsx';
import { PersonaChooser } from './PersonaChooser.tsx';

/** How to get at what only members' people see. */
export const SignInPanel = () => {
  const { t } = useTranslation();
  return (
    <Panel title={t('signIn.title')}>
      <Answered query={useIdentity()} loading={t('signIn.loading')}>
        {(identity) => {
          const address = new URL(identity.issuer).origin;
          if (!identity.development)
            return (
              <Notice tone="plain" title={t('signIn.productionTitle')}>
                {t('signIn.productionText')}
              </Notice>
            );
          return address === location.origin ? (
            <PersonaChooser identity={identity} />
          ) : (
            <OtherAddress address={address} />
          );
        }}
      </Answered>
    </Panel>
  );
};
