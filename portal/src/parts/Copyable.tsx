import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const CONFIRM_MS = 2_000;

interface CopyableProps {
  readonly text: string;
  /** What it is, for whoever does not see it. */
  readonly what: string;
  /** Shown in groups of so many characters, to be compared by eye. */
  readonly groupOf?: number;
}

const inGroups = (text: string, size: number): string => text.match(new RegExp(`.{1,${size}}`, 'g'))?.join(' ') ?? text;

/** A code that one compares or passes on, with a button that copies it. */
export const Copyable = ({ text, what, groupOf }: CopyableProps) => {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  const label = copied ? t('act.copied') : t('act.copy', { what });
  return (
    <span className="copyable">
      <code>{groupOf === undefined ? text : inGroups(text, groupOf)}</code>
      <Button
        type="text"
        size="small"
        aria-label={label}
        title={label}
        icon={copied ? <CheckOutlined /> : <CopyOutlined />}
        onClick={() => void copy()}
      />
      <span role="status" className="unseen">
        {copied && t('act.copied')}
      </span>
    </span>
  );
};
