//! What a coder has before her: statements in one order, and what each of them shows.

use uuid::Uuid;

use crate::domain::coding::{Code, Coding, Direction, Round, Source, Statement, Step, pseudonym};
use crate::domain::id::StatementId;
use crate::fieldwork::code::Material;
use crate::locale::Words;
use crate::storage::StorageError;
use crate::web::access::Coder;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem};

pub const MENU: [(&str, &str); 2] = [
    ("/coding", "coding-title"),
    ("/coding/differences", "coding-differences"),
];

/// A factor as it can be coded.
pub struct Choice {
    pub key: String,
    pub name: String,
    pub about: String,
    /// Value, label and whether it is chosen.
    pub options: Vec<(&'static str, String, bool)>,
    pub implicit: bool,
}

pub fn frame(app: &App, visitor: &Coder, title: String, path: String) -> Frame {
    Frame::new(app, visitor.0.words, title, path)
        .for_visit(&visitor.0.study.design.contact)
        .with_menu(&MENU)
}

/// Who codes: the link, which one person holds.
pub fn coder(visitor: &Coder) -> String {
    visitor.0.link.link_id.to_string()
}

pub async fn load(app: &App, visitor: &Coder) -> Result<Material, Problem> {
    let failed = |error: StorageError| Problem::storage(app, visitor.0.words, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    Material::load(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)
}

/// In the order in which they are coded: school by school, and in the order in which things were said.
pub fn in_order(material: &Material) -> Vec<&Statement> {
    let mut all: Vec<(String, Source, &Statement)> = material
        .statements
        .iter()
        .filter_map(|statement| {
            let interview = material.interview(statement)?;
            Some((pseudonym(interview.school_id), interview.source, statement))
        })
        .collect();
    all.sort_by(|a, b| {
        (&a.0, a.1, a.2.interview_id, a.2.place).cmp(&(&b.0, b.1, b.2.interview_id, b.2.place))
    });
    all.into_iter().map(|(.., statement)| statement).collect()
}

/// The statement that an address names, with its place in the order.
pub fn find<'m>(
    app: &App,
    w: Words,
    all: &[&'m Statement],
    id: &str,
) -> Result<(usize, &'m Statement), Problem> {
    let id = Uuid::parse_str(id).ok();
    let place = all
        .iter()
        .position(|statement| Some(statement.statement_id.0) == id);
    place
        .map(|at| (at, all[at]))
        .ok_or_else(|| Problem::new(app, w, Kind::NotFound))
}

pub fn own_coding<'m>(
    material: &'m Material,
    coder: &str,
    statement_id: StatementId,
) -> Option<&'m Coding> {
    material.codings.iter().find(|coding| {
        coding.statement_id == statement_id && coding.round == Round::First && coding.coder == coder
    })
}

/// Whether first codes can still be given.
pub fn is_open(material: &Material, statement: &Statement) -> bool {
    let cohort = material.cohort(statement);
    material.step(cohort, Step::Compared).is_none()
}

pub fn source_name(w: Words, material: &Material, statement: &Statement) -> String {
    let source = material
        .interview(statement)
        .map_or(Source::Trainer, |interview| interview.source);
    w.t(&format!("source-{}", source.key()))
}

pub fn school_name(w: Words, material: &Material, statement: &Statement) -> String {
    let name = material
        .interview(statement)
        .map(|interview| pseudonym(interview.school_id))
        .unwrap_or_default();
    w.t1("coding-school", "name", name)
}

/// The factors of the codebook, with what stands of them in these codes.
pub fn choices(w: Words, material: &Material, codes: &[Code]) -> Vec<Choice> {
    let one = |factor: &crate::domain::coding::Factor| {
        let own = codes.iter().find(|code| code.factor == factor.key);
        let mut options = vec![("", w.t("direction-not_raised"), own.is_none())];
        options.extend(Direction::ALL.map(|direction| {
            let chosen = own.is_some_and(|code| code.direction == direction);
            let label = w.t(&format!("direction-{}", direction.key()));
            (direction.key(), label, chosen)
        }));
        Choice {
            key: factor.key.clone(),
            name: factor.name.say(w.0).to_owned(),
            about: factor.about.say(w.0).to_owned(),
            options,
            implicit: own.is_some_and(|code| code.implicit),
        }
    };
    material.codebook.factors.iter().map(one).collect()
}

/// The codes of a form; `None` where it says what no form asks.
pub fn read(material: &Material, fields: &Fields) -> Option<Vec<Code>> {
    let mut codes = Vec::new();
    for factor in &material.codebook.factors {
        let said = field(fields, &format!("f_{}", factor.key)).unwrap_or_default();
        if said.is_empty() {
            continue;
        }
        codes.push(Code {
            factor: factor.key.clone(),
            direction: Direction::from_key(said)?,
            implicit: field(fields, &format!("i_{}", factor.key)).is_some(),
        });
    }
    Some(codes)
}

/// Codes in words.
pub fn in_words(w: Words, material: &Material, codes: &[Code]) -> String {
    if codes.is_empty() {
        return w.t("coding-no-factor");
    }
    let said: Vec<String> = codes
        .iter()
        .map(|code| {
            let factor = material.codebook.factor(&code.factor);
            let name = factor.map_or(code.factor.as_str(), |factor| factor.name.say(w.0));
            let direction = w.t(&format!("direction-{}", code.direction.key()));
            if code.implicit {
                format!("{name}: {direction} ({})", w.t("coding-implicit-short"))
            } else {
                format!("{name}: {direction}")
            }
        })
        .collect();
    said.join("; ")
}
