//! Which page of which instrument comes next, and what is asked on it.

use std::collections::BTreeMap;

use super::definition::{Format, Instrument};
use crate::domain::answer::Answer;
use crate::domain::study::Layout;

/// One page of a sitting, over all instruments of it. A page that a rule hides keeps its number, so that an address
/// means the same page whatever was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Index among the instruments of the sitting.
    pub instrument: usize,
    /// Index of the page in that instrument; the first of them where several are shown as one.
    pub page: usize,
    /// Items asked now, in order. None: a rule hides the page.
    pub ask: Vec<String>,
    /// All relations person by person, on one page.
    pub by_person: bool,
}

/// All pages in order, hidden ones too. In the person-by-person layout the pages of an instrument that each ask one
/// relation about colleagues become one.
pub fn steps(
    instruments: &[&Instrument],
    answers: &BTreeMap<String, Answer>,
    layout: Layout,
) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (index, instrument) in instruments.iter().enumerate() {
        let mut joined: Option<usize> = None;
        for page in 0..instrument.pages.len() {
            let ask = asked(instrument, page, answers);
            let rosters = instrument.pages[page]
                .ask
                .iter()
                .all(|item| is_roster(instrument, item));
            let by_person = layout == Layout::Person && rosters;
            match joined.filter(|_| by_person) {
                Some(first) => steps[first].ask.extend(ask),
                None => {
                    joined = by_person.then_some(steps.len());
                    steps.push(Step {
                        instrument: index,
                        page,
                        ask,
                        by_person,
                    });
                }
            }
        }
    }
    steps
}

/// What is asked on a page, given the answers so far.
pub fn asked(
    instrument: &Instrument,
    page: usize,
    answers: &BTreeMap<String, Answer>,
) -> Vec<String> {
    let page = &instrument.pages[page];
    if page.when.as_ref().is_some_and(|rule| !rule.holds(answers)) {
        return Vec::new();
    }
    page.ask
        .iter()
        .filter(|item| {
            let rule = instrument.items[*item].when.as_ref();
            rule.is_none_or(|rule| rule.holds(answers))
        })
        .cloned()
        .collect()
}

fn is_roster(instrument: &Instrument, item: &str) -> bool {
    matches!(instrument.items[item].format, Format::Roster { .. })
}
