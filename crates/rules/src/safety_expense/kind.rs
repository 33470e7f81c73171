//! The trades of the tables of safety expense.

use crate::one_of;

one_of!(
    /// A trade with a rate of its own in one of the editions.
    Kind {
        CoalOutburst = "coal_outburst" "煤与瓦斯突出矿井",
        CoalRockBurst = "coal_rock_burst" "冲击地压矿井",
        CoalHighGas = "coal_high_gas" "高瓦斯矿井",
        CoalComplexWater = "coal_complex_water" "水文地质类型复杂、极复杂矿井",
        CoalSelfIgniting = "coal_self_igniting" "开采容易自燃煤层矿井",
        CoalOther = "coal_other" "其他井工煤矿",
        CoalOpen = "coal_open" "露天煤矿",
        Oil = "oil" "石油开采",
        Gas = "gas" "天然气、煤层气（地面）开采",
        OilService = "oil_service" "钻井、物探、测井、录井、井下作业、油建、海油工程",
        MetalOpen = "metal_open" "金属露天矿山",
        MetalUnderground = "metal_underground" "金属地下矿山",
        NuclearMine = "nuclear_mine" "核工业矿山",
        NonmetalOpen = "nonmetal_open" "非金属露天矿山",
        NonmetalUnderground = "nonmetal_underground" "非金属地下矿山",
        SmallQuarry = "small_quarry" "小型露天采石场",
        Tailings3 = "tailings_3" "尾矿库运行（三等及以上）",
        Tailings45 = "tailings_45" "尾矿库运行（四等、五等）",
        TailingsRecovery3 = "tailings_recovery_3" "尾矿库回采（三等及以上）",
        TailingsRecovery45 = "tailings_recovery_45" "尾矿库回采（四等、五等）",
        TailingsClosed = "tailings_closed" "已闭库的尾矿库",
        Geology = "geology" "地质勘探",
        ConstructionMine = "construction_mine" "矿山工程施工",
        ConstructionRailway = "construction_railway" "铁路工程施工",
        ConstructionHousing = "construction_housing" "房屋建筑工程施工",
        ConstructionUrbanRail = "construction_urban_rail" "城市轨道交通工程施工",
        ConstructionHydro = "construction_hydro" "水利水电工程施工",
        ConstructionPower = "construction_power" "电力工程施工",
        ConstructionSmelting = "construction_smelting" "冶炼工程施工",
        ConstructionInstallation = "construction_installation" "机电安装工程施工",
        ConstructionChemical = "construction_chemical" "化工石油工程施工",
        ConstructionTelecom = "construction_telecom" "通信工程施工",
        ConstructionMunicipal = "construction_municipal" "市政公用工程施工",
        ConstructionPort = "construction_port" "港口与航道工程施工",
        ConstructionHighway = "construction_highway" "公路工程施工",
        HazardousChemicals = "hazardous_chemicals" "危险品生产与储存" ("hazchem"),
        TransportFreight = "transport_freight" "普通货运",
        TransportPassenger = "transport_passenger" "客运",
        TransportSpecial = "transport_special" "管道运输、危险品等特殊货运",
        Metallurgy = "metallurgy" "冶金",
        Machinery = "machinery" "机械制造",
        Fireworks = "fireworks" "烟花爆竹生产",
        CivilExplosives = "civil_explosives" "民用爆炸物品生产",
        PowerGeneration = "power_generation" "电力生产",
        PowerSupply = "power_supply" "电力供应",
        WeaponExplosives = "weapon_explosives" "火炸药及其制品研制、生产与试验",
        WeaponNuclear = "weapon_nuclear" "核装备及核燃料研制、生产与试验",
        WeaponShip = "weapon_ship" "军用舰船（含修理）研制、生产与试验",
        WeaponPlatform = "weapon_platform" "飞船、卫星、军用飞机、坦克车辆、火炮、轻武器、大型天线等",
        WeaponOther = "weapon_other" "其他军用危险品研制、生产与试验",
        NuclearWorks = "nuclear_works" "核工程",
    }
);

one_of!(
    /// The group of a coal mine in the rates of 2004 and 2005.
    MineScale {
        Large = "large" "大中型煤矿",
        Small = "small" "小型煤矿",
        Key = "key" "45 户重点煤矿（2005 年标准）",
    }
);
