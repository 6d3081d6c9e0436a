//! One figure of a page as a file: the page that shows it also gives it, as SVG or PNG, to whoever may see the page.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::problem::{Kind, Problem};
use crate::locale::Words;
use crate::reports::figure::{Figure, png, standalone};

/// In the address of a page: which of its figures is asked for, and as what.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct AsFile {
    figure: Option<String>,
    #[serde(rename = "as")]
    kind: Option<String>,
}

/// Wide enough for a printed page and for a screen.
const PIXELS: u32 = 1440;
/// A title is cut to this many letters.
const LONGEST_NAME: usize = 80;

/// The figure that is asked for, if one is; the page itself otherwise.
pub async fn as_file(
    app: &App,
    w: Words,
    asked: &AsFile,
    figures: impl IntoIterator<Item = &Figure>,
) -> Option<Result<Response, Problem>> {
    let id = asked.figure.as_deref()?;
    let Some(figure) = figures.into_iter().find(|figure| figure.id == id) else {
        return Some(Err(Problem::new(app, w, Kind::NotFound)));
    };
    let (kind, ending, bytes) = match asked.kind.as_deref() {
        Some("svg") => ("image/svg+xml", "svg", standalone(figure).into_bytes()),
        Some("png") => {
            let figure = figure.clone();
            let drawn = tokio::task::spawn_blocking(move || png(&figure, PIXELS)).await;
            match drawn {
                Ok(Ok(bytes)) => ("image/png", "png", bytes),
                Ok(Err(error)) => return Some(Err(Problem::failure(app, w, &error))),
                Err(error) => return Some(Err(Problem::failure(app, w, &error))),
            }
        }
        _ => return Some(Err(Problem::new(app, w, Kind::NotFound))),
    };
    let kept_as = format!(
        "attachment; filename=\"{}.{ending}\"",
        file_name(&figure.title)
    );
    let kept_as = match HeaderValue::from_str(&kept_as) {
        Ok(kept_as) => kept_as,
        Err(error) => return Some(Err(Problem::failure(app, w, &error))),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, kept_as),
    ];
    Some(Ok((headers, bytes).into_response()))
}

/// The address of a page up to where it says which of its figures is asked for.
pub fn address(page: &str) -> String {
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}figure=")
}

/// Letters and digits of the title, without accents, hyphens between.
fn file_name(title: &str) -> String {
    let mut name = String::new();
    for letter in title.chars() {
        let letter = plain(letter);
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() >= LONGEST_NAME {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "figure" } else { name }.to_owned()
}

fn plain(letter: char) -> char {
    match letter {
        'á' | 'à' | 'ä' | 'â' | 'ã' => 'a',
        'é' | 'è' | 'ë' | 'ê' | 'É' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_every_machine_takes() {
        assert_eq!(
            file_name("Eén gesprek: \"T2\"\r\n../over <doelen>"),
            "een-gesprek-t2-over-doelen"
        );
        assert_eq!(file_name("…"), "figure");
        assert!(file_name(&"lang ".repeat(60)).len() <= LONGEST_NAME);
    }
}
