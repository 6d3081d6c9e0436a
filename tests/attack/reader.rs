//! What can be seen of a school: the kept parts as text, read word by word, beside what everybody in a school knows of it:
//! who was on the list, in which role and group, and (at worst) who answered what. A word that the reader does not know
//! fails the test, so that nothing new is shown without being attacked.

use std::collections::{BTreeMap, BTreeSet};

use schakel::domain::records::{ItemAnswers, Records, RosterRecord};
use schakel::evaluation::scales::ScaleDefinition;
use serde_json::Value;

use super::attacker::{Fact, MutualFact, TieFact, Ties};
use super::items;
use super::world::{RELATIONS, WAVES};

/// What one conclusion told one school.
pub struct Telling<'w> {
    /// What the conclusion was drawn from. The attacker takes from it who was there and who answered, and his own answers.
    pub records: &'w Records,
    /// Part and text.
    pub parts: Vec<(&'static str, String)>,
}

/// All that is told about the scores of a school on one scale.
#[derive(Default)]
pub struct Scores {
    pub facts: Vec<Fact>,
    /// By number of the answer.
    pub truth: Vec<f64>,
    /// By person of the school, the answers that are theirs: one a wave.
    pub of_person: BTreeMap<usize, Vec<usize>>,
    /// Sets of answers that figures were over.
    pub parts: Vec<Vec<usize>>,
    pub ends: (f64, f64),
}

/// How the answers to one item lie.
pub struct ItemFact {
    pub wave: usize,
    pub item: String,
    /// For the tester's eyes, and the attackers' own.
    pub answers: Vec<f64>,
    pub said: String,
    pub ends: (f64, f64),
    /// What the answers can add up to.
    pub sum: (f64, f64),
}

#[derive(Default)]
pub struct Seen {
    pub scores: BTreeMap<String, Scores>,
    pub items: Vec<ItemFact>,
    /// By wave and relation.
    pub ties: BTreeMap<(usize, usize), Ties>,
    /// Sets of pupils behind a told mean: month, and how many.
    pub pupils: Vec<(i64, BTreeSet<String>)>,
    pub n_told: usize,
    pub n_withheld: usize,
    /// Scales on which a school's leader is judged.
    pub about_principal: BTreeSet<String>,
    people: BTreeMap<String, usize>,
}

/// The members of an object, each of which must be known by name.
pub fn fields<'v, const N: usize>(value: &'v Value, names: [&str; N]) -> [&'v Value; N] {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("no object: {value}"));
    for key in object.keys() {
        assert!(
            names.contains(&key.as_str()),
            "the reader does not know {key}, and so nobody attacks it: {value}"
        );
    }
    names.map(|name| {
        object
            .get(name)
            .unwrap_or_else(|| panic!("no {name}: {value}"))
    })
}

pub fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"))
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

pub fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}

impl Seen {
    /// What is told, if it is.
    fn told<'v>(&mut self, disclosed: &'v Value) -> Option<&'v Value> {
        let object = disclosed
            .as_object()
            .unwrap_or_else(|| panic!("not disclosed: {disclosed}"));
        assert_eq!(object.len(), 1, "{disclosed}");
        match (object.get("Ok"), object.get("Err")) {
            (Some(value), None) => {
                self.n_told += 1;
                Some(value)
            }
            (None, Some(why)) => {
                text(why);
                self.n_withheld += 1;
                None
            }
            _ => panic!("neither told nor withheld: {disclosed}"),
        }
    }

    fn person(&mut self, key: &str) -> usize {
        let next = self.people.len();
        *self.people.entry(key.to_owned()).or_insert(next)
    }

    pub fn read(
        &mut self,
        telling: &Telling<'_>,
        school: usize,
        scales: &[ScaleDefinition],
        truth: &Records,
    ) {
        for (part, content) in &telling.parts {
            for word in [
                "effect",
                "rank",
                "group_high",
                "\"high\"",
                "\"low\"",
                "growth",
                "shrunken",
            ] {
                assert!(
                    !content.contains(word),
                    "the {part} part says {word}: {content}"
                );
            }
            let value: Value = serde_json::from_str(content).expect("a part is JSON");
            match *part {
                "team" => {
                    let [waves] = fields(&value, ["waves"]);
                    for wave in list(waves) {
                        self.read_wave(wave, telling.records, school, scales, truth);
                    }
                }
                "leadership" => {
                    let [waves] = fields(&value, ["waves"]);
                    for wave in list(waves) {
                        let [key, led_by, scales_told] = fields(wave, ["wave", "led_by", "scales"]);
                        assert!(list(led_by).len() <= 2);
                        let at = wave_index(key);
                        let roster = roster(telling.records, school, at);
                        for scale in list(scales_told) {
                            self.about_principal
                                .insert(text(&scale["scale"]).to_owned());
                            self.read_scale(
                                scale,
                                roster,
                                telling.records,
                                &Grouped::default(),
                                scales,
                            );
                        }
                    }
                }
                "achievement" => {
                    let [moments] = fields(&value, ["moments"]);
                    for moment in list(moments) {
                        self.read_moment(moment, telling.records, school);
                    }
                }
                other => panic!("a part that nobody attacks: {other}"),
            }
        }
    }

    fn read_wave(
        &mut self,
        wave: &Value,
        records: &Records,
        school: usize,
        scales: &[ScaleDefinition],
        truth: &Records,
    ) {
        let [
            key,
            grouped,
            n_members,
            n_answered,
            since,
            groups,
            relations,
            told_scales,
        ] = fields(
            wave,
            [
                "wave",
                "grouped",
                "n_members",
                "n_answered",
                "since",
                "groups",
                "relations",
                "scales",
            ],
        );
        let at = wave_index(key);
        assert!(grouped.is_boolean());
        let roster = roster(records, school, at);
        // Who was there and who answered he knows anyhow.
        for count in [n_members, n_answered] {
            self.told(count);
        }
        if !since.is_null() {
            let [_, came, went] = fields(since, ["wave", "n_came", "n_went"]);
            self.told(came);
            self.told(went);
        }
        let grouped = Grouped::of(list(groups), roster);
        for relation in list(relations) {
            self.read_relation(relation, at, roster, &grouped, school, truth);
        }
        for scale in list(told_scales) {
            self.read_scale(scale, roster, records, &grouped, scales);
        }
    }

    fn read_relation(
        &mut self,
        told: &Value,
        at: usize,
        roster: &RosterRecord,
        grouped: &Grouped,
        school: usize,
        truth: &Records,
    ) {
        let [
            relation,
            density,
            reciprocity,
            blocks,
            change,
            alike,
            persons,
        ] = fields(
            told,
            [
                "relation",
                "density",
                "reciprocity",
                "blocks",
                "change",
                "alike",
                "persons",
            ],
        );
        let which = RELATIONS
            .iter()
            .position(|known| *known == text(relation))
            .expect("a relation of the study");
        let everyone: Vec<usize> = roster
            .persons
            .iter()
            .map(|person| self.person(&person.key))
            .collect();
        let mut ties = self.ties.remove(&(at, which)).unwrap_or_default();
        if ties.truth.is_empty() {
            let whole = super::reader::roster(truth, school, at);
            for nomination in whole.nominations[which].iter().flatten() {
                let key = |index: u32| &whole.persons[index as usize].key;
                ties.truth.insert((
                    self.person(key(nomination.ego)),
                    self.person(key(nomination.alter)),
                ));
            }
        }
        let answered = |people: &[usize]| -> BTreeSet<usize> {
            let ask = |person: &&usize| {
                everyone
                    .iter()
                    .position(|known| known == *person)
                    .is_some_and(|place| roster.persons[place].responded)
            };
            people.iter().filter(ask).copied().collect()
        };
        let rows = answered(&everyone);
        if let Some(share) = self.told(density) {
            let (low, high) = share_ends(share);
            ties.add(
                &rows,
                &everyone.iter().copied().collect(),
                (low, high),
                "density",
            );
        }
        if let Some(share) = self.told(reciprocity) {
            let (low, high) = share_ends(share);
            ties.mutual.push(MutualFact {
                people: rows.clone(),
                low,
                high,
            });
        }
        for block in list(blocks) {
            let [from, to, share] = fields(block, ["from", "to", "share"]);
            let members = |group: &Value| -> Vec<usize> {
                let group = group.as_u64().expect("a group by its index") as usize;
                let places = grouped.of_person.iter().zip(&everyone);
                places
                    .filter(|(known, _)| **known == Some(group))
                    .map(|(_, person)| *person)
                    .collect()
            };
            if let Some(band) = self.told(share) {
                let ends = band_ends(band);
                ties.add(
                    &answered(&members(from)),
                    &members(to).into_iter().collect(),
                    ends,
                    "block",
                );
            }
        }
        if !change.is_null() {
            let [density, evenness, stayers] =
                fields(change, ["density", "evenness", "among_stayers"]);
            assert!(stayers.is_boolean());
            self.told(density);
            self.told(evenness);
        }
        if let Some(usual) = self.told(alike) {
            fields(usual, ["from", "to", "n_schools"]);
        }
        if let Some(picture) = self.told(persons) {
            let [drawn, _, _] = fields(picture, ["drawn", "ties", "n_not_drawn"]);
            for person in list(drawn) {
                let [key, _, _] = fields(person, ["person", "x", "y"]);
                let person = self.person(text(key));
                ties.drawn.insert(person);
            }
        }
        self.ties.insert((at, which), ties);
    }

    fn read_scale(
        &mut self,
        told: &Value,
        roster: &RosterRecord,
        records: &Records,
        grouped: &Grouped,
        scales: &[ScaleDefinition],
    ) {
        let [key, minimum, maximum, n, mean, change, usual, groups, items] = fields(
            told,
            [
                "scale", "minimum", "maximum", "n", "mean", "change", "usual", "groups", "items",
            ],
        );
        let scale = scales
            .iter()
            .find(|scale| scale.key == text(key))
            .expect("a scale of the study");
        let mut scores = self.scores.remove(&scale.key).unwrap_or_default();
        scores.ends = (number(minimum), number(maximum));
        // Whose answers count, which he knows at worst.
        let mut scored: Vec<(usize, usize)> = Vec::new();
        for (place, person) in roster.persons.iter().enumerate() {
            let who = self.person(&person.key);
            let sheets = records.answers.iter();
            let mut own = sheets.filter(|sheet| {
                sheet.school == roster.school
                    && sheet.wave == roster.wave
                    && sheet.respondent == person.key
            });
            if let Some(score) = own.next().and_then(|sheet| score(scale, &sheet.items)) {
                scored.push((place, scores.answer(who, roster.wave, score)));
            }
        }
        if let Some(n) = self.told(n) {
            assert_eq!(
                n.as_u64(),
                Some(scored.len() as u64),
                "the attacker knows whose answers count"
            );
        }
        let everyone: Vec<usize> = scored.iter().map(|(_, answer)| *answer).collect();
        if let Some(mean) = self.told(mean) {
            scores.add_mean(&everyone, number(mean), "mean");
        }
        for group in list(groups) {
            let [index, n, mean] = fields(group, ["group", "n", "mean"]);
            let index = index.as_u64().expect("a group by its index") as usize;
            let of_group = scored
                .iter()
                .filter(|(place, _)| grouped.of_person[*place] == Some(index));
            let members: Vec<usize> = of_group.map(|(_, answer)| *answer).collect();
            if let Some(n) = self.told(n) {
                assert_eq!(
                    n.as_u64(),
                    Some(members.len() as u64),
                    "the attacker knows who is in which group"
                );
            }
            if let Some(mean) = self.told(mean) {
                scores.add_mean(&members, number(mean), "mean of a group");
            }
        }
        self.read_items(list(items), &everyone, scale, roster, records, &scores);
        if !change.is_null() {
            self.told(change);
        }
        if let Some(usual) = self.told(usual) {
            for end in list(usual) {
                assert_rounded(number(end));
            }
        }
        self.scores.insert(scale.key.clone(), scores);
    }

    fn read_items(
        &mut self,
        items: &[Value],
        scored: &[usize],
        scale: &ScaleDefinition,
        roster: &RosterRecord,
        records: &Records,
        scores: &Scores,
    ) {
        let sheets = records
            .answers
            .iter()
            .filter(|sheet| sheet.school == roster.school && sheet.wave == roster.wave);
        let sheets: Vec<_> = sheets.collect();
        let told: Vec<(&str, Option<&str>)> = items
            .iter()
            .map(|item| {
                let [key, said] = fields(item, ["item", "said"]);
                (text(key), self.told(said).map(text))
            })
            .collect();
        // Where everyone answered every statement, the mean of the scale binds them.
        let complete = sheets.iter().filter(|sheet| {
            scale
                .items
                .iter()
                .all(|item| sheet.items.contains_key(item))
        });
        let complete = complete.count() == scored.len();
        let mean = scores.facts.iter().find(|fact| {
            fact.coefficients.len() == scored.len()
                && scored
                    .iter()
                    .all(|answer| fact.coefficients.contains_key(answer))
        });
        let turned = |item: &str, said: Option<&'static str>| -> Option<&'static str> {
            if scale.reverse.iter().any(|reverse| reverse == item) {
                said.map(mirrored)
            } else {
                said
            }
        };
        let words: Vec<(&str, Option<&'static str>)> = told
            .iter()
            .map(|(item, said)| (*item, said.map(word)))
            .collect();
        for (item, said) in &words {
            let Some(said) = said else { continue };
            let answers: Vec<f64> = sheets
                .iter()
                .filter_map(|sheet| sheet.items.get(item))
                .collect();
            let n = answers.len() as f64;
            let mut sum = (n * scores.ends.0, n * scores.ends.1);
            if let Some(mean) = mean.filter(|_| complete && answers.len() == scored.len()) {
                let others: Vec<Option<&str>> = words
                    .iter()
                    .filter(|(other, _)| other != item)
                    .map(|(other, said)| turned(other, *said))
                    .collect();
                sum =
                    items::sum_of_item((mean.low, mean.high), answers.len(), &others, scores.ends);
                if scale.reverse.iter().any(|reverse| reverse == item) {
                    let both = n * (scores.ends.0 + scores.ends.1);
                    sum = (both - sum.1, both - sum.0);
                }
            }
            self.items.push(ItemFact {
                wave: roster.wave,
                item: (*item).to_owned(),
                answers,
                said: (*said).to_owned(),
                ends: scores.ends,
                sum,
            });
        }
    }

    fn read_moment(&mut self, moment: &Value, records: &Records, school: usize) {
        let [month, n_pupils, mean] = fields(moment, ["month", "n_pupils", "mean"]);
        let month = month.as_i64().expect("a month");
        let tested = records.pupils.iter().filter(|pupil| pupil.school == school);
        let tested = tested.filter(|pupil| {
            pupil
                .scores
                .iter()
                .any(|score| score.month.round() as i64 == month)
        });
        let who: BTreeSet<String> = tested.map(|pupil| pupil.key.clone()).collect();
        if let Some(n) = self.told(n_pupils) {
            assert_eq!(n.as_u64(), Some(who.len() as u64));
        }
        if let Some(mean) = self.told(mean) {
            assert_rounded(number(mean));
            self.pupils.push((month, who));
        }
    }
}

impl Scores {
    pub fn answer(&mut self, person: usize, wave: usize, score: f64) -> usize {
        let own = self
            .of_person
            .entry(person)
            .or_insert_with(|| vec![usize::MAX; WAVES.len()]);
        if own[wave] == usize::MAX {
            own[wave] = self.truth.len();
            self.truth.push(score);
        }
        own[wave]
    }

    pub fn add_mean(&mut self, over: &[usize], mean: f64, from: &str) {
        assert_rounded(mean);
        let n = over.len() as f64;
        let ends = (n * (mean - 0.05) - 1e-9, n * (mean + 0.05) + 1e-9);
        self.add_between(over, ends, (from, true));
    }

    /// The sum of these answers is told to lie between these, as a number or as no more than that.
    pub fn add_between(
        &mut self,
        over: &[usize],
        (low, high): (f64, f64),
        (from, number): (&str, bool),
    ) {
        let fact = Fact {
            coefficients: over.iter().map(|answer| (*answer, 1)).collect(),
            low,
            high,
            number,
            from: from.to_owned(),
        };
        if !self
            .facts
            .iter()
            .any(|known| known.coefficients == fact.coefficients)
        {
            self.facts.push(fact);
            self.parts.push(over.to_vec());
        }
    }
}

impl Ties {
    fn add(
        &mut self,
        rows: &BTreeSet<usize>,
        columns: &BTreeSet<usize>,
        (low, high): (f64, f64),
        from: &str,
    ) {
        let n_cells: usize = rows
            .iter()
            .map(|row| columns.len() - usize::from(columns.contains(row)))
            .sum();
        let n = n_cells as f64;
        let fact = TieFact {
            rows: rows.clone(),
            columns: columns.clone(),
            low: low * n - 1e-9,
            high: high * n + 1e-9,
            from: from.to_owned(),
        };
        if !self.facts.iter().any(|known| {
            known.rows == fact.rows
                && known.columns == fact.columns
                && known.low == fact.low
                && known.high == fact.high
        }) {
            self.facts.push(fact);
        }
    }
}

/// Which group of the picture each person of a roster stands in.
#[derive(Default)]
struct Grouped {
    of_person: Vec<Option<usize>>,
}

impl Grouped {
    /// Groups are named; who leads, or belongs to none, stands where more are counted than are named.
    fn of(groups: &[Value], roster: &RosterRecord) -> Self {
        let groups: Vec<(Vec<&str>, usize)> = groups
            .iter()
            .map(|group| {
                let [names, n] = fields(group, ["names", "n"]);
                (
                    list(names).iter().map(text).collect(),
                    n.as_u64().expect("a count") as usize,
                )
            })
            .collect();
        let mut of_person: Vec<Option<usize>> = roster
            .persons
            .iter()
            .map(|person| {
                let teaches = !matches!(person.role.as_deref(), Some("principal" | "coach"));
                let first = person.groups.first().filter(|_| teaches)?;
                groups
                    .iter()
                    .position(|(names, _)| names.contains(&first.as_str()))
            })
            .collect();
        let named = |group: usize| of_person.iter().filter(|own| **own == Some(group)).count();
        let home: Vec<usize> = (0..groups.len())
            .filter(|group| groups[*group].1 > named(*group))
            .collect();
        assert!(
            home.len() <= 1,
            "those without a group stand in one place: {groups:?}"
        );
        for own in &mut of_person {
            *own = own.or(home.first().copied());
        }
        Self { of_person }
    }
}

fn wave_index(key: &Value) -> usize {
    WAVES
        .iter()
        .position(|wave| *wave == text(key))
        .expect("a wave of the study")
}

fn roster(records: &Records, school: usize, wave: usize) -> &RosterRecord {
    let mut own = records
        .rosters
        .iter()
        .filter(|roster| roster.school == school && roster.wave == wave);
    own.next().expect("a wave that is told of was closed")
}

/// A score by the rule that the questionnaire prints.
pub fn score(scale: &ScaleDefinition, items: &ItemAnswers) -> Option<f64> {
    let given = scale.items.iter().filter_map(|item| {
        let value = items.get(item)?;
        Some(if scale.reverse.contains(item) {
            scale.min + scale.max - value
        } else {
            value
        })
    });
    let given: Vec<f64> = given.collect();
    (given.len() >= scale.needed).then(|| given.iter().sum::<f64>() / given.len() as f64)
}

fn word(said: &str) -> &'static str {
    let known = ["most_agree", "most_disagree", "divided", "in_between"];
    known
        .into_iter()
        .find(|word| *word == said)
        .unwrap_or_else(|| panic!("a word that nobody attacks: {said}"))
}

fn mirrored(said: &'static str) -> &'static str {
    match said {
        "most_agree" => "most_disagree",
        "most_disagree" => "most_agree",
        same => same,
    }
}

pub fn assert_rounded(value: f64) {
    let tenths = value * 10.0;
    assert!(
        (tenths - tenths.round()).abs() < 1e-6,
        "{value} is told to more than one decimal"
    );
}

/// A share in tenths by rounding, the outer ones open to the end.
fn share_ends(share: &Value) -> (f64, f64) {
    let [about, from, to] = fields(share, ["about", "from", "to"]);
    let (about, from, to) = (number(about), number(from), number(to));
    assert!(from.fract() == 0.0 && to.fract() == 0.0 && from <= about * 2.0 && about * 2.0 <= to);
    let low = if about <= 1.0 { 0.0 } else { about - 0.5 };
    let high = if about >= 9.0 { 10.0 } else { about + 0.5 };
    (low / 10.0, high / 10.0)
}

/// A fifth.
fn band_ends(band: &Value) -> (f64, f64) {
    let fifth = number(band);
    (fifth / 5.0, (fifth + 1.0) / 5.0)
}
