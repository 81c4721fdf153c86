import type { NodeClient } from '@anlian/sdk';
import { QueryClientProvider } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { useState } from 'react';
import { I18nextProvider } from 'react-i18next';
import { PublicClient } from './api/publicClient.ts';
import { createQueryClient } from './api/queryClient.ts';
import { Clock } from './clock.ts';
import { Page } from './layout/Page.tsx';
import { PreferencesProvider } from './preferences/preferences.tsx';
import { SessionProvider, type Sources } from './session/session.tsx';
import { Theme } from './styles/Theme.tsx';

interface AppProps {
  readonly sources: Sources;
  readonly client: NodeClient;
  readonly texts: i18n;
}

/** The portal of one node. */
export const App = ({ sources, client, texts }: AppProps) => {
  const [queries] = useState(createQueryClient);
  return (
    <I18nextProvider i18n={texts}>
      <PreferencesProvider>
        <Theme>
          <Clock value={sources.clock}>
            <QueryClientProvider client={queries}>
              <PublicClient value={client}>
                <SessionProvider sources={sources}>
                  <Page />
                </SessionProvider>
              </PublicClient>
            </QueryClientProvider>
          </Clock>
        </Theme>
      </PreferencesProvider>
    </I18nextProvider>
  );
};
