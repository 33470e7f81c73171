//! Licences and permits: 安全生产许可证条例, 危险化学品安全管理条例 and the laws behind each kind.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A licence or permit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Permit {
    #[schemars(title = "证照种类", extend("x-role" = "title"))]
    kind: Kind,
    #[schemars(title = "证照编号", extend("x-role" = "number"))]
    number: String,
    #[schemars(title = "发证机关", extend("x-role" = "issuer"))]
    issuer: Option<String>,
    #[schemars(title = "许可范围", extend("x-long" = true))]
    scope: Option<String>,
    #[schemars(title = "发证日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "有效期开始", description = "不填按发证日期")]
    valid_from: Option<NaiveDate>,
    #[schemars(
        title = "有效期至",
        description = "长期有效的证照不填",
        extend("x-role" = "expires_on")
    )]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

/// What it permits.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[schemars(title = "营业执照")]
    Business,
    #[schemars(title = "安全生产许可证")]
    Safety,
    #[schemars(title = "危险化学品经营许可证")]
    ChemicalTrade,
    #[schemars(title = "危险化学品安全使用许可证")]
    ChemicalUse,
    #[schemars(title = "危险化学品登记证")]
    ChemicalRegistration,
    #[schemars(title = "非药品类易制毒化学品备案证明")]
    Precursor,
    #[schemars(title = "烟花爆竹经营许可证")]
    Fireworks,
    #[schemars(title = "民用爆炸物品生产（销售）许可证")]
    CivilExplosives,
    #[schemars(title = "采矿许可证")]
    Mining,
    #[schemars(title = "建筑施工企业资质证书")]
    Construction,
    #[schemars(title = "道路运输经营许可证")]
    RoadTransport,
    #[schemars(title = "港口经营许可证")]
    Port,
    #[schemars(title = "燃气经营许可证")]
    Gas,
    #[schemars(title = "消防验收或者备案文件")]
    Fire,
    #[schemars(title = "公众聚集场所消防安全检查合格证")]
    FireBeforeOpening,
    #[schemars(title = "特种设备使用登记证")]
    SpecialEquipment,
    #[schemars(title = "排污许可证")]
    Pollution,
    #[schemars(title = "辐射安全许可证")]
    Radiation,
    #[schemars(title = "职业病危害项目申报回执")]
    OccupationalHazard,
    #[schemars(title = "其他证照")]
    Other,
}

impl Section for Permit {
    const CODE: &'static str = "permit";
    const LABEL: &'static str = "证照与许可";
    const GROUP: Group = Group::Papers;

    fn check(&self) -> Vec<Wrong> {
        let from = self.valid_from.or(self.issued_on);
        in_order(from, ("expires_on", self.expires_on), "有效期至早于发证日期，请核对。")
            .into_iter()
            .collect()
    }
}
