import { describe, expect, it } from "vitest";

import { broken } from "./Curve";
import { lasted, limits, measured, online } from "./words";

describe("words of monitoring", () => {
  it("tells the share of points online, of those that measure something", () => {
    expect(online([{ state: "normal", number: 8 }, { state: "level1", number: 1 }, { state: "offline", number: 2 }, { state: "new", number: 1 }])).toEqual({ online: 9, all: 12, rate: "75.0%" });
    expect(online([]).rate).toBe("—");
  });
  it("tells values, limits and spans as people say them", () => {
    expect([measured(41.5, "℃"), measured(0, "m"), measured(null, "m")]).toEqual(["41.5 ℃", "0 m", "—"]);
    expect(limits({ low: 0, high: 60 })).toBe("低 0，高 60");
    expect([lasted(0), lasted(59), lasted(61), lasted(1500)]).toEqual(["不到 1 分钟", "59 分钟", "1 小时 1 分钟", "1 天 1 小时"]);
  });
  it("draws no line where nothing came", () => {
    const at = (minute: number) => ({ at: new Date(minute * 60_000).toISOString(), low: 1, high: 3, mean: 2 });
    const spots = broken([at(0), at(1), at(30)], 15 * 60_000, (own) => own.mean);
    expect(spots.map(([, value]) => value)).toEqual([2, 2, null, 2]);
  });
});
