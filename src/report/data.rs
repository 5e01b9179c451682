//! The page's data: charts as they are described, and their series as bytes. Values are 32-bit floats (seven digits),
//! byte planes apart and deflated, because neighbours in time share their high bytes; the page's script
//! undoes it with what every browser has.

use std::io::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::book::Series;
use super::chart::{Atlas, Chart, Figure};

/// The data as JSON that may stand in a `<script>`.
pub fn json<'a>(atlas: &Atlas<'_>, figures: impl Iterator<Item = &'a Figure>) -> String {
    let grid = |grid: &&super::book::Grid| json!({"start": grid.start, "step": grid.step.max(1), "width": grid.width, "rows": grid.rows});
    let series = |(grid, series): &(usize, &Series)| {
        json!([grid, series.mean.len(), series.extremes.is_some()])
    };
    let mut charts = Map::new();
    for figure in figures {
        let described = match &figure.chart {
            Chart::Time(time) => json!({"time": time}),
            Chart::Lanes(lanes) => json!({"lanes": lanes}),
            _ => continue,
        };
        charts.insert(figure.key.clone(), described);
    }
    let data = json!({
        "grids": atlas.grids.iter().map(grid).collect::<Vec<Value>>(),
        "series": atlas.series.iter().map(series).collect::<Vec<Value>>(),
        "rows": atlas.rows,
        "charts": charts,
        "bytes": BASE64_STANDARD.encode(deflated(atlas)),
    });
    // Nothing in a string may end the script or begin a comment.
    data.to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// All series in one stream. Each is packed on its own up to a border of bytes, so that all processors have work, and an
/// empty end closes the stream.
fn deflated(atlas: &Atlas<'_>) -> Vec<u8> {
    let pack = |(_, series): &(usize, &Series)| {
        let mut encoder = encoder();
        // Writing into memory does not fail.
        let _ = encoder.write_all(&planes(&series.mean));
        if let Some(extremes) = &series.extremes {
            let _ = encoder.write_all(&planes(&extremes.low));
            let _ = encoder.write_all(&planes(&extremes.high));
        }
        let _ = encoder.flush();
        encoder.get_ref().clone()
    };
    let mut stream = atlas.series.par_iter().map(pack).collect::<Vec<_>>();
    stream.push(encoder().finish().unwrap_or_default());
    stream.concat()
}

fn encoder() -> DeflateEncoder<Vec<u8>> {
    DeflateEncoder::new(Vec::new(), Compression::new(6))
}

/// The first bytes of all values, then the second, …
fn planes(values: &[f32]) -> Vec<u8> {
    let bytes = |plane: usize| {
        values
            .iter()
            .filter_map(move |value| value.to_be_bytes().get(plane).copied())
    };
    (0..4).flat_map(bytes).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::book::Grid;
    use super::*;

    #[test]
    fn what_is_packed_can_be_unpacked() {
        let grid = Grid::new(0, 100);
        let series = [Series::of([1.5, -2.0, f64::NAN]), Series::of([1e12])];
        let mut atlas = Atlas::default();
        for series in &series {
            atlas.add(&grid, series);
        }
        let mut bytes = Vec::new();
        let packed = deflated(&atlas);
        flate2::read::DeflateDecoder::new(packed.as_slice())
            .read_to_end(&mut bytes)
            .unwrap();
        assert_eq!(bytes.len(), 16);
        let value = |first: usize, count: usize| {
            f32::from_be_bytes([0, 1, 2, 3].map(|plane| bytes[first + plane * count]))
        };
        assert_eq!((value(0, 3), value(1, 3), value(12, 1)), (1.5, -2.0, 1e12));
        assert!(value(2, 3).is_nan());
    }
}
