//! The words that inputs of these rules choose from, with their Chinese names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares an enum of input words with its Chinese titles.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident $title:literal { $($variant:ident $code:literal $label:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
        #[schemars(title = $title)]
        pub enum $name {
            $(
                #[doc = $label]
                #[serde(rename = $code, alias = $label)]
                #[schemars(title = $label)]
                $variant,
            )*
        }

        impl $name {
            /// The word in tables.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)* }
            }

            /// The Chinese name.
            pub const fn label(self) -> &'static str {
                match self { $($name::$variant => $label,)* }
            }
        }
    };
}

words! {
    /// What is looked at.
    Kind "类别" {
        TankArea "tank_area" "储罐区",
        Warehouse "warehouse" "库区",
        ProductionSite "production_site" "生产场所",
        LongPipeline "long_pipeline" "长输管道",
        PublicPipeline "public_pipeline" "公用管道",
        IndustrialPipeline "industrial_pipeline" "工业管道",
        Boiler "boiler" "锅炉",
        PressureVessel "pressure_vessel" "压力容器",
        CoalMine "coal_mine" "煤矿（井工开采）",
        OtherMine "other_mine" "金属非金属地下矿山",
        TailingsPond "tailings_pond" "尾矿库",
    }
}

words! {
    /// Class of a substance.
    Class "物质类别" {
        Initiator "initiator" "起爆器材",
        Explosive "explosive" "工业炸药",
        ExplosiveMaterial "explosive_material" "爆炸危险原材料",
        Pyrotechnic "pyrotechnic" "烟火剂、烟花爆竹",
        Liquid28 "liquid_28" "闪点<28℃的易燃液体",
        Liquid60 "liquid_60" "28℃≤闪点<60℃的易燃液体",
        GasLow "gas_low" "爆炸下限<10%的可燃气体",
        GasHigh "gas_high" "爆炸下限≥10%的可燃气体",
        HighlyToxic "highly_toxic" "剧毒品",
        Toxic "toxic" "有毒品",
        Harmful "harmful" "有害品",
    }
}

words! {
    /// What flows in a pipe or stands in a vessel.
    Medium "介质" {
        Gas "gas" "有毒、可燃、易爆气体",
        Liquid "liquid" "有毒、可燃、易爆液体",
        ToxicGas "toxic_gas" "极度、高度危害气体或液化气体",
        ToxicLiquid "toxic_liquid" "极度、高度危害液体",
        ModeratelyToxic "moderately_toxic" "中度危害介质",
        FlammableGas "flammable_gas" "甲、乙类可燃气体",
        FlammableLiquid "flammable_liquid" "甲类可燃液体",
        Flammable "flammable" "其他易燃介质",
        Other "other" "其他可燃、有毒流体",
    }
}

words! {
    /// Pressure grade of town gas.
    GasPressure "燃气压力级别" {
        Low "low" "低压",
        Medium "medium" "中压",
        High "high" "高压",
    }
}

words! {
    /// Kind of boiler.
    Boiler "锅炉种类" {
        Steam "steam" "蒸汽锅炉",
        HotWater "hot_water" "热水锅炉",
    }
}

words! {
    /// What makes a mine dangerous.
    Feature "矿井条件" {
        Gas "gas" "瓦斯",
        HighGas "high_gas" "高瓦斯",
        Outburst "outburst" "煤与瓦斯突出",
        DustExplosion "dust_explosion" "煤尘爆炸危险",
        ComplexHydrology "complex_hydrology" "水文地质条件复杂",
        SpontaneousCombustion "spontaneous_combustion" "自然发火（煤矿：发火期≤6个月）",
        RockBurst "rock_burst" "冲击地压（煤矿：中等及以上）",
    }
}

words! {
    /// Where hazardous chemicals are.
    Place "场所" {
        TankArea "tank_area" "储罐区",
        Warehouse "warehouse" "库区",
        ProductionSite "production_site" "生产场所",
    }
}

words! {
    /// What a major hazard source holds.
    Content "物质" {
        ToxicGas "toxic_gas" "毒性气体",
        HighlyToxicGas "highly_toxic_gas" "剧毒气体",
        HighlyToxicLiquid "highly_toxic_liquid" "剧毒液体",
        HighlyToxic "highly_toxic" "其他剧毒物质",
        FlammableGas "flammable_gas" "易燃气体",
        LiquefiedGas "liquefied_gas" "液化气体",
    }
}

words! {
    /// How a tank keeps what it holds.
    Tank "储罐型式" {
        Atmospheric "atmospheric" "常压、低压储罐",
        Pressure "pressure" "压力储罐",
        Refrigerated "refrigerated" "全冷冻储罐",
    }
}

words! {
    /// What makes a new identification necessary, article 11 of 安监总局令第40号.
    Trigger "重新辨识的情形" {
        Construction "construction" "新建、改建、扩建",
        Change "change" "危险化学品种类、数量、生产使用工艺、储存方式或重要设备设施变化",
        Surroundings "surroundings" "外界生产安全环境因素变化",
        Accident "accident" "发生事故造成人员死亡，或10人以上受伤，或影响公共安全",
        Standard "standard" "有关辨识、评估的国家标准、行业标准变化",
    }
}
