import { expect, test } from "vitest";

import { blocks } from "./blocks";

test("blocks fill their frame, each by its value, the greatest first", () => {
  const found = blocks([{ value: 1 }, { value: 6 }, { value: 0 }, { value: 3 }], 200, 100);
  expect(found.map((own) => own.of.value)).toEqual([6, 3, 1]);
  for (const own of found) {
    expect((own.width * own.height) / 100).toBeCloseTo(own.of.value * 10);
    expect(own.left + own.width).toBeLessThanOrEqual(100.001);
    expect(own.top + own.height).toBeLessThanOrEqual(100.001);
  }
  expect(blocks([{ value: 0 }], 200, 100)).toEqual([]);
});
