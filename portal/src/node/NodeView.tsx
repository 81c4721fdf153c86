import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useNode } from '../api/node.ts';
import { Answered } from '../parts/Answered.tsx';
import { useLanguage } from '../preferences/preferences.tsx';
import { EvidencePanel } from './EvidencePanel.tsx';
import { Identity } from './Identity.tsx';
import { LedgerPanel } from './LedgerPanel.tsx';
import { LinksPanel } from './LinksPanel.tsx';

/** Who the node is and how it stands, around its main part. */
export const NodeView = ({ children }: { readonly children: ReactNode }) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const query = useNode();
  const name = query.data?.name[language];
  useEffect(() => {
    document.title = name === undefined ? t('app.name') : `${name} · ${t('app.name')}`;
  }, [name, t]);
  return (
    <Answered query={query} loading={t('node.loading')} rows={6}>
      {(node) => (
        <>
          <Identity node={node} />
          <div className="columns">
            <div className="column">{children}</div>
            <aside className="column">
              <LedgerPanel ledger={node.ledger} />
              <EvidencePanel evidence={node.evidence} />
              <LinksPanel node={node} />
            </aside>
          </div>
        </>
      )}
    </Answered>
  );
};
