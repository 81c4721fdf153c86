import { ReloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTold } from '../api/fault.ts';
import { Notice } from './Notice.tsx';

interface FaultProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

/** A failure in words: what happened, what to do, its code, and another try. */
export const Fault = ({ error, onRetry }: FaultProps) => {
  const { t } = useTranslation();
  const { title, remedy, code, detail, traceId } = useTold(error);
  return (
    <div role="alert">
      <Notice
        tone="bad"
        title={title}
        action={
          <Button icon={<ReloadOutlined />} onClick={onRetry}>
            {t('act.retry')}
          </Button>
        }
      >
        <p>{remedy}</p>
        <p className="quiet">
          {t('fault.code')} <code>{code}</code>
          {detail && <> · {detail}</>}
          {traceId && (
            <>
              {' '}
              · traceId <code>{traceId}</code>
            </>
          )}
        </p>
      </Notice>
    </div>
  );
};
