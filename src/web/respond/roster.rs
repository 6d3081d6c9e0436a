//! The list of colleagues: under which headings they stand, in which order, and what is shown beside a name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::question::{Tick, ticks};
use crate::domain::id::MemberId;
use crate::domain::roster::Member;
use crate::domain::study::{Grouping, StudyDesign};
use crate::fieldwork::hints::Hints;
use crate::instrument::check::RawAnswer;
use crate::instrument::definition::{Choice, Format, Instrument};
use crate::instrument::flow::Step;
use crate::locale::Words;
use crate::web::visitor::Respondent;

/// From so many names a list can be searched.
const SEARCHED_FROM: usize = 25;
/// So many missing colleagues can be written in.
const WRITTEN_IN: usize = 5;

/// One relation: a tick or a strength for each colleague, or "with nobody".
pub struct Roster {
    pub headings: Vec<Heading<Colleague>>,
    /// Strengths rather than ticks are asked.
    pub strong: bool,
    pub nobody: bool,
    /// Names that were written in, with empty ones up to the number of fields; none where it is not asked.
    pub missing: Vec<String>,
    pub search: bool,
    pub hinted: bool,
}

/// Some people, under a title if there is more than one such list.
pub struct Heading<P> {
    pub title: Option<String>,
    pub people: Vec<P>,
}

pub struct Colleague {
    pub id: MemberId,
    pub name: String,
    pub note: String,
    pub answer: Named,
}

/// What is asked and known of one colleague in one relation.
pub struct Named {
    /// The item; with the colleague it makes the name of the field.
    pub item: String,
    pub relation: String,
    pub ticked: bool,
    /// The strengths to choose from; none where a tick is asked.
    pub strengths: Vec<Tick>,
    /// What stands for "not named" among the strengths.
    pub not: String,
    pub hinted: bool,
}

/// All relations of a page, colleague by colleague.
pub struct ByPerson {
    pub headings: Vec<Heading<Person>>,
    pub search: bool,
    pub hinted: bool,
}

pub struct Person {
    pub id: MemberId,
    pub name: String,
    pub note: String,
    pub answers: Vec<Named>,
}

/// Colleagues as one respondent sees them, with the roles and groups that are not in the heading.
fn arranged<'m>(visitor: &'m Respondent, instrument: &Instrument) -> Vec<Heading<Listed<'m>>> {
    let members = visitor
        .sitting
        .colleagues_for(&visitor.study, &instrument.key);
    let seed = visitor.sitting.opened.invitation.order_seed;
    arrange(visitor.words, members, &visitor.study.design, seed)
}

struct Listed<'m> {
    member: &'m Member,
    note: String,
}

/// Everyone once: someone in several groups or roles under the first of them, with the others beside the name.
fn arrange<'m>(
    w: Words,
    members: &'m [Arc<Member>],
    design: &StudyDesign,
    order_seed: i64,
) -> Vec<Heading<Listed<'m>>> {
    let role = |key: &String| {
        let title = design.role_title(key);
        title.map_or_else(|| key.clone(), |title| title.say(w.0).to_owned())
    };
    let mut by_heading: BTreeMap<Place, (Option<String>, Vec<Listed<'m>>)> = BTreeMap::new();
    for member in ordered(members, order_seed) {
        let primary = member.roles.first().map(role).unwrap_or_default();
        let (place, title, note, others): (_, _, _, Vec<String>) = match design.network.grouping {
            Grouping::None => (Place::Nowhere, None, primary, Vec::new()),
            Grouping::Group => {
                let mut groups = member.groups.clone();
                groups.sort_by_cached_key(|group| Place::group(group));
                let others = groups.split_off(groups.len().min(1));
                let first = groups.pop();
                let place = first.as_deref().map_or(Place::Nowhere, Place::group);
                (place, first, primary, others)
            }
            Grouping::Role => {
                let others = member.roles.iter().skip(1).map(role).collect();
                let first = member.roles.first();
                let at = first.and_then(|key| design.roles.iter().position(|r| r.key == *key));
                let place = match (at, first) {
                    (Some(at), _) => Place::At(at),
                    (None, Some(key)) => Place::group(key),
                    (None, None) => Place::Nowhere,
                };
                (place, first.map(role), String::new(), others)
            }
        };
        let also = (!others.is_empty()).then(|| w.t1("roster-also", "groups", others.join(", ")));
        let note: Vec<String> = [note, also.unwrap_or_default()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        let (_, people) = by_heading
            .entry(place)
            .or_insert_with(|| (title, Vec::new()));
        people.push(Listed {
            member,
            note: note.join(" · "),
        });
    }
    let single = by_heading.len() == 1;
    by_heading
        .into_values()
        .map(|(title, people)| Heading {
            title: title.or_else(|| (!single).then(|| w.t("roster-other"))),
            people,
        })
        .collect()
}

/// Where a heading stands: as the design has it, else by name with numbers as numbers, and who has none at the end.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    At(usize),
    Named(Vec<(u64, String)>),
    Nowhere,
}

/// The years of a primary school, whose names are not in the order of the alphabet.
const YEARS: [&str; 3] = ["onderbouw", "middenbouw", "bovenbouw"];

impl Place {
    fn group(name: &str) -> Self {
        let lower = name.to_lowercase();
        let years = YEARS.iter().position(|years| lower.starts_with(years));
        years.map_or_else(|| Self::Named(natural(name)), Self::At)
    }
}

/// `groep 10` after `groep 9`: the numbers in a name, each with the letters before it.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut parts: Vec<(u64, String)> = Vec::new();
    let (mut letters, mut number) = (String::new(), None::<u64>);
    for c in name.to_lowercase().chars() {
        match (c.to_digit(10), number) {
            (Some(digit), so_far) => {
                let so_far = so_far.unwrap_or_default();
                number = Some(so_far.saturating_mul(10).saturating_add(digit.into()));
            }
            (None, Some(done)) => {
                parts.push((done, std::mem::take(&mut letters)));
                number = None;
                letters.push(c);
            }
            (None, None) => letters.push(c),
        }
    }
    parts.push((number.unwrap_or_default(), letters));
    // Letters decide before numbers do.
    parts
        .into_iter()
        .flat_map(|(number, letters)| [(0, letters), (number, String::new())])
        .collect()
}

/// By name, as they come; or in an order of this respondent's own. Each colleague has a place in it that depends on
/// nobody else, so that it stays when someone joins or leaves.
fn ordered(members: &[Arc<Member>], order_seed: i64) -> Vec<&Member> {
    let mut members: Vec<&Member> = members.iter().map(|member| &**member).collect();
    if order_seed != 0 {
        members.sort_by_cached_key(|member| {
            let mut seed = [0_u8; 32];
            seed[..8].copy_from_slice(&order_seed.to_le_bytes());
            seed[8..24].copy_from_slice(member.member_id.0.as_bytes());
            ChaCha12Rng::from_seed(seed).next_u64()
        });
    }
    members
}

/// How one item asks about colleagues, and what is known so far.
struct Asked<'q> {
    w: Words,
    item: &'q str,
    relation: String,
    strengths: &'q [Choice],
    raw: RawAnswer,
    hints: Option<&'q BTreeSet<MemberId>>,
}

impl<'q> Asked<'q> {
    fn new(
        w: Words,
        instrument: &'q Instrument,
        item: &'q str,
        raw: RawAnswer,
        hints: &'q Hints,
    ) -> Self {
        let asked = &instrument.items[item];
        let (relation, strengths): (&str, &[Choice]) = match &asked.format {
            Format::Roster {
                relation,
                strengths,
            } => (relation, strengths),
            _ => ("", &[]),
        };
        Self {
            w,
            item,
            relation: short(w, relation).unwrap_or_else(|| asked.text.say(w.0).to_owned()),
            strengths,
            raw,
            hints: hints.get(item),
        }
    }

    fn of(&self, member: MemberId) -> Named {
        let named = self.raw.named.iter().find(|(id, _)| *id == member);
        let strength = named.map_or("", |(_, strength)| strength.as_str());
        // A strength of nothing is what "not named" is called here.
        let (nothing, strengths): (Vec<&Choice>, Vec<&Choice>) =
            self.strengths.iter().partition(|choice| choice.code <= 0);
        Named {
            item: self.item.to_owned(),
            relation: self.relation.clone(),
            ticked: named.is_some(),
            strengths: ticks(self.w, strengths, &[strength.to_owned()]),
            not: nothing.first().map_or_else(
                || self.w.t("roster-not"),
                |choice| choice.text.say(self.w.0).to_owned(),
            ),
            hinted: self.hints.is_some_and(|hints| hints.contains(&member)),
        }
    }
}

/// What a relation is called in a word or two, if the program knows it.
fn short(w: Words, relation: &str) -> Option<String> {
    let key = format!("relation-{relation}");
    let word = w.t(&key);
    (word != key).then_some(word)
}

pub fn roster(
    visitor: &Respondent,
    instrument: &Instrument,
    item: &str,
    raw: &RawAnswer,
    hints: &Hints,
) -> Roster {
    let asked = Asked::new(visitor.words, instrument, item, raw.clone(), hints);
    let headings: Vec<Heading<Colleague>> = arranged(visitor, instrument)
        .into_iter()
        .map(|heading| Heading {
            title: heading.title,
            people: heading
                .people
                .into_iter()
                .map(|listed| Colleague {
                    id: listed.member.member_id,
                    name: listed.member.name.clone(),
                    note: listed.note,
                    answer: asked.of(listed.member.member_id),
                })
                .collect(),
        })
        .collect();
    let mut missing = Vec::new();
    if visitor.study.design.network.write_in {
        missing.clone_from(&raw.missing);
        missing.resize(WRITTEN_IN.max(missing.len()), String::new());
    }
    Roster {
        search: headings.iter().map(|h| h.people.len()).sum::<usize>() >= SEARCHED_FROM,
        hinted: asked.hints.is_some_and(|hints| !hints.is_empty()),
        headings,
        strong: !asked.strengths.is_empty(),
        nobody: raw.nobody,
        missing,
    }
}

pub fn by_person(
    visitor: &Respondent,
    instrument: &Instrument,
    step: &Step,
    shown: &BTreeMap<String, RawAnswer>,
    hints: &Hints,
) -> ByPerson {
    let asked: Vec<Asked<'_>> = step
        .ask
        .iter()
        .map(|item| {
            let raw = shown.get(item).cloned().unwrap_or_default();
            Asked::new(visitor.words, instrument, item, raw, hints)
        })
        .collect();
    let headings: Vec<Heading<Person>> = arranged(visitor, instrument)
        .into_iter()
        .map(|heading| Heading {
            title: heading.title,
            people: heading
                .people
                .into_iter()
                .map(|listed| Person {
                    id: listed.member.member_id,
                    name: listed.member.name.clone(),
                    note: listed.note,
                    answers: asked
                        .iter()
                        .map(|asked| asked.of(listed.member.member_id))
                        .collect(),
                })
                .collect(),
        })
        .collect();
    ByPerson {
        search: headings.iter().map(|h| h.people.len()).sum::<usize>() >= SEARCHED_FROM,
        hinted: hints.values().any(|named| !named.is_empty()),
        headings,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::{PersonId, SchoolId};
    use crate::domain::language::{Language, Text};
    use crate::domain::study::{RoleDesign, test_design};

    fn member(n: u128, name: &str, roles: &[&str], groups: &[&str]) -> Arc<Member> {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Arc::new(Member {
            member_id: MemberId(Uuid::from_u128(n)),
            person_id: PersonId(Uuid::from_u128(n)),
            school_id: SchoolId(Uuid::from_u128(1)),
            name: name.to_owned(),
            roles: own(roles),
            groups: own(groups),
            joined_on: None,
            left_on: None,
        })
    }

    fn names(headings: &[Heading<Listed<'_>>]) -> Vec<(Option<String>, Vec<String>)> {
        headings
            .iter()
            .map(|heading| {
                let people = heading.people.iter().map(|listed| {
                    format!("{}|{}", listed.member.name, listed.note)
                        .trim_end_matches('|')
                        .to_owned()
                });
                (heading.title.clone(), people.collect())
            })
            .collect()
    }

    #[test]
    fn everyone_stands_once_under_the_first_heading() {
        let members = [
            member(1, "Anna", &["teacher"], &["groep 10", "groep 9"]),
            member(2, "Bo", &["teacher", "coach"], &["groep 10"]),
            member(3, "Cas", &["coach"], &[]),
        ];
        let role = |key: &str, single| RoleDesign {
            key: key.into(),
            title: Text::new(key, key),
            single,
        };
        let mut design = StudyDesign {
            roles: vec![role("teacher", false), role("coach", true)],
            ..test_design()
        };
        design.network.grouping = Grouping::Group;
        let w = Words(Language::Nl);
        let own = |title: &str, people: &[&str]| {
            let people = people.iter().map(|name| (*name).to_owned()).collect();
            (Some(title.to_owned()), people)
        };
        assert_eq!(
            names(&arrange(w, &members, &design, 0)),
            [
                own("groep 9", &["Anna|teacher · ook: groep 10"]),
                own("groep 10", &["Bo|teacher"]),
                own("Overig", &["Cas|coach"]),
            ]
        );
        design.network.grouping = Grouping::Role;
        assert_eq!(
            names(&arrange(w, &members, &design, 0)),
            [
                own("teacher", &["Anna", "Bo|ook: coach"]),
                own("coach", &["Cas"]),
            ]
        );
        design.network.grouping = Grouping::None;
        let plain = names(&arrange(w, &members, &design, 0));
        assert_eq!(plain.len(), 1);
        assert_eq!(plain[0].0, None);
    }

    #[test]
    fn a_shuffled_order_is_ones_own_and_stays_when_someone_leaves() {
        let members: Vec<Arc<Member>> = (1..=40)
            .map(|n| member(n, &format!("P{n:02}"), &[], &[]))
            .collect();
        let order = |members: &[Arc<Member>], seed| -> Vec<String> {
            let ordered = ordered(members, seed).into_iter();
            ordered.map(|member| member.name.clone()).collect()
        };
        let by_name: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
        assert_eq!(order(&members, 0), by_name);
        let one = order(&members, 1);
        assert_eq!(order(&members, 1), one);
        assert_ne!(one, by_name);
        assert_ne!(order(&members, 2), one);
        let left: Vec<String> = one.into_iter().filter(|name| name != "P07").collect();
        let fewer: Vec<Arc<Member>> = members.into_iter().filter(|m| m.name != "P07").collect();
        assert_eq!(order(&fewer, 1), left);
    }
}
