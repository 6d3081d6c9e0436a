//! Reads a study's design from `study.toml`, with every fault and its place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::study_facts;
use crate::domain::fault::Fault;
use crate::domain::study::{
    Boundary, CohortDesign, Collect, Conditions, DisclosureDesign, EffectDesign, Feedback,
    Grouping, Layout, NetworkDesign, Objection, Order, PupilConsent, Quiet, ResponseDesign,
    RoleDesign, SchoolFact, StudyDesign, Subject, WaveDesign, WindowDesign,
};
use crate::instrument::library::Library;
use crate::instrument::toml_tree::{Document, Placed, Table};

pub fn parse(file: &str, input: &str, library: &Library) -> Result<StudyDesign, Vec<Fault>> {
    let document = Document::parse(file, input);
    let design = document
        .is_good()
        .then(|| read(&document, library))
        .flatten();
    match (design, document.is_good()) {
        (Some(design), true) => Ok(design),
        _ => Err(document.faults()),
    }
}

fn read(document: &Document<'_>, library: &Library) -> Option<StudyDesign> {
    let root = document.root();
    let study = root.table("study")?;
    let key = study.text("key");
    let title = study.bilingual("title");
    let contact = study.text("contact");
    let feedback = study.choice(
        "feedback",
        &[
            ("none_until_end", Feedback::NoneUntilEnd),
            ("after_each_wave", Feedback::AfterEachWave),
        ],
    );
    let time_zone = study.text("time_zone").and_then(|zone| {
        let parsed = zone.value.parse::<Tz>().ok();
        if parsed.is_none() {
            document.fault(
                &zone.span,
                "unknown_time_zone",
                format!("`{}` is no time zone", zone.value),
                "write a name such as `Europe/Amsterdam`",
            );
        }
        parsed
    });
    study.close();

    let cohorts = keyed(&root, "cohort", |table, key| {
        let starts_on = table
            .text("starts_on")
            .and_then(|text| read_day(document, &text));
        Some(CohortDesign {
            key,
            title: table.bilingual("title")?,
            starts_on: starts_on?,
        })
    });
    let waves = keyed(&root, "wave", |_, key| Some(WaveDesign { key }));
    let roles = keyed(&root, "role", |table, key| {
        Some(RoleDesign {
            key,
            title: table.bilingual("title")?,
            single: table.flag("single"),
        })
    });
    let cohort_keys: BTreeSet<&str> = cohorts.iter().map(|cohort| cohort.key.as_str()).collect();
    let wave_keys: BTreeSet<&str> = waves.iter().map(|wave| wave.key.as_str()).collect();
    let role_keys: BTreeSet<&str> = roles.iter().map(|role| role.key.as_str()).collect();
    let network = root.table("network").and_then(read_network);
    let windows = read_windows(document, &root, &cohort_keys, &wave_keys, time_zone);
    let mut asked: BTreeMap<String, String> = BTreeMap::new();
    let collect: Vec<Collect> = root
        .tables("collect")
        .into_iter()
        .filter_map(|table| {
            let instrument = table.text("instrument");
            if let Some(instrument) = &instrument {
                check_instrument(document, instrument, library, network.as_ref());
                check_shared_keys(document, instrument, library, &mut asked);
            }
            let waves = known(document, table.texts("waves"), &wave_keys, "wave");
            let roles = known(document, table.texts("roles"), &role_keys, "role");
            let about = table.choice(
                "about",
                &[
                    ("self", Subject::Own),
                    ("principal", Subject::Principal),
                    ("roster", Subject::Roster),
                    ("board", Subject::Board),
                ],
            );
            let only = table.optional_text("where").and_then(|text| {
                let only = SchoolFact::parse(&text.value);
                if only.is_none() {
                    document.fault(
                        &text.span,
                        "not_a_fact",
                        format!("`{}` is no fact of a school", text.value),
                        "write e.g. where = \"lvs == lvs-a\"",
                    );
                }
                only
            });
            table.close();
            Some(Collect {
                instrument: instrument?.value,
                waves,
                roles,
                about: about?,
                only,
            })
        })
        .collect();
    check_boundary(&root, network.as_ref(), &collect);
    let disclosure = root.table("disclosure").and_then(|table| {
        let (k, k_principal, k_pupil) = (
            threshold(&table, "k", 5),
            threshold(&table, "k_principal", 7),
            threshold(&table, "k_pupil", 10),
        );
        table.close();
        Some(DisclosureDesign {
            k: k?,
            k_principal: k_principal?,
            k_pupil: k_pupil?,
        })
    });
    let response = root.table("response").and_then(|table| {
        let (report, flag) = (table.number("report"), table.number("flag"));
        if let (Some(report), Some(flag)) = (&report, &flag)
            && !(0.0 < flag.value && flag.value <= report.value && report.value <= 1.0)
        {
            table.fault(
                "thresholds",
                "`flag` and `report` are not shares with flag ≤ report",
                "write e.g. flag = 0.6, report = 0.8",
            );
        }
        table.close();
        Some(ResponseDesign {
            report: report?.value,
            flag: flag?.value,
        })
    });
    let effect = root.table("effect").and_then(|table| {
        let (high, low) = (threshold(&table, "high", 2), threshold(&table, "low", 2));
        table.close();
        Some(EffectDesign {
            high: high?,
            low: low?,
        })
    });
    let conditions = optional(&root, "conditions")
        .map(|table| read_conditions(document, table))
        .unwrap_or_default();
    let quiet = optional(&root, "quiet")
        .map(|table| read_quiet(document, table))
        .unwrap_or_default();
    let texts = root
        .entries("text")
        .into_iter()
        .filter_map(|(key, table)| {
            let text = table.bilingual_here();
            table.close();
            Some((key.value, text?))
        })
        .collect();
    let facts = study_facts::read(document, &root);
    root.close();
    Some(StudyDesign {
        key: key?.value,
        title: title?,
        time_zone: time_zone?,
        feedback: feedback?,
        contact: contact?.value,
        cohorts,
        waves,
        windows,
        collect,
        roles,
        network: network?,
        disclosure: disclosure?,
        response: response?,
        effect: effect?,
        conditions,
        quiet,
        texts,
        rehearsed: None,
        facts,
    })
}

fn optional<'t, 'd>(root: &Table<'t, 'd>, key: &str) -> Option<Table<'t, 'd>> {
    root.has(key).then(|| root.table(key)).flatten()
}

fn keyed<T>(
    root: &Table<'_, '_>,
    name: &str,
    read: impl Fn(&Table<'_, '_>, String) -> Option<T>,
) -> Vec<T> {
    let mut seen = BTreeSet::new();
    root.tables(name)
        .into_iter()
        .filter_map(|table| {
            let key = table.text("key");
            let value = key.clone().and_then(|key| read(&table, key.value));
            if let Some(key) = key
                && !seen.insert(key.value.clone())
            {
                table.fault(
                    "key_twice",
                    format!("{name} `{}` is given twice", key.value),
                    "give each its own key",
                );
            }
            table.close();
            value
        })
        .collect()
}

fn read_network(table: Table<'_, '_>) -> Option<NetworkDesign> {
    let relations: Vec<String> = table
        .texts("relations")
        .into_iter()
        .map(|relation| relation.value)
        .collect();
    let boundary = table.choice(
        "boundary",
        &[("school", Boundary::School), ("board", Boundary::Board)],
    );
    let objection = table.choice(
        "objection",
        &[
            ("A", Objection::A),
            ("B", Objection::B),
            ("C", Objection::C),
        ],
    );
    let layout = optional_choice(
        &table,
        "layout",
        &[("relation", Layout::Relation), ("person", Layout::Person)],
    );
    let order = optional_choice(
        &table,
        "order",
        &[("name", Order::Name), ("random", Order::Random)],
    );
    let grouping = optional_choice(
        &table,
        "grouping",
        &[
            ("none", Grouping::None),
            ("group", Grouping::Group),
            ("role", Grouping::Role),
        ],
    );
    let (hint, write_in) = (table.flag("hint"), table.flag("write_in"));
    table.close();
    Some(NetworkDesign {
        relations,
        boundary: boundary?,
        objection: objection?,
        layout,
        order,
        grouping,
        hint,
        write_in,
    })
}

/// One of a few words; without the key the first thing that it can be.
fn optional_choice<T: Copy + Default>(
    table: &Table<'_, '_>,
    key: &str,
    choices: &[(&str, T)],
) -> T {
    if table.has(key) {
        table.choice(key, choices).unwrap_or_default()
    } else {
        T::default()
    }
}

fn read_conditions(document: &Document<'_>, table: Table<'_, '_>) -> Conditions {
    let day = |key: &str| {
        let text = table.has(key).then(|| table.text(key)).flatten()?;
        read_day(document, &text)
    };
    let conditions = Conditions {
        board_agreement: day("board_agreement"),
        council_informed: day("council_informed"),
        ethics_reference: table
            .has("ethics_reference")
            .then(|| table.text("ethics_reference"))
            .flatten()
            .map(|text| text.value),
        retention_until: day("retention_until"),
        withdraw_until: day("withdraw_until"),
        pupil_consent: optional_choice(
            &table,
            "pupil_consent",
            &[
                ("passive", PupilConsent::Passive),
                ("active", PupilConsent::Active),
            ],
        ),
    };
    table.close();
    conditions
}

fn read_quiet(document: &Document<'_>, table: Table<'_, '_>) -> Quiet {
    let usual = Quiet::default();
    let hour = |key: &str, usual: u32| {
        let given = table.has(key).then(|| table.integer(key)).flatten();
        match given.map(|hour| (u32::try_from(hour.value), hour.span)) {
            None => usual,
            Some((Ok(hour), _)) if hour < 24 => hour,
            Some((_, span)) => {
                let message = format!("`{key}` is no hour of the day");
                document.fault(&span, "not_an_hour", message, "write 0 to 23");
                usual
            }
        }
    };
    let quiet = Quiet {
        from_hour: hour("from_hour", usual.from_hour),
        to_hour: hour("to_hour", usual.to_hour),
        weekends: if table.has("weekends") {
            table.flag("weekends")
        } else {
            usual.weekends
        },
        holidays: table
            .has("holiday")
            .then(|| table.tables("holiday"))
            .into_iter()
            .flatten()
            .filter_map(|holiday| {
                let (from, to) = (holiday.text("from"), holiday.text("to"));
                holiday.close();
                Some((read_day(document, &from?)?, read_day(document, &to?)?))
            })
            .collect(),
    };
    table.close();
    quiet
}

fn read_day(document: &Document<'_>, text: &Placed<String>) -> Option<NaiveDate> {
    let day = text.value.parse::<NaiveDate>().ok();
    if day.is_none() {
        let message = format!("`{}` is no date", text.value);
        document.fault(&text.span, "not_a_date", message, "write e.g. 2026-08-31");
    }
    day
}

fn read_windows(
    document: &Document<'_>,
    root: &Table<'_, '_>,
    cohorts: &BTreeSet<&str>,
    waves: &BTreeSet<&str>,
    zone: Option<Tz>,
) -> Vec<WindowDesign> {
    let mut seen = BTreeSet::new();
    root.tables("window")
        .into_iter()
        .filter_map(|table| {
            let (cohort, wave) = (table.text("cohort")?, table.text("wave")?);
            check_known(document, &cohort, cohorts, "cohort");
            check_known(document, &wave, waves, "wave");
            if !seen.insert((cohort.value.clone(), wave.value.clone())) {
                table.fault(
                    "window_twice",
                    "this cohort has this wave twice",
                    "keep one window",
                );
            }
            let opens = table
                .text("opens_at")
                .and_then(|text| instant(document, &text, zone));
            let closes = table
                .text("closes_at")
                .and_then(|text| instant(document, &text, zone));
            if let (Some(opens), Some(closes)) = (opens, closes)
                && opens >= closes
            {
                table.fault(
                    "window_backwards",
                    "the window closes before it opens",
                    "swap or correct the times",
                );
            }
            table.close();
            Some(WindowDesign {
                cohort: cohort.value,
                wave: wave.value,
                opens_at: opens?,
                closes_at: closes?,
            })
        })
        .collect()
}

/// An instant, with its offset or in the study's time zone. A local time that the clock skips in spring is refused; of
/// one that it shows twice in autumn, the first is meant.
fn instant(
    document: &Document<'_>,
    text: &Placed<String>,
    zone: Option<Tz>,
) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(&text.value) {
        return Some(instant.with_timezone(&Utc));
    }
    let Ok(local) = NaiveDateTime::parse_from_str(&text.value, "%Y-%m-%dT%H:%M:%S") else {
        document.fault(
            &text.span,
            "not_a_time",
            format!("`{}` is no date and time", text.value),
            "write e.g. 2026-06-01T08:00:00",
        );
        return None;
    };
    let found = zone?.from_local_datetime(&local).earliest();
    if found.is_none() {
        document.fault(
            &text.span,
            "skipped_hour",
            format!("`{}` does not exist: the clock skips it", text.value),
            "choose a time outside the skipped hour",
        );
    }
    found.map(|found| found.with_timezone(&Utc))
}

fn known(
    document: &Document<'_>,
    given: Vec<Placed<String>>,
    keys: &BTreeSet<&str>,
    what: &str,
) -> Vec<String> {
    given
        .into_iter()
        .map(|entry| {
            check_known(document, &entry, keys, what);
            entry.value
        })
        .collect()
}

fn check_known(document: &Document<'_>, entry: &Placed<String>, keys: &BTreeSet<&str>, what: &str) {
    if !keys.contains(entry.value.as_str()) {
        let known = keys
            .iter()
            .map(|key| format!("`{key}`"))
            .collect::<Vec<_>>()
            .join(", ");
        document.fault(
            &entry.span,
            "unknown_key_named",
            format!("there is no {what} `{}`", entry.value),
            format!("use one of {known}, or define it"),
        );
    }
}

fn check_instrument(
    document: &Document<'_>,
    named: &Placed<String>,
    library: &Library,
    network: Option<&NetworkDesign>,
) {
    let Some(instrument) = library.get(&named.value) else {
        let keys: BTreeSet<&str> = library
            .iter()
            .map(|instrument| instrument.key.as_str())
            .collect();
        check_known(document, named, &keys, "instrument");
        return;
    };
    let Some(network) = network else { return };
    for (item, relation) in instrument.roster_relations() {
        if !network.relations.iter().any(|known| known == relation) {
            let span: &Range<usize> = &named.span;
            document.fault(
                span,
                "unknown_relation",
                format!("item `{item}` asks about `{relation}`, which is not among the study's relations"),
                "add it to `relations` in [network]",
            );
        }
    }
}

/// The board's network is asked exactly where the boundary says so.
fn check_boundary(root: &Table<'_, '_>, network: Option<&NetworkDesign>, collect: &[Collect]) {
    let Some(network) = network else { return };
    let asked = collect.iter().any(|row| row.about == Subject::Board);
    match (network.boundary, asked) {
        (Boundary::Board, false) => root.fault(
            "board_not_asked",
            "`boundary` is `board`, and nothing is asked about the board's network",
            "add a [[collect]] with about = \"board\", or write boundary = \"school\"",
        ),
        (Boundary::School, true) => root.fault(
            "board_outside",
            "something is asked about the board's network, and `boundary` is `school`",
            "write boundary = \"board\" in [network], or take away what is about the board",
        ),
        _ => {}
    }
}

/// Answers and scores go by key: two instruments of a study cannot use the same one.
fn check_shared_keys(
    document: &Document<'_>,
    named: &Placed<String>,
    library: &Library,
    asked: &mut BTreeMap<String, String>,
) {
    let Some(instrument) = library.get(&named.value) else {
        return;
    };
    let items = instrument.items.keys().map(|key| format!("item `{key}`"));
    let scales = instrument
        .scales
        .iter()
        .map(|scale| format!("scale `{}`", scale.key));
    for key in items.chain(scales) {
        let owner = asked
            .entry(key.clone())
            .or_insert_with(|| instrument.key.clone());
        if *owner != instrument.key {
            let message = format!("{key} is in `{owner}` and in `{}`", instrument.key);
            document.fault(
                &named.span,
                "key_shared",
                message,
                "give it another key in one of the two",
            );
        }
    }
}

/// A whole number that may be raised above its floor and never lowered.
fn threshold(table: &Table<'_, '_>, key: &str, floor: usize) -> Option<usize> {
    let number = table.integer(key)?;
    match usize::try_from(number.value) {
        Ok(value) if value >= floor => Some(value),
        _ => {
            table.fault(
                "threshold_too_low",
                format!("`{key}` is {}, and cannot be under {floor}", number.value),
                format!("write {floor} or more"),
            );
            None
        }
    }
}
