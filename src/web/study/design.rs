//! Changing the design of a study: title, windows, how colleagues are asked, when no mail goes out, thresholds; and one
//! more cohort or wave.

use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;

use super::amending::{Said, frame, is_current, put};
use crate::domain::language::Text;
use crate::domain::study::{
    Boundary, CohortDesign, Grouping, Layout, Objection, Order, StudyDesign, WaveDesign,
    WindowDesign,
};
use crate::locale::Words;
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::filled::{
    Field, Filled, Form, FormsPage, Section, as_local, is_key, read_day, slug,
};
use crate::web::form::{Fields, field};
use crate::web::problem::{Problem, show};

const LAYOUTS: [(&str, Layout); 2] = [("relation", Layout::Relation), ("person", Layout::Person)];
const ORDERS: [(&str, Order); 2] = [("name", Order::Name), ("random", Order::Random)];
const GROUPINGS: [(&str, Grouping); 3] = [
    ("none", Grouping::None),
    ("group", Grouping::Group),
    ("role", Grouping::Role),
];
const OBJECTIONS: [(&str, Objection); 3] = [
    ("A", Objection::A),
    ("B", Objection::B),
    ("C", Objection::C),
];
const BOUNDARIES: [(&str, Boundary); 2] =
    [("school", Boundary::School), ("board", Boundary::Board)];

fn word<T: PartialEq + Copy>(choices: &[(&'static str, T)], chosen: T) -> &'static str {
    choices
        .iter()
        .find(|(_, value)| *value == chosen)
        .map_or("", |(word, _)| word)
}

fn chosen<T: Copy>(choices: &[(&'static str, T)], word: &str, otherwise: T) -> T {
    choices
        .iter()
        .find(|(known, _)| *known == word)
        .map_or(otherwise, |(_, value)| *value)
}

/// The form as the design stands.
fn standing(design: &StudyDesign) -> Filled {
    let mut filled = Filled::default();
    let zone = design.time_zone;
    filled.set("title_nl", design.title.nl.clone());
    filled.set("title_en", design.title.en.clone());
    for cohort in &design.cohorts {
        filled.set(
            format!("starts_{}", cohort.key),
            cohort.starts_on.to_string(),
        );
    }
    for window in &design.windows {
        let name = format!("{}_{}", window.cohort, window.wave);
        filled.set(format!("opens_{name}"), as_local(window.opens_at, zone));
        filled.set(format!("closes_{name}"), as_local(window.closes_at, zone));
    }
    let network = &design.network;
    filled.set("layout", word(&LAYOUTS, network.layout));
    filled.set("order", word(&ORDERS, network.order));
    filled.set("grouping", word(&GROUPINGS, network.grouping));
    filled.set("objection", word(&OBJECTIONS, network.objection));
    filled.set("boundary", word(&BOUNDARIES, network.boundary));
    filled.set("hint", if network.hint { "1" } else { "" });
    filled.set("write_in", if network.write_in { "1" } else { "" });
    filled.set("from_hour", design.quiet.from_hour.to_string());
    filled.set("to_hour", design.quiet.to_hour.to_string());
    filled.set("weekends", if design.quiet.weekends { "1" } else { "" });
    let holidays: Vec<String> = design
        .quiet
        .holidays
        .iter()
        .map(|(from, to)| format!("{from} {to}"))
        .collect();
    filled.set("holidays", holidays.join("\n"));
    filled.set("k", design.disclosure.k.to_string());
    filled.set("k_principal", design.disclosure.k_principal.to_string());
    filled.set("k_pupil", design.disclosure.k_pupil.to_string());
    filled.set("report", percent(design.response.report));
    filled.set("flag", percent(design.response.flag));
    filled
}

fn percent(share: f64) -> String {
    format!("{}", (share * 1000.0).round() / 10.0)
}

fn sections(w: Words, design: &StudyDesign, filled: &Filled) -> Vec<Section> {
    let select = |name: &str, words: &[&str]| -> Field {
        let options = words
            .iter()
            .map(|word| ((*word).to_owned(), w.t(&format!("design-{name}-{word}"))))
            .collect();
        filled
            .field(name, "select", w.t(&format!("design-{name}")))
            .options(options)
    };
    let tick = |name: &str| filled.field(name, "tick", w.t(&format!("design-{name}")));
    let number = |name: &str| filled.field(name, "number", w.t(&format!("design-{name}")));
    let mut sections = vec![Section {
        title: w.t("setup-study"),
        fields: vec![
            filled.field("title_nl", "text", w.t("setup-title-nl")),
            filled.field("title_en", "text", w.t("setup-title-en")),
        ],
        ..Section::default()
    }];
    for cohort in &design.cohorts {
        let mut fields = vec![filled.field(
            format!("starts_{}", cohort.key),
            "date",
            w.t("setup-starts"),
        )];
        for wave in &design.waves {
            let name = format!("{}_{}", cohort.key, wave.key);
            fields.push(filled.field(
                format!("opens_{name}"),
                "datetime-local",
                w.t1("setup-opens", "wave", wave.key.as_str()),
            ));
            fields.push(filled.field(
                format!("closes_{name}"),
                "datetime-local",
                w.t1("setup-closes", "wave", wave.key.as_str()),
            ));
        }
        sections.push(Section {
            title: cohort.title.say(w.0).to_owned(),
            lead: w.t("design-windows-lead"),
            fields,
            pairs: true,
            ..Section::default()
        });
    }
    sections.extend([
        Section {
            title: w.t("design-network"),
            lead: w.t("design-network-lead"),
            fields: vec![
                select("layout", &LAYOUTS.map(|(word, _)| word)),
                select("order", &ORDERS.map(|(word, _)| word)),
                select("grouping", &GROUPINGS.map(|(word, _)| word)),
                select("objection", &OBJECTIONS.map(|(word, _)| word)),
                select("boundary", &BOUNDARIES.map(|(word, _)| word)),
                tick("hint"),
                tick("write_in"),
            ],
            ..Section::default()
        },
        Section {
            title: w.t("design-quiet"),
            lead: w.t("design-quiet-lead"),
            fields: vec![
                number("from_hour"),
                number("to_hour"),
                tick("weekends"),
                filled
                    .field("holidays", "area", w.t("design-holidays"))
                    .help(w.t("design-holidays-help"))
                    .optional(),
            ],
            ..Section::default()
        },
        Section {
            title: w.t("design-thresholds"),
            lead: w.t("design-thresholds-lead"),
            fields: ["k", "k_principal", "k_pupil", "report", "flag"]
                .map(number)
                .to_vec(),
            ..Section::default()
        },
    ]);
    sections
}

fn page(app: &App, visitor: &Owner, filled: &Filled, saved: bool) -> FormsPage {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let design = &study.design;
    let hidden = || vec![("revision".to_owned(), study.revision.to_string())];
    let copies = |none: &str| {
        let mut copies = vec![(String::new(), w.t(none))];
        copies.extend(
            design
                .waves
                .iter()
                .map(|wave| (wave.key.clone(), wave.key.clone())),
        );
        copies
    };
    let add = |what: &str, fields: Vec<Field>| Form {
        action: format!("/study/design/{what}"),
        hidden: hidden(),
        sections: vec![Section {
            title: w.t(&format!("design-add-{what}")),
            lead: w.t(&format!("design-add-{what}-lead")),
            fields,
            pairs: true,
            ..Section::default()
        }],
        button: w.t("design-add"),
        second: true,
        ..Form::default()
    };
    let forms = vec![
        Form {
            action: "/study/design".into(),
            hidden: hidden(),
            sections: sections(w, design, filled),
            button: w.t("filled-save"),
            ..Form::default()
        },
        add(
            "cohort",
            vec![
                filled.field("new_cohort", "text", w.t("setup-cohort")),
                filled.field("new_starts", "date", w.t("setup-starts")),
            ],
        ),
        add(
            "wave",
            vec![
                filled
                    .field("new_wave", "text", w.t("design-new-wave"))
                    .help(w.t("design-new-wave-help")),
                filled
                    .field("like", "select", w.t("design-like"))
                    .options(copies("design-like-none")),
                filled
                    .field("before", "select", w.t("design-before"))
                    .options(copies("design-before-none")),
            ],
        ),
    ];
    FormsPage {
        frame: frame(app, visitor, w.t("design-title"), "/study/design"),
        lead: w.t("design-lead"),
        links: vec![("/study".into(), w.t("matrix-back"))],
        saved: if saved {
            w.t("filled-saved")
        } else {
            String::new()
        },
        faults: filled.faults(&forms),
        forms,
    }
}

pub async fn show_design(
    visitor: Owner,
    State(app): State<App>,
    Query(said): Query<Said>,
) -> Response {
    let filled = standing(&visitor.0.study.design);
    show(&page(&app, &visitor, &filled, said.saved.is_some()))
}

/// The windows that were filled in. What stands there already is kept to the second: a field has minutes only.
fn windows(w: Words, filled: &mut Filled, design: &StudyDesign) -> Vec<WindowDesign> {
    let zone = design.time_zone;
    let mut windows = Vec::new();
    for cohort in &design.cohorts {
        for wave in &design.waves {
            let name = format!("{}_{}", cohort.key, wave.key);
            let (from, to) = (format!("opens_{name}"), format!("closes_{name}"));
            if filled.given(&from).is_none() && filled.given(&to).is_none() {
                continue;
            }
            for edge in [&from, &to] {
                if filled.given(edge).is_none() {
                    filled.refuse(edge.clone(), w.t("filled-empty"));
                }
            }
            let (Some(opens_at), Some(closes_at)) =
                (filled.moment(w, &from, zone), filled.moment(w, &to, zone))
            else {
                continue;
            };
            let before = design.window(&cohort.key, &wave.key);
            let same = |before: chrono::DateTime<chrono::Utc>, after| {
                if as_local(before, zone) == as_local(after, zone) {
                    before
                } else {
                    after
                }
            };
            windows.push(WindowDesign {
                cohort: cohort.key.clone(),
                wave: wave.key.clone(),
                opens_at: before.map_or(opens_at, |before| same(before.opens_at, opens_at)),
                closes_at: before.map_or(closes_at, |before| same(before.closes_at, closes_at)),
            });
        }
    }
    // In the order of the design, so that nothing seems changed where nothing was.
    let place = |window: &WindowDesign| {
        let known = design
            .windows
            .iter()
            .position(|known| known.cohort == window.cohort && known.wave == window.wave);
        known.unwrap_or(usize::MAX)
    };
    windows.sort_by_key(place);
    windows
}

fn holidays(w: Words, filled: &mut Filled) -> Vec<(NaiveDate, NaiveDate)> {
    let text = filled.value("holidays").to_owned();
    let mut holidays = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let days: Vec<Option<NaiveDate>> = line.split_whitespace().map(read_day).collect();
        match days[..] {
            [Some(day)] => holidays.push((day, day)),
            [Some(from), Some(to)] => holidays.push((from, to)),
            _ => filled.refuse("holidays", w.t1("design-holidays-fault", "line", line)),
        }
    }
    holidays
}

pub async fn save(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let mut filled = Filled::of(&fields);
    let mut new = visitor.0.study.design.clone();
    new.title = Text::new(filled.text(w, "title_nl"), filled.text(w, "title_en"));
    new.windows = windows(w, &mut filled, &visitor.0.study.design);
    for cohort in &mut new.cohorts {
        let name = format!("starts_{}", cohort.key);
        match filled.day(w, &name) {
            Some(day) => cohort.starts_on = day,
            None => filled.refuse(name, w.t("filled-empty")),
        }
    }
    let network = &mut new.network;
    network.layout = chosen(&LAYOUTS, filled.value("layout"), network.layout);
    network.order = chosen(&ORDERS, filled.value("order"), network.order);
    network.grouping = chosen(&GROUPINGS, filled.value("grouping"), network.grouping);
    network.objection = chosen(&OBJECTIONS, filled.value("objection"), network.objection);
    network.boundary = chosen(&BOUNDARIES, filled.value("boundary"), network.boundary);
    network.hint = filled.given("hint").is_some();
    network.write_in = filled.given("write_in").is_some();
    let mut whole = |name: &str| filled.number(w, name).map_or(0, |number| number as usize);
    new.disclosure.k = whole("k");
    new.disclosure.k_principal = whole("k_principal");
    new.disclosure.k_pupil = whole("k_pupil");
    new.quiet.from_hour = u32::try_from(whole("from_hour")).unwrap_or(u32::MAX);
    new.quiet.to_hour = u32::try_from(whole("to_hour")).unwrap_or(u32::MAX);
    new.quiet.weekends = filled.given("weekends").is_some();
    new.quiet.holidays = holidays(w, &mut filled);
    for (name, share) in [
        ("report", &mut new.response.report),
        ("flag", &mut new.response.flag),
    ] {
        if filled.value(name) != percent(*share) {
            *share = filled.number(w, name).unwrap_or_default() / 100.0;
        }
    }
    finish(&app, &visitor, &fields, (filled, new)).await
}

async fn finish(
    app: &App,
    visitor: &Owner,
    fields: &Fields,
    (mut filled, new): (Filled, StudyDesign),
) -> Result<Response, Problem> {
    if !is_current(visitor, fields) {
        filled.refuse("", visitor.0.words.t("amend-changed-elsewhere"));
    }
    if filled.is_good() {
        match put(app, visitor, new).await? {
            Ok(()) => return Ok(Redirect::to("/study/design?saved=1").into_response()),
            Err(told) => filled.refuse("", told.join(" ")),
        }
    }
    let page = page(app, visitor, &filled, false);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}

/// The design as it stands with what a smaller form sent on top.
fn on_top(visitor: &Owner, fields: &Fields, names: &[&str]) -> Filled {
    let mut filled = standing(&visitor.0.study.design);
    for name in names {
        filled.set(*name, field(fields, name).unwrap_or_default().trim());
    }
    filled
}

pub async fn add_cohort(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let mut filled = on_top(&visitor, &fields, &["new_cohort", "new_starts"]);
    let mut new = visitor.0.study.design.clone();
    let title = filled.text(w, "new_cohort");
    let starts_on = filled.day(w, "new_starts");
    if starts_on.is_none() {
        filled.refuse("new_starts", w.t("filled-empty"));
    }
    let key = slug(&title);
    if key.is_empty() || new.cohorts.iter().any(|cohort| cohort.key == key) {
        filled.refuse("new_cohort", w.t("setup-cohort-twice"));
    }
    new.cohorts.push(CohortDesign {
        key,
        title: Text::new(title.clone(), title),
        starts_on: starts_on.unwrap_or_default(),
    });
    finish(&app, &visitor, &fields, (filled, new)).await
}

/// One more wave, which asks what another one asks.
pub async fn add_wave(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let mut filled = on_top(&visitor, &fields, &["new_wave", "like", "before"]);
    let mut new = visitor.0.study.design.clone();
    let key = filled.text(w, "new_wave");
    if !is_key(&key.to_lowercase()) {
        filled.refuse("new_wave", w.t("filled-not-a-key"));
    }
    if new.waves.iter().any(|wave| wave.key == key) {
        filled.refuse("new_wave", w.t("design-wave-twice"));
    }
    let before = filled.value("before").to_owned();
    let place = new.waves.iter().position(|wave| wave.key == before);
    let place = place.unwrap_or(new.waves.len());
    new.waves.insert(place, WaveDesign { key: key.clone() });
    let like = filled.value("like").to_owned();
    for row in &mut new.collect {
        if row.waves.contains(&like) {
            row.waves.push(key.clone());
        }
    }
    finish(&app, &visitor, &fields, (filled, new)).await
}
