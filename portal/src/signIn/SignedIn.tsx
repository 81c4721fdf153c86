import { ROLES } from '@anlian/contracts';
import { LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../preferences/preferences.tsx';
import { useSessions } from '../session/session.tsx';

/** Who acts now, that nobody proved it, and the way out. */
export const SignedIn = () => {
  const { t } = useTranslation();
  const language = useLanguage();
  const { session, signOut } = useSessions();
  if (!session) return null;
  const role = ROLES[session.role].text[language];
  return (
    <div className="signed-in">
      <span className="chip caution">
        <UserOutlined aria-hidden /> {t('signIn.signedInAs', { role })} · {t('signIn.developmentShort')}
      </span>
      <Button type="text" icon={<LogoutOutlined />} onClick={signOut}>
        {t('signIn.signOut')}
      </Button>
    </div>
  );
};
