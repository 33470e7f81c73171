//! The enumerations that several sections share.

use rules::one_of;

one_of!(
    /// Class of fire hazard (GB 50016).
    FireHazard {
        A = "a" "甲类",
        B = "b" "乙类",
        C = "c" "丙类",
        D = "d" "丁类",
        E = "e" "戊类",
    }
);

one_of!(
    /// Class of fire resistance of a building (GB 50016).
    FireResistance {
        First = "first" "一级",
        Second = "second" "二级",
        Third = "third" "三级",
        Fourth = "fourth" "四级",
    }
);

one_of!(
    /// How a building is built.
    Structure {
        ReinforcedConcrete = "reinforced_concrete" "钢筋混凝土结构",
        Steel = "steel" "钢结构",
        BrickConcrete = "brick_concrete" "砖混结构",
        BrickWood = "brick_wood" "砖木结构",
        SandwichPanel = "sandwich_panel" "彩钢板房",
        Shed = "shed" "简易棚",
        OpenAir = "open_air" "露天",
        Other = "other" "其他",
    }
);

one_of!(
    /// State of matter.
    Matter {
        Solid = "solid" "固态",
        Powder = "powder" "粉末",
        Liquid = "liquid" "液态",
        Gas = "gas" "气态",
        LiquefiedGas = "liquefied_gas" "液化气体",
    }
);

one_of!(
    /// What a quantity is counted in.
    Measure {
        Ton = "ton" "吨",
        Kilogram = "kilogram" "千克",
        Litre = "litre" "升",
        CubicMetre = "cubic_metre" "立方米",
        Metre = "metre" "米",
        SquareMetre = "square_metre" "平方米",
        Piece = "piece" "件",
        Set = "set" "套",
        Machine = "machine" "台",
        TenThousandPieces = "ten_thousand_pieces" "万件",
        TenThousandYuan = "ten_thousand_yuan" "万元",
        Other = "other" "其他",
    }
);

one_of!(
    /// What a test or an examination found.
    Verdict {
        Passed = "passed" "合格",
        PassedAfter = "passed_after" "整改（补考）后合格",
        Failed = "failed" "不合格",
    }
);

one_of!(
    /// Family of an occupational hazard factor; its catalogue has six.
    Factor {
        Dust = "dust" "粉尘",
        Chemical = "chemical" "化学因素",
        Physical = "physical" "物理因素",
        Radiation = "radiation" "放射性因素",
        Biological = "biological" "生物因素",
        Other = "other" "其他因素",
    }
);

one_of!(
    /// Category of accident (GB 6441-1986; its twenty names are the ones in papers).
    AccidentCategory {
        Strike = "strike" "物体打击",
        Vehicle = "vehicle" "车辆伤害",
        Machinery = "machinery" "机械伤害",
        Lifting = "lifting" "起重伤害",
        Electricity = "electricity" "触电",
        Drowning = "drowning" "淹溺",
        Burn = "burn" "灼烫",
        Fire = "fire" "火灾",
        Fall = "fall" "高处坠落",
        Collapse = "collapse" "坍塌",
        RoofFall = "roof_fall" "冒顶片帮",
        WaterInrush = "water_inrush" "透水",
        Blasting = "blasting" "放炮",
        Powder = "powder" "火药爆炸",
        GasExplosion = "gas_explosion" "瓦斯爆炸",
        BoilerExplosion = "boiler_explosion" "锅炉爆炸",
        VesselExplosion = "vessel_explosion" "容器爆炸",
        OtherExplosion = "other_explosion" "其他爆炸",
        Poisoning = "poisoning" "中毒和窒息",
        Other = "other" "其他伤害",
    }
);

one_of!(
    /// Level of risk, with its colour.
    Risk {
        Major = "major" "重大风险（红）",
        Larger = "larger" "较大风险（橙）",
        General = "general" "一般风险（黄）",
        Low = "low" "低风险（蓝）",
    }
);

one_of!(
    /// Who is trained.
    Trainee {
        Principal = "principal" "主要负责人",
        Manager = "manager" "安全生产管理人员",
        TeamLeader = "team_leader" "班组长",
        NewWorker = "new_worker" "新上岗人员",
        Worker = "worker" "其他从业人员",
        SpecialOperator = "special_operator" "特种作业人员",
        Transferred = "transferred" "转岗、复岗人员",
        Dispatched = "dispatched" "劳务派遣、实习人员",
        Contractor = "contractor" "承包单位人员",
        Visitor = "visitor" "外来参观、检查人员",
        Other = "other" "其他",
    }
);

one_of!(
    /// How training is given.
    TrainingForm {
        Classroom = "classroom" "集中授课",
        Online = "online" "网络学习",
        Practice = "practice" "现场实操",
        Apprenticeship = "apprenticeship" "师带徒",
        Outside = "outside" "外出培训",
        Meeting = "meeting" "班前会、专题会",
        Other = "other" "其他",
    }
);

one_of!(
    /// What equipment protects (GB 39800).
    Protection {
        Head = "head" "头部防护",
        Eye = "eye" "眼面防护",
        Hearing = "hearing" "听力防护",
        Breath = "breath" "呼吸防护",
        Clothing = "clothing" "防护服装",
        Hand = "hand" "手部防护",
        Foot = "foot" "足部防护",
        Fall = "fall" "坠落防护",
        Skin = "skin" "护肤用品",
        Other = "other" "其他防护",
    }
);

one_of!(
    /// Whether a rule is in force.
    DocumentState {
        InForce = "in_force" "现行有效",
        Revising = "revising" "修订中",
        Repealed = "repealed" "已废止",
    }
);

one_of!(
    /// Whether equipment runs.
    EquipmentState {
        Running = "running" "在用",
        Spare = "spare" "备用",
        Stopped = "stopped" "停用",
        Repairing = "repairing" "维修",
        Scrapped = "scrapped" "报废",
    }
);
