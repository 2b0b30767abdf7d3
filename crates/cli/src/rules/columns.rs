//! Rows of text with columns under each other.

use std::fmt::Write as _;

use anstyle::Style;

/// A column is as wide as its widest text, but for texts wider than this: these stand out of line.
const WIDEST: usize = 44;

/// A text and how it is shown.
pub(super) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Cell::styled(text, Style::new())
    }

    pub(super) fn styled(text: impl Into<String>, style: Style) -> Self {
        Cell {
            text: text.into(),
            style,
        }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// The rows as lines, each after two spaces.
pub(super) fn lines<const N: usize>(rows: &[[Cell; N]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].width())
            .filter(|width| *width <= WIDEST)
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let Cell { text: words, style } = cell;
            let _ = write!(text, "  {style}{words}{style:#}");
            if column + 1 < N {
                let missing = widths[column].saturating_sub(cell.width());
                text.extend(std::iter::repeat_n(' ', missing));
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let long = "x".repeat(WIDEST + 1);
        let rows = [["a", "bb", "c"], ["aaa", "b", "c"], [long.as_str(), "b", ""]];
        let rows = rows.map(|row| row.map(Cell::plain));
        assert_eq!(
            lines(&rows),
            format!("  a    bb  c\n  aaa  b   c\n  {long}  b   \n")
        );
    }
}
