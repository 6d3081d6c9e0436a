//! What must be recorded before any wave can open: agreements, the ethics committee, how long names are kept, whom to
//! ask, and what schools get to see.

use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;

use super::amending::{Said, frame, is_current, put};
use crate::domain::study::{Conditions, Feedback, PupilConsent};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::filled::{Filled, Form, FormsPage, Section};
use crate::web::form::Fields;
use crate::web::problem::{Problem, show};

fn page(app: &App, visitor: &Owner, filled: &Filled, saved: bool) -> FormsPage {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let unmet = study.design.unmet();
    let day = |name: &str| {
        filled
            .field(name, "date", w.t(&format!("cond-{name}")))
            .help(w.t(&format!("cond-{name}-help")))
    };
    let fields = vec![
        day("board_agreement"),
        day("council_informed"),
        filled
            .field("ethics_reference", "text", w.t("cond-ethics_reference"))
            .help(w.t("cond-ethics_reference-help")),
        day("retention_until"),
        day("withdraw_until").optional(),
        filled
            .field("pupil_consent", "select", w.t("cond-pupil_consent"))
            .options(
                [PupilConsent::Passive, PupilConsent::Active]
                    .map(|policy| {
                        (
                            policy.key().to_owned(),
                            w.t(&format!("pupil-{}", policy.key())),
                        )
                    })
                    .to_vec(),
            )
            .help(w.t("cond-pupil_consent-help")),
        filled
            .field("contact", "text", w.t("cond-contact"))
            .help(w.t("cond-contact-help")),
        filled
            .field("feedback", "select", w.t("cond-feedback"))
            .options(
                ["after_each_wave", "none_until_end"]
                    .map(|key| (key.to_owned(), w.t(&format!("feedback-{key}"))))
                    .to_vec(),
            )
            .help(w.t("cond-feedback-help")),
    ];
    let state = if unmet.is_empty() {
        w.t("cond-all")
    } else {
        let missing: Vec<String> = unmet
            .iter()
            .map(|condition| w.t(&format!("cond-{}", condition.key())))
            .collect();
        w.t1("cond-missing", "what", missing.join("; "))
    };
    let forms = vec![Form {
        action: "/study/conditions".into(),
        hidden: vec![("revision".into(), study.revision.to_string())],
        sections: vec![Section {
            fields,
            ..Section::default()
        }],
        button: w.t("filled-save"),
        ..Form::default()
    }];
    FormsPage {
        frame: frame(app, visitor, w.t("cond-title"), "/study/conditions"),
        lead: format!("{} {state}", w.t("cond-lead")),
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

pub async fn show_conditions(
    visitor: Owner,
    State(app): State<App>,
    Query(said): Query<Said>,
) -> Response {
    let design = &visitor.0.study.design;
    let kept = &design.conditions;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut filled = Filled::default();
    filled.set("board_agreement", day(kept.board_agreement));
    filled.set("council_informed", day(kept.council_informed));
    filled.set(
        "ethics_reference",
        kept.ethics_reference.clone().unwrap_or_default(),
    );
    filled.set("retention_until", day(kept.retention_until));
    filled.set("withdraw_until", day(kept.withdraw_until));
    filled.set("pupil_consent", kept.pupil_consent.key());
    filled.set("contact", design.contact.clone());
    let feedback = match design.feedback {
        Feedback::AfterEachWave => "after_each_wave",
        Feedback::NoneUntilEnd => "none_until_end",
    };
    filled.set("feedback", feedback);
    show(&page(&app, &visitor, &filled, said.saved.is_some()))
}

pub async fn save(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let mut filled = Filled::of(&fields);
    let mut new = visitor.0.study.design.clone();
    let today = app.now().with_timezone(&new.time_zone).date_naive();
    new.conditions = Conditions {
        board_agreement: filled.day(w, "board_agreement"),
        council_informed: filled.day(w, "council_informed"),
        ethics_reference: filled.given("ethics_reference").map(str::to_owned),
        retention_until: filled.day(w, "retention_until"),
        withdraw_until: filled.day(w, "withdraw_until"),
        pupil_consent: match filled.value("pupil_consent") {
            "active" => PupilConsent::Active,
            _ => PupilConsent::Passive,
        },
    };
    // An agreement that is still to be given is none.
    for (name, day) in [
        ("board_agreement", new.conditions.board_agreement),
        ("council_informed", new.conditions.council_informed),
    ] {
        if day.is_some_and(|day| day > today) {
            filled.refuse(name, w.t("cond-in-the-future"));
        }
    }
    if new
        .conditions
        .retention_until
        .is_some_and(|day| day <= today)
    {
        filled.refuse("retention_until", w.t("filled-in-the-past"));
    }
    new.contact = filled.value("contact").to_owned();
    new.feedback = match filled.value("feedback") {
        "none_until_end" => Feedback::NoneUntilEnd,
        _ => Feedback::AfterEachWave,
    };
    if !is_current(&visitor, &fields) {
        filled.refuse("", w.t("amend-changed-elsewhere"));
    }
    if filled.is_good() {
        match put(&app, &visitor, new).await? {
            Ok(()) => return Ok(Redirect::to("/study/conditions?saved=1").into_response()),
            Err(told) => filled.refuse("", told.join(" ")),
        }
    }
    let page = page(&app, &visitor, &filled, false);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}
