//! One respondent: opens the link, answers page after page as the pages come, sends, and keeps a ledger of what was
//! acknowledged. Afterwards sends again, and answers in two tabs at once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, bail};
use rand::{Rng, RngExt};

use super::page::{PageForm, encode, read};
use super::tab::{Kind, Reply, Tab};
use crate::domain::answer::Answer;
use crate::instrument::check::CANNOT_JUDGE;

/// By item what was acknowledged as saved, written as a form writes it; nothing for an item that was left open.
pub type Ledger = BTreeMap<String, BTreeSet<String>>;

/// More requests than any questionnaire of the load test takes.
const LONGEST: usize = 80;

/// Opens a link; the tab then has a visit. Gives where it leads.
async fn enter(tab: &mut Tab, token: &str) -> anyhow::Result<String> {
    let form = encode(&[("code".to_owned(), token.to_owned())]);
    leads(&tab.post(Kind::Enter, "/r", form).await?)
}

fn leads(reply: &Reply) -> anyhow::Result<String> {
    if reply.status != 303 {
        bail!("answered with {} instead of leading on", reply.status);
    }
    reply.location.clone().context("a redirect without a place")
}

async fn shown(tab: &mut Tab, kind: Kind, path: &str) -> anyhow::Result<Reply> {
    let mut reply = tab.get(kind, path).await?;
    for _ in 0..3 {
        match (reply.status, reply.location.take()) {
            (303, Some(to)) => reply = tab.get(kind, &to).await?,
            _ => break,
        }
    }
    if reply.status != 200 {
        bail!("GET {path}: answered with {}", reply.status);
    }
    Ok(reply)
}

/// The whole questionnaire, with a pause of about `think` before each page is sent.
pub async fn respond(
    tab: &mut Tab,
    token: &str,
    think: Duration,
    ledger: &mut Ledger,
    rng: &mut (impl Rng + Send),
) -> anyhow::Result<()> {
    let home = enter(tab, token).await?;
    let mut page = read(&shown(tab, Kind::FirstPage, &home).await?.html);
    for _ in 0..LONGEST {
        let Some(form) = page.forms.iter().find(|form| leads_on(&form.action)) else {
            // A start page without a form has a link that leads on.
            let go = page.go.context("a page that leads nowhere")?;
            page = read(&shown(tab, Kind::Page, &go).await?.html);
            continue;
        };
        let pause = think.mul_f64(rng.random_range(0.5..1.5));
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let to = match step(&form.action) {
            Step::Questions => {
                let filled = fill(form, rng);
                let reply = tab
                    .post(Kind::Save, &form.action, sent(form, &filled))
                    .await?;
                let to = leads(&reply).with_context(|| format!("saving {}", form.action))?;
                record(ledger, form, &filled);
                to
            }
            Step::Submit => {
                let reply = tab
                    .post(Kind::Submit, &form.action, sent(form, &[]))
                    .await?;
                let to = leads(&reply).context("sending")?;
                shown(tab, Kind::Page, &to).await?;
                return Ok(());
            }
            Step::Other => agree(tab, form).await?,
        };
        page = read(&shown(tab, Kind::Page, &to).await?.html);
    }
    bail!("the questionnaire has no end")
}

/// A form that stands before the questions: agreed to, whatever it asks.
async fn agree(tab: &mut Tab, form: &PageForm) -> anyhow::Result<String> {
    let agreed: Vec<(String, String)> = form
        .radios
        .iter()
        .map(|(name, values)| {
            let yes = values
                .iter()
                .find(|value| ["yes", "1"].contains(&value.as_str()));
            let value = yes.or(values.first()).cloned();
            (name.clone(), value.unwrap_or_default())
        })
        .chain(form.boxes.iter().cloned())
        .collect();
    let reply = tab
        .post(Kind::Page, &form.action, sent(form, &agreed))
        .await?;
    leads(&reply).with_context(|| format!("agreeing at {}", form.action))
}

/// Opens a link and agrees to what stands before the questions.
pub async fn begin(tab: &mut Tab, token: &str) -> anyhow::Result<()> {
    let home = enter(tab, token).await?;
    let page = read(&shown(tab, Kind::FirstPage, &home).await?.html);
    let before = page
        .forms
        .iter()
        .find(|form| leads_on(&form.action) && matches!(step(&form.action), Step::Other));
    if let Some(form) = before {
        agree(tab, form).await?;
    }
    Ok(())
}

enum Step {
    Questions,
    Submit,
    Other,
}

fn step(action: &str) -> Step {
    match action.strip_prefix("/answer/") {
        Some("submit") => Step::Submit,
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => Step::Questions,
        _ => Step::Other,
    }
}

/// Whether a form is on the way: questions, sending, or what has to be agreed to before. Not objecting or withdrawing.
fn leads_on(action: &str) -> bool {
    matches!(step(action), Step::Questions | Step::Submit) || action.contains("consent")
}

fn sent(form: &PageForm, filled: &[(String, String)]) -> String {
    let mut fields = form.hidden.clone();
    fields.extend_from_slice(filled);
    fields.push(("go".to_owned(), "next".to_owned()));
    encode(&fields)
}

/// Valid answers to everything on a page, here and there left open.
fn fill(form: &PageForm, rng: &mut impl Rng) -> Vec<(String, String)> {
    let mut filled = Vec::new();
    for (name, values) in form.radios.iter().chain(&form.selects) {
        let given: Vec<&String> = values.iter().filter(|value| !value.is_empty()).collect();
        let open = given.is_empty() || rng.random_bool(0.05);
        let value = if open {
            String::new()
        } else {
            given[rng.random_range(0..given.len())].clone()
        };
        filled.push((name.clone(), value));
    }
    let rosters: BTreeSet<&str> = form.boxes.iter().map(|(name, _)| item_of(name)).collect();
    for item in rosters {
        let alone = format!("{item}.nobody");
        let can_be_alone = form.boxes.iter().any(|(name, _)| *name == alone);
        if can_be_alone && rng.random_bool(0.1) {
            filled.push((alone, "1".to_owned()));
            continue;
        }
        for (name, value) in form.boxes.iter().filter(|(name, _)| name == item) {
            if rng.random_bool(0.25) {
                filled.push((name.clone(), value.clone()));
            }
        }
    }
    filled
}

fn item_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// Enters in the ledger what a page was sent with.
fn record(ledger: &mut Ledger, form: &PageForm, filled: &[(String, String)]) {
    for (name, value) in filled.iter().chain(&form.boxes) {
        let _ = value;
        ledger.remove(item_of(name));
    }
    for (item, values) in by_item(form, filled) {
        ledger.insert(item, values);
    }
}

fn by_item(form: &PageForm, filled: &[(String, String)]) -> Ledger {
    let mut items = Ledger::new();
    for (name, value) in filled.iter().filter(|(_, value)| !value.is_empty()) {
        let value = match name.split_once('.') {
            Some((_, "nobody")) => "nobody".to_owned(),
            Some((_, member)) => format!("{member}={value}"),
            None if form.boxes.iter().any(|(own, _)| own == name) => format!("{value}=1"),
            None => value.clone(),
        };
        items
            .entry(item_of(name).to_owned())
            .or_default()
            .insert(value);
    }
    items
}

/// A stored answer as the ledger writes it.
pub fn as_entry(answer: &Answer) -> BTreeSet<String> {
    match answer {
        Answer::Code(code) => BTreeSet::from([code.to_string()]),
        Answer::Codes(codes) => codes.iter().map(|code| format!("{code}=1")).collect(),
        Answer::Number(number) => BTreeSet::from([number.to_string()]),
        Answer::Text(text) => BTreeSet::from([text.clone()]),
        Answer::Date(day) => BTreeSet::from([day.to_string()]),
        Answer::Card {
            position,
            ticked,
            cannot_judge,
        } => position
            .iter()
            .map(i64::to_string)
            .chain(cannot_judge.then(|| CANNOT_JUDGE.to_owned()))
            .chain(ticked.then(|| "tick=1".to_owned()))
            .collect(),
        Answer::Named(alters) => alters
            .iter()
            .map(|(alter, strength)| format!("{alter}={strength}"))
            .collect(),
        Answer::Nobody => BTreeSet::from(["nobody".to_owned()]),
    }
}

/// Sends what was sent already, so many times, from two tabs at once. Each must be answered as the first was.
pub async fn send_again(tab: &mut Tab, times: usize) -> anyhow::Result<()> {
    let mut other = tab.another();
    for _ in 0..times.div_ceil(2) {
        let (one, two) = tokio::join!(
            tab.post(Kind::Submit, "/answer/submit", String::new()),
            other.post(Kind::Submit, "/answer/submit", String::new())
        );
        leads(&one?).context("sending again")?;
        leads(&two?).context("sending again")?;
    }
    tab.rest();
    Ok(())
}

/// What came of answering in two tabs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct TwoTabs {
    pub interleavings: usize,
    pub refused: usize,
    /// A save that was accepted although its page was older than what was stored, or a page that does not show the last
    /// accepted save.
    pub silent_overwrites: usize,
    /// A save from the newest page that was refused.
    pub wrongly_refused: usize,
}

/// Changes one page from two tabs in turns that chance decides. What is accepted is entered in the ledger.
pub async fn two_tabs(
    tab: &mut Tab,
    page: &str,
    times: usize,
    ledger: &mut Ledger,
    rng: &mut (impl Rng + Send),
) -> anyhow::Result<TwoTabs> {
    let mut other = tab.another();
    let mut told = TwoTabs::default();
    let mut forms = [form_of(tab, page).await?, form_of(&mut other, page).await?];
    for _ in 0..times {
        told.interleavings += 1;
        // Both tabs show what is stored now; then each is changed to something else than that and than the other.
        let before = by_item(&forms[0], &forms[0].filled);
        let first = other_than(&forms[0], &[&before], rng);
        let second = other_than(&forms[1], &[&before, &by_item(&forms[0], &first)], rng);
        let bodies = [sent(&forms[0], &first), sent(&forms[1], &second)];
        let fills = [first, second];
        let mut accepted: Vec<usize> = Vec::new();
        let order = if rng.random_bool(0.5) { [0, 1] } else { [1, 0] };
        match rng.random_range(0..4) {
            // At the same moment: one of the two, whichever.
            0 => {
                let [a, b] = &bodies;
                let (a, b) = tokio::join!(
                    tab.post(Kind::Save, page, a.clone()),
                    other.post(Kind::Save, page, b.clone())
                );
                let statuses = [a?.status, b?.status];
                accepted.extend((0..2).filter(|which| statuses[*which] == 303));
                let refused = statuses.iter().filter(|status| **status == 409).count();
                told.refused += refused;
                if accepted.len() + refused < 2 {
                    bail!("two tabs at once: answered with {statuses:?}");
                }
                told.silent_overwrites += accepted.len().saturating_sub(1);
                told.wrongly_refused += usize::from(accepted.is_empty());
            }
            // One after the other, the second from the old page or from the page as it is now.
            turn => {
                let tabs = [&mut *tab, &mut other];
                let [one, two] = tabs;
                let (early, late) = if order == [0, 1] {
                    (one, two)
                } else {
                    (two, one)
                };
                match early
                    .post(Kind::Save, page, bodies[order[0]].clone())
                    .await?
                    .status
                {
                    303 => accepted.push(order[0]),
                    409 => told.wrongly_refused += 1,
                    other => bail!("the first tab: answered with {other}"),
                }
                let fresh = turn == 3;
                let body = if fresh {
                    let form = form_of(late, page).await?;
                    sent(&form, &fills[order[1]])
                } else {
                    bodies[order[1]].clone()
                };
                match late.post(Kind::Save, page, body).await?.status {
                    303 => {
                        told.silent_overwrites += usize::from(!fresh && !accepted.is_empty());
                        accepted.push(order[1]);
                    }
                    409 => {
                        told.refused += 1;
                        told.wrongly_refused += usize::from(fresh);
                    }
                    other => bail!("the second tab: answered with {other}"),
                }
            }
        }
        forms = [form_of(tab, page).await?, form_of(&mut other, page).await?];
        if let Some(last) = accepted.last() {
            record(ledger, &forms[0], &fills[*last]);
            let stored = by_item(&forms[0], &forms[0].filled);
            told.silent_overwrites += usize::from(stored != by_item(&forms[0], &fills[*last]));
        }
    }
    tab.rest();
    Ok(told)
}

async fn form_of(tab: &mut Tab, page: &str) -> anyhow::Result<PageForm> {
    let read = read(&shown(tab, Kind::Page, page).await?.html);
    let form = read.forms.into_iter().find(|form| form.action == page);
    form.with_context(|| format!("{page} has no form"))
}

fn other_than(form: &PageForm, known: &[&Ledger], rng: &mut impl Rng) -> Vec<(String, String)> {
    loop {
        let filled = fill(form, rng);
        let items = by_item(form, &filled);
        if known.iter().all(|known| **known != items) {
            return filled;
        }
    }
}
