//! Finding the header under titles and notes.

use crate::Row;

/// Where the column names stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Row of the file, from 1.
    pub row: u64,
    /// Names by column.
    pub names: Vec<String>,
}

/// The row among the first ones with the most known names; at least two must be known. A header of two rows (a group
/// above its columns) takes the group's name where the lower cell is empty, whichever of the two knows more names.
pub fn find_header(rows: &[Row], known: &dyn Fn(&str) -> bool) -> Option<Header> {
    let score = |row: &Row| row.cells.iter().filter(|cell| known(cell)).count();
    let (mut at, mut best) =
        rows.iter().enumerate().max_by_key(|(at, row)| (score(row), std::cmp::Reverse(*at)))?;
    if score(best) < 2 {
        return None;
    }
    // a row of names, too, that leaves out what the upper one has named already
    if let Some(below) = rows.get(at + 1)
        && score(below) >= 2
        && score(below) * 2 >= below.cells.iter().filter(|cell| !cell.is_empty()).count()
        && best.cells.iter().zip(&below.cells).any(|(upper, lower)| known(upper) && lower.is_empty())
    {
        (at, best) = (at + 1, below);
    }
    let mut names = best.cells.clone();
    if let Some(above) = at.checked_sub(1).and_then(|at| rows.get(at))
        && score(above) > 0
    {
        for (column, name) in above.cells.iter().enumerate() {
            if names.len() <= column {
                names.resize(column + 1, String::new());
            }
            if names[column].is_empty() && known(name) {
                names[column] = name.clone();
            }
        }
    }
    Some(Header { row: best.number, names })
}
