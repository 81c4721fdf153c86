import { PNG } from 'pngjs';

const SIDE = 48;

/** A drawn silhouette, one tint a worker: no portrait of anybody. */
export const portraitOf = (at: number): string => {
  const png = new PNG({ width: SIDE, height: SIDE });
  const tint = [(at * 53) % 120, (at * 97) % 120, (at * 31) % 120].map((value) => value + 60);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const head = (x - 24) ** 2 + (y - 18) ** 2 <= 81;
      const shoulders = ((x - 24) / 18) ** 2 + ((y - 46) / 16) ** 2 <= 1;
      const [red = 0, green = 0, blue = 0] = head || shoulders ? tint : [236, 238, 241];
      png.data.set([red, green, blue, 255], (y * SIDE + x) * 4);
    }
  }
  return `data:image/png;base64,${PNG.sync.write(png).toString('base64')}`;
};
