//! The pictures by which pupils of a class are told apart: no names, and nothing that says who is who.

use super::language::Language;

/// As it is stored, and its word in Dutch and English. The drawings stand with the pages.
pub const PICTURES: [(&str, &str, &str); 40] = [
    ("sun", "zon", "sun"),
    ("moon", "maan", "moon"),
    ("star", "ster", "star"),
    ("heart", "hart", "heart"),
    ("house", "huis", "house"),
    ("tree", "boom", "tree"),
    ("flower", "bloem", "flower"),
    ("apple", "appel", "apple"),
    ("fish", "vis", "fish"),
    ("boat", "boot", "boat"),
    ("car", "auto", "car"),
    ("ball", "bal", "ball"),
    ("key", "sleutel", "key"),
    ("cup", "beker", "cup"),
    ("book", "boek", "book"),
    ("pencil", "potlood", "pencil"),
    ("umbrella", "paraplu", "umbrella"),
    ("kite", "vlieger", "kite"),
    ("balloon", "ballon", "balloon"),
    ("bell", "bel", "bell"),
    ("clock", "klok", "clock"),
    ("cloud", "wolk", "cloud"),
    ("drop", "druppel", "drop"),
    ("leaf", "blad", "leaf"),
    ("mushroom", "paddenstoel", "mushroom"),
    ("carrot", "wortel", "carrot"),
    ("cherry", "kers", "cherry"),
    ("pear", "peer", "pear"),
    ("ice", "ijsje", "ice cream"),
    ("cake", "taart", "cake"),
    ("hat", "hoed", "hat"),
    ("sock", "sok", "sock"),
    ("bird", "vogel", "bird"),
    ("cat", "kat", "cat"),
    ("butterfly", "vlinder", "butterfly"),
    ("snail", "slak", "snail"),
    ("ladder", "ladder", "ladder"),
    ("flag", "vlag", "flag"),
    ("drum", "trommel", "drum"),
    ("rocket", "raket", "rocket"),
];

/// The word for a picture.
pub fn word(key: &str, language: Language) -> &'static str {
    let known = PICTURES.iter().find(|(own, ..)| *own == key);
    known.map_or("", |(_, nl, en)| match language {
        Language::Nl => nl,
        Language::En => en,
    })
}
