/** A block of a treemap, in parts of a hundred of its width and height. */
export interface Block<T> {
  of: T;
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The blocks of some values in a frame of that width and height, as square as they can be made (Bruls, Huizing and van Wijk 2000). */
export function blocks<T extends { value: number }>(values: T[], wide: number, high: number): Block<T>[] {
  const left = values.filter((own) => own.value > 0).sort((one, other) => other.value - one.value);
  const sum = left.reduce((all, own) => all + own.value, 0);
  const placed: Block<T>[] = [];
  let [x, y, width, height] = [0, 0, wide, high];
  const area = (own: T) => (own.value / sum) * wide * high;
  /** The worst ratio of sides of a row along the shorter side. */
  const worst = (row: T[], side: number) => {
    const all = row.reduce((total, own) => total + area(own), 0);
    return Math.max(...row.map((own) => Math.max((side * side * area(own)) / (all * all), (all * all) / (side * side * area(own)))));
  };
  while (left.length > 0) {
    const side = Math.min(width, height);
    const row = [left.shift() as T];
    while (left[0] && worst([...row, left[0]], side) <= worst(row, side)) row.push(left.shift() as T);
    const all = row.reduce((total, own) => total + area(own), 0);
    const across = all / side;
    let along = 0;
    for (const own of row) {
      const length = area(own) / across;
      const at = width >= height ? { left: x, top: y + along, width: across, height: length } : { left: x + along, top: y, width: length, height: across };
      placed.push({ of: own, left: (at.left / wide) * 100, top: (at.top / high) * 100, width: (at.width / wide) * 100, height: (at.height / high) * 100 });
      along += length;
    }
    if (width >= height) [x, width] = [x + across, width - across];
    else [y, height] = [y + across, height - across];
  }
  return placed;
}
