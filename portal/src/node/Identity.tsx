import type { NodeInfo } from '@anlian/contracts';
import { useTranslation } from 'react-i18next';
import { Copyable } from '../parts/Copyable.tsx';
import { useLanguage } from '../preferences/preferences.tsx';

/** Whose node this is. */
export const Identity = ({ node }: { readonly node: NodeInfo }) => {
  const { t } = useTranslation();
  const language = useLanguage();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <section className="identity" aria-labelledby="node-name">
      <div>
        <h1 id="node-name">{node.name[language]}</h1>
        <p className="quiet" lang={other === 'zh' ? 'zh-CN' : 'en'}>
          {node.name[other]}
        </p>
      </div>
      <dl className="identity-facts">
        <div>
          <dt>{t('node.uscc')}</dt>
          <dd>
            <Copyable text={node.company} what={t('node.uscc')} />
          </dd>
        </div>
        <div>
          <dt>{t('node.member')}</dt>
          <dd>
            <code>{node.member}</code> <span className="chip">{t(`node.${node.kind}`)}</span>
          </dd>
        </div>
      </dl>
    </section>
  );
};
