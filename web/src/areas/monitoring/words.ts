/** What monitoring is called wherever it is shown. */
import dayjs from "dayjs";

export const STATES: Record<string, [string, string]> = {
  level2: ["二级报警", "red"],
  level1: ["一级报警", "orange"],
  offline: ["离线", "purple"],
  normal: ["正常", "green"],
  new: ["尚无数据", "default"],
};

export const KINDS: Record<string, string> = {
  temperature: "温度",
  pressure: "压力",
  level: "液位",
  flow: "流量",
  combustible_gas: "可燃气体",
  toxic_gas: "有毒气体",
  wind: "风速",
  video: "视频",
};

export const ALARM_STATES: Record<string, [string, string]> = {
  raised: ["待确认", "red"],
  acknowledged: ["处置中", "gold"],
  closed: ["已办结", "green"],
  dismissed: ["误报", "default"],
};

export const LASTS: Record<string, string> = { yes: "仍超限", no: "已恢复" };

/** What a count of readings asks somebody to do. */
export const ADVICE: Record<string, string> = {
  late: "已收。网络曾中断后补传属正常；经常迟到请检查网关的网络。",
  disordered: "已收并画入曲线，但不再据此报警。请让网关按时间先后上传。",
  duplicate: "没有重复保存，不影响数据。",
  contrary: "先到的数值保留。请检查是否两个网关上传同一个位号。",
  absurd: "没有保存。请检查仪表断线、单位换算，或者修改监测点的量程。",
  future: "没有保存。请校准网关的时钟。",
  expired: "没有保存。超过保存期的历史数据不再接收。",
  crowded: "没有保存。每个监测点每分钟最多 600 条。",
  unknown: "没有保存。请登记这个位号，或者修改网关中的位号。",
};

/** A number with its unit. */
export function measured(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? "—" : `${value.toLocaleString("zh-CN", { maximumFractionDigits: 3 })} ${unit}`.trim();
}

/** The limits in words, from below to above. */
export function limits(point: { low_low?: number | null; low?: number | null; high?: number | null; high_high?: number | null }): string {
  const said: [string, number | null | undefined][] = [["低低", point.low_low], ["低", point.low], ["高", point.high], ["高高", point.high_high]];
  return said.filter(([, value]) => value !== null && value !== undefined).map(([label, value]) => `${label} ${value ?? ""}`).join("，");
}

/** A time of today by its clock, another with its day. */
export function moment(value: string | null | undefined): string {
  if (!value) return "";
  const at = dayjs(value);
  return at.isSame(dayjs(), "day") ? at.format("HH:mm:ss") : at.format("MM-DD HH:mm");
}

/** How long something has lasted. */
export function lasted(minutes: number): string {
  if (minutes < 1) return "不到 1 分钟";
  if (minutes < 60) return `${minutes} 分钟`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分钟`;
  return `${Math.floor(minutes / 1440)} 天 ${Math.floor((minutes % 1440) / 60)} 小时`;
}

/** Points of which something came lately, and the share of them; videos measure nothing. */
export function online(standings: { state: string; number: number }[]): { online: number; all: number; rate: string } {
  const all = standings.reduce((sum, own) => sum + own.number, 0);
  const on = standings.filter((own) => own.state !== "offline" && own.state !== "new").reduce((sum, own) => sum + own.number, 0);
  return { online: on, all, rate: all === 0 ? "—" : `${((on / all) * 100).toFixed(1)}%` };
}
