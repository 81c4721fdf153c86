import type { NodeInfo } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { Copyable } from '../parts/Copyable.tsx';
import { Facts } from '../parts/Facts.tsx';
import { Notice } from '../parts/Notice.tsx';
import { Panel } from '../parts/Panel.tsx';
import { useLanguage } from '../preferences/preferences.tsx';
import { Reachable } from './Reachable.tsx';
import { Waiting } from './Waiting.tsx';

const GROUP = 8;

/** The ledger that this node follows, and how far it can be trusted. */
export const LedgerPanel = ({ ledger }: { readonly ledger: NodeInfo['ledger'] }) => {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Panel title={t('ledger.title')} aside={<Reachable reachable={ledger.reachable} />}>
      {!ledger.reachable && <p className="quiet">{t('ledger.unreachableHint')}</p>}
      <div className="figures">
        <div>
          <span className="figure">{ledger.height}</span>
          <span className="quiet">{t('ledger.height')}</span>
          <p className="quiet small">{t('ledger.heightHint')}</p>
        </div>
        <Waiting count={ledger.waitingCommands} />
      </div>
      {ledger.kind === 'embedded' ? (
        <Notice tone="caution" title={t('ledger.embeddedTitle', { label: ledger.label[language] })}>
          {t('ledger.embeddedText')}
        </Notice>
      ) : (
        <Notice tone="good" title={t('ledger.fabricTitle')}>
          {t('ledger.fabricText')}
        </Notice>
      )}
      <Facts
        facts={[
          { name: t('ledger.channel'), value: <code>{ledger.channel}</code> },
          { name: t('ledger.chaincode'), value: <code>{ledger.chaincode}</code> },
        ]}
      />
      <div className="hash">
        <h3>{t('ledger.genesis')}</h3>
        {ledger.genesisHash === '' ? (
          <p className="quiet">{t('ledger.genesisWaiting')}</p>
        ) : (
          <>
            <Copyable text={ledger.genesisHash} what={t('ledger.genesis')} groupOf={GROUP} />
            <p className="quiet">{t('ledger.genesisHint')}</p>
          </>
        )}
      </div>
    </Panel>
  );
};
