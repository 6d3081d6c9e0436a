//! Whether skip rules make sense: each compares what can be compared, looks back only, and can hold for somebody.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::definition::{Choice, Format, Item};
use super::rule::Rule;
use super::rule_text::Mention;
use crate::domain::answer::Answer;

/// Combinations of answers that are tried before a rule is left at the simple check.
const MOST_TRIED: usize = 20_000;
/// Codes of one item of several choices whose combinations are tried.
const MOST_CODES: usize = 10;

/// A rule of a file, with the thing it decides on. Places are in bytes of the file.
#[derive(Debug, Clone)]
pub struct Placed {
    pub owner: Owner,
    pub at: Range<usize>,
    pub rule: Rule,
    pub mentions: Vec<Mention>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    Item(String),
    /// Index of the page.
    Page(usize),
}

/// One thing that is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub at: Range<usize>,
    pub code: &'static str,
    pub message: String,
    pub hint: String,
}

impl Flaw {
    fn new(
        at: &Range<usize>,
        code: &'static str,
        message: String,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            at: at.clone(),
            code,
            message,
            hint: hint.into(),
        }
    }
}

/// The items of a file and the page on which each is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'f> {
    pub items: &'f BTreeMap<String, Item>,
    pub page_of: &'f BTreeMap<String, usize>,
}

/// Everything that is wrong with the rules of a file.
pub fn flaws(rules: &[Placed], asked: Asked<'_>) -> Vec<Flaw> {
    let mut flaws: Vec<Flaw> = rules
        .iter()
        .flat_map(|placed| &placed.mentions)
        .filter_map(|mention| Some((mention, asked.items.get(&mention.item)?)))
        .filter_map(|(mention, item)| mistyped(mention, &item.format))
        .collect();
    flaws.extend(out_of_order(rules, asked));
    // Whether a rule can hold is a question only of rules that mean something.
    if flaws.is_empty() {
        flaws.extend(unreachable(rules, asked));
    }
    flaws
}

/// What an item's answer cannot be asked in this way.
fn mistyped(mention: &Mention, format: &Format) -> Option<Flaw> {
    let item = &mention.item;
    let no_option = |code: f64, options: &[Choice]| {
        let known = options
            .iter()
            .map(|choice| choice.code.to_string())
            .collect::<Vec<_>>()
            .join(", ");
        (!options.iter().any(|choice| choice.code as f64 == code)).then(|| {
            Flaw::new(
                &mention.value_at,
                "rule_no_such_option",
                format!("{code} is not an option of `{item}`"),
                format!("use one of {known}"),
            )
        })
    };
    match (&mention.statement, format) {
        (
            Rule::Compare { value, .. },
            Format::Rating(options) | Format::Single(options) | Format::Test { options, .. },
        ) => no_option(*value, options),
        (Rule::Compare { value, .. }, Format::Number { minimum, maximum }) => {
            (value < minimum || value > maximum).then(|| {
                Flaw::new(
                    &mention.value_at,
                    "rule_outside_range",
                    format!("{value} cannot be the answer to `{item}`"),
                    format!("compare with a number from {minimum} to {maximum}"),
                )
            })
        }
        (Rule::Compare { .. }, Format::Multiple { .. }) => Some(Flaw::new(
            &mention.item_at,
            "rule_mistyped",
            format!("`{item}` takes several choices and cannot be compared"),
            format!("write `{item} includes CODE`"),
        )),
        (Rule::Compare { .. }, _) => Some(Flaw::new(
            &mention.item_at,
            "rule_mistyped",
            format!("the answer to `{item}` is no number or choice and cannot be compared"),
            format!("ask whether it was given: `answered({item})`"),
        )),
        (Rule::Includes { code, .. }, Format::Multiple { options, .. }) => {
            no_option(*code as f64, options)
        }
        (Rule::Includes { .. }, _) => Some(Flaw::new(
            &mention.item_at,
            "rule_mistyped",
            format!("`{item}` does not take several choices, so it includes nothing"),
            format!("compare it: `{item} == CODE`, or ask `answered({item})`"),
        )),
        _ => None,
    }
}

/// A rule looks back at earlier pages: what is on its own page is not known yet when the page is written, and rules
/// that wait for each other never end.
fn out_of_order(rules: &[Placed], asked: Asked<'_>) -> Vec<Flaw> {
    let waits = waits(rules, asked.page_of);
    let mut flaws = Vec::new();
    for placed in rules {
        let owners = owned(&placed.owner, asked.page_of);
        let Some(page) = owners.first().and_then(|item| asked.page_of.get(*item)) else {
            continue;
        };
        for mention in &placed.mentions {
            let Some(other) = asked
                .page_of
                .get(&mention.item)
                .filter(|other| *other >= page)
            else {
                continue;
            };
            let circle = owners
                .iter()
                .find_map(|owner| Some((owner, way(&waits, &mention.item, owner)?)));
            flaws.push(match circle {
                Some((owner, way)) => {
                    let chain = way.iter().map(|item| format!("`{item}`"));
                    let chain = chain.collect::<Vec<_>>().join(", which waits for ");
                    Flaw::new(
                        &mention.item_at,
                        "rule_cycle",
                        format!("the rules go round in a circle: `{owner}` waits for {chain}"),
                        "take one of these rules away",
                    )
                }
                None => Flaw::new(
                    &mention.item_at,
                    "rule_asked_later",
                    format!(
                        "`{}` is asked on page {}, and the rule decides about page {}",
                        mention.item,
                        other + 1,
                        page + 1
                    ),
                    "a rule can look at earlier pages only: move one of the two to another page",
                ),
            });
        }
    }
    flaws
}

/// The items that a rule decides on.
fn owned<'o>(owner: &'o Owner, page_of: &'o BTreeMap<String, usize>) -> Vec<&'o str> {
    match owner {
        Owner::Item(item) => vec![item],
        Owner::Page(page) => page_of
            .iter()
            .filter(|(_, on)| *on == page)
            .map(|(item, _)| item.as_str())
            .collect(),
    }
}

/// Per item the items that its rule and the rule of its page mention.
fn waits<'r>(
    rules: &'r [Placed],
    page_of: &'r BTreeMap<String, usize>,
) -> BTreeMap<&'r str, BTreeSet<&'r str>> {
    let mut waits: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for placed in rules {
        for owner in owned(&placed.owner, page_of) {
            let others = placed.mentions.iter().map(|mention| mention.item.as_str());
            waits.entry(owner).or_default().extend(others);
        }
    }
    waits
}

/// The shortest chain of waiting from one item to another, both included.
fn way<'w>(
    waits: &BTreeMap<&'w str, BTreeSet<&'w str>>,
    from: &'w str,
    to: &str,
) -> Option<Vec<&'w str>> {
    let mut chains = vec![vec![from]];
    let mut seen = BTreeSet::from([from]);
    let mut next = 0;
    while let Some(chain) = chains.get(next).cloned() {
        let last = *chain.last()?;
        if last == to {
            return Some(chain);
        }
        for other in waits.get(last).into_iter().flatten() {
            if seen.insert(other) {
                let mut longer = chain.clone();
                longer.push(other);
                chains.push(longer);
            }
        }
        next += 1;
    }
    None
}

/// Rules that hold for no answers that someone can give, and rules that wait for what is never asked.
fn unreachable(rules: &[Placed], asked: Asked<'_>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut never: BTreeSet<&str> = BTreeSet::new();
    let mut pages_never: BTreeSet<usize> = BTreeSet::new();
    let mut in_order: Vec<&Placed> = rules.iter().collect();
    in_order.sort_by_key(|placed| match &placed.owner {
        Owner::Page(page) => (*page, 0),
        Owner::Item(item) => (asked.page_of.get(item).copied().unwrap_or(0), 1),
    });
    for placed in in_order {
        let page = match &placed.owner {
            Owner::Page(page) => *page,
            Owner::Item(item) => asked.page_of.get(item).copied().unwrap_or(0),
        };
        // Said of the page already.
        if pages_never.contains(&page) || can_hold(&placed.owner, page, rules, asked) {
            continue;
        }
        let waited_for = placed
            .mentions
            .iter()
            .map(|mention| mention.item.as_str())
            .find(|item| never.contains(item));
        let what = match &placed.owner {
            Owner::Item(item) => format!("`{item}` is never asked"),
            Owner::Page(page) => format!("page {} is never shown", page + 1),
        };
        let (message, hint) = match waited_for {
            Some(other) => (
                format!("{what}: it waits for `{other}`, which is never asked"),
                "correct the rule of that one first".to_owned(),
            ),
            None => (
                format!(
                    "{what}: no answers that someone can give fulfil `{}`",
                    placed.rule
                ),
                "correct the rule, or remove what it hides".to_owned(),
            ),
        };
        flaws.push(Flaw::new(&placed.at, "never_reached", message, hint));
        never.extend(owned(&placed.owner, asked.page_of));
        if let Owner::Page(page) = placed.owner {
            pages_never.insert(page);
        }
    }
    flaws
}

/// Whether some answers to what was asked before make the item or page be asked. All combinations are tried that make
/// a difference to the rules involved; where that are too many, the rules of the owner alone are tried without those
/// behind them, and where that are still too many, what they say of each item by itself.
fn can_hold(owner: &Owner, page: usize, rules: &[Placed], asked: Asked<'_>) -> bool {
    let own: Vec<&Placed> = rules
        .iter()
        .filter(|placed| placed.owner == *owner || placed.owner == Owner::Page(page))
        .collect();
    let direct: BTreeSet<&str> = own
        .iter()
        .flat_map(|placed| placed.mentions.iter().map(|mention| mention.item.as_str()))
        .collect();
    let waits = waits(rules, asked.page_of);
    let mut involved = direct.clone();
    let mut open: Vec<&str> = direct.iter().copied().collect();
    while let Some(item) = open.pop() {
        for other in waits.get(item).into_iter().flatten() {
            if involved.insert(other) {
                open.push(other);
            }
        }
    }
    let goal = |answers: &BTreeMap<String, Answer>| own.iter().all(|p| p.rule.holds(answers));
    let whole = Search::new(&involved, rules, rules, asked);
    whole
        .and_then(|search| search.finds(&goal))
        .or_else(|| Search::new(&direct, rules, &[], asked)?.finds(&goal))
        .unwrap_or_else(|| {
            let parts: Vec<&Rule> = own.iter().flat_map(|p| parts(&p.rule)).collect();
            direct
                .iter()
                .all(|item| alone(item, &parts, asked).unwrap_or(true))
        })
}

/// What must all hold for a rule to hold.
fn parts(rule: &Rule) -> Vec<&Rule> {
    match rule {
        Rule::And(rules) => rules.iter().flat_map(parts).collect(),
        other => vec![other],
    }
}

/// Whether one answer to this item, or none, fits all the statements that are about it by itself.
fn alone(item: &str, parts: &[&Rule], asked: Asked<'_>) -> Option<bool> {
    let about: Vec<&Rule> = parts
        .iter()
        .filter(|rule| match rule {
            Rule::Answered(other)
            | Rule::Compare { item: other, .. }
            | Rule::Includes { item: other, .. } => other == item,
            _ => false,
        })
        .copied()
        .collect();
    let open = BTreeMap::new();
    let fits = |answers: &BTreeMap<String, Answer>| about.iter().all(|rule| rule.holds(answers));
    let answers = telling(item, &asked.items.get(item)?.format, &about)?;
    Some(
        fits(&open)
            || answers
                .into_iter()
                .any(|answer| fits(&BTreeMap::from([(item.to_owned(), answer)]))),
    )
}

/// A search through combinations of answers, item by item in the order of the pages.
struct Search<'s> {
    /// Each with the answers that differ in what the rules say of them, and the rules that decide whether it is asked.
    items: Vec<(&'s str, Vec<Answer>, Vec<&'s Rule>)>,
}

impl<'s> Search<'s> {
    /// None if an item has more combinations than are tried.
    fn new(
        items: &BTreeSet<&'s str>,
        mentioned_in: &'s [Placed],
        deciding: &'s [Placed],
        asked: Asked<'s>,
    ) -> Option<Self> {
        let mut ordered: Vec<&str> = items.iter().copied().collect();
        ordered.sort_by_key(|item| asked.page_of.get(*item));
        let searched = ordered.into_iter().map(|item| {
            let statements: Vec<&Rule> = mentioned_in
                .iter()
                .flat_map(|placed| &placed.mentions)
                .filter(|mention| mention.item == item)
                .map(|mention| &mention.statement)
                .collect();
            let page = Owner::Page(*asked.page_of.get(item)?);
            let decides = deciding
                .iter()
                .filter(|placed| {
                    placed.owner == page || placed.owner == Owner::Item(item.to_owned())
                })
                .map(|placed| &placed.rule)
                .collect();
            let answers = telling(item, &asked.items.get(item)?.format, &statements)?;
            Some((item, answers, decides))
        });
        Some(Self {
            items: searched.collect::<Option<_>>()?,
        })
    }

    /// None if it takes too many steps to know.
    fn finds(&self, goal: &dyn Fn(&BTreeMap<String, Answer>) -> bool) -> Option<bool> {
        self.from(0, &mut BTreeMap::new(), goal, &mut 0)
    }

    fn from(
        &self,
        index: usize,
        answers: &mut BTreeMap<String, Answer>,
        goal: &dyn Fn(&BTreeMap<String, Answer>) -> bool,
        tried: &mut usize,
    ) -> Option<bool> {
        let Some((item, options, decides)) = self.items.get(index) else {
            *tried += 1;
            return if *tried > MOST_TRIED {
                None
            } else {
                Some(goal(answers))
            };
        };
        // Leaving it open is always possible; answering it only when it is asked.
        if self.from(index + 1, answers, goal, tried)? {
            return Some(true);
        }
        if decides.iter().all(|rule| rule.holds(answers)) {
            for option in options {
                answers.insert((*item).to_owned(), option.clone());
                let found = self.from(index + 1, answers, goal, tried);
                answers.remove(*item);
                if found? {
                    return Some(true);
                }
            }
        }
        Some(false)
    }
}

/// Answers to an item, one of each kind that the statements tell apart. None if there are too many to list.
fn telling(item: &str, format: &Format, statements: &[&Rule]) -> Option<Vec<Answer>> {
    let candidates: Vec<Answer> = match format {
        Format::Rating(options) | Format::Single(options) | Format::Test { options, .. } => options
            .iter()
            .map(|choice| Answer::Code(choice.code))
            .collect(),
        Format::Number { minimum, maximum } => {
            let mut numbers: Vec<f64> = statements
                .iter()
                .filter_map(|rule| match rule {
                    Rule::Compare { value, .. } => Some(*value),
                    _ => None,
                })
                .chain([*minimum, *maximum])
                .collect();
            numbers.sort_by(f64::total_cmp);
            let between: Vec<f64> = numbers
                .windows(2)
                .map(|pair| (pair[0] + pair[1]) / 2.0)
                .collect();
            numbers.extend(between);
            numbers.into_iter().map(Answer::Number).collect()
        }
        Format::Multiple { options, most } => {
            let named: BTreeSet<i64> = statements
                .iter()
                .filter_map(|rule| match rule {
                    Rule::Includes { code, .. } => Some(*code),
                    _ => None,
                })
                .collect();
            if named.len() > MOST_CODES {
                return None;
            }
            let other = options.iter().find(|choice| !named.contains(&choice.code));
            let codes: Vec<i64> = named.into_iter().chain(other.map(|o| o.code)).collect();
            (1..1usize << codes.len())
                .map(|subset| {
                    let chosen = codes.iter().enumerate();
                    chosen
                        .filter(|(bit, _)| subset >> bit & 1 == 1)
                        .map(|(_, code)| *code)
                        .collect::<BTreeSet<i64>>()
                })
                .filter(|chosen| most.is_none_or(|most| chosen.len() <= most))
                .map(Answer::Codes)
                .collect()
        }
        // Only whether these were answered can be asked.
        Format::Card { .. } | Format::Date { .. } | Format::Text { .. } | Format::Roster { .. } => {
            vec![Answer::Nobody]
        }
    };
    let mut told_apart: BTreeMap<Vec<bool>, Answer> = BTreeMap::new();
    for answer in candidates {
        let alone = BTreeMap::from([(item.to_owned(), answer.clone())]);
        let told = statements.iter().map(|rule| rule.holds(&alone)).collect();
        told_apart.entry(told).or_insert(answer);
    }
    Some(told_apart.into_values().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::language::Text;
    use crate::instrument::rule::Comparison;
    use crate::instrument::rule_text;

    fn item(format: Format) -> Item {
        Item {
            text: Text::new("?", "?"),
            format,
            when: None,
            desk_only: false,
        }
    }

    fn options(codes: i64) -> Vec<Choice> {
        (1..=codes)
            .map(|code| Choice {
                code,
                text: Text::new("x", "x"),
            })
            .collect()
    }

    /// On page 1 one of three, a number and two of three; on page 2 one of two; on page 3 a text.
    fn items() -> (BTreeMap<String, Item>, BTreeMap<String, usize>) {
        let multiple = Format::Multiple {
            options: options(3),
            most: Some(2),
        };
        let number = Format::Number {
            minimum: 0.0,
            maximum: 2.0,
        };
        let all = [
            ("a", Format::Single(options(3)), 0),
            ("n", number, 0),
            ("m", multiple, 0),
            ("b", Format::Rating(options(2)), 1),
            ("c", Format::Text { longest: 9 }, 2),
        ];
        let page_of = all.iter().map(|(key, _, page)| ((*key).to_owned(), *page));
        let page_of = page_of.collect();
        let items = all.map(|(key, format, _)| (key.to_owned(), item(format)));
        (items.into(), page_of)
    }

    fn placed(owner: &str, rule: &Rule) -> Placed {
        let written = rule_text::read(&rule.to_string()).expect("written by the printer");
        Placed {
            owner: Owner::Item(owner.to_owned()),
            at: 0..0,
            rule: written.rule,
            mentions: written.mentions,
        }
    }

    fn flaws_of(rules: &[Placed]) -> Vec<Flaw> {
        let (items, page_of) = items();
        let asked = Asked {
            items: &items,
            page_of: &page_of,
        };
        flaws(rules, asked)
    }

    fn rule(items: &'static [&'static str]) -> impl Strategy<Value = Rule> {
        let statement =
            (0..items.len(), 0..6usize, 0..3i64, 0..3u8).prop_map(|(index, sign, value, kind)| {
                let item = items[index].to_owned();
                let signs = [
                    Comparison::Equal,
                    Comparison::NotEqual,
                    Comparison::Less,
                    Comparison::AtMost,
                    Comparison::More,
                    Comparison::AtLeast,
                ];
                let code = match items[index] {
                    "n" => value,
                    "b" => value % 2 + 1,
                    _ => value + 1,
                };
                match (kind, items[index]) {
                    (0, _) => Rule::Answered(item),
                    (_, "m") => Rule::Includes { item, code },
                    _ => Rule::Compare {
                        item,
                        comparison: signs[sign],
                        value: code as f64,
                    },
                }
            });
        statement.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                1 => inner.clone().prop_map(|rule| Rule::Not(Box::new(rule))),
                3 => prop::collection::vec(inner.clone(), 2..5).prop_map(Rule::And),
                1 => prop::collection::vec(inner, 2..4).prop_map(Rule::Or),
            ]
        })
    }

    /// Every answer that someone can give to an item, and none; numbers in quarters.
    fn every(key: &str) -> Vec<Option<Answer>> {
        let codes = |list: &[i64]| Some(Answer::Codes(list.iter().copied().collect()));
        let mut all = vec![None];
        match key {
            "a" => all.extend((1..=3).map(|code| Some(Answer::Code(code)))),
            "b" => all.extend((1..=2).map(|code| Some(Answer::Code(code)))),
            "n" => all.extend((0..=8).map(|n| Some(Answer::Number(f64::from(n) / 4.0)))),
            _ => all.extend([
                codes(&[1]),
                codes(&[2]),
                codes(&[3]),
                codes(&[1, 2]),
                codes(&[1, 3]),
                codes(&[2, 3]),
            ]),
        }
        all
    }

    /// Whether someone is asked `b`, and whether someone is asked `c`, by trying everything.
    fn by_trying(before: &Rule, last: &Rule) -> (bool, bool) {
        let (mut b_asked, mut c_asked) = (false, false);
        for a in every("a") {
            for n in every("n") {
                for m in every("m") {
                    let first = [("a", a.clone()), ("n", n.clone()), ("m", m)];
                    let mut answers: BTreeMap<String, Answer> = first
                        .into_iter()
                        .filter_map(|(key, answer)| Some((key.to_owned(), answer?)))
                        .collect();
                    let shown = before.holds(&answers);
                    b_asked |= shown;
                    for b in every("b").into_iter().filter(|b| shown || b.is_none()) {
                        match b {
                            Some(b) => answers.insert("b".to_owned(), b),
                            None => answers.remove("b"),
                        };
                        c_asked |= last.holds(&answers);
                    }
                }
            }
        }
        (b_asked, c_asked)
    }

    proptest! {
        #[test]
        fn a_rule_is_refused_exactly_if_it_holds_for_nobody(
            before in rule(&["a", "n", "m"]),
            last in rule(&["a", "n", "m", "b"]),
        ) {
            let found = flaws_of(&[placed("b", &before), placed("c", &last)]);
            let (b_asked, c_asked) = by_trying(&before, &last);
            let expected = usize::from(!b_asked) + usize::from(!c_asked);
            prop_assert_eq!(found.len(), expected, "{} / {}: {:?}", before, last, found);
            prop_assert!(found.iter().all(|flaw| flaw.code == "never_reached"));
        }
    }

    #[test]
    fn a_contradiction_is_seen_among_more_items_than_can_be_tried() {
        let (mut items, mut page_of) = items();
        let mut text = "a == 1 and a == 2".to_owned();
        for n in 0..30 {
            items.insert(format!("s{n}"), item(Format::Single(options(5))));
            page_of.insert(format!("s{n}"), 0);
            text += &format!(" and (s{n} == 1 or s{n} == 4 or not answered(s{n}))");
        }
        let asked = Asked {
            items: &items,
            page_of: &page_of,
        };
        let found = |text: &str| {
            let written = rule_text::read(text).expect("a rule");
            let rule = Placed {
                owner: Owner::Page(2),
                at: 0..0,
                rule: written.rule,
                mentions: written.mentions,
            };
            flaws(&[rule], asked).len()
        };
        assert_eq!(found(&text), 1);
        assert_eq!(found(&text.replace("a == 2", "a < 2")), 0);
    }
}
