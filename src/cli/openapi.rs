//! `schakel openapi`: the url map as an OpenAPI document.

use crate::web::openapi::document;

pub fn run() -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(&document())?);
    Ok(())
}
