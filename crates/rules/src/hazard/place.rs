//! Finds each chemical of a unit in the tables: by item, name or CAS number in Table 1, otherwise by its hazard classes. What could be
//! meant in several ways is asked back with its candidates.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{
    edition::{Edition, Factor, Named, Threshold},
    source::{Categories, Substance, Unit},
};
use crate::{Refusal, Row};

/// A chemical with its place in the tables.
pub struct Placed<'e, 'a> {
    pub named: Option<&'e Named<'a>>,
    /// Whether several classes compete.
    pub several: bool,
    pub threshold: Threshold<'a>,
    pub threshold_row: &'a Row,
    pub beta: Option<Factor<'a>>,
    /// The class whose threshold or β counts.
    pub class: Option<usize>,
    pub remark: &'static str,
}

/// Finds a chemical in the tables.
pub fn place<'e, 'a>(
    edition: &'e Edition<'a>,
    unit: Unit,
    index: usize,
    own: &Substance,
) -> Result<Placed<'e, 'a>, Refusal> {
    let given = classes(edition, index, own)?;
    let (found, remark) = find(edition, index, own, !given.is_empty())?;
    let largest = |classes: &[usize]| {
        let betas = classes.iter().filter_map(|at| Some((*at, edition.classes[*at].beta?)));
        // of equal ones the first
        betas.reduce(|best, next| if next.1.hundredths > best.1.hundredths { next } else { best })
    };
    if let Some(named) = found {
        let classes = if given.is_empty() { &named.classes } else { &given };
        let by_class = largest(classes);
        return Ok(Placed {
            named: Some(named),
            threshold: named.threshold,
            threshold_row: named.row,
            beta: named.beta.or(by_class.map(|(_, beta)| beta)),
            class: by_class.map(|(at, _)| at),
            several: classes.len() > 1,
            remark,
        });
    }
    let threshold = |at: usize| match unit {
        Unit::Production => edition.classes[at].production,
        Unit::Storage => edition.classes[at].storage,
    };
    let lowest = given
        .iter()
        .filter_map(|at| Some((*at, threshold(*at)?)))
        .reduce(|best, next| if next.1.tonnes < best.1.tonnes { next } else { best });
    let Some((class, threshold)) = lowest else { return Err(unplaced(edition, index, own)) };
    let by_class = largest(&given);
    Ok(Placed {
        named: None,
        threshold,
        threshold_row: edition.classes[class].row,
        beta: by_class.map(|(_, beta)| beta),
        class: Some(class),
        remark: if given.len() > 1 {
            "（有多种危险性，取其中最低的临界量）"
        } else {
            remark
        },
        several: given.len() > 1,
    })
}

/// The classes of the input.
fn classes(edition: &Edition<'_>, index: usize, own: &Substance) -> Result<Vec<usize>, Refusal> {
    let mut classes = Vec::new();
    for text in own.category.iter().flat_map(Categories::each) {
        let pointer = format!("/substances/{index}/category");
        let meant = edition.classes_of(text);
        let candidates = |rows: Vec<usize>| {
            rows.into_iter()
                .map(|at| {
                    let class = &edition.classes[at];
                    json!({"category": class.symbol, "name": class.name, "description": class.row.get("description"),
                        "threshold_t": class.production.map(|own| own.tonnes.to_string())})
                })
                .collect()
        };
        match meant.as_slice() {
            [one] => classes.push(*one),
            [] => {
                return Err(Refusal {
                    candidates: candidates((0..edition.classes.len()).collect()),
                    ..Refusal::unknown(
                        pointer,
                        format!("{} 没有类别“{text}”，请填写类别符号。", edition.name),
                    )
                });
            }
            _ => {
                return Err(Refusal::ambiguous(
                    pointer,
                    format!("“{text}”在 {} 中有多个小类，请填写其中一个符号。", edition.name),
                    candidates(meant),
                ));
            }
        }
    }
    classes.sort_unstable();
    classes.dedup();
    Ok(classes)
}

/// The item of Table 1, and what to remark about how it was found.
fn find<'e, 'a>(
    edition: &'e Edition<'a>,
    index: usize,
    own: &Substance,
    classed: bool,
) -> Result<(Option<&'e Named<'a>>, &'static str), Refusal> {
    let name = own.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let cas = own.cas.as_deref().map(crate::name::fold).filter(|cas| !cas.is_empty());
    let pointer = |field: &str| format!("/substances/{index}/{field}");
    if name.is_none() && cas.is_none() && own.row.is_none() {
        return Err(Refusal::missing(pointer("name"), "品名或 CAS 号"));
    }
    let by_name = name.map_or(&[][..], |name| edition.called(name));
    let by_cas = cas.as_deref().map_or(&[][..], |cas| edition.numbered(cas));
    if let Some(cas) = &cas
        && by_cas.is_empty()
        && !crate::identifier::cas::valid(cas)
    {
        return Err(Refusal::invalid(pointer("cas"), format!("CAS 号 {cas} 的格式或校验位不对，请核对。")));
    }
    if let Some(row) = own.row {
        let Some(at) = edition.named.iter().position(|named| named.no == row) else {
            return Err(Refusal::unknown(pointer("row"), format!("{} 表1没有第 {row} 项。", edition.name)));
        };
        let contradicts = |rows: &[usize]| !rows.is_empty() && !rows.contains(&at);
        if contradicts(by_name) || contradicts(by_cas) {
            return Err(Refusal::invalid(
                pointer("row"),
                format!("表1第 {row} 项是“{}”，与填写的品名或 CAS 号不符。", edition.named[at].name),
            ));
        }
        return Ok((Some(&edition.named[at]), ""));
    }
    let (rows, field, remark): (Cow<'_, [usize]>, _, _) = match (by_name, by_cas) {
        ([], []) => return Ok((None, "")),
        (named, []) if cas.is_some() => (named.into(), "name", "（表1没有该 CAS 号，按品名认定）"),
        (named, []) => (named.into(), "name", ""),
        ([], numbered) if name.is_some() => (numbered.into(), "cas", "（表1没有该品名，按 CAS 号认定）"),
        ([], numbered) => (numbered.into(), "cas", ""),
        (named, numbered) => {
            let both: Vec<usize> = named.iter().copied().filter(|at| numbered.contains(at)).collect();
            if both.is_empty() {
                return Err(Refusal::invalid(
                    pointer("cas"),
                    format!(
                        "品名是“{}”，CAS 号是“{}”，请核对。",
                        edition.named[named[0]].name, edition.named[numbered[0]].name
                    ),
                ));
            }
            (both.into(), "name", "")
        }
    };
    if let [one] = &*rows {
        if field == "cas" && name.is_some() && classed {
            // it may be a mixture or another concentration: the person says which
            return Err(Refusal::ambiguous(
                pointer("row"),
                "CAS 号属于表1的一项，品名却不在表1中又填写了类别。确属该项的填写序号；不属该项（如混合物、浓度不同）的删去 CAS 号。",
                listed(edition, &rows),
            ));
        }
        return Ok((Some(&edition.named[*one]), remark));
    }
    Err(Refusal::ambiguous(
        pointer(field),
        format!("对应 {} 表1的 {} 项，请按含量、形态选择其中一项，填写序号 row。", edition.name, rows.len()),
        listed(edition, &rows),
    ))
}

/// Why a chemical has no threshold.
fn unplaced(edition: &Edition<'_>, index: usize, own: &Substance) -> Refusal {
    let name = own.name.as_deref().or(own.cas.as_deref()).unwrap_or_default();
    if edition.named.is_empty() {
        return Refusal {
            pointer: format!("/substances/{index}/category"),
            ..Refusal::not_in_force(format!(
                "{} 的 142 种列名物质及其临界量未收录，“{name}”无法辨识；易燃液体可按闪点填写类别（闪点<28、28≤闪点<60），其他物质请查阅标准原文，或按安监管协调字〔2004〕56号（规则 hazard-category）判定。",
                edition.name
            ))
        };
    }
    let similar = edition.similar(name);
    Refusal {
        candidates: listed(edition, &similar),
        message: format!(
            "“{name}”不在 {} 表1中，请按化学品安全技术说明书填写危险性类别符号（如 W5.3）{}。",
            edition.name,
            if similar.is_empty() { "" } else { "，或从相近的列名物质中选择序号" }
        ),
        ..Refusal::missing(format!("/substances/{index}/category"), "危险性类别")
    }
}

/// Items of Table 1 to choose from.
fn listed(edition: &Edition<'_>, rows: &[usize]) -> Vec<Value> {
    let named = rows.iter().map(|at| &edition.named[*at]);
    named
        .map(|named| json!({"row": named.no, "name": named.name, "threshold_t": named.threshold.tonnes.to_string()}))
        .collect()
}
