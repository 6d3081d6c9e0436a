//! Words for what an instrument says of itself: kinds of questions, rules, hints, and what changed between versions.

use fluent_bundle::FluentArgs;

use crate::domain::language::Language;
use crate::fieldwork::revise::PublishRefusal;
use crate::instrument::definition::{Format, Instrument, Status};
use crate::instrument::diff::{Change, Difference, Kind, Place, Wording, options};
use crate::instrument::hints::Hint;
use crate::instrument::rule::{Comparison, Rule};
use crate::locale::Words;

/// One change in words, with the texts before and after where there are two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    pub place: String,
    pub what: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub blocks: bool,
}

pub fn change(w: Words, difference: &Difference) -> ChangeLine {
    let (what, before, after) = match &difference.change {
        Change::Added => (w.t("change-added"), None, None),
        Change::Removed => (w.t("change-removed"), None, None),
        Change::Worded {
            language,
            which,
            before,
            after,
        } => {
            let which = w.t(match which {
                Wording::Title => "change-title",
                Wording::Intro => "change-intro",
                Wording::Lead => "change-lead",
                Wording::Question => "change-question",
            });
            let what = w.t2(
                "change-worded",
                "which",
                which,
                "language",
                language_name(w, *language),
            );
            (what, some(before), some(after))
        }
        Change::TypeChanged { before, after } => (
            w.t("change-type"),
            Some(w.t(before.key())),
            Some(w.t(after.key())),
        ),
        Change::OptionAdded(choice) => (
            w.t1("change-option-added", "code", choice.code),
            None,
            some(choice.text.say(w.0)),
        ),
        Change::OptionRemoved(choice) => (
            w.t1("change-option-removed", "code", choice.code),
            some(choice.text.say(w.0)),
            None,
        ),
        Change::OptionWorded {
            code,
            language,
            before,
            after,
        } => {
            let language = language_name(w, *language);
            let what = w.t2("change-option-worded", "code", *code, "language", language);
            (what, some(before), some(after))
        }
        Change::OptionsOrdered => (w.t("change-options-ordered"), None, None),
        Change::LimitsChanged { before, after } => (
            w.t("change-limits"),
            Some(limits(w, before)),
            Some(limits(w, after)),
        ),
        Change::RightAnswer { before, after } => (
            w.t("change-right-answer"),
            Some(before.to_string()),
            Some(after.to_string()),
        ),
        Change::Relation { before, after } => (w.t("change-relation"), some(before), some(after)),
        Change::Moved { before, after } => (
            w.t2("change-moved", "before", *before, "after", *after),
            None,
            None,
        ),
        Change::Ordered => (w.t("change-ordered"), None, None),
        Change::Rule { before, after } => {
            let text = |rule: &Option<Rule>| {
                let none = || w.t("change-no-rule");
                Some(rule.as_ref().map_or_else(none, ToString::to_string))
            };
            (w.t("change-rule"), text(before), text(after))
        }
        Change::JoinsScale(scale) => (w.t1("change-joins", "scale", scale.as_str()), None, None),
        Change::LeavesScale(scale) => (w.t1("change-leaves", "scale", scale.as_str()), None, None),
        Change::Reversed { scale, now } => {
            let key = if *now {
                "change-reversed"
            } else {
                "change-not-reversed"
            };
            (w.t1(key, "scale", scale.as_str()), None, None)
        }
        Change::ScoredOtherwise { before, after } => {
            let text = |(needed, minimum, maximum): (usize, f64, f64)| {
                let mut args = FluentArgs::new();
                args.set("needed", needed);
                args.set("min", minimum);
                args.set("max", maximum);
                Some(w.with("change-scored-by", &args))
            };
            (w.t("change-scored"), text(*before), text(*after))
        }
        Change::Separate(true) => (w.t("change-separate"), None, None),
        Change::Separate(false) => (w.t("change-not-separate"), None, None),
    };
    ChangeLine {
        place: place(w, &difference.of),
        what,
        before,
        after,
        blocks: difference.blocks(),
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn place(w: Words, place: &Place) -> String {
    match place {
        Place::Instrument => w.t("change-of-instrument"),
        Place::Page(number) => w.t1("change-of-page", "number", *number),
        Place::Item(key) => w.t1("change-of-item", "key", key.as_str()),
        Place::Scale(key) => w.t1("change-of-scale", "key", key.as_str()),
    }
}

pub fn language_name(w: Words, language: Language) -> String {
    w.t(match language {
        Language::Nl => "language-dutch",
        Language::En => "language-english",
    })
}

pub fn status(w: Words, status: Status) -> String {
    w.t(match status {
        Status::PrintedInTheSource => "status-printed",
        Status::WrittenForThisProject => "status-written",
        Status::Permitted => "status-permitted",
    })
}

/// The kind of question, with its limits if it has any.
pub fn kind(w: Words, format: &Format) -> String {
    let (kind, limits) = (w.t(Kind::of(format).key()), limits(w, format));
    if limits.is_empty() {
        kind
    } else {
        format!("{kind}, {limits}")
    }
}

fn limits(w: Words, format: &Format) -> String {
    match format {
        Format::Multiple {
            most: Some(most), ..
        } => w.t1("limits-most", "n", *most),
        Format::Number { minimum, maximum } => {
            w.t2("limits-range", "min", *minimum, "max", *maximum)
        }
        Format::Text { longest } => w.t1("limits-longest", "n", *longest),
        Format::Date { earliest, latest } => {
            let from = earliest.map(|day| w.t1("limits-from", "day", day.to_string()));
            let until = latest.map(|day| w.t1("limits-until", "day", day.to_string()));
            let both: Vec<String> = from.into_iter().chain(until).collect();
            both.join(" ")
        }
        _ => String::new(),
    }
}

/// A rule as a sentence, with the options it names.
pub fn rule(w: Words, rule: &Rule, instrument: &Instrument) -> String {
    let option = |item: &str, code: f64| {
        let format = instrument.items.get(item).map(|item| &item.format);
        let choice = format.and_then(|format| {
            options(format)
                .iter()
                .find(|choice| choice.code as f64 == code)
        });
        match choice {
            Some(choice) => format!("{code} ({})", choice.text.say(w.0)),
            None => code.to_string(),
        }
    };
    let several = |rules: &[Rule], key: &str| {
        let parts: Vec<String> = rules
            .iter()
            .map(|part| match part {
                Rule::And(_) | Rule::Or(_) => format!("({})", self::rule(w, part, instrument)),
                _ => self::rule(w, part, instrument),
            })
            .collect();
        parts.join(&format!(" {} ", w.t(key)))
    };
    match rule {
        Rule::Answered(item) => w.t1("rule-answered", "item", item.as_str()),
        Rule::Compare {
            item,
            comparison,
            value,
        } => {
            let key = match comparison {
                Comparison::Equal => "rule-equal",
                Comparison::NotEqual => "rule-not-equal",
                Comparison::Less => "rule-less",
                Comparison::AtMost => "rule-at-most",
                Comparison::More => "rule-more",
                Comparison::AtLeast => "rule-at-least",
            };
            w.t2(key, "item", item.as_str(), "value", option(item, *value))
        }
        Rule::Includes { item, code } => w.t2(
            "rule-includes",
            "item",
            item.as_str(),
            "value",
            option(item, *code as f64),
        ),
        Rule::Not(inner) => w.t1("rule-not", "rule", self::rule(w, inner, instrument)),
        Rule::And(rules) => several(rules, "rule-and"),
        Rule::Or(rules) => several(rules, "rule-or"),
    }
}

pub fn hint(w: Words, hint: &Hint) -> String {
    let words: Vec<String> = hint.words.iter().map(|word| format!("“{word}”")).collect();
    let mut args = FluentArgs::new();
    args.set("item", hint.item.as_str());
    args.set("language", language_name(w, hint.language));
    args.set("words", words.join(", "));
    w.with(hint.trouble.key(), &args)
}

/// Why a file cannot be published; the faults and the blocking changes stand beside it.
pub fn refusal(w: Words, refusal: &PublishRefusal) -> String {
    match refusal {
        PublishRefusal::Faulty(faults) => w.t1("publish-faulty", "n", faults.len()),
        PublishRefusal::Published { key, version } => w.t2(
            "publish-published",
            "key",
            key.as_str(),
            "version",
            *version,
        ),
        PublishRefusal::NotNewer {
            key,
            version,
            newest,
        } => {
            let mut args = FluentArgs::new();
            args.set("key", key.as_str());
            args.set("version", *version);
            args.set("newest", *newest);
            args.set("next", *newest + 1);
            w.with("publish-not-newer", &args)
        }
        PublishRefusal::KeyShared { shared, owner } => w.t2(
            "publish-key-shared",
            "shared",
            shared.as_str(),
            "owner",
            owner.as_str(),
        ),
        PublishRefusal::TypeChanged(blocking) => w.t1("publish-type-changed", "n", blocking.len()),
        PublishRefusal::UnknownRelation { item, relation } => w.t2(
            "publish-unknown-relation",
            "item",
            item.as_str(),
            "relation",
            relation.as_str(),
        ),
        PublishRefusal::UnknownStudy | PublishRefusal::Failed(_) => w.t("problem-not-found"),
    }
}
