//! What changed between two versions of an instrument, item by item, as plain values; the pages find words for them.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{Choice, Format, Instrument, Item, Page, Scale};
use super::rule::Rule;
use crate::domain::language::{Language, Text};

/// One change, and of what.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub of: Place,
    pub change: Change,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Instrument,
    /// Number of the page from 1: in the new version, or in the old one for a page that is gone.
    Page(usize),
    Item(String),
    Scale(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Added,
    Removed,
    /// The wording in one language.
    Worded {
        language: Language,
        which: Wording,
        before: String,
        after: String,
    },
    /// Answers of the old and the new kind cannot be put together.
    TypeChanged {
        before: Kind,
        after: Kind,
    },
    OptionAdded(Choice),
    OptionRemoved(Choice),
    OptionWorded {
        code: i64,
        language: Language,
        before: String,
        after: String,
    },
    /// The same options in another order.
    OptionsOrdered,
    /// Range, length, period or number of choices.
    LimitsChanged {
        before: Format,
        after: Format,
    },
    RightAnswer {
        before: i64,
        after: i64,
    },
    Relation {
        before: String,
        after: String,
    },
    /// Page numbers from 1, in the old and in the new version.
    Moved {
        before: usize,
        after: usize,
    },
    /// The same items in another order.
    Ordered,
    Rule {
        before: Option<Rule>,
        after: Option<Rule>,
    },
    JoinsScale(String),
    LeavesScale(String),
    Reversed {
        scale: String,
        now: bool,
    },
    /// `needed`, `min` and `max` of a scale.
    ScoredOtherwise {
        before: (usize, f64, f64),
        after: (usize, f64, f64),
    },
    /// Answered in a sitting of its own, or no longer.
    Separate(bool),
}

/// Which text of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    Title,
    Intro,
    Lead,
    Question,
}

/// What sort of answer is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Rating,
    Single,
    Multiple,
    Test,
    Card,
    Date,
    Number,
    Text,
    RosterTicks,
    RosterStrengths,
}

impl Kind {
    pub fn of(format: &Format) -> Self {
        match format {
            Format::Rating(_) => Self::Rating,
            Format::Single(_) => Self::Single,
            Format::Multiple { .. } => Self::Multiple,
            Format::Test { .. } => Self::Test,
            Format::Card { .. } => Self::Card,
            Format::Date { .. } => Self::Date,
            Format::Number { .. } => Self::Number,
            Format::Text { .. } => Self::Text,
            Format::Roster { strengths, .. } if strengths.is_empty() => Self::RosterTicks,
            Format::Roster { .. } => Self::RosterStrengths,
        }
    }

    /// Its name among the words of the interface.
    pub fn key(self) -> &'static str {
        match self {
            Self::Rating => "kind-rating",
            Self::Single => "kind-single",
            Self::Multiple => "kind-multiple",
            Self::Test => "kind-test",
            Self::Card => "kind-card",
            Self::Date => "kind-date",
            Self::Number => "kind-number",
            Self::Text => "kind-text",
            Self::RosterTicks => "kind-roster-ticks",
            Self::RosterStrengths => "kind-roster-strengths",
        }
    }
}

impl Difference {
    /// Whether answers from before and after would mean different things under one key: such an item needs a new key.
    pub fn blocks(&self) -> bool {
        matches!(
            self.change,
            Change::TypeChanged { .. } | Change::RightAnswer { .. } | Change::Relation { .. }
        )
    }
}

/// The options of a format, whatever they are called there.
pub fn options(format: &Format) -> &[Choice] {
    match format {
        Format::Rating(options)
        | Format::Single(options)
        | Format::Multiple { options, .. }
        | Format::Test { options, .. }
        | Format::Card {
            positions: options, ..
        }
        | Format::Roster {
            strengths: options, ..
        } => options,
        Format::Date { .. } | Format::Number { .. } | Format::Text { .. } => &[],
    }
}

/// From `old` to `new`: first the instrument, then its pages, items and scales.
pub fn differences(old: &Instrument, new: &Instrument) -> Vec<Difference> {
    let mut found = Found::default();
    let whole = Place::Instrument;
    found.text(&whole, Wording::Title, &old.title, &new.title);
    found.text(&whole, Wording::Intro, &old.intro, &new.intro);
    if old.separate != new.separate {
        found.add(&whole, Change::Separate(new.separate));
    }
    let matched = matched(&old.pages, &new.pages);
    pages(&mut found, old, new, &matched);
    items(&mut found, old, new, &matched);
    scales(&mut found, &old.scales, &new.scales);
    found.0
}

#[derive(Default)]
struct Found(Vec<Difference>);

impl Found {
    fn add(&mut self, of: &Place, change: Change) {
        self.0.push(Difference {
            of: of.clone(),
            change,
        });
    }

    fn text(&mut self, of: &Place, which: Wording, before: &Text, after: &Text) {
        for language in Language::ALL {
            let (before, after) = (before.say(language), after.say(language));
            if before != after {
                let change = Change::Worded {
                    language,
                    which,
                    before: before.to_owned(),
                    after: after.to_owned(),
                };
                self.add(of, change);
            }
        }
    }

    fn rule(&mut self, of: &Place, before: &Option<Rule>, after: &Option<Rule>) {
        if before != after {
            let (before, after) = (before.clone(), after.clone());
            self.add(of, Change::Rule { before, after });
        }
    }
}

/// Old page to the new page that it became: the one with most of its items. A page put in between moves nothing.
fn matched(old: &[Page], new: &[Page]) -> BTreeMap<usize, usize> {
    let mut shared: Vec<(usize, usize, usize)> = Vec::new();
    for (before, old) in old.iter().enumerate() {
        for (after, new) in new.iter().enumerate() {
            let n = old.ask.iter().filter(|item| new.ask.contains(item)).count();
            if n > 0 {
                shared.push((n, before, after));
            }
        }
    }
    shared.sort_by_key(|(n, before, after)| (usize::MAX - n, *before, *after));
    let mut matched = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (_, before, after) in shared {
        if !matched.contains_key(&before) && taken.insert(after) {
            matched.insert(before, after);
        }
    }
    matched
}

fn pages(found: &mut Found, old: &Instrument, new: &Instrument, matched: &BTreeMap<usize, usize>) {
    let none = Text::default();
    for (index, page) in new.pages.iter().enumerate() {
        let place = Place::Page(index + 1);
        let before = matched.iter().find(|(_, after)| **after == index);
        let Some((before, _)) = before else {
            found.add(&place, Change::Added);
            continue;
        };
        let was = &old.pages[*before];
        found.text(&place, Wording::Title, &was.title, &page.title);
        let lead = |page: &Page| page.lead.clone().unwrap_or_else(|| none.clone());
        found.text(&place, Wording::Lead, &lead(was), &lead(page));
        found.rule(&place, &was.when, &page.when);
        let still: Vec<_> = was.ask.iter().filter(|i| page.ask.contains(i)).collect();
        let now: Vec<_> = page.ask.iter().filter(|i| was.ask.contains(i)).collect();
        if still != now {
            found.add(&place, Change::Ordered);
        }
    }
    for index in (0..old.pages.len()).filter(|index| !matched.contains_key(index)) {
        found.add(&Place::Page(index + 1), Change::Removed);
    }
}

fn items(found: &mut Found, old: &Instrument, new: &Instrument, matched: &BTreeMap<usize, usize>) {
    let keys: BTreeSet<&String> = old.items.keys().chain(new.items.keys()).collect();
    for key in keys {
        let place = Place::Item(key.clone());
        match (old.items.get(key), new.items.get(key)) {
            (Some(before), Some(after)) => item(found, &place, before, after),
            (None, _) => found.add(&place, Change::Added),
            (_, None) => found.add(&place, Change::Removed),
        }
        let page_of = |pages: &[Page]| pages.iter().position(|page| page.ask.contains(key));
        if let (Some(was), Some(is)) = (page_of(&old.pages), page_of(&new.pages))
            && matched.get(&was) != Some(&is)
        {
            let (before, after) = (was + 1, is + 1);
            found.add(&place, Change::Moved { before, after });
        }
        let scale_of = |scales: &[Scale]| -> BTreeMap<String, bool> {
            scales
                .iter()
                .filter(|scale| scale.items.contains(key))
                .map(|scale| (scale.key.clone(), scale.reverse.contains(key)))
                .collect()
        };
        let (was, is) = (scale_of(&old.scales), scale_of(&new.scales));
        for (scale, reversed) in &was {
            match is.get(scale) {
                None => found.add(&place, Change::LeavesScale(scale.clone())),
                Some(now) if now != reversed => {
                    let (scale, now) = (scale.clone(), *now);
                    found.add(&place, Change::Reversed { scale, now });
                }
                Some(_) => {}
            }
        }
        for scale in is.keys().filter(|scale| !was.contains_key(*scale)) {
            found.add(&place, Change::JoinsScale(scale.clone()));
        }
    }
}

fn item(found: &mut Found, place: &Place, before: &Item, after: &Item) {
    found.text(place, Wording::Question, &before.text, &after.text);
    found.rule(place, &before.when, &after.when);
    let (was, is) = (Kind::of(&before.format), Kind::of(&after.format));
    if was != is {
        let (before, after) = (was, is);
        found.add(place, Change::TypeChanged { before, after });
        return;
    }
    chosen_from(
        found,
        place,
        options(&before.format),
        options(&after.format),
    );
    let (before, after) = (&before.format, &after.format);
    match (before, after) {
        (Format::Test { key: was, .. }, Format::Test { key: is, .. }) if was != is => {
            let (before, after) = (*was, *is);
            found.add(place, Change::RightAnswer { before, after });
        }
        (Format::Roster { relation: was, .. }, Format::Roster { relation: is, .. })
            if was != is =>
        {
            let (before, after) = (was.clone(), is.clone());
            found.add(place, Change::Relation { before, after });
        }
        (Format::Multiple { most: was, .. }, Format::Multiple { most: is, .. }) if was == is => {}
        (Format::Multiple { .. }, _)
        | (Format::Date { .. } | Format::Number { .. } | Format::Text { .. }, _)
            if before != after =>
        {
            let (before, after) = (before.clone(), after.clone());
            found.add(place, Change::LimitsChanged { before, after });
        }
        _ => {}
    }
}

fn chosen_from(found: &mut Found, place: &Place, old: &[Choice], new: &[Choice]) {
    let by_code = |choices: &[Choice], code: i64| choices.iter().position(|c| c.code == code);
    for choice in old {
        match by_code(new, choice.code) {
            None => found.add(place, Change::OptionRemoved(choice.clone())),
            Some(index) => {
                for language in Language::ALL {
                    let (before, after) =
                        (choice.text.say(language), new[index].text.say(language));
                    if before != after {
                        let change = Change::OptionWorded {
                            code: choice.code,
                            language,
                            before: before.to_owned(),
                            after: after.to_owned(),
                        };
                        found.add(place, change);
                    }
                }
            }
        }
    }
    for choice in new.iter().filter(|c| by_code(old, c.code).is_none()) {
        found.add(place, Change::OptionAdded(choice.clone()));
    }
    let codes = |choices: &[Choice], other: &[Choice]| -> Vec<i64> {
        choices
            .iter()
            .map(|choice| choice.code)
            .filter(|code| by_code(other, *code).is_some())
            .collect()
    };
    if codes(old, new) != codes(new, old) {
        found.add(place, Change::OptionsOrdered);
    }
}

fn scales(found: &mut Found, old: &[Scale], new: &[Scale]) {
    for scale in old {
        let place = Place::Scale(scale.key.clone());
        let Some(now) = new.iter().find(|other| other.key == scale.key) else {
            found.add(&place, Change::Removed);
            continue;
        };
        found.text(&place, Wording::Title, &scale.title, &now.title);
        let before = (scale.needed, scale.minimum, scale.maximum);
        let after = (now.needed, now.minimum, now.maximum);
        if before != after {
            found.add(&place, Change::ScoredOtherwise { before, after });
        }
    }
    for scale in new {
        if old.iter().all(|other| other.key != scale.key) {
            found.add(&Place::Scale(scale.key.clone()), Change::Added);
        }
    }
}
