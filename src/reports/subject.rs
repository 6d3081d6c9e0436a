//! The page of everything about one person: a file that stands alone.

use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use fluent_bundle::FluentArgs;

use crate::domain::subject::{Membership, NAMED_FROM, SubjectReport, Wave};
use crate::locale::Words;

/// A heading with what stands below it, each with its lines.
struct Block {
    level: u8,
    title: String,
    lead: String,
    rows: Vec<(String, Vec<String>)>,
}

#[derive(Template)]
#[template(path = "reports/subject.html")]
struct Page {
    w: Words,
    title: String,
    lead: String,
    rights: String,
    blocks: Vec<Block>,
}

fn day(w: Words, on: NaiveDate) -> String {
    w.day(on.and_time(NaiveTime::MIN).and_utc(), Tz::UTC)
}

pub fn page(report: &SubjectReport) -> Result<String, askama::Error> {
    let w = Words(report.language);
    let at = |at: DateTime<Utc>| w.day_and_time(at, report.time_zone);
    let row = |key: &str, text: String| (w.t(key), vec![text]);
    let mut blocks = vec![Block {
        level: 2,
        title: w.t("subject-contact"),
        lead: w.t("subject-where"),
        rows: vec![
            row("subject-name", report.name.clone()),
            row("subject-email", report.email.clone().unwrap_or_default()),
            row("subject-language", report.language.tag().to_owned()),
            row("subject-key", report.key.clone()),
            row("subject-pseudonym", report.pseudonym.clone()),
        ],
    }];
    for membership in &report.memberships {
        blocks.push(of_membership(w, membership, &at));
        for wave in &membership.waves {
            of_wave(w, wave, &at, &mut blocks);
        }
    }
    blocks.push(Block {
        level: 2,
        title: w.t("subject-looks"),
        lead: w.t("subject-looks-lead"),
        rows: report
            .looks
            .iter()
            .map(|look| {
                let told = format!("{} · {} · {}", look.what, look.about, look.actor);
                (at(look.at), vec![told])
            })
            .collect(),
    });
    let mut args = FluentArgs::new();
    args.set("study", report.study.as_str());
    args.set("name", report.name.as_str());
    args.set("at", at(report.at));
    let page = Page {
        w,
        title: w.t("subject-title"),
        lead: w.with("subject-lead", &args),
        rights: w.t1("subject-rights", "contact", report.contact.as_str()),
        blocks,
    };
    page.render()
}

fn of_membership(
    w: Words,
    membership: &Membership,
    at: &impl Fn(DateTime<Utc>) -> String,
) -> Block {
    let dates = [membership.joined_on, membership.left_on];
    let dates: Vec<String> = dates
        .map(|on| on.map(|on| day(w, on)).unwrap_or_default())
        .to_vec();
    let objection = match &membership.objection {
        None => w.t("subject-objection-none"),
        Some(policy) => w.t1("subject-objection-made", "policy", policy.as_str()),
    };
    let events = membership.events.iter();
    let consents = membership.consents.iter().map(|consent| {
        let word = w.t(if consent.given {
            "subject-consent-given"
        } else {
            "subject-consent-refused"
        });
        let what = w.t(&format!("consent-{}", consent.purpose));
        format!("{}: {what} – {word}", at(consent.at))
    });
    Block {
        level: 2,
        title: w.t1("subject-member", "school", membership.school.as_str()),
        lead: String::new(),
        rows: vec![
            (w.t("subject-roles"), membership.roles.clone()),
            (w.t("subject-groups"), membership.groups.clone()),
            (w.t("subject-since"), vec![dates.join(" – ")]),
            (
                w.t("subject-events"),
                events
                    .map(|(on, what)| format!("{}: {what}", day(w, *on)))
                    .collect(),
            ),
            (w.t("subject-consents"), consents.collect()),
            (w.t("subject-objection"), vec![objection]),
        ],
    }
}

fn of_wave(w: Words, wave: &Wave, at: &impl Fn(DateTime<Utc>) -> String, blocks: &mut Vec<Block>) {
    let steps = [
        ("subject-invited", wave.invited_at),
        ("subject-opened", wave.opened_at),
        ("subject-submitted", wave.submitted_at),
        ("subject-withdrawn", wave.withdrawn_at),
    ];
    let mut rows: Vec<(String, Vec<String>)> = steps
        .into_iter()
        .filter_map(|(key, when)| Some((w.t(key), vec![at(when?)])))
        .collect();
    let mails = wave.mails.iter().map(|mail| {
        let when = mail.settled_at.unwrap_or(mail.queued_at);
        format!("{}: {} ({})", at(when), mail.kind, mail.state)
    });
    rows.push((w.t("subject-mails"), mails.collect()));
    blocks.push(Block {
        level: 3,
        title: w.t1("subject-wave", "wave", wave.wave.as_str()),
        lead: String::new(),
        rows,
    });
    for (title, questions) in &wave.answers {
        blocks.push(Block {
            level: 4,
            title: format!("{}: {title}", w.t("subject-answers")),
            lead: String::new(),
            rows: questions.clone(),
        });
    }
    if !wave.named.is_empty() {
        let told = wave.named.iter().map(|(relation, n)| match n {
            Some(n) => w.t2("subject-named-n", "relation", relation.as_str(), "n", *n),
            None => w.t2(
                "subject-named-few",
                "relation",
                relation.as_str(),
                "k",
                NAMED_FROM,
            ),
        });
        blocks.push(Block {
            level: 4,
            title: w.t("subject-named"),
            lead: w.t1("subject-named-lead", "k", NAMED_FROM),
            rows: vec![(w.t("subject-named"), told.collect())],
        });
    }
}
