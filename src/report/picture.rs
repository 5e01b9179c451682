//! Charts as pictures of their own: SVG for what scales, PNG for what does not. The letters of a PNG come with the
//! program, so that it looks the same wherever it is made.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use resvg::{tiny_skia, usvg};

use super::chart::{Atlas, Figure, Paper};
use super::error::ReportError;
use super::page::Drawn;
use super::section::{Block, Section};
use crate::results::write_whole;

/// Half of a slide.
const PAPER: Paper = Paper {
    on_page: false,
    width: 960.0,
    height: None,
};
/// Charts that need no width are not stretched.
const NARROW: Paper = Paper {
    width: 620.0,
    ..PAPER
};
const ENLARGED: f32 = 2.0;
/// The family of the letters that come with the program.
const FONT: &str = "Ubuntu";

/// A chart as a picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its file's name without extension.
    pub name: String,
    /// The picture.
    pub svg: String,
}

impl Picture {
    /// A chart that has no series over time.
    #[must_use]
    pub fn of(figure: &Figure) -> Self {
        Self::painted(figure, &Atlas::default())
    }

    fn painted(figure: &Figure, atlas: &Atlas<'_>) -> Self {
        let paper = if figure.is_wide() { PAPER } else { NARROW };
        Self {
            name: figure.key.clone(),
            svg: figure.paint(atlas, &paper),
        }
    }
}

/// Every chart.
pub fn all(drawn: &Drawn<'_>) -> Vec<Picture> {
    let figures = drawn.sections.iter().flat_map(figures);
    figures
        .map(|figure| Picture::painted(figure, &drawn.atlas))
        .collect()
}

fn figures(section: &Section) -> impl Iterator<Item = &Figure> {
    let blocks = section.answers.iter().flat_map(|answer| &answer.blocks);
    blocks.filter_map(|block| match block {
        Block::Figure(figure) => Some(figure),
        _ => None,
    })
}

/// Writes every picture as `NAME.svg`. Files of that name are replaced.
///
/// # Errors
/// If the disk fails.
pub fn write_svgs(folder: &Path, pictures: &[Picture]) -> Result<(), ReportError> {
    fs::create_dir_all(folder).map_err(ReportError::io("create", folder))?;
    for picture in pictures {
        let path = folder.join(format!("{}.svg", picture.name));
        write_whole(&path, picture.svg.as_bytes(), true)
            .map_err(ReportError::io("write", &path))?;
    }
    Ok(())
}

/// Writes every picture as `NAME.png`, twice as large so that it is sharp on a slide. Files of that name are replaced.
///
/// # Errors
/// If the disk fails.
pub fn write_pngs(folder: &Path, pictures: &[Picture]) -> Result<(), ReportError> {
    fs::create_dir_all(folder).map_err(ReportError::io("create", folder))?;
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(epaint_default_fonts::UBUNTU_LIGHT.to_vec());
    let options = usvg::Options {
        font_family: FONT.to_owned(),
        fontdb: Arc::new(fonts),
        ..usvg::Options::default()
    };
    pictures.par_iter().try_for_each(|picture| {
        let path = folder.join(format!("{}.png", picture.name));
        let png = png(picture, &options)?;
        write_whole(&path, &png, true).map_err(ReportError::io("write", &path))
    })
}

fn png(picture: &Picture, options: &usvg::Options<'_>) -> Result<Vec<u8>, ReportError> {
    let refuse = |why: String| ReportError::Picture {
        name: picture.name.clone(),
        why,
    };
    let tree =
        usvg::Tree::from_str(&picture.svg, options).map_err(|error| refuse(error.to_string()))?;
    let size = tree.size();
    let (width, height) = (
        (size.width() * ENLARGED).ceil(),
        (size.height() * ENLARGED).ceil(),
    );
    let mut pixels = tiny_skia::Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| refuse(format!("{width} by {height} pixels are too many")))?;
    resvg::render(
        &tree,
        tiny_skia::Transform::from_scale(ENLARGED, ENLARGED),
        &mut pixels.as_mut(),
    );
    pixels
        .encode_png()
        .map_err(|error| refuse(error.to_string()))
}
