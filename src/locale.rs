//! Interface words in Dutch and English, from `locale/nl.ftl` and `locale/en.ftl`. Instruments carry their own.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::domain::language::Language;

const NL: &str = include_str!("locale/nl.ftl");
const EN: &str = include_str!("locale/en.ftl");

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 2]> =
    LazyLock::new(|| [bundle("nl", NL), bundle("en", EN)]);

fn bundle(tag: &str, text: &str) -> FluentBundle<FluentResource> {
    let language = tag.parse().expect("both tags are languages");
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Isolation marks would enter file names, tests and screen readers.
    bundle.set_use_isolating(false);
    let resource =
        FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words(pub Language);

impl Words {
    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = &BUNDLES[usize::from(self.0 == Language::En)];
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        bundle
            .format_pattern(pattern, args, &mut Vec::new())
            .into_owned()
    }

    pub fn t(self, key: &str) -> String {
        self.format(key, None)
    }

    /// A text with one value in it.
    pub fn t1<'v>(self, key: &str, name: &'v str, value: impl Into<FluentValue<'v>>) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.format(key, Some(&args))
    }

    /// A text with two values in it.
    pub fn t2<'v>(
        self,
        key: &str,
        name: &'v str,
        value: impl Into<FluentValue<'v>>,
        other_name: &'v str,
        other: impl Into<FluentValue<'v>>,
    ) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        args.set(other_name, other);
        self.format(key, Some(&args))
    }

    /// A text with any number of values in it.
    pub fn with(self, key: &str, args: &FluentArgs<'_>) -> String {
        self.format(key, Some(args))
    }

    pub fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// A number with so many decimals, and the decimal sign of the language.
    pub fn decimal(self, number: f64, decimals: usize) -> String {
        let text = format!("{number:.decimals$}");
        // A rounded nothing has no sign.
        let text = if text.trim_start_matches(['-', '0', '.']).is_empty() {
            text.trim_start_matches('-').to_owned()
        } else {
            text
        };
        match self.0 {
            Language::Nl => text.replace('.', ","),
            Language::En => text,
        }
    }

    pub fn day(self, at: DateTime<Utc>, zone: Tz) -> String {
        let local = at.with_timezone(&zone);
        let month = self.t(&format!("month-{}", local.format("%-m")));
        format!("{} {} {}", local.format("%-d"), month, local.format("%Y"))
    }

    pub fn day_and_time(self, at: DateTime<Utc>, zone: Tz) -> String {
        format!(
            "{} {}",
            self.day(at, zone),
            at.with_timezone(&zone).format("%H:%M")
        )
    }
}

/// Keys of both languages: a test holds them equal, and every key in use to be among them.
pub fn keys(language: Language) -> Vec<&'static str> {
    let text = if language == Language::Nl { NL } else { EN };
    text.lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys_and_every_text_is_read() {
        assert!(keys(Language::Nl).len() > 50);
        assert_eq!(keys(Language::Nl), keys(Language::En));
        for language in Language::ALL {
            for key in keys(language) {
                assert_ne!(Words(language).t(key), key, "{key} in {}", language.tag());
            }
        }
    }

    #[test]
    fn numbers_and_plurals_follow_the_language() {
        assert_eq!(Words(Language::Nl).decimal(3.456, 1), "3,5");
        assert_eq!(Words(Language::En).decimal(-0.01, 1), "0.0");
        assert_eq!(Words(Language::Nl).t1("minutes", "n", 1), "1 minuut");
        assert_eq!(Words(Language::Nl).t1("minutes", "n", 10), "10 minuten");
    }
}
