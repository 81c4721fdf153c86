/** The sign of the network: a shield that holds a link. */
export const Mark = () => (
  <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path className="mark-shield" d="M16 2 4 6.5v8.7C4 22.4 9 28 16 30c7-2 12-7.600 12-14.800V6.500z" />
    <path
      className="mark-link"
      d="M13.200 12.200a4 4 0 1 0 0 7.600m5.600-7.600a4 4 0 1 1 0 7.600M12.500 16h7"
      fill="none"
      strokeWidth="2.200"
      strokeLinecap="round"
    />
  </svg>
);
