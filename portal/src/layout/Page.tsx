import { useTranslation } from 'react-i18next';
import { useNode } from '../api/node.ts';
import { CompaniesPanel } from '../companies/CompaniesPanel.tsx';
import { CompanyPage } from '../company/CompanyPage.tsx';
import { Labels } from '../node/Labels.tsx';
import { NodeView } from '../node/NodeView.tsx';
import { useOpenCompany } from '../route.ts';
import { useSessions } from '../session/session.tsx';
import { SignInPanel } from '../signIn/SignInPanel.tsx';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';

/** The one page: the node and its companies, or one company. */
export const Page = () => {
  const { t } = useTranslation();
  const { session } = useSessions();
  const company = useOpenCompany();
  const node = useNode();
  return (
    <>
      <button type="button" className="skip" onClick={toMain}>
        {t('app.skip')}
      </button>
      <Header />
      <Labels labels={node.data?.labels ?? []} />
      <main id="main" tabIndex={-1}>
        {session && company !== undefined ? (
          <CompanyPage key={company} company={company} />
        ) : (
          <NodeView>{session ? <CompaniesPanel /> : <SignInPanel />}</NodeView>
        )}
      </main>
      <Footer />
    </>
  );
};

const toMain = (): void => document.getElementById('main')?.focus();
