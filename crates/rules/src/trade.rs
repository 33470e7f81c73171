//! The trades that safety law treats differently: mines, construction, hazardous goods and so on. Narrower than [`crate::sector`], which says
//! by which office an enterprise is watched; a sector's code is read as the trade it stands for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A trade as the duties of safety law divide them.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Trade {
    /// Coal mines.
    #[schemars(title = "煤矿")]
    #[serde(alias = "coal", alias = "煤矿")]
    CoalMine,
    /// Metal and non-metal mines, tailings, oil and gas.
    #[schemars(title = "非煤矿山")]
    #[serde(alias = "mine", alias = "非煤矿山", alias = "矿山")]
    NonCoalMine,
    /// Production, trade, storage and use of hazardous chemicals and other hazardous goods.
    #[schemars(title = "危险化学品（危险物品）")]
    #[serde(alias = "hazardous_goods", alias = "hazchem", alias = "危险化学品", alias = "危险物品")]
    HazardousChemicals,
    /// Fireworks.
    #[schemars(title = "烟花爆竹")]
    #[serde(alias = "烟花爆竹")]
    Fireworks,
    /// Civil explosives.
    #[schemars(title = "民用爆炸物品")]
    #[serde(alias = "民用爆炸物品")]
    CivilExplosives,
    /// Smelting of metals.
    #[schemars(title = "金属冶炼")]
    #[serde(alias = "metallurgy", alias = "金属冶炼", alias = "冶金有色", alias = "冶金")]
    MetalSmelting,
    /// Construction.
    #[schemars(title = "建筑施工")]
    #[serde(alias = "建筑施工")]
    Construction,
    /// Road transport.
    #[schemars(title = "道路运输")]
    #[serde(alias = "道路运输")]
    RoadTransport,
    /// Other transport.
    #[schemars(title = "其他运输")]
    #[serde(alias = "water_transport", alias = "transport", alias = "运输", alias = "水上运输")]
    OtherTransport,
    /// Everything else.
    #[default]
    #[schemars(title = "其他行业")]
    #[serde(
        alias = "general",
        alias = "building_materials",
        alias = "machinery",
        alias = "light_industry",
        alias = "textile",
        alias = "tobacco",
        alias = "trade",
        alias = "utilities",
        alias = "fishery",
        alias = "public_place",
        alias = "一般",
        alias = "其他",
        alias = "其他行业"
    )]
    Other,
}

impl Trade {
    /// The word in tables.
    pub const fn code(self) -> &'static str {
        match self {
            Trade::CoalMine => "coal_mine",
            Trade::NonCoalMine => "non_coal_mine",
            Trade::HazardousChemicals => "hazardous_chemicals",
            Trade::Fireworks => "fireworks",
            Trade::CivilExplosives => "civil_explosives",
            Trade::MetalSmelting => "metal_smelting",
            Trade::Construction => "construction",
            Trade::RoadTransport => "road_transport",
            Trade::OtherTransport => "other_transport",
            Trade::Other => "other",
        }
    }

    /// The Chinese name.
    pub const fn label(self) -> &'static str {
        match self {
            Trade::CoalMine => "煤矿",
            Trade::NonCoalMine => "非煤矿山",
            Trade::HazardousChemicals => "危险化学品（危险物品）",
            Trade::Fireworks => "烟花爆竹",
            Trade::CivilExplosives => "民用爆炸物品",
            Trade::MetalSmelting => "金属冶炼",
            Trade::Construction => "建筑施工",
            Trade::RoadTransport => "道路运输",
            Trade::OtherTransport => "其他运输",
            Trade::Other => "其他行业",
        }
    }

    /// Whether a cell of trades, separated by blanks, names this one.
    pub fn is_in(self, cell: &str) -> bool {
        cell.split(' ').any(|code| code == self.code())
    }
}

/// The rows of this trade; where none names it, the rows of `other` ones.
pub(crate) fn narrow(rows: Vec<&crate::Row>, trade: Trade) -> Vec<&crate::Row> {
    let (own, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| trade.is_in(row.get("trades")));
    if own.is_empty() { rest.into_iter().filter(|row| row.get("trades") == "other").collect() } else { own }
}
