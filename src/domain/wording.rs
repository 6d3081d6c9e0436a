//! The texts of a study that its owner can put in own words, and the places in them that are filled in per person.

/// Name of each text, and the key of the standard text that stands in its place until the owner writes another.
pub const TEXTS: [(&str, &str); 6] = [
    ("who_asks", "texts-standard-who-asks"),
    ("invitation_subject", "mail-invitation-subject"),
    ("invitation_body", "mail-invitation-body"),
    ("reminder_subject", "mail-reminder-subject"),
    ("reminder_body", "mail-reminder-body"),
    ("letter", "letter-body"),
];

/// What can be filled in, written between braces: `{name}`.
pub const PLACEHOLDERS: [&str; 8] = [
    "name", "school", "study", "link", "code", "closes", "minutes", "contact",
];

/// A text in pieces: as it stands, or the name of a place.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else {
            break;
        };
        pieces.push((&rest[..open], false));
        pieces.push((&rest[open + 1..open + close], true));
        rest = &rest[open + close + 1..];
    }
    pieces.push((rest, false));
    pieces
}

/// The places in a text that nothing can be filled into.
pub fn unknown_placeholders(text: &str) -> Vec<&str> {
    pieces(text)
        .into_iter()
        .filter(|(piece, place)| *place && !PLACEHOLDERS.contains(piece))
        .map(|(piece, _)| piece)
        .collect()
}

/// The text with every place filled in. What `value` does not know stays as it is written.
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    pieces(text)
        .into_iter()
        .map(|(piece, place)| match place.then(|| value(piece)) {
            None => piece.to_owned(),
            Some(Some(value)) => value,
            Some(None) => format!("{{{piece}}}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_places_are_filled_and_others_are_told() {
        let text = "Dear {name}, {naam} {link} {";
        assert_eq!(unknown_placeholders(text), ["naam"]);
        let filled = fill(text, |place| (place == "name").then(|| "An {x}".to_owned()));
        assert_eq!(filled, "Dear An {x}, {naam} {link} {");
    }
}
