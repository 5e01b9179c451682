//! How tables and numbers look on a terminal.

use comfy_table::{CellAlignment, Table, presets};
use flexcap::results::thousands;

/// An empty table: the first column to the left, numbers to the right, two blanks between.
pub fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The table without the blanks at its lines' ends.
pub fn trimmed(table: &Table) -> String {
    let text = table.to_string();
    text.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// A number in three or four digits with k, M, G, T for its thousands.
pub fn amount(value: f64) -> String {
    let (divisor, suffix) = thousands(value.abs());
    let scaled = value / divisor;
    match scaled.abs() {
        s if s >= 100.0 || (suffix.is_empty() && s == s.trunc()) => format!("{scaled:.0}{suffix}"),
        s if s >= 10.0 => format!("{scaled:.1}{suffix}"),
        _ => format!("{scaled:.2}{suffix}"),
    }
}

/// A number in so many significant digits, with k, M, G, T for its thousands.
pub fn significant(value: f64, digits: usize) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e15).contains(&size) {
        return format!("{value:.*e}", digits.saturating_sub(1));
    }
    let (divisor, suffix) = thousands(size);
    let scaled = value / divisor;
    let before_point = scaled.abs().log10().floor() as i32 + 1;
    let decimals = usize::try_from(digits as i32 - before_point).unwrap_or(0);
    let text = format!("{scaled:.decimals$}");
    // Whole numbers, such as counts, need no decimals.
    let text = match text.split_once('.') {
        Some((whole, rest)) if suffix.is_empty() && rest.bytes().all(|digit| digit == b'0') => {
            whole
        }
        _ => &text,
    };
    format!("{text}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_stay_short() {
        assert_eq!(amount(0.0), "0");
        assert_eq!(amount(4096.0), "4096");
        assert_eq!(amount(12_345.0), "12.3k");
        assert_eq!(amount(1.5e12), "1.50T");
        assert_eq!(amount(-2_345_678.0), "-2.35M");
        assert_eq!(amount(0.125), "0.12");
    }

    #[test]
    fn significant_digits_show_small_differences() {
        for (value, digits, expected) in [
            (0.0, 4, "0"),
            (0.99917, 4, "0.9992"),
            (0.0196, 4, "0.01960"),
            (2.98312e9, 4, "2.983G"),
            (-12_345.0, 3, "-12.3k"),
            (4096.0, 4, "4096"),
            (12.0, 4, "12"),
            (9999.6, 4, "10000"),
            (0.000_012_34, 3, "1.23e-5"),
            (1.5e15, 3, "1.50e15"),
        ] {
            assert_eq!(significant(value, digits), expected);
        }
    }
}
