//! A figure as a file of its own: SVG that carries its looks with it, and PNG with a font that is part of the program.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::look::{GROUND, PICTURE_CSS};
use super::svg::Figure;

/// DejaVu Sans, Latin letters; see the licence beside them.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(include_bytes!("font/DejaVuSans.ttf").to_vec());
    fonts.load_font_data(include_bytes!("font/DejaVuSans-Bold.ttf").to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    Arc::new(fonts)
});

/// No picture is larger, whoever asks for it.
const WIDEST: u32 = 4000;
const MOST_PIXELS: f64 = 24_000_000.0;

/// The figure with its looks and its ground: the same wherever it is opened.
pub fn standalone(figure: &Figure) -> String {
    let Some(end) = figure.svg.find(">\n") else {
        return figure.svg.clone();
    };
    let (open, rest) = figure.svg.split_at(end);
    format!(
        "{open} font-family=\"DejaVu Sans, Verdana, sans-serif\">\n<style>\n{}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"{}\"/>{}",
        PICTURE_CSS.as_str(),
        GROUND.light,
        &rest[1..]
    )
}

/// A figure that the drawing library would not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the figure could not be drawn")]
pub struct NotDrawn;

/// The figure in pixels, this wide at most; the same bytes each time.
pub fn png(figure: &Figure, width: u32) -> Result<Vec<u8>, NotDrawn> {
    let options = Options {
        fontdb: FONTS.clone(),
        font_family: "DejaVu Sans".to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(&standalone(figure), &options).map_err(|_| NotDrawn)?;
    let (wide, high) = (
        f64::from(tree.size().width()),
        f64::from(tree.size().height()),
    );
    let scale = f64::from(width.clamp(1, WIDEST)) / wide;
    let scale = scale.min((MOST_PIXELS / (wide * high)).sqrt());
    let side = |length: f64| (length * scale).round().max(1.0) as u32;
    let mut pixels = Pixmap::new(side(wide), side(high)).ok_or(NotDrawn)?;
    pixels.fill(Color::WHITE);
    let scale = scale as f32;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    pixels.encode_png().map_err(|_| NotDrawn)
}
