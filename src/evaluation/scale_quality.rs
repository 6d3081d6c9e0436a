//! How well the items of a scale hang together, and how carefully they were answered.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::{
    outcome::Undefined,
    scale::{
        Answers, BootstrapOptions, Cases, Page, QualityFlag, QualityThresholds, Refusal,
        ReliabilityBootstrap, Wording, alpha, alphas_if_dropped, cluster_bootstrap,
        covariance_matrix, feldt_interval, item_rest_correlations, omega_total, quality_flags,
        response_quality, spearman_brown, typical_seconds_per_item,
    },
};

use super::findings::{ScaleMeasure, Value};
use super::plan::{Plan, Uncertainty};
use super::scales::{Rows, Team, deviation, mean};

const LEVEL: f64 = 0.95;

/// What is said of an omega whose model fits badly.
pub const HEYWOOD: &str = "an item has no share of its own (Heywood case): the model fits badly";

/// Times that schools are drawn again unless the plan says otherwise.
const REPLICATES: u64 = 1000;

/// More answers than this to an item are a measurement and no scale of answers.
const MOST_OPTIONS: usize = 10;

/// Steps of arithmetic above which schools are drawn again on request alone: about a third of a second.
const CHEAP: f64 = 3e8;

/// A refusal in words, and the nearest reason that files have a word for.
fn refuse(row: &mut ScaleMeasure, refusal: Refusal) {
    let reason = match refusal {
        Refusal::Undefined(reason) => reason,
        _ => Undefined::TooFewItems,
    };
    row.value = Err(reason);
    if !matches!(refusal, Refusal::Undefined(_)) {
        row.because(refusal.to_string());
    }
}

/// Alpha and omega with their intervals, and what each item adds.
pub(super) fn reliability(rows: &mut Rows<'_>, teams: &[Team], plan: &Plan) {
    let all: Vec<Vec<Option<f64>>> = teams.iter().flat_map(|team| team.scored.clone()).collect();
    let answers = Answers::from_rows(&all);
    let n_all = all.len();
    let n = answers.as_ref().map_or(0, Answers::n_complete);
    let n_items = rows.scale.items.len();
    let matrix = |cases| {
        answers
            .as_ref()
            .map_err(|reason| *reason)
            .and_then(|answers| covariance_matrix(answers, cases))
    };
    let (complete, pairwise) = (matrix(Cases::Complete), matrix(Cases::Pairwise));
    let of = |value: Result<f64, Undefined>| {
        // One item has no covariances to speak of, whatever the rest.
        if n_items < 2 {
            Err(Undefined::TooFewItems)
        } else {
            value
        }
    };

    let found = of(complete.as_ref().map_err(|reason| *reason).and_then(alpha));
    let interval = found.and_then(|found| feldt_interval(found, n, n_items, LEVEL));
    rows.all("alpha_complete", found, n).within(interval.ok());
    let of_pairs = of(pairwise.as_ref().map_err(|reason| *reason).and_then(alpha));
    rows.all("alpha_pairwise", of_pairs, n_all);

    let drawn = match &answers {
        Ok(answers) => drawn_again(answers, teams, plan),
        Err(reason) => Drawn::Not(*reason),
    };
    let silence = match &drawn {
        Drawn::Done(_) => None,
        Drawn::Not(reason) => Some(format!(
            "without an interval over schools: {reason}"
        )),
        Drawn::TooLong => Some(
            "an interval over schools takes long here and is drawn on request: --uncertainty bootstrap"
                .to_owned(),
        ),
    };
    let (alphas, omegas) = match &drawn {
        Drawn::Done(found) => (
            found.alpha.ok().map(|found| found.percentile),
            found.omega.ok().map(|found| found.percentile),
        ),
        Drawn::Not(_) | Drawn::TooLong => (None, None),
    };
    let row = rows.all("alpha_over_schools", found, n).within(alphas);
    if let (Ok(_), Some(why)) = (found, &silence) {
        row.because(why.clone());
    }
    let omega = match &complete {
        Ok(matrix) => omega_total(matrix),
        Err(reason) => Err(Refusal::Undefined(*reason)),
    };
    let value: Value = omega
        .as_ref()
        .map(|omega| omega.total)
        .map_err(|_| Undefined::TooFewItems);
    let row = rows.all("omega_total", value, n);
    match omega {
        Ok(omega) => {
            row.within(omegas);
            if !omega.factor.heywood.is_empty() {
                row.because(HEYWOOD);
            } else if let Some(why) = silence {
                row.because(why);
            }
        }
        Err(refusal) => refuse(row, short_first(n_items, refusal)),
    }
    if n_items == 2 {
        let value = match &complete {
            Ok(matrix) => spearman_brown(matrix),
            Err(reason) => Err(Refusal::Undefined(*reason)),
        };
        let row = rows.all(
            "spearman_brown",
            value.map_err(|_| Undefined::TooFewItems),
            n,
        );
        if let Err(refusal) = value {
            refuse(row, refusal);
        }
    }
    each_item(rows, &all);
    items(
        rows,
        pairwise
            .as_ref()
            .ok()
            .map(|matrix| (item_rest_correlations(matrix), alphas_if_dropped(matrix))),
        n_all,
    );
}

/// That a scale is short is told before anything that follows from it.
fn short_first(n_items: usize, refusal: Refusal) -> Refusal {
    match Refusal::of_short_scale(n_items) {
        Some(short) if n_items < 3 => short,
        _ => refusal,
    }
}

/// How each item was answered, as it is scored. This is told however short the scale is.
fn each_item(rows: &mut Rows<'_>, all: &[Vec<Option<f64>>]) {
    for (place, key) in rows.scale.items.clone().into_iter().enumerate() {
        let given: Vec<f64> = all
            .iter()
            .filter_map(|sheet| sheet.get(place).copied().flatten())
            .collect();
        let open = (all.len() - given.len()) as f64 / all.len() as f64;
        for (measure, value, n) in [
            ("item_mean", mean(&given), given.len()),
            ("item_sd", deviation(&given), given.len()),
            ("item_missing_share", Ok(open), all.len()),
        ] {
            rows.all(measure, value, n).item = Some(key.clone());
        }
    }
}

/// How many chose each answer to each item, as it was given; where answers lie one step apart, and are not too many to show.
fn each_option(rows: &mut Rows<'_>, teams: &[Team]) {
    let scale = rows.scale;
    // An answer is named by a whole number.
    let whole = scale.min.fract() == 0.0;
    let Some(n_options) = scale.n_options().filter(|n| whole && *n <= MOST_OPTIONS) else {
        return;
    };
    for (place, key) in scale.items.iter().enumerate() {
        let sheets = teams.iter().flat_map(|team| &team.given);
        let given: Vec<f64> = sheets.filter_map(|sheet| sheet[place]).collect();
        for option in (0..n_options).map(|step| scale.min + step as f64) {
            let chosen = given.iter().filter(|answer| **answer == option).count();
            let value = match given.len() {
                0 => Err(Undefined::NothingObserved),
                n => Ok(chosen as f64 / n as f64),
            };
            let row = rows.all("option_share", value, given.len());
            row.item = Some(key.clone());
            row.option = Some(option as i64);
        }
    }
}

/// What each item adds; of a short scale, in words why that is not told.
fn items(rows: &mut Rows<'_>, found: Option<(Vec<Value>, Vec<Value>)>, n: usize) {
    let keys = rows.scale.items.clone();
    if let Some(refusal) = Refusal::of_short_scale(keys.len()) {
        for measure in ["item_rest", "alpha_if_dropped"] {
            refuse(rows.all(measure, Err(Undefined::TooFewItems), n), refusal);
        }
        return;
    }
    let (rests, dropped) = found.unwrap_or_default();
    for (measure, values) in [("item_rest", rests), ("alpha_if_dropped", dropped)] {
        for (place, key) in keys.iter().enumerate() {
            // Without covariances of some pair there are none of any item.
            let value = values
                .get(place)
                .copied()
                .unwrap_or(Err(Undefined::TooFewUnits));
            rows.all(measure, value, n).item = Some(key.clone());
        }
    }
}

enum Drawn {
    Done(ReliabilityBootstrap),
    Not(Undefined),
    TooLong,
}

/// Alpha and omega over schools drawn again.
fn drawn_again(answers: &Answers, teams: &[Team], plan: &Plan) -> Drawn {
    let items = answers.n_items() as f64;
    let once = teams.len() as f64 * items * items / 2.0 + 30.0 * items.powi(3);
    let replicates = match plan.uncertainty {
        Uncertainty::Bootstrap { draws } => draws,
        _ if once * REPLICATES as f64 <= CHEAP => REPLICATES,
        _ => return Drawn::TooLong,
    };
    let clusters: Vec<usize> = teams
        .iter()
        .flat_map(|team| std::iter::repeat_n(team.school, team.scored.len()))
        .collect();
    let options = BootstrapOptions {
        replicates,
        confidence: LEVEL,
        cases: Cases::Complete,
    };
    let mut rng = ChaCha12Rng::seed_from_u64(plan.seed);
    match cluster_bootstrap(answers, &clusters, &options, &mut rng) {
        Ok(found) => Drawn::Done(found),
        Err(reason) => Drawn::Not(reason),
    }
}

/// Open items, equal answers in a row, answers that contradict one another, and speed, over the respondents who answered
/// anything.
pub(super) fn response(rows: &mut Rows<'_>, teams: &[Team]) {
    let scale = rows.scale;
    let sheets: Vec<&Vec<Option<f64>>> = teams.iter().flat_map(|team| &team.given).collect();
    let n = sheets.len();
    let wording: Vec<Wording> = scale
        .items
        .iter()
        .map(|item| {
            if scale.reverse.contains(item) {
                Wording::Against
            } else {
                Wording::With
            }
        })
        .collect();
    let seconds: Vec<Option<f64>> = teams.iter().flat_map(|team| team.seconds.clone()).collect();
    let known: Vec<f64> = seconds.iter().copied().flatten().collect();
    let page = Page {
        wording: &wording,
        minimum: scale.min,
        maximum: scale.max,
        typical_seconds: typical_seconds_per_item(&known).ok(),
    };
    let thresholds = QualityThresholds::default();
    let mut open = Ok(0.0);
    let (mut long, mut straight, mut torn, mut compared) = (0_usize, 0_usize, 0_usize, 0_usize);
    let (mut fast, mut faster) = (0_usize, 0_usize);
    for (sheet, seconds) in sheets.into_iter().zip(&seconds) {
        let answered = sheet.iter().flatten().count() as f64;
        match response_quality(sheet, &page, seconds.map(|each| each * answered)) {
            Ok(quality) => {
                open = open.map(|sum: f64| sum + quality.share_missing);
                compared += usize::from(quality.reverse_inconsistency.is_ok());
                for flag in quality_flags(&quality, &page, &thresholds) {
                    match flag {
                        QualityFlag::LongString => long += 1,
                        QualityFlag::StraightLining => straight += 1,
                        QualityFlag::ReverseInconsistent => torn += 1,
                        QualityFlag::TooFast => fast += 1,
                        QualityFlag::FasterThanOthers => faster += 1,
                        QualityFlag::ManyMissing => {}
                    }
                }
            }
            Err(reason) => open = Err(reason),
        }
    }
    rows.all("missing_share", open.map(|sum| sum / n as f64), n);
    // What a respondent chooses on a test is right or wrong, not more or less.
    if scale.test.is_some() {
        return;
    }
    each_option(rows, teams);
    let share = |count: usize, of: usize, enough: bool, why: Undefined| match open {
        Err(reason) => Err(reason),
        Ok(_) if !enough => Err(why),
        Ok(_) if of == 0 => Err(Undefined::TooFewAnswers),
        Ok(_) => Ok(count as f64 / of as f64),
    };
    for (measure, count) in [("too_fast", fast), ("faster_than_others", faster)] {
        let timed = known.len();
        let value = share(count, timed, timed > 0, Undefined::NothingObserved);
        rows.all(measure, value, timed);
    }
    let some_against = wording.contains(&Wording::Against) && wording.contains(&Wording::With);
    let string = share(long, n, wording.len() >= 3, Undefined::TooFewItems);
    rows.all("long_string", string, n);
    for (measure, count) in [
        ("straight_lining", straight),
        ("reverse_inconsistency", torn),
    ] {
        let value = share(count, compared, some_against, Undefined::TooFewItems);
        let row = rows.all(measure, value, compared);
        if !some_against {
            row.because(
                "no item is worded against the others, so that equal answers contradict nothing",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_scale_is_called_short() {
        let told = short_first(2, Refusal::Undefined(Undefined::NoVariation));
        assert_eq!(told, Refusal::TwoItems);
        let told = short_first(3, Refusal::Undefined(Undefined::NoVariation));
        assert_eq!(told, Refusal::Undefined(Undefined::NoVariation));
    }
}
