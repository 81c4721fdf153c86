import { BANDS, type Band, codesOf } from '@anlian/contracts';
import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CompanyFilter } from '../api/companies.ts';
import { BAND_ICONS } from '../parts/BandMark.tsx';
import { useLanguage } from '../preferences/preferences.tsx';

const CHOICES: readonly (Band | undefined)[] = [undefined, ...codesOf(BANDS).toReversed()];

interface CompanyFiltersProps {
  readonly filter: CompanyFilter;
  readonly onChange: (filter: CompanyFilter) => void;
}

/** Search and band. */
export const CompanyFilters = ({ filter, onChange }: CompanyFiltersProps) => {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <search className="filters">
      <Input
        allowClear
        prefix={<SearchOutlined aria-hidden />}
        aria-label={t('companies.search')}
        placeholder={t('companies.search')}
        maxLength={100}
        value={filter.q}
        onChange={({ target }) => onChange({ ...filter, q: target.value })}
      />
      <fieldset className="choices">
        <legend className="unseen">{t('companies.band')}</legend>
        {CHOICES.map((band) => {
          const Icon = band && BAND_ICONS[band];
          return (
            <label key={band ?? 'all'} className={`choice ${band ?? ''}`}>
              <input
                type="radio"
                name="band"
                checked={filter.band === band}
                onChange={() => onChange({ ...filter, band })}
              />
              <span>
                {Icon && <Icon aria-hidden />} {band ? BANDS[band][language] : t('companies.all')}
              </span>
            </label>
          );
        })}
      </fieldset>
    </search>
  );
};
