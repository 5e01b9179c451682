//! Points as the path of an SVG. Places are tenths of a pixel, and each step says how far it is from the last point, which
//! halves the file.

use std::fmt::Write as _;

/// A path from point to point; a gap where one is none. Level stretches are one step.
pub fn track(points: &[Option<(f64, f64)>]) -> String {
    let mut shape = String::new();
    let mut pen: Option<(i64, i64)> = None;
    let mut level = 0;
    for point in points {
        let next = point.map(|(x, y)| (tenths(x), tenths(y)));
        match (pen, next) {
            (Some((x, y)), Some(to)) if y == to.1 => level += to.0 - x,
            (Some((x, y)), Some(to)) => {
                flat(&mut shape, &mut level);
                step(&mut shape, 'l', (to.0 - x, to.1 - y));
            }
            (None, Some(to)) => step(&mut shape, 'M', to),
            (_, None) => flat(&mut shape, &mut level),
        }
        pen = next;
    }
    flat(&mut shape, &mut level);
    shape
}

/// Writes a level stretch that has gathered.
fn flat(shape: &mut String, level: &mut i64) {
    if *level != 0 {
        let _ = write!(shape, "h{}", decimal(*level));
        *level = 0;
    }
}

/// A letter and a pair of numbers; a sign sets them apart as well as a space does.
fn step(shape: &mut String, letter: char, (x, y): (i64, i64)) {
    let gap = if y < 0 { "" } else { " " };
    let _ = write!(shape, "{letter}{}{gap}{}", decimal(x), decimal(y));
}

fn tenths(value: f64) -> i64 {
    (value * 10.0).round() as i64
}

/// Tenths as a number without what may be left out.
fn decimal(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, part) = (tenths.abs() / 10, tenths.abs() % 10);
    match (whole, part) {
        (_, 0) => format!("{sign}{whole}"),
        (0, _) => format!("{sign}.{part}"),
        _ => format!("{sign}{whole}.{part}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_relative_and_level_ones_are_one() {
        let points = [
            (58.0, 20.06),
            (61.0, 19.7),
            (64.0, 19.7),
            (67.0, 19.7),
            (70.5, 21.0),
        ];
        assert_eq!(track(&points.map(Some)), "M58 20.1l3-.4h6l3.5 1.3");
        let gap = [Some((0.0, 1.0)), Some((2.0, 1.0)), None, Some((4.0, 1.0))];
        assert_eq!(track(&gap), "M0 1h2M4 1");
    }
}
