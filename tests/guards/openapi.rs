//! The committed document is what the program prints, and names every row.

use std::path::Path;

use schakel::web::openapi::document;
use schakel::web::router::table;

#[test]
fn the_document_is_the_router() {
    let document = document();
    let printed = serde_json::to_string_pretty(&document).expect("plain values") + "\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let committed = std::fs::read_to_string(&file).expect("the document is committed");
    assert!(
        committed == printed,
        "docs/openapi.json is not what the rows say: schakel openapi > docs/openapi.json"
    );
    for row in table() {
        let method = row.method.as_str().to_lowercase();
        let operation = &document["paths"][row.path][&method];
        assert!(operation["responses"].is_object(), "{method} {}", row.path);
        let holes = row.path.matches('{').count();
        let named = operation["parameters"].as_array().map_or(0, Vec::len);
        assert_eq!(holes, named, "{}", row.path);
    }
    let operations: usize = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .map(|path| path.as_object().map_or(0, serde_json::Map::len))
        .sum();
    assert_eq!(operations, table().count());
}
