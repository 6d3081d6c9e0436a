//! The invented words: names of people, schools and boards. Any likeness is chance.

use super::dice::Dice;

#[rustfmt::skip]
const FIRST_NAMES_WOMEN: [&str; 64] = [
    "Anja", "Anke", "Annemiek", "Astrid", "Bianca", "Carla", "Carolien", "Chantal", "Corrie", "Daniëlle",
    "Debby", "Diana", "Elke", "Ellen", "Els", "Esther", "Eva", "Femke", "Fenna", "Floor",
    "Froukje", "Gerda", "Hanneke", "Heleen", "Hilde", "Ilse", "Ineke", "Iris", "Jolanda", "Judith",
    "Karin", "Kim", "Laura", "Lieke", "Linda", "Lisa", "Loes", "Lotte", "Maaike", "Manon",
    "Margriet", "Marijke", "Marleen", "Marloes", "Mieke", "Mirjam", "Naomi", "Nienke", "Petra", "Renske",
    "Rianne", "Roos", "Sanne", "Saskia", "Simone", "Sophie", "Suzan", "Tessa", "Tineke", "Trudy",
    "Wendy", "Willemijn", "Yvonne", "Zoë",
];

#[rustfmt::skip]
const FIRST_NAMES_MEN: [&str; 32] = [
    "Arjan", "Bas", "Bert", "Bram", "Daan", "Dirk", "Erik", "Frank", "Gijs", "Guido",
    "Hans", "Henk", "Ivo", "Jaap", "Jan", "Jeroen", "Joost", "Kees", "Koen", "Maarten",
    "Marcel", "Martijn", "Niek", "Olaf", "Paul", "Pieter", "Rob", "Ruud", "Sander", "Stefan",
    "Tom", "Wouter",
];

#[rustfmt::skip]
const SURNAMES: [&str; 96] = [
    "de Jong", "de Vries", "van den Berg", "van Dijk", "Bakker", "Janssen", "Visser", "Smit", "Meijer", "de Boer",
    "Mulder", "de Groot", "Bos", "Vos", "Peters", "Hendriks", "van Leeuwen", "Dekker", "Brouwer", "de Wit",
    "Dijkstra", "Smits", "de Graaf", "van der Meer", "van der Linden", "Kok", "Jacobs", "de Haan", "Vermeulen",
    "van den Heuvel", "van der Veen", "van den Broek", "de Bruin", "van der Heijden", "Schouten", "van Beek",
    "Willems", "van Vliet", "van de Ven", "Hoekstra", "Maas", "Verhoeven", "Koster", "van Dam", "van der Wal",
    "Prins", "Blom", "Huisman", "Peeters", "de Jonge", "Kuipers", "van Veen", "Post", "Kuiper", "Veenstra",
    "Kramer", "van den Brink", "Scholten", "van Wijk", "Postma", "Martens", "Vink", "de Ruiter", "Timmermans",
    "Groen", "Gerritsen", "Jonker", "van Loon", "Boer", "van der Velde", "Willemsen", "Smeets", "de Lange",
    "de Vos", "Bosch", "van Dongen", "Schipper", "de Koning", "van der Laan", "Koning", "van der Velden",
    "Driessen", "van Doorn", "Hermans", "Evers", "van den Bosch", "van der Meulen", "Hofman", "Bosman", "Wolters",
    "Sanders", "van der Horst", "Mol", "ten Have", "Yilmaz", "el Amrani",
];

#[rustfmt::skip]
const SCHOOL_STEMS: [&str; 14] = [
    "Wilgen", "Linden", "Berken", "Elzen", "Duin", "Beek", "Veen", "Zonne", "Sterren", "Molen",
    "Vogel", "Klaver", "Merel", "Zwaluw",
];
#[rustfmt::skip]
const SCHOOL_ENDINGS: [&str; 10] =
    ["hof", "poort", "kring", "akker", "tuin", "sprong", "brug", "wijzer", "hoek", "gaard"];

#[rustfmt::skip]
const BOARD_STEMS: [&str; 10] = [
    "Waterlijn", "Noordkade", "Esrand", "Polderwijs", "Drieluik",
    "Heidekoppel", "Rivierland", "Kustboog", "Lansing", "Zuidrand",
];
const BOARD_KINDS: [&str; 2] = ["Stichting {} Onderwijs", "{} Scholengroep"];

pub fn person(dice: &mut Dice, share_of_men: f64) -> String {
    let first = if dice.chance(share_of_men) {
        dice.pick(&FIRST_NAMES_MEN)
    } else {
        dice.pick(&FIRST_NAMES_WOMEN)
    };
    format!("{first} {}", dice.pick(&SURNAMES))
}

/// Unique names; beyond the words there are, with a number behind them.
pub fn schools(dice: &mut Dice, n: usize) -> Vec<String> {
    let names = SCHOOL_STEMS.iter().flat_map(|stem| {
        SCHOOL_ENDINGS
            .iter()
            .map(move |end| format!("De {stem}{end}"))
    });
    unique(dice, names.collect(), n)
}

pub fn boards(dice: &mut Dice, n: usize) -> Vec<String> {
    let names = BOARD_KINDS
        .iter()
        .flat_map(|kind| BOARD_STEMS.iter().map(move |stem| kind.replace("{}", stem)));
    unique(dice, names.collect(), n)
}

fn unique(dice: &mut Dice, mut names: Vec<String>, n: usize) -> Vec<String> {
    dice.shuffle(&mut names);
    let n_words = names.len();
    (0..n)
        .map(|i| match i / n_words {
            0 => names[i].clone(),
            round => format!("{} {}", names[i % n_words], round + 1),
        })
        .collect()
}

/// Lower case letters, digits and points: what an address can be made of.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            'ë' | 'é' | 'è' => slug.push('e'),
            'ï' => slug.push('i'),
            ' ' if !slug.ends_with('.') => slug.push('.'),
            _ => {}
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::dice::Topic;

    #[test]
    fn school_names_stay_unique_beyond_the_words_there_are() {
        let mut names = schools(&mut Dice::for_study(3, Topic::Truth), 300);
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 300);
    }

    #[test]
    fn slug_keeps_to_plain_letters() {
        assert_eq!(slug("Daniëlle van den Berg"), "danielle.van.den.berg");
        assert_eq!(slug("Zoë ten Have"), "zoe.ten.have");
    }
}
