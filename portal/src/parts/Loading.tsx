import { Skeleton } from 'antd';

/** The shape of what is on its way. */
export const Loading = ({ label, rows = 3 }: { readonly label: string; readonly rows?: number }) => (
  <div role="status" aria-label={label} className="loading">
    <Skeleton active title={false} paragraph={{ rows }} />
  </div>
);
