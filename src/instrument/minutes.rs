//! How long it takes to read and answer an instrument: an estimate from its words and questions, until a rehearsal has
//! measured it.
//!
//! Reading: 238 words a minute, the mean for silent reading of non-fiction in English (Brysbaert 2019, "How many words do
//! we read per minute? A review and meta-analysis of reading rate", Journal of Memory and Language 109). Dutch is taken
//! to go as fast. Answering: seconds per kind of question, rules of thumb of this project and measured by nobody. What
//! a rule may hide is counted in full, so that the estimate is rather too long than too short.

use super::definition::{Format, Instrument};
use crate::domain::language::Language;

const WORDS_PER_MINUTE: f64 = 238.0;
/// A list of colleagues: finding the way in it, and each name on it.
const SECONDS_A_ROSTER: f64 = 10.0;
const SECONDS_A_COLLEAGUE: f64 = 1.5;

/// Seconds for someone with so many colleagues to read and answer everything.
pub fn seconds(instrument: &Instrument, language: Language, colleagues: usize) -> f64 {
    let mut words = count(instrument.title.say(language)) + count(instrument.intro.say(language));
    let mut answering = 0.0;
    for page in &instrument.pages {
        words += count(page.title.say(language));
        words += page
            .lead
            .as_ref()
            .map_or(0, |lead| count(lead.say(language)));
        // The points of a rating scale and the strengths of a list are read once on a page, other options each time.
        let mut read_before: Vec<&Format> = Vec::new();
        for item in page.ask.iter().filter_map(|key| instrument.items.get(key)) {
            words += count(item.text.say(language));
            let format = &item.format;
            let once = matches!(format, Format::Rating(_) | Format::Roster { .. });
            if !(once && read_before.contains(&format)) {
                let options = super::diff::options(format).iter();
                words += options
                    .map(|choice| count(choice.text.say(language)))
                    .sum::<usize>();
                read_before.push(format);
            }
            answering += seconds_to_answer(format, colleagues);
        }
    }
    words as f64 / WORDS_PER_MINUTE * 60.0 + answering
}

fn seconds_to_answer(format: &Format, colleagues: usize) -> f64 {
    match format {
        Format::Rating(_) => 3.0,
        Format::Single(_) => 4.0,
        Format::Multiple { .. } => 6.0,
        Format::Number { .. } | Format::Card { .. } => 5.0,
        Format::Date { .. } => 6.0,
        Format::Test { .. } => 20.0,
        Format::Text { .. } => 25.0,
        Format::Roster { .. } => SECONDS_A_ROSTER + SECONDS_A_COLLEAGUE * colleagues as f64,
    }
}

/// Whole minutes as an invitation states them: rounded up, and at least one.
pub fn in_minutes(seconds: f64) -> u32 {
    ((seconds / 60.0).ceil() as u32).max(1)
}

fn count(text: &str) -> usize {
    text.split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::library::Library;

    #[test]
    fn it_is_words_and_questions_and_colleagues() {
        let library = Library::shipped();
        let culture = library.get("culture").expect("shipped");
        // English: 2 of the title, 5 of the intro, 3 of the page, 15 + 14 + 15 of the items, 10 of the five points.
        let expected = 64.0 / 238.0 * 60.0 + 3.0 * 3.0;
        let given = seconds(culture, Language::En, 17);
        assert!((given - expected).abs() < 1e-9, "{given} is not {expected}");
        let network = library.get("whole-network").expect("shipped");
        let more = seconds(network, Language::Nl, 27) - seconds(network, Language::Nl, 17);
        assert!((more - 3.0 * 10.0 * 1.5).abs() < 1e-9, "{more}");
    }

    #[test]
    fn minutes_are_rounded_up() {
        assert_eq!([0.0, 60.0, 61.0].map(in_minutes), [1, 1, 2]);
    }
}
