//! Names taken out of a text before it is kept: those of the staff list are proposed, a person confirms.

use std::collections::BTreeMap;

/// A name that may stand in a text, and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub name: String,
    /// Without brackets, for instance a role.
    pub mask: String,
    /// Of a person, a part of the name is one too; of a school it may be any word.
    pub person: bool,
}

/// A form of a name that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// As it stands in the text.
    pub written: String,
    pub mask: String,
    pub times: usize,
}

/// A part of a name that is shorter is no name by itself.
const SHORTEST: usize = 3;

/// What goes between a first name and a surname.
const BETWEEN: [&str; 12] = [
    "van", "de", "der", "den", "het", "ten", "ter", "te", "von", "el", "al", "la",
];

/// The ways in which people write a name: whole, the first name, the surname with and without what stands before it.
fn forms(name: &str, person: bool) -> Vec<(String, bool)> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let whole = words.join(" ");
    let mut forms = vec![(whole, false)];
    if person && words.len() > 1 {
        forms.push((words[0].to_owned(), true));
        forms.push((words[1..].join(" "), true));
        let own = words[1..]
            .iter()
            .position(|word| !BETWEEN.contains(&word.to_lowercase().as_str()))
            .map(|at| words[1 + at..].join(" "));
        forms.extend(own.map(|own| (own, true)));
    }
    forms.retain(|(form, part)| !part || form.chars().count() >= SHORTEST);
    forms
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
}

/// The length in bytes of `form` at the beginning of `text`, whatever the case of its letters.
fn at_start(text: &str, form: &str) -> Option<usize> {
    let mut rest = text.char_indices();
    for wanted in form.chars() {
        let (_, found) = rest.next()?;
        if !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let end = rest.next().map_or(text.len(), |(at, _)| at);
    let goes_on = text[end..].chars().next().is_some_and(is_letter);
    (!goes_on).then_some(end)
}

/// Walks through a text and says at each place where a name begins what was found there.
fn each(text: &str, known: &[Known], mut seen: impl FnMut(&str, Option<&Known>)) {
    // Longest first: a whole name before its parts.
    let mut all: Vec<(String, bool, &Known)> = known
        .iter()
        .flat_map(|one| {
            let of_one = forms(&one.name, one.person).into_iter();
            of_one.map(move |(form, part)| (form, part, one))
        })
        .filter(|(form, ..)| !form.is_empty())
        .collect();
    all.sort_by(|a, b| (b.0.len(), &a.0).cmp(&(a.0.len(), &b.0)));
    let (mut at, mut from, mut before) = (0, 0, ' ');
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().unwrap_or(' ');
        let found = if is_letter(first) && !is_letter(before) {
            all.iter().find_map(|(form, part, one)| {
                let end = at_start(rest, form)?;
                // A part of a name that is written small may be a word: `bakker`, `roos`.
                let is_word = *part && !rest[..end].chars().any(char::is_uppercase);
                (!is_word).then_some((end, *one))
            })
        } else {
            None
        };
        match found {
            Some((end, one)) => {
                seen(&text[from..at], None);
                seen(&rest[..end], Some(one));
                before = 'x';
                at += end;
                from = at;
            }
            None => {
                before = first;
                at += first.len_utf8();
            }
        }
    }
    seen(&text[from..], None);
}

/// Which names stand in a text, in the order in which they first come.
pub fn propose(text: &str, known: &[Known]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    each(text, known, |written, one| {
        let Some(one) = one else { return };
        let at = *place.entry(written.to_owned()).or_insert_with(|| {
            found.push(Found {
                written: written.to_owned(),
                mask: one.mask.clone(),
                times: 0,
            });
            found.len() - 1
        });
        found[at].times += 1;
    });
    found
}

/// The text with masks for names, but for those that `kept` says are none. Says how many masks there are.
pub fn mask(text: &str, known: &[Known], kept: &[String]) -> (String, usize) {
    let (mut masked, mut n) = (String::with_capacity(text.len()), 0);
    each(text, known, |written, one| match one {
        Some(one) if !kept.iter().any(|kept| kept == written) => {
            n += 1;
            masked.push('[');
            masked.push_str(&one.mask);
            masked.push(']');
        }
        _ => masked.push_str(written),
    });
    (masked, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(list: &[(&str, &str)]) -> Vec<Known> {
        list.iter()
            .map(|(name, mask)| Known {
                name: (*name).to_owned(),
                mask: (*mask).to_owned(),
                person: *mask != "school",
            })
            .collect()
    }

    #[test]
    fn a_name_is_found_whole_in_part_and_in_any_case_but_not_inside_a_word() {
        let list = known(&[
            ("Anna de Vries", "leerkracht"),
            ("Roos Bakker", "schoolleider"),
            ("De Eik", "school"),
        ]);
        let text = "ANNA DE VRIES en Roos spraken. Mevrouw de Vries zei: 'Anna's groep'. Een roos van de bakker, in Annapolis, bij De Eik.";
        let (masked, n) = mask(text, &list, &[]);
        assert_eq!(
            masked,
            "[leerkracht] en [schoolleider] spraken. Mevrouw [leerkracht] zei: '[leerkracht]'s groep'. Een roos van de bakker, in Annapolis, bij [school]."
        );
        assert_eq!(n, 5);
        // Masked once, nothing is left to mask.
        assert_eq!(mask(&masked, &list, &[]), (masked.clone(), 0));
        assert_eq!(propose(text, &list).len(), 5);
    }

    #[test]
    fn what_the_reviewer_says_is_no_name_stays() {
        let list = known(&[("Bram Winter", "leerkracht")]);
        let text = "In de Winter was Bram ziek; Bram kwam terug.";
        let found = propose(text, &list);
        assert_eq!((found[0].written.as_str(), found[1].times), ("Winter", 2));
        let (masked, n) = mask(text, &list, &["Winter".to_owned()]);
        assert_eq!(
            (masked.as_str(), n),
            (
                "In de Winter was [leerkracht] ziek; [leerkracht] kwam terug.",
                2
            )
        );
    }

    #[test]
    fn odd_letters_break_nothing() {
        let list = known(&[("Şeyma Öztürk", "x"), ("İ", "y"), ("", "z"), ("ß ß", "w")]);
        for text in [
            "",
            "şEYMA öZTÜRK",
            "İİ İ",
            "ß",
            "a\u{301} ß ß\u{301}",
            "👩‍🏫Şeyma",
        ] {
            let (masked, _) = mask(text, &list, &[]);
            assert!(!masked.contains("Öztürk"));
        }
    }
}
