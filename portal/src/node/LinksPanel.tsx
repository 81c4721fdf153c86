import type { NodeInfo } from '@anlian/contracts';
import { ApiOutlined, AuditOutlined, DownloadOutlined, FileTextOutlined, LineChartOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../parts/Panel.tsx';

interface LinkProps {
  readonly href: string | undefined;
  readonly icon: ReactNode;
  readonly title: string;
  readonly hint: string;
  /** File name under which the browser saves it. */
  readonly saveAs?: string;
}

const Link = ({ href, icon, title, hint, saveAs }: LinkProps) => (
  <li>
    {icon}
    <div>
      {href === undefined ? (
        <span>{title}</span>
      ) : (
        <a href={href} download={saveAs}>
          {title}
        </a>
      )}
      <p className="quiet small">{hint}</p>
    </div>
  </li>
);

/** What auditors and programmers take from this node. */
export const LinksPanel = ({ node: { member, ledger, evidence } }: { readonly node: NodeInfo }) => {
  const { t } = useTranslation();
  const logged = evidence.size > 0;
  return (
    <Panel title={t('links.title')}>
      <ul className="links">
        <Link
          href="/api/v1/trust"
          icon={<DownloadOutlined aria-hidden />}
          title={t('links.trust')}
          hint={t('links.trustHint')}
          saveAs={`trust-${ledger.channel}-${member}.json`}
        />
        <Link
          href={logged ? '/log/checkpoint' : undefined}
          icon={<AuditOutlined aria-hidden />}
          title={t('links.checkpoint')}
          hint={t(logged ? 'links.checkpointHint' : 'links.checkpointNone')}
        />
        <Link
          href="/api/docs"
          icon={<FileTextOutlined aria-hidden />}
          title={t('links.docs')}
          hint={t('links.docsHint')}
        />
        <Link
          href="/api/openapi.json"
          icon={<ApiOutlined aria-hidden />}
          title={t('links.openapi')}
          hint={t('links.openapiHint')}
        />
        <Link
          href="/metrics"
          icon={<LineChartOutlined aria-hidden />}
          title={t('links.metrics')}
          hint={t('links.metricsHint')}
        />
      </ul>
    </Panel>
  );
};
