//! The words of a staff list, in Dutch and English: what its columns, roles and languages may be called.

use crate::domain::language::Language;
use crate::domain::roster::BOARD_MEMBER;
use crate::domain::study::RoleDesign;

/// What a header may call each column, in lower case and with spaces for lines and points.
const HEADERS: [(&str, &[&str]); 16] = [
    (
        "school",
        &[
            "schoolcode",
            "school code",
            "school key",
            "brin",
            "brinnummer",
        ],
    ),
    (
        "school_name",
        &["schoolnaam", "naam school", "naam van de school"],
    ),
    ("cohort", &[]),
    ("board", &["bestuur", "schoolbestuur", "stichting"]),
    (
        "person",
        &[
            "persoon",
            "personeelsnummer",
            "personeelsnr",
            "medewerkernummer",
            "staff number",
        ],
    ),
    (
        "first_name",
        &["voornaam", "roepnaam", "voorletters", "given name"],
    ),
    (
        "prefix",
        &["tussenvoegsel", "tussenvoegsels", "voorvoegsel", "infix"],
    ),
    ("last_name", &["achternaam", "surname", "family name"]),
    ("name", &["naam"]),
    (
        "email",
        &[
            "e mail",
            "e mailadres",
            "emailadres",
            "mailadres",
            "e mail address",
        ],
    ),
    ("role", &["rol", "rollen", "functie", "functies", "roles"]),
    (
        "more_roles",
        &["andere rollen", "overige rollen", "meer rollen"],
    ),
    (
        "groups",
        &["group", "groep", "groepen", "bouw", "leerjaar", "afdeling"],
    ),
    (
        "joined_on",
        &[
            "in dienst",
            "datum in dienst",
            "in dienst sinds",
            "indiensttreding",
        ],
    ),
    (
        "left_on",
        &[
            "uit dienst",
            "datum uit dienst",
            "uit dienst per",
            "uitdiensttreding",
        ],
    ),
    ("language", &["taal"]),
];

/// Other words for roles, by the key that a study gives the role.
const ROLE_WORDS: [(&str, &[&str]); 6] = [
    (
        "teacher",
        &["leraar", "lerares", "groepsleerkracht", "docent"],
    ),
    ("principal", &["directeur", "directrice"]),
    ("coach", &["ib", "ib'er", "ib-er", "kwaliteitscoördinator"]),
    (
        "coordinator",
        &["coordinator", "bouwcoördinator", "bouwcoordinator"],
    ),
    ("assistant", &["assistent", "leraarondersteuner"]),
    (
        BOARD_MEMBER,
        &["bestuurder", "bestuurslid", "college van bestuur"],
    ),
];

/// What a column is for, by what its header calls it.
pub fn meaning(header: &str) -> Option<&'static str> {
    let header: String = header
        .chars()
        .map(|c| {
            if matches!(c, '_' | '-' | '.' | '/') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let header = header.split_whitespace().collect::<Vec<_>>().join(" ");
    HEADERS
        .iter()
        .find(|(key, words)| header == key.replace('_', " ") || words.contains(&header.as_str()))
        .map(|(key, _)| *key)
}

/// Key of a role, and the words for it in small letters.
pub fn words_of_role(role: &RoleDesign) -> (String, Vec<String>) {
    let more = ROLE_WORDS.iter().find(|(key, _)| *key == role.key);
    let words = [role.key.as_str(), &role.title.nl, &role.title.en]
        .into_iter()
        .chain(
            more.into_iter()
                .flat_map(|(_, words)| words.iter().copied()),
        )
        .map(str::to_lowercase)
        .collect();
    (role.key.clone(), words)
}

pub fn language_of(word: &str) -> Option<Language> {
    match word.to_lowercase().as_str() {
        "nederlands" | "dutch" => Some(Language::Nl),
        "engels" | "english" => Some(Language::En),
        tag => Language::from_tag(tag),
    }
}
