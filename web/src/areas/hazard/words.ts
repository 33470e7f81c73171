/** What major hazard sources are called wherever they are shown, and what each category asks for. */
export const GRADES: Record<string, [string, string]> = { 1: ["一级", "red"], 2: ["二级", "volcano"], 3: ["三级", "orange"], 4: ["四级", "gold"] };

export const CATEGORIES: Record<string, string> = {
  chemical: "危险化学品",
  tank_area: "储罐区（2004 年类别）",
  warehouse: "库区（2004 年类别）",
  production_site: "生产场所（2004 年类别）",
  long_pipeline: "长输管道",
  public_pipeline: "公用管道",
  industrial_pipeline: "工业管道",
  boiler: "锅炉",
  pressure_vessel: "压力容器",
  coal_mine: "煤矿（井工开采）",
  other_mine: "金属非金属地下矿山",
  tailings_pond: "尾矿库",
};

export const DUTIES: Record<string, string> = { principal: "主要负责人", technical: "技术负责人", operation: "操作负责人", other: "其他责任人" };

export const EVENTS: Record<string, string> = {
  construction: "新建、改建、扩建",
  change: "种类、数量、工艺、储存方式或者重要设备变化",
  surroundings: "外界安全环境变化",
  accident: "发生事故",
  standard: "辨识、评估标准变化",
};

export const FILING: Record<string, string> = { none: "未备案", open: "正在办理", valid: "备案有效", soon: "90 天内到期", expired: "备案已过期" };
export const REVIEW: Record<string, string> = { overdue: "应重新辨识", soon: "90 天内应重新辨识" };
export const CASE_STATES: Record<string, string> = { submitted: "blue", accepted: "blue", returned: "orange", done: "green", withdrawn: "default" };

/** A figure that a category of 2004 asks for. */
export interface Fact {
  name: string;
  label: string;
  unit?: string;
  choice?: Record<string, string>;
  many?: boolean;
  optional?: boolean;
}

const MEDIA = {
  gas: "有毒、可燃、易爆气体",
  liquid: "有毒、可燃、易爆液体",
  toxic_gas: "极度、高度危害气体或液化气体",
  toxic_liquid: "极度、高度危害液体",
  moderately_toxic: "中度危害介质",
  flammable_gas: "甲、乙类可燃气体",
  flammable_liquid: "甲类可燃液体",
  flammable: "其他易燃介质",
  other: "其他可燃、有毒流体",
};
const MEDIUM: Fact = { name: "medium", label: "介质", choice: MEDIA, many: true };
const PRESSURE: Fact = { name: "pressure_mpa", label: "压力", unit: "MPa" };
const DIAMETER: Fact = { name: "diameter_mm", label: "公称直径", unit: "mm" };
const LENGTH: Fact = { name: "length_km", label: "输送距离", unit: "km", optional: true };
const TEMPERATURE: Fact = { name: "temperature_c", label: "温度", unit: "℃", optional: true };
const DEATHS: Fact = { name: "possible_deaths", label: "可能死亡人数（分级用）", unit: "人", optional: true };

/** What each category asks for; the substances of areas are filled in beside it. */
export const FACTS: Record<string, Fact[]> = {
  tank_area: [DEATHS],
  warehouse: [DEATHS],
  production_site: [DEATHS],
  long_pipeline: [MEDIUM, { ...PRESSURE, optional: true }, { ...DIAMETER, optional: true }, LENGTH, DEATHS],
  public_pipeline: [{ name: "gas_pressure", label: "燃气压力级别", choice: { low: "低压", medium: "中压", high: "高压" } }, DIAMETER, DEATHS],
  industrial_pipeline: [MEDIUM, DIAMETER, { ...PRESSURE, optional: true }, TEMPERATURE, DEATHS],
  boiler: [
    { name: "boiler", label: "锅炉种类", choice: { steam: "蒸汽锅炉", hot_water: "热水锅炉" } },
    { ...PRESSURE, optional: true },
    { name: "output_t_h", label: "额定蒸发量", unit: "t/h", optional: true },
    TEMPERATURE,
    { name: "power_mw", label: "额定功率", unit: "MW", optional: true },
    DEATHS,
  ],
  pressure_vessel: [MEDIUM, { name: "vessel_class", label: "容器类别（1 至 3）", optional: true }, { ...PRESSURE, optional: true }, { name: "volume_m3", label: "容积", unit: "m³", optional: true }, DEATHS],
  coal_mine: [
    {
      name: "features",
      label: "矿井条件（没有的不选）",
      many: true,
      optional: true,
      choice: { high_gas: "高瓦斯", outburst: "煤与瓦斯突出", dust_explosion: "煤尘爆炸危险", complex_hydrology: "水文地质条件复杂", spontaneous_combustion: "自然发火期不超过 6 个月", rock_burst: "冲击地压（中等及以上）" },
    },
    DEATHS,
  ],
  other_mine: [
    {
      name: "features",
      label: "矿井条件（没有的不选）",
      many: true,
      optional: true,
      choice: { gas: "瓦斯", complex_hydrology: "水文地质条件复杂", spontaneous_combustion: "自然发火", rock_burst: "冲击地压" },
    },
    DEATHS,
  ],
  tailings_pond: [{ name: "capacity_m3", label: "全库容", unit: "m³" }, { name: "dam_height_m", label: "坝高", unit: "m" }, DEATHS],
};

/** Classes of substances of areas by the list of 2004. */
export const CLASSES_2004: Record<string, string> = {
  initiator: "起爆器材",
  explosive: "工业炸药",
  explosive_material: "爆炸危险原材料",
  pyrotechnic: "烟火剂、烟花爆竹",
  liquid_28: "闪点<28℃的易燃液体",
  liquid_60: "28℃≤闪点<60℃的易燃液体",
  gas_low: "爆炸下限<10%的可燃气体",
  gas_high: "爆炸下限≥10%的可燃气体",
  highly_toxic: "剧毒品",
  toxic: "有毒品",
  harmful: "有害品",
};

/** Whether units of the category hold substances by class. */
export const holdsClasses = (category: string) => ["tank_area", "warehouse", "production_site"].includes(category);

/** The grade as a word. */
export const gradeName = (grade: number | null | undefined) => (grade ? (GRADES[grade]?.[0] ?? "") : "");
