//! What sections check beyond single fields: days in order, one quantity within another, numbers with a check sign.

use crate::section::Wrong;

/// That a later day does not stand before an earlier one.
pub(crate) fn in_order<T: PartialOrd>(
    earlier: Option<T>,
    (later_field, later): (&'static str, Option<T>),
    message: &str,
) -> Option<Wrong> {
    let wrong = matches!((earlier, later), (Some(earlier), Some(later)) if later < earlier);
    wrong.then(|| Wrong::new(later_field, "field.order", message))
}

/// That a quantity is not greater than the one it is part of.
pub(crate) fn at_most<T: PartialOrd>(
    (field, part): (&'static str, Option<T>),
    whole: Option<T>,
    message: &str,
) -> Option<Wrong> {
    let wrong = matches!((part, whole), (Some(part), Some(whole)) if part > whole);
    wrong.then(|| Wrong::new(field, "field.order", message))
}

/// What is to be said of a quantity above what its place was designed for. It is taken as it is: that it is so matters to supervision.
pub(crate) fn above_design<T: PartialOrd>(
    (field, quantity): (&'static str, Option<T>),
    design: Option<T>,
    message: &str,
) -> Option<Wrong> {
    let above = matches!((quantity, design), (Some(quantity), Some(design)) if quantity > design);
    above.then(|| Wrong::new(field, "field.above_design", message))
}

/// That a year is one of this system's time.
pub(crate) fn year(field: &'static str, year: impl Into<Option<u32>>) -> Option<Wrong> {
    let wrong = !(1949..=2100).contains(&year.into()?);
    wrong.then(|| Wrong::new(field, "field.invalid", "年度应写成 2026 这样的四位数。"))
}

/// That a CAS number has the right form and check digit, such as 67-56-1.
pub(crate) fn cas(field: &'static str, number: Option<&str>) -> Option<Wrong> {
    let number = number?;
    (!rules::identifier::cas::valid(number)).then(|| {
        Wrong::new(
            field,
            "field.invalid",
            format!("CAS 号 {number} 的格式或校验位不对，请对照安全技术说明书核对。"),
        )
    })
}

/// That an identity number (GB 11643) has its check sign. A number with letters elsewhere is another paper's, such as a
/// passport, and an old one of 15 digits has no check sign.
pub(crate) fn id_number(field: &'static str, number: Option<&str>) -> Option<Wrong> {
    let number = number?;
    let (stem, last) = number.split_at_checked(number.len().checked_sub(1)?)?;
    if !stem.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let message = match number.len() {
        18 => match rules::identifier::id_card::check_sign(stem.as_bytes()) {
            Some(sign) if last.eq_ignore_ascii_case(&char::from(sign).to_string()) => return None,
            _ => "身份证号的校验码不对，请对照证件核对。".to_string(),
        },
        15 => return None,
        count => format!("身份证号应为 18 位，这里是 {count} 位，请核对。"),
    };
    Some(Wrong::new(field, "field.invalid", message))
}
