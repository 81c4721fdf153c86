import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Notice } from '../parts/Notice.tsx';

/** The page was opened at an address that the node's issuer does not accept. */
export const OtherAddress = ({ address }: { readonly address: string }) => {
  const { t } = useTranslation();
  return (
    <Notice
      tone="caution"
      title={t('signIn.otherAddressTitle')}
      action={
        <Button type="primary" href={`${address}/`}>
          {t('signIn.otherAddressAction', { address })}
        </Button>
      }
    >
      {t('signIn.otherAddressText', { address })}
    </Notice>
  );
};
