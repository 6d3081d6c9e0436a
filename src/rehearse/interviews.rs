//! What principals, IB'ers and trainers of a simulated study said, coded by two coders, through the real verbs. What is
//! planted is what the source reports: what hinders and promotes at which schools, and what nobody names.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::Rehearsed;
use crate::domain::answer::Answer;
use crate::domain::coding::{Code, Coding, Direction, Round, Source, Step};
use crate::domain::id::{SchoolId, StatementId};
use crate::domain::masking::mask;
use crate::domain::time::day_in;
use crate::fieldwork::code::{self, CodeRefusal, Material};
use crate::fieldwork::interview::{self, Entered, InterviewRefusal};
use crate::fieldwork::study::Study;
use crate::fieldwork::trainer_report;
use crate::storage::audit::Act;
use crate::storage::schools::School;
use crate::storage::{StorageError, Store, Tx, rosters, trainer_reports};

#[derive(Debug, thiserror::Error)]
pub enum InterviewError {
    #[error(transparent)]
    Interview(#[from] InterviewRefusal),
    #[error(transparent)]
    Code(#[from] CodeRefusal),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Who codes, as their links are known.
pub type Coders = [String; 2];

/// What was said, and the codes that it bears.
type SaidSo = (String, Vec<Code>);

fn code(factor: &str, direction: Direction) -> Code {
    Code {
        factor: factor.to_owned(),
        direction,
        implicit: false,
    }
}

/// Of how many schools of each side something is said: of ten, and as many of fewer.
fn first_of(n: usize, of: usize, at: usize) -> bool {
    at * 10 < n * of
}

/// What the principal of one school says. `strong`: the school is one of those with a large effect; `at`: its place among
/// the `of` schools of its side.
fn principal(strong: bool, at: usize, of: usize) -> Vec<SaidSo> {
    use Direction::{Hinders, NoInfluence, Promotes};
    let mut said: Vec<SaidSo> = vec![(
        "We zijn twee jaar geleden met de training begonnen.".to_owned(),
        Vec::new(),
    )];
    let mut say = |text: &str, codes: Vec<Code>| said.push((text.to_owned(), codes));
    if first_of(8, of, at) {
        say(
            "De bijeenkomst over het leerlingvolgsysteem was heel zinvol; onze kennis is sterk toegenomen.",
            vec![code("lvs_knowledge", Promotes)],
        );
    }
    if first_of(9, of, at) {
        let mut codes = vec![code("collaboration", Promotes)];
        let text = if at.is_multiple_of(3) {
            // Nobody names the culture; it is meant here.
            codes.push(Code {
                implicit: true,
                ..code("data_culture", Promotes)
            });
            "We bespreken resultaten open met elkaar en verwachten van iedereen dat de lat hoog ligt; dat helpt."
        } else {
            "We bespreken leerlingprestaties, de rekenaanpak en groepsplannen met elkaar; dat helpt bij de invoering."
        };
        say(text, codes);
    }
    match (strong, first_of(7, of, at)) {
        (true, true) => say(
            "Leerkrachten waren sceptisch, maar toen ze zagen dat het werkte sloeg dat om.",
            vec![code("attitude", Promotes)],
        ),
        (false, true) => say(
            "Een deel van het team vindt het vooral druk geven; dat houdt ons tegen.",
            vec![code("attitude", Hinders)],
        ),
        _ => {}
    }
    if strong && first_of(3, of, at) {
        say(
            "Dat de inspectie kwam, gaf ons een duw in de rug.",
            vec![code("inspectorate", Promotes)],
        );
    } else if strong && first_of(6, of, at) {
        say(
            "Het bezoek van de inspectie kostte veel tijd en zette ons op achterstand.",
            vec![code("inspectorate", Hinders)],
        );
    }
    if at % 4 == 1 {
        say(
            "Als niet iedereen meedoet, loopt het stroever.",
            vec![code("whole_team", Hinders)],
        );
    }
    if at % 5 == 2 {
        say(
            "Dat we gefuseerd zijn, maakte voor dit onderwerp niet uit.",
            vec![code("background", NoInfluence)],
        );
    }
    said
}

/// What the IB'er says: nothing about time.
fn coach(at: usize, of: usize) -> Vec<SaidSo> {
    use Direction::Promotes;
    let mut said: Vec<SaidSo> = vec![(
        "Ik plan de besprekingen en bereid ze voor met de bouwcoördinatoren.".to_owned(),
        Vec::new(),
    )];
    let mut say = |text: &str, codes: Vec<Code>| said.push((text.to_owned(), codes));
    if first_of(5, of, at) {
        say(
            "Sinds die middag over het leerlingvolgsysteem lezen collega's de grafieken zelf; dat was nodig.",
            vec![code("lvs_knowledge", Promotes)],
        );
    }
    if first_of(8, of, at) {
        say(
            "Dat we groepsplannen samen bespreken, met vertrouwen in elkaar, brengt ons verder.",
            vec![code("collaboration", Promotes)],
        );
    }
    said
}

/// The code that a text of a trainer's report bears.
fn of_report(item: &str, text: &str) -> Vec<Code> {
    use Direction::{Hinders, Promotes};
    let says = |word: &str| text.contains(word);
    match item {
        "tr_team_text" if says("leeg") => vec![code("whole_team", Hinders)],
        "tr_teach_text" if says("hielp") => vec![code("teaching_quality", Promotes)],
        "tr_teach_text" if says("hield") => vec![code("teaching_quality", Hinders)],
        "tr_coll_text" if says("sloeg") => vec![code("attitude", Promotes)],
        "tr_coll_text" if says("tegen") => vec![code("attitude", Hinders)],
        "tr_lead_text" if says("bepalend") => vec![code("school_leader", Promotes)],
        "tr_lead_text" if says("niet de oplossing") => vec![code("school_leader", Hinders)],
        "tr_coach_text" if says("te weinig tijd") => vec![code("coach", Hinders)],
        "tr_coach_text" if says("droeg bij") => vec![code("coach", Promotes)],
        _ => Vec::new(),
    }
}

/// A school that is talked with.
struct Visited {
    school: School,
    strong: bool,
    at: usize,
    of: usize,
}

/// Conversations at the schools whose keys are given, strong and weak, and the reports on them; coded twice, talked over and
/// locked. At some schools of the other cohort there are conversations that wait for coders.
pub async fn hold(
    store: &Store,
    rehearsed: &Rehearsed,
    (strong, weak): (&[String], &[String]),
    coders: &Coders,
    seed: u64,
    now: DateTime<Utc>,
) -> Result<(), InterviewError> {
    let find = |key: &String| {
        let mut all = rehearsed.schools.iter();
        all.find(|school| school.key == *key).cloned()
    };
    let side = |keys: &[String], strong: bool| -> Vec<Visited> {
        let of = keys.len();
        keys.iter()
            .enumerate()
            .filter_map(|(at, key)| {
                Some(Visited {
                    school: find(key)?,
                    strong,
                    at,
                    of,
                })
            })
            .collect()
    };
    let mut visited = side(strong, true);
    visited.extend(side(weak, false));
    let cohorts: BTreeSet<String> = visited
        .iter()
        .map(|one| one.school.cohort.clone())
        .collect();
    let waiting: Vec<String> = rehearsed
        .schools
        .iter()
        .filter(|school| !cohorts.contains(&school.cohort))
        .map(|school| school.key.clone())
        .take(2)
        .collect();
    visited.extend(side(&waiting, false));
    let (study, coders) = (rehearsed.study.clone(), coders.clone());
    store
        .write(move |tx| {
            async move {
                let mut rng = ChaCha12Rng::seed_from_u64(seed);
                rng.set_stream(3_000_000);
                let mut said: BTreeMap<StatementId, Vec<Code>> = BTreeMap::new();
                for one in &visited {
                    said.extend(enter(tx, &mut rng, &study, one, now).await?);
                }
                code_all(tx, &mut rng, &study, (&coders, &cohorts), &said, now).await
            }
            .boxed()
        })
        .await
}

fn act(actor: &str, at: DateTime<Utc>) -> Act {
    Act {
        actor: format!("rehearsal: {actor}"),
        at,
    }
}

/// Enters what was said at one school; gives the code of each statement.
async fn enter(
    tx: &mut Tx,
    rng: &mut ChaCha12Rng,
    study: &Study,
    one: &Visited,
    now: DateTime<Utc>,
) -> Result<BTreeMap<StatementId, Vec<Code>>, InterviewError> {
    let mut talks: Vec<(Source, Vec<SaidSo>)> = Vec::new();
    let own = principal(one.strong, one.at, one.of);
    if one.at % 5 == 4 {
        let mut both = own;
        both.extend(coach(one.at, one.of).split_off(1));
        talks.push((Source::Joint, both));
    } else {
        talks.push((Source::Principal, own));
        talks.push((Source::Coach, coach(one.at, one.of)));
    }
    let report = report(tx, study, &one.school).await?;
    if !report.is_empty() {
        talks.push((Source::Trainer, report));
    }
    // A name in what the principal says, so that there is something to take out.
    let members = rosters::of_school(tx, one.school.school_id).await?;
    let known = interview::names(tx, study.study_id, &one.school).await?;
    let named = members
        .iter()
        .find(|member| member.primary_role() == "coach");
    let at = now - TimeDelta::days(12);
    let mut codes = BTreeMap::new();
    for (source, said) in talks {
        let mut texts: Vec<String> = said.iter().map(|(text, _)| text.clone()).collect();
        if let (Source::Principal | Source::Joint, Some(member)) = (source, named) {
            texts[0] += &format!(" {} heeft dat voorbereid.", member.name);
        }
        let masked: Vec<(String, usize)> =
            texts.iter().map(|text| mask(text, &known, &[])).collect();
        let entered = Entered {
            school_id: one.school.school_id,
            source,
            held_on: day_in(study.design.time_zone, at),
            n_masks: masked.iter().map(|(_, n)| n).sum(),
            statements: masked.into_iter().map(|(text, _)| text).collect(),
        };
        let act = act("researcher", at);
        let id = interview::enter(tx, &act, rng, study.study_id, &entered).await?;
        codes.insert(id, said);
    }
    let material = Material::load(tx, study.study_id).await?;
    Ok(material
        .statements
        .iter()
        .filter_map(|statement| {
            let said = codes.get(&statement.interview_id)?;
            let (_, own) = said.get(usize::try_from(statement.place).ok()?)?;
            Some((statement.statement_id, own.clone()))
        })
        .collect())
}

async fn report(tx: &mut Tx, study: &Study, school: &School) -> Result<Vec<SaidSo>, StorageError> {
    let Some(wave) = trainer_report::last_wave(&study.design, &school.cohort) else {
        return Ok(Vec::new());
    };
    let report = trainer_reports::of_school(tx, school.school_id, wave).await?;
    let Some(report) = report.filter(|report| report.filed_at.is_some()) else {
        return Ok(Vec::new());
    };
    Ok(report
        .answers
        .iter()
        .filter_map(|(item, answer)| match answer {
            Answer::Text(text) => Some((text.clone(), of_report(item, text))),
            _ => None,
        })
        .collect())
}

/// Two coders, the second of whom sees some of it otherwise; what they decide together is what was said.
async fn code_all(
    tx: &mut Tx,
    rng: &mut ChaCha12Rng,
    study: &Study,
    (coders, cohorts): (&Coders, &BTreeSet<String>),
    said: &BTreeMap<StatementId, Vec<Code>>,
    now: DateTime<Utc>,
) -> Result<(), InterviewError> {
    let material = Material::load(tx, study.study_id).await?;
    let of_schools: BTreeSet<SchoolId> = material
        .cohorts
        .iter()
        .filter(|(_, cohort)| cohorts.contains(*cohort))
        .map(|(school, _)| *school)
        .collect();
    let coded: Vec<(StatementId, &Vec<Code>)> = material
        .statements
        .iter()
        .filter(|statement| {
            let interview = material.interview(statement);
            interview.is_some_and(|interview| of_schools.contains(&interview.school_id))
        })
        .filter_map(|statement| {
            let codes = said.get(&statement.statement_id)?;
            Some((statement.statement_id, codes))
        })
        .collect();
    let row = |statement_id, round, coder: &str, codes: Vec<Code>| Coding {
        statement_id,
        round,
        coder: coder.to_owned(),
        codes,
    };
    let (mut first, mut second, mut together) = (Vec::new(), Vec::new(), Vec::new());
    for (id, codes) in coded {
        first.push(row(id, Round::First, &coders[0], codes.clone()));
        let mut other = codes.clone();
        match (other.first_mut(), rng.random_range(0..16)) {
            // Overlooked, or seen as mixed.
            (Some(_), 0) => other.clear(),
            (Some(code), 1) => code.direction = Direction::Mixed,
            _ => {}
        }
        if other != *codes {
            together.push(row(id, Round::Consensus, "", codes.clone()));
        }
        second.push(row(id, Round::First, &coders[1], other));
    }
    if first.is_empty() {
        return Ok(());
    }
    let on = |days: i64| now - TimeDelta::days(days);
    let study_id = study.study_id;
    code::code(tx, &act("first coder", on(10)), study_id, &first).await?;
    code::code(tx, &act("second coder", on(9)), study_id, &second).await?;
    let researcher = |days| act("researcher", on(days));
    for cohort in cohorts {
        code::take_step(tx, &researcher(8), study_id, cohort, Step::Compared).await?;
    }
    if !together.is_empty() {
        code::code(tx, &act("coders", on(7)), study_id, &together).await?;
    }
    for cohort in cohorts {
        code::take_step(tx, &researcher(6), study_id, cohort, Step::Locked).await?;
    }
    Ok(())
}
