//! What the numbers of each scale are worth, wave by wave: one line each, and behind it the items, the agreement in schools
//! and how carefully was answered. Schools are counted here and not named.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fluent_bundle::FluentArgs;
use schakel_analysis::multilevel::{AggregationRule, TeamMean};
use schakel_analysis::outcome::Undefined;

use crate::evaluation::findings::{Findings, Provenance, ScaleMeasure, Value};
use crate::evaluation::knowledge_test::KNOWLEDGE;
use crate::instrument::definition::{Instrument, Scale};
use crate::instrument::library::Library;
use crate::locale::Words;
use crate::reports::figure::Figure;
use crate::reports::figure::agreement_strip::{StripRow, StripWords, agreement_strip};
use crate::reports::scale_words::{self, Form, Grounds, Told, number, told};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::figure::{self, AsFile};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::research::desk::{self, Head};
use crate::web::research::item_answers::item_answers;
use crate::web::research::tables;

/// With fewer schools than this an interval over schools drawn again is too narrow: Cameron, Gelbach & Miller (2008), Rev. Econ.
/// Stat. 90, 414-427.
const ENOUGH_SCHOOLS: usize = 30;

const TWO: Form = Form::Decimals(2);

/// Of an item, in the order of the columns.
const OF_ITEMS: [(&str, Form); 7] = [
    ("item_mean", TWO),
    ("item_sd", TWO),
    ("item_rest", TWO),
    ("alpha_if_dropped", TWO),
    ("difficulty", TWO),
    ("item_total", TWO),
    ("item_missing_share", Form::Percent),
];

const OF_ANSWERING: [(&str, Form); 6] = [
    ("missing_share", Form::Percent),
    ("long_string", Form::Percent),
    ("straight_lining", Form::Percent),
    ("reverse_inconsistency", Form::Percent),
    ("too_fast", Form::Percent),
    ("faster_than_others", Form::Percent),
];

const MORE: [(&str, Form); 11] = [
    ("alpha_complete", TWO),
    ("alpha_pairwise", TWO),
    ("spearman_brown", TWO),
    ("kr_20", TWO),
    ("sem", TWO),
    ("icc_1_p_value", Form::Probability),
    ("icc_1_exact_k", TWO),
    ("icc_mixed", TWO),
    ("rwg_j_skewed_median", TWO),
    ("r_star_wg_j_mean", TWO),
    ("ad_m_j_mean", TWO),
];

#[derive(Template)]
#[template(path = "web/pages/scales.html")]
struct ScalesPage {
    frame: Frame,
    head: Head,
    files: [String; 2],
    summary: String,
    rule: String,
    lines: Vec<Line>,
    few_schools: bool,
    /// Term and meaning.
    definitions: Vec<(String, String)>,
    scales: Vec<ScalePart>,
    /// Where the files of figures are.
    figures: String,
    provenance: Provenance,
}

/// One scale in one wave.
struct Line {
    scale: String,
    wave: String,
    /// Answered, items, mean, alpha, omega, ICC(1), ICC(2), median agreement.
    numbers: [Told; 8],
    verdict: String,
    because: String,
    judged: Option<TeamMean>,
}

/// What stands behind a scale.
struct ScalePart {
    name: String,
    /// The words of its items are.
    known: bool,
    waves: Vec<WavePart>,
    figure: String,
    described: String,
    spread: Grid,
    some_zero: bool,
    quality: Grid,
    more: Grid,
}

struct WavePart {
    title: String,
    measures: Vec<String>,
    items: Vec<Item>,
    /// What is told of no item, each with the reason.
    refused: Vec<String>,
    /// How many chose each answer.
    answers: Option<Figure>,
}

struct Item {
    text: String,
    reversed: bool,
    cells: Vec<Told>,
}

struct Grid {
    heads: Vec<String>,
    rows: Vec<GridRow>,
}

struct GridRow {
    head: String,
    told: Vec<Told>,
    /// Where all cells would say why there is no number, in the same words.
    refused: Option<String>,
}

impl GridRow {
    fn of(head: String, told: Vec<Told>) -> Self {
        let same = |first: &&Told| first.refused && told.iter().all(|one| one == *first);
        let refused = told.first().filter(same).map(|first| first.value.clone());
        Self {
            head,
            told,
            refused,
        }
    }
}

const PATH: &str = "/research/scales";

pub async fn show_scales(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
    Query(file): Query<AsFile>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let around = (
        desk.frame(&app, &visitor, w.t("scales-title"), PATH),
        desk.head(&visitor, PATH),
        tables::files(&desk, "scales"),
    );
    let figures = figure::address(&desk.link(PATH, &[]));
    let library = &visitor.0.study.library;
    let page = page(w, around, (&desk.findings, figures), library);
    let waves = page.scales.iter().flat_map(|scale| &scale.waves);
    let drawn = waves.filter_map(|wave| wave.answers.as_ref());
    if let Some(file) = figure::as_file(&app, w, &file, drawn).await {
        return file;
    }
    Ok(show(&page))
}

fn page(
    w: Words,
    (frame, head, files): (Frame, Head, [String; 2]),
    (findings, figures): (&Findings, String),
    library: &Library,
) -> ScalesPage {
    let same = |a: &ScaleMeasure, b: &ScaleMeasure| (&a.scale, &a.wave) == (&b.scale, &b.wave);
    // Tests have a page of their own.
    let is_test = |key: &str| {
        let of_study = defined(library, key);
        key == KNOWLEDGE
            || of_study.is_some_and(|(_, scale)| {
                scale
                    .items
                    .iter()
                    .all(|item| scale.right.contains_key(item))
            })
    };
    let asked: Vec<Asked<'_>> = findings
        .scales
        .chunk_by(same)
        .filter(|rows| !is_test(&rows[0].scale))
        .map(|rows| Asked { w, rows })
        .collect();
    let lines: Vec<Line> = asked.iter().map(|asked| line(asked, library)).collect();
    ScalesPage {
        frame,
        head,
        files,
        summary: summary(w, &lines),
        rule: scale_words::rule(w),
        few_schools: asked
            .iter()
            .filter_map(|asked| asked.whole("team_mean_verdict"))
            .any(|row| row.n < ENOUGH_SCHOOLS),
        definitions: definitions(w),
        scales: asked
            .chunk_by(|a, b| a.scale() == b.scale())
            .enumerate()
            .map(|(place, waves)| scale_part(w, place, waves, library))
            .collect(),
        lines,
        figures,
        provenance: findings.provenance.clone(),
    }
}

/// The rows of one scale in one wave.
struct Asked<'a> {
    w: Words,
    rows: &'a [ScaleMeasure],
}

impl<'a> Asked<'a> {
    fn scale(&self) -> &'a str {
        &self.rows[0].scale
    }

    fn wave(&self) -> &'a str {
        &self.rows[0].wave
    }

    /// About all schools, and not about an item.
    fn whole(&self, measure: &str) -> Option<&'a ScaleMeasure> {
        self.rows
            .iter()
            .find(|row| row.group.is_empty() && row.item.is_none() && row.measure == measure)
    }

    fn of_item(&self, measure: &str, item: &str) -> Option<&'a ScaleMeasure> {
        self.rows.iter().find(|row| {
            row.measure == measure && row.option.is_none() && row.item.as_deref() == Some(item)
        })
    }

    fn value(&self, measure: &str) -> Value {
        self.whole(measure)
            .map_or(Err(Undefined::NothingObserved), |row| row.value)
    }

    fn n_items(&self) -> usize {
        self.value("n_items").map_or(0, |n| n as usize)
    }

    fn told(&self, measure: &str, form: Form) -> Told {
        told(self.w, self.whole(measure), self.n_items(), form)
    }

    /// The keys of the items in the order of the scale.
    fn items(&self) -> Vec<&'a str> {
        let mut found: Vec<&str> = Vec::new();
        for item in self.rows.iter().filter_map(|row| row.item.as_deref()) {
            if !found.contains(&item) {
                found.push(item);
            }
        }
        found
    }
}

fn defined<'l>(library: &'l Library, key: &str) -> Option<(&'l Instrument, &'l Scale)> {
    library.iter().find_map(|instrument| {
        let scale = instrument.scales.iter().find(|scale| scale.key == key)?;
        Some((instrument, scale))
    })
}

fn name(w: Words, library: &Library, key: &str) -> String {
    defined(library, key).map_or_else(
        || key.to_owned(),
        |(_, scale)| scale.title.say(w.0).to_owned(),
    )
}

fn line(asked: &Asked<'_>, library: &Library) -> Line {
    let w = asked.w;
    let verdict = asked.whole("team_mean_verdict");
    let judged = verdict.and_then(|row| TeamMean::from_name(row.verdict.as_deref()?));
    let answered = asked
        .whole("missing_share")
        .or_else(|| asked.whole("mean"))
        .map_or(0, |row| row.n);
    let mut answered = Told::number(answered.to_string());
    if let Some(row) = verdict {
        answered.small = w.t1("scales-in-schools", "n", row.n);
    }
    let mut mean = asked.told("mean_of_team_means", TWO);
    if let (Some((_, scale)), false) = (defined(library, asked.scale()), mean.refused) {
        let end = |value: f64| number(w, value, Form::Decimals(usize::from(value.fract() != 0.0)));
        let (from, to) = (end(scale.minimum), end(scale.maximum));
        mean.small = w.t2("scales-range", "from", from, "to", to);
    }
    let grounds = Grounds {
        icc_1: asked.value("icc_1"),
        p_value: asked.value("icc_1_p_value"),
        icc_2: asked.value("icc_2"),
        median_r_wg_j: asked.value("rwg_j_median"),
    };
    let kept = verdict.and_then(|row| row.reason.clone());
    Line {
        scale: name(w, library, asked.scale()),
        wave: asked.wave().to_owned(),
        numbers: [
            answered,
            asked.told("n_items", Form::Count),
            mean,
            alpha(asked),
            asked.told("omega_total", TWO),
            asked.told("icc_1", TWO),
            asked.told("icc_2", TWO),
            asked.told("rwg_j_median", TWO),
        ],
        verdict: judged.map_or_else(
            || w.t("scales-not-judged"),
            |judged| scale_words::verdict(w, judged),
        ),
        because: match judged {
            Some(judged) => scale_words::because(w, judged, &grounds)
                .or(kept)
                .unwrap_or_default(),
            None => w.t("scales-why-not-kept"),
        },
        judged,
    }
}

/// Alpha with the interval that counts that people of a school belong together, or else the one that does not.
fn alpha(asked: &Asked<'_>) -> Told {
    let w = asked.w;
    let mut told = asked.told("alpha_complete", TWO);
    let over_schools = asked
        .whole("alpha_over_schools")
        .and_then(|row| scale_words::interval(w, row));
    if let Some(interval) = over_schools {
        told.small = interval;
    } else if !told.small.is_empty() {
        told.small = w.t1("scales-of-people", "interval", told.small);
    }
    told
}

fn summary(w: Words, lines: &[Line]) -> String {
    let judged: Vec<TeamMean> = lines.iter().filter_map(|line| line.judged).collect();
    if judged.is_empty() {
        return String::new();
    }
    let count = |verdict| judged.iter().filter(|known| **known == verdict).count();
    let mut args = FluentArgs::new();
    args.set("n", judged.len());
    args.set("yes", count(TeamMean::Aggregate));
    args.set("care", count(TeamMean::AggregateWithCare));
    args.set("no", count(TeamMean::DoNotAggregate));
    w.with("scales-summary", &args)
}

fn definitions(w: Words) -> Vec<(String, String)> {
    [
        (w.t("scales-alpha"), "alpha"),
        (w.t("scales-omega"), "omega"),
        ("ICC(1)".to_owned(), "icc_1"),
        ("ICC(2)".to_owned(), "icc_2"),
        ("rwg(j)".to_owned(), "rwg_j"),
        (w.t("scales-term-interval"), "interval"),
        (w.t("scales-measure-item_rest"), "item_rest"),
        (w.t("scales-measure-alpha_if_dropped"), "alpha_if_dropped"),
    ]
    .into_iter()
    .map(|(term, key)| (term, w.t(&format!("scales-what-{key}"))))
    .collect()
}

fn scale_part(w: Words, place: usize, waves: &[Asked<'_>], library: &Library) -> ScalePart {
    let key = waves[0].scale();
    let defined = defined(library, key);
    let agreed = number(w, AggregationRule::default().median_r_wg_j, TWO);
    let spread = spread(w, waves, &agreed);
    ScalePart {
        name: name(w, library, key),
        known: defined.is_some(),
        waves: waves
            .iter()
            .filter_map(|asked| wave_part(asked, place, defined))
            .collect(),
        figure: figure(w, &format!("agreement-{place}"), waves, &agreed),
        described: w.t2(
            "scales-agreement-described",
            "waves",
            waves.len(),
            "agreed",
            agreed,
        ),
        some_zero: waves
            .iter()
            .any(|asked| asked.value("rwg_j_set_to_zero").is_ok_and(|n| n > 0.0)),
        spread,
        quality: by_measure(waves, &OF_ANSWERING),
        more: by_measure(waves, &MORE),
    }
}

/// The items as they were answered in a wave; none where they were not kept.
fn wave_part(
    asked: &Asked<'_>,
    place: usize,
    defined: Option<(&Instrument, &Scale)>,
) -> Option<WavePart> {
    let w = asked.w;
    let items = asked.items();
    if items.is_empty() {
        return None;
    }
    let measures: Vec<(&str, Form)> = OF_ITEMS
        .into_iter()
        .filter(|(measure, _)| {
            items
                .iter()
                .any(|item| asked.of_item(measure, item).is_some())
        })
        .collect();
    let said = |measure: &str| w.t(&format!("scales-measure-{measure}"));
    Some(WavePart {
        title: w.t1("scales-items-of", "wave", asked.wave()),
        measures: measures.iter().map(|(measure, _)| said(measure)).collect(),
        items: items
            .iter()
            .map(|item| Item {
                text: defined
                    .and_then(|(instrument, _)| instrument.items.get(*item))
                    .map_or_else(
                        || (*item).to_owned(),
                        |found| found.text.say(w.0).to_owned(),
                    ),
                reversed: defined
                    .is_some_and(|(_, scale)| scale.reverse.iter().any(|own| own == item)),
                cells: measures
                    .iter()
                    .map(|(measure, form)| {
                        told(w, asked.of_item(measure, item), asked.n_items(), *form)
                    })
                    .collect(),
            })
            .collect(),
        refused: refused(asked, &said),
        answers: defined.and_then(|(instrument, _)| {
            let items = asked.items();
            item_answers(w, asked.rows, (place, asked.wave()), (&items, instrument))
        }),
    })
}

/// Measures of items that are told of none, those with the same reason together.
fn refused(asked: &Asked<'_>, said: &impl Fn(&str) -> String) -> Vec<String> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for (measure, form) in OF_ITEMS {
        let Some(row) = asked.whole(measure) else {
            continue;
        };
        let why = told(asked.w, Some(row), asked.n_items(), form).value;
        match found.iter_mut().find(|(known, _)| *known == why) {
            Some((_, measures)) => measures.push(said(measure)),
            None => found.push((why, vec![said(measure)])),
        }
    }
    found
        .into_iter()
        .map(|(why, measures)| format!("{}: {why}.", measures.join(", ")))
        .collect()
}

/// Measures in rows, waves in columns; a measure that no wave has is left out.
fn by_measure(waves: &[Asked<'_>], measures: &[(&str, Form)]) -> Grid {
    let rows = measures
        .iter()
        .filter(|(measure, _)| waves.iter().any(|asked| asked.whole(measure).is_some()));
    Grid {
        heads: waves.iter().map(|asked| asked.wave().to_owned()).collect(),
        rows: rows
            .map(|(measure, form)| {
                let told = waves.iter().map(|asked| asked.told(measure, *form));
                let said = waves[0].w.t(&format!("scales-measure-{measure}"));
                GridRow::of(said, told.collect())
            })
            .collect(),
    }
}

/// Agreement of the schools that have a number, from low to high.
fn schools(asked: &Asked<'_>) -> Vec<f64> {
    let rows = asked.rows.iter();
    let mut found: Vec<f64> = rows
        .filter(|row| row.measure == "rwg_j" && !row.group.is_empty())
        .filter_map(|row| row.value.ok())
        .collect();
    found.sort_by(f64::total_cmp);
    found
}

/// The numbers of the figure, waves in rows.
fn spread(w: Words, waves: &[Asked<'_>], agreed: &str) -> Grid {
    let row = |asked: &Asked<'_>| {
        let schools = schools(asked);
        let of_one = |value: Option<&f64>| {
            // Why there is none is said where the median would be.
            let none = || Told::refused(asked.told("rwg_j_median", TWO).value);
            value.map_or_else(none, |value| Told::number(number(w, *value, TWO)))
        };
        let mut counted = Told::number(schools.len().to_string());
        let answered = asked.whole("team_mean_verdict").map_or(0, |row| row.n);
        if schools.len() < answered {
            counted.small = w.t1("scales-of-schools", "n", answered);
        }
        let told = vec![
            counted,
            of_one(schools.first()),
            asked.told("rwg_j_first_quartile", TWO),
            asked.told("rwg_j_median", TWO),
            asked.told("rwg_j_third_quartile", TWO),
            of_one(schools.last()),
            asked.told("rwg_j_share_agreed", Form::Percent),
            asked.told("rwg_j_set_to_zero", Form::Count),
        ];
        GridRow::of(asked.wave().to_owned(), told)
    };
    Grid {
        heads: vec![
            w.t("scales-schools"),
            w.t("scales-lowest"),
            w.t("scales-first-quartile"),
            w.t("scales-middle"),
            w.t("scales-third-quartile"),
            w.t("scales-highest"),
            w.t1("scales-share-agreed", "agreed", agreed),
            w.t("scales-set-to-zero"),
        ],
        rows: waves.iter().map(row).collect(),
    }
}

/// Nothing where no school has a number.
fn figure(w: Words, id: &str, waves: &[Asked<'_>], agreed: &str) -> String {
    let quartiles = |asked: &Asked<'_>| {
        let at = |measure| asked.value(measure).ok();
        Some([
            at("rwg_j_first_quartile")?,
            at("rwg_j_median")?,
            at("rwg_j_third_quartile")?,
        ])
    };
    let rows: Vec<StripRow> = waves
        .iter()
        .map(|asked| StripRow {
            label: asked.wave().to_owned(),
            schools: schools(asked),
            quartiles: quartiles(asked),
        })
        .collect();
    if rows.iter().all(|row| row.schools.is_empty()) {
        return String::new();
    }
    let words = StripWords {
        w,
        title: w.t("scales-agreement-figure"),
        description: w.t2(
            "scales-agreement-described",
            "waves",
            rows.len(),
            "agreed",
            agreed,
        ),
        axis: w.t("scales-axis"),
        agreed: agreed.to_owned(),
        none: w.t("research-not-defined"),
        ticks: [0, 2, 4, 6, 8, 10]
            .map(|tenths| number(w, f64::from(tenths) / 10.0, Form::Decimals(1))),
    };
    let line = AggregationRule::default().median_r_wg_j;
    agreement_strip(id, &words, line, &rows).svg
}
