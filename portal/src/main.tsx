import './withoutEval.ts';
import { createClient } from '@anlian/sdk';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { createTexts } from './i18n/language.ts';
import { storedLanguage } from './preferences/preferences.tsx';
import type { Sources } from './session/session.tsx';
import './styles/index.ts';

const sources: Sources = {
  fetch: (input, init) => fetch(input, init),
  clock: () => Date.now(),
  newIdempotencyKey: () => crypto.randomUUID(),
};
const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');

createRoot(root).render(
  <StrictMode>
    <App sources={sources} client={createClient({ url: '', ...sources })} texts={createTexts(storedLanguage())} />
  </StrictMode>,
);
