//! The enterprise that a row speaks of, by its code, its name, or the record it names; or what is wrong with how it is named.

use std::collections::HashSet;

use db::{Exec, FromRow, Sql, Tx};
use kernel::Scope;
use rules::credit_code::{Identifier, identify};
use uuid::Uuid;

use super::{
    super::{WrongCell, layout::Means, long, read::Line},
    verdict::named_records,
};

/// What an enterprise is known by.
#[derive(Debug, Clone, FromRow)]
pub(in crate::book) struct Firm {
    pub(in crate::book) id: Uuid,
    pub(super) name: String,
    name_key: String,
    former_names: String,
    credit_code: Option<String>,
    old_code: Option<String>,
}

/// Enterprises of the city in scope one of whose columns says one of these.
pub(in crate::book) async fn firms(
    tx: &mut Tx,
    scope: &Scope,
    city: &str,
    column: &str,
    values: Vec<db::Value>,
) -> db::Result<Vec<Firm>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Sql::new(
        "select id, name, name_key, former_names, credit_code, old_code from enterprise where city = ",
    );
    let sql = sql.arg(city).push(" and ").within(column, values).push(" and status <> 'merged' and ");
    tx.all(sql.scope(scope, "", "id")).await
}

fn refused(line: &Line, of: &[Means], code: &str, message: impl Into<String>) -> Box<WrongCell> {
    Box::new(line.wrong(of, code, message))
}

/// The enterprise of each row, or what is wrong with how it is named.
pub(super) async fn enterprises(
    tx: &mut Tx,
    scope: &Scope,
    city: &str,
    lines: &[Line],
) -> db::Result<Vec<Result<Firm, Box<WrongCell>>>> {
    let (mut codes, mut names) = (HashSet::new(), HashSet::new());
    for line in lines {
        match identify(line.code()) {
            Ok(Identifier::Credit(code)) => drop(codes.insert(code.as_str().to_string())),
            Ok(Identifier::Registration(code)) => drop(codes.insert(code)),
            _ => {}
        }
        names.insert(rules::name::name_key(line.name()));
    }
    let values = |set: &HashSet<String>| set.iter().map(db::Value::from).collect::<Vec<_>>();
    let mut coded = firms(tx, scope, city, "credit_code", values(&codes)).await?;
    coded.extend(firms(tx, scope, city, "old_code", values(&codes)).await?);
    let called = firms(tx, scope, city, "name_key", values(&names)).await?;
    let named = lines.iter().filter_map(|line| long(line.record())).collect();
    let records = named_records(tx, scope, city, named).await?;
    let owners =
        firms(tx, scope, city, "id", records.iter().map(|own| own.enterprise.into()).collect()).await?;
    Ok(lines
        .iter()
        .map(|line| {
            let name = rules::name::name_key(line.name());
            let code = match identify(line.code()) {
                Ok(Identifier::Credit(code)) => Some(code.as_str().to_string()),
                Ok(Identifier::Registration(code)) => Some(code),
                Ok(Identifier::None) => None,
                Ok(Identifier::Organization(_)) => {
                    return Err(refused(
                        line,
                        &[Means::Code],
                        "code.kind",
                        "请填写统一社会信用代码（18 位），不是组织机构代码。",
                    ));
                }
                Err(error) => {
                    return Err(refused(
                        line,
                        &[Means::Code],
                        "code.invalid",
                        format!("信用代码不正确：{error}。"),
                    ));
                }
            };
            if let Some(code) = code {
                let same = |own: &&Firm| {
                    [&own.credit_code, &own.old_code].into_iter().flatten().any(|own| *own == code)
                };
                let Some(firm) = coded.iter().find(same) else {
                    return Err(refused(
                        line,
                        &[Means::Code],
                        "enterprise.unknown",
                        "辖区内没有这个信用代码的企业。请核对，或者先把企业登记进系统。",
                    ));
                };
                let former = firm.former_names.split('；').any(|own| rules::name::name_key(own) == name);
                return if name.is_empty() || firm.name_key == name || former {
                    Ok(firm.clone())
                } else {
                    let message = format!("这个信用代码登记的是“{}”，与企业名称不一致，请核对。", firm.name);
                    Err(refused(line, &[Means::Name], "enterprise.differs", message))
                };
            }
            if name.is_empty() {
                let owner = long(line.record()).and_then(|id| {
                    let record = records.iter().find(|record| record.id == id)?;
                    owners.iter().find(|own| own.id == record.enterprise)
                });
                return owner.cloned().ok_or_else(|| {
                    refused(
                        line,
                        &[Means::Name, Means::Code],
                        "enterprise.missing",
                        "请填写企业名称或者统一社会信用代码。",
                    )
                });
            }
            let mut same = called.iter().filter(|own| own.name_key == name);
            match (same.next(), same.next()) {
                (Some(firm), None) => Ok(firm.clone()),
                (Some(_), Some(_)) => Err(refused(
                    line,
                    &[Means::Name],
                    "enterprise.ambiguous",
                    "辖区内有几家企业叫这个名称，请填写统一社会信用代码。",
                )),
                _ => Err(refused(
                    line,
                    &[Means::Name],
                    "enterprise.unknown",
                    "辖区内没有这个名称的企业。请核对，或者先把企业登记进系统。",
                )),
            }
        })
        .collect())
}
