//! Models of what scales measure: whether they fit, and whether they hold over groups and waves.

use std::collections::BTreeMap;

use schakel_analysis::outcome::{Interval, Undefined};
use schakel_analysis::scale::{
    Answers, Cell, ConfirmatoryFit, GroupMoments, InvarianceLoss, InvarianceStep, Refusal,
    confirmatory, invariance_over_groups, invariance_over_waves, rmsea_interval,
};

use super::dimensions::{
    Analysis, Dimensions, Over, Part, Reason, Sheet, column, reason, shared_items, sheets,
};
use super::findings::Exclusion;
use super::scales::ScaleDefinition;
use crate::domain::records::Records;

/// Confidence of the interval of RMSEA, as it is always given.
pub const RMSEA_CONFIDENCE: f64 = 0.90;
/// Items times waves, and items times groups, above which a model takes minutes.
const MOST_OVER_WAVES: usize = 100;
const MOST_OVER_GROUPS: usize = 600;

/// How far fit may fall when more is held equal, by one author.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Convention {
    pub name: &'static str,
    /// From this many respondents on.
    pub from: usize,
    pub to: usize,
    pub cfi_may_fall: f64,
    /// None where only CFI is judged.
    pub rmsea_may_rise: Option<f64>,
}

pub const CONVENTIONS: [Convention; 3] = [
    Convention {
        name: "Cheung & Rensvold 2002",
        from: 0,
        to: usize::MAX,
        cfi_may_fall: 0.010,
        rmsea_may_rise: None,
    },
    Convention {
        name: "Chen 2007",
        from: 0,
        to: 300,
        cfi_may_fall: 0.005,
        rmsea_may_rise: Some(0.010),
    },
    Convention {
        name: "Chen 2007",
        from: 301,
        to: usize::MAX,
        cfi_may_fall: 0.010,
        rmsea_may_rise: Some(0.015),
    },
];

impl Convention {
    /// Those for this many respondents.
    pub fn of(n: usize) -> impl Iterator<Item = &'static Self> {
        CONVENTIONS
            .iter()
            .filter(move |convention| (convention.from..=convention.to).contains(&n))
    }

    /// Where RMSEA has nothing to compare with, CFI decides.
    fn accepts(&self, loss: &InvarianceLoss) -> bool {
        let rises = match (self.rmsea_may_rise, loss.rmsea) {
            (Some(most), Ok(rise)) => rise >= most,
            _ => false,
        };
        loss.cfi >= -self.cfi_may_fall && !rises
    }
}

/// Groups of respondents.
pub(super) struct Groups<'a> {
    over: &'a Over,
    schools: BTreeMap<usize, String>,
    persons: BTreeMap<(usize, String), String>,
}

impl<'a> Groups<'a> {
    pub fn of(records: &Records, over: &'a Over) -> Result<Self, String> {
        let (persons, schools) = match over {
            Over::Waves => Default::default(),
            Over::Schools => {
                let keys = records.schools.iter().map(|school| school.key.clone());
                (BTreeMap::new(), keys.enumerate().collect())
            }
            Over::Column(name) => {
                let (persons, schools) = column(records, name);
                if persons.is_empty() && schools.is_empty() {
                    return Err(format!(
                        "nobody and no school has a value of `{name}`; write waves, schools, or a column of persons.csv or schools.csv"
                    ));
                }
                (persons, schools)
            }
        };
        Ok(Self {
            over,
            schools,
            persons,
        })
    }

    fn group(&self, sheet: &Sheet<'_>) -> Option<&str> {
        let own = self
            .persons
            .get(&(sheet.school, sheet.respondent.to_owned()));
        own.or_else(|| self.schools.get(&sheet.school))
            .map(String::as_str)
    }
}

/// Whether items go with their factors as they were written to.
pub(super) fn confirm(
    part: &mut Part<'_>,
    items: &[String],
    answers: &Answers,
    factor_of: &[usize],
    why: &dyn Fn(Refusal) -> Reason,
) {
    let fit = GroupMoments::from_answers(answers)
        .map_err(Refusal::from)
        .and_then(|moments| confirmatory(&moments, factor_of));
    let fit = match fit {
        Ok(fit) => fit,
        Err(refusal) => {
            part.put("cfi", Err(why(refusal)));
            return;
        }
    };
    indices(part, &fit, 1, why);
    part.put("proper", Ok(f64::from(u8::from(fit.proper))));
    for (item, key) in items.iter().enumerate() {
        let factor = factor_of[item];
        part.put(
            "standardised_loading",
            Ok(fit.standardised_loadings[0][item][factor]),
        )
        .item(key)
        .factor(factor);
    }
    for parameter in &fit.parameters {
        if let Some((_, Cell::Loading { item, factor })) = parameter.places.first() {
            let reach = 1.959_963_984_540_054 * parameter.standard_error;
            let row = part.put("loading", Ok(parameter.estimate));
            row.item(&items[*item]).factor(*factor);
            row.interval = Some(Interval {
                lower: parameter.estimate - reach,
                upper: parameter.estimate + reach,
            });
        }
    }
    let covariance = |a: usize, b: usize| {
        let mut all = fit.parameters.iter();
        let wanted = Cell::FactorCovariance { a, b };
        all.find(|parameter| parameter.places.contains(&(0, wanted)))
            .map(|parameter| parameter.estimate)
    };
    let n_factors = factor_of.iter().max().map_or(0, |last| last + 1);
    let scales: Vec<String> = part.scale.split(" + ").map(str::to_owned).collect();
    for a in 1..n_factors {
        for b in 0..a {
            if let (Some(both), Some(one), Some(other)) =
                (covariance(a, b), covariance(a, a), covariance(b, b))
                && one > 0.0
                && other > 0.0
            {
                part.put("factor_correlation", Ok(both / (one * other).sqrt()))
                    .item(&scales[b])
                    .other(&scales[a]);
            }
        }
    }
}

/// Fit, or in words that there is nothing to test.
fn indices(
    part: &mut Part<'_>,
    fit: &ConfirmatoryFit,
    groups: usize,
    why: &dyn Fn(Refusal) -> Reason,
) {
    part.put("df", Ok(fit.df));
    if fit.df <= 0.0 {
        for measure in ["chi_square", "cfi", "tli", "rmsea", "srmr"] {
            part.put(measure, Err(why(Refusal::ThreeItems)));
        }
        return;
    }
    let told = |value: Result<f64, Undefined>| value.map_err(|reason| why(reason.into()));
    part.put("chi_square", Ok(fit.chi_square));
    part.put("p_value", Ok(fit.p_value));
    part.put("cfi", Ok(fit.cfi));
    part.put("tli", told(fit.tli));
    let interval = rmsea_interval(fit, part.n, groups, RMSEA_CONFIDENCE).ok();
    part.put("rmsea", told(fit.rmsea)).interval = interval;
    part.put("srmr", Ok(fit.srmr));
}

/// The scales of a wave in one model, each a factor; only where the same respondents answered them.
pub(super) fn together(
    records: &Records,
    scales: &[&ScaleDefinition],
    (wave, wave_key): (usize, &str),
    found: &mut Dimensions,
) {
    let mut rows: BTreeMap<(usize, &str), Vec<Option<f64>>> = BTreeMap::new();
    let (mut keys, mut items, mut factor_of) = (Vec::new(), Vec::new(), Vec::new());
    let mut fewest = usize::MAX;
    let mut taken: Vec<&ScaleDefinition> = Vec::new();
    for scale in scales {
        let sheets = sheets(records, scale, wave);
        if sheets.is_empty() {
            continue;
        }
        if scale.items.len() < 2 {
            found.exclusions.push(Exclusion {
                what: format!("scale {}, wave {wave_key}, all scales together", scale.key),
                reason: "one item is no factor".to_owned(),
            });
            continue;
        }
        let complete = |sheet: &&Sheet<'_>| sheet.answers.iter().all(Option::is_some);
        fewest = fewest.min(sheets.iter().filter(complete).count());
        for sheet in sheets {
            let row = rows.entry((sheet.school, sheet.respondent)).or_default();
            row.resize(items.len(), None);
            row.extend(sheet.answers);
        }
        factor_of.extend(std::iter::repeat_n(keys.len(), scale.items.len()));
        keys.push(scale.key.as_str());
        items.extend(scale.items.iter().cloned());
        taken.push(scale);
    }
    if keys.len() < 2 {
        return;
    }
    let rows: Vec<Vec<Option<f64>>> = rows
        .into_values()
        .map(|mut row| {
            row.resize(items.len(), None);
            row
        })
        .collect();
    let Ok(answers) = Answers::from_rows(&rows) else {
        return;
    };
    let name = keys.join(" + ");
    let mut part = Part {
        scale: &name,
        wave: wave_key,
        analysis: Analysis::Confirm,
        over: "",
        level: "",
        n: answers.n_complete(),
        rows: &mut found.rows,
    };
    let twice = shared_items(&taken);
    let refused = if !twice.is_empty() {
        let twice: Vec<String> = twice.into_iter().collect();
        Some((
            "shared_item",
            format!(
                "not defined: more than one of these scales has {}; ask with --scale for scales that share no item",
                twice.join(", ")
            ),
        ))
    } else if 2 * answers.n_complete() < fewest {
        Some((
            "other_respondents",
            format!(
                "not defined: {} respondents answered all of these scales, and {fewest} or more each by itself; scales of different respondents are not put into one model",
                answers.n_complete()
            ),
        ))
    } else {
        None
    };
    if let Some((code, words)) = refused {
        part.put("cfi", Err(Reason { code, words }));
        return;
    }
    let shown: Vec<&[Option<f64>]> = rows.iter().map(Vec::as_slice).collect();
    let why = |refusal: Refusal| reason(refusal, &items, &shown);
    confirm(&mut part, &items, &answers, &factor_of, &why);
}

/// Whether a scale measures the same in every group of a wave.
pub(super) fn over_groups(
    scale: &ScaleDefinition,
    (_, wave_key): (usize, &str),
    sheets: &[Sheet<'_>],
    groups: &Groups<'_>,
    found: &mut Dimensions,
) {
    if *groups.over == Over::Waves {
        return;
    }
    let mut members: BTreeMap<&str, Vec<Vec<Option<f64>>>> = BTreeMap::new();
    let mut without = 0;
    for sheet in sheets {
        match groups.group(sheet) {
            Some(group) => members
                .entry(group)
                .or_default()
                .push(sheet.answers.clone()),
            None => without += 1,
        }
    }
    let over = groups.over.name();
    let what = format!("scale {}, wave {wave_key}, over {over}", scale.key);
    if without > 0 {
        found.exclusions.push(Exclusion {
            what: format!("{what}: {without} respondents"),
            reason: format!("no value of `{over}`"),
        });
    }
    let factor_of = vec![0; scale.items.len()];
    let mut kept = Vec::new();
    for (group, rows) in &members {
        let shown: Vec<&[Option<f64>]> = rows.iter().map(Vec::as_slice).collect();
        // What one group cannot bear alone, all together cannot either: left out, and said.
        let alone = Answers::from_rows(rows)
            .and_then(|answers| GroupMoments::from_answers(&answers))
            .map_err(Refusal::from)
            .and_then(|moments| confirmatory(&moments, &factor_of).map(|_| moments));
        match alone {
            Ok(moments) => kept.push((*group, moments)),
            Err(refusal) => found.exclusions.push(Exclusion {
                what: format!("{what}: {group}"),
                reason: reason(refusal, &scale.items, &shown).words,
            }),
        }
    }
    let moments: Vec<GroupMoments> = kept.iter().map(|(_, moments)| moments.clone()).collect();
    let mut part = Part {
        scale: &scale.key,
        wave: wave_key,
        analysis: Analysis::Invariance,
        over,
        level: "",
        n: moments.iter().map(|group| group.n).sum(),
        rows: &mut found.rows,
    };
    if let Some(short) =
        Refusal::of_short_scale(scale.items.len()).filter(|_| scale.items.len() < 3)
    {
        let why = reason(short, &scale.items, &[]);
        part.put("cfi", Err(why));
        return;
    }
    if moments.len() < 2 {
        let words = format!(
            "not defined: {} of {} groups can be compared, where two are needed; take groups with more respondents who answered everything, or a scale with fewer items",
            moments.len(),
            members.len()
        );
        let code = "too_few_groups";
        part.put("cfi", Err(Reason { code, words }));
        return;
    }
    if moments.len() * scale.items.len() > MOST_OVER_GROUPS {
        part.put("cfi", Err(too_large("take a column with fewer groups")));
        return;
    }
    for (group, moments) in &kept {
        part.put("group_n", Ok(moments.n as f64)).other(group);
    }
    let shown: Vec<&[Option<f64>]> = sheets
        .iter()
        .map(|sheet| sheet.answers.as_slice())
        .collect();
    let why = |refusal: Refusal| reason(refusal, &scale.items, &shown);
    let steps = invariance_over_groups(&moments, &factor_of);
    levels(&mut part, steps, moments.len(), &why);
}

/// Whether a scale measures the same at every wave, over the respondents who answered everything at each.
pub(super) fn over_waves(
    scale: &ScaleDefinition,
    by_wave: &[(&str, Vec<Sheet<'_>>)],
    found: &mut Dimensions,
) {
    let k = scale.items.len();
    let mut rows: BTreeMap<(usize, &str), Vec<Option<f64>>> = BTreeMap::new();
    for (place, (_, sheets)) in by_wave.iter().enumerate() {
        for sheet in sheets {
            let row = rows.entry((sheet.school, sheet.respondent)).or_default();
            row.resize(place * k, None);
            row.extend(sheet.answers.iter().copied());
        }
    }
    let rows: Vec<Vec<Option<f64>>> = rows
        .into_values()
        .map(|mut row| {
            row.resize(by_wave.len() * k, None);
            row
        })
        .collect();
    let Ok(answers) = Answers::from_rows(&rows) else {
        return;
    };
    let mut part = Part {
        scale: &scale.key,
        wave: "",
        analysis: Analysis::Invariance,
        over: "waves",
        level: "",
        n: answers.n_complete(),
        rows: &mut found.rows,
    };
    if by_wave.len() < 2 {
        let words = "not defined: this scale was asked at one wave only, and there is nothing to compare it with; ask over schools or a column in place of waves".to_owned();
        let code = "one_wave";
        part.put("cfi", Err(Reason { code, words }));
        return;
    }
    if let Some(short) = Refusal::of_short_scale(k).filter(|_| k < 3) {
        part.put("cfi", Err(reason(short, &scale.items, &[])));
        return;
    }
    if k * by_wave.len() > MOST_OVER_WAVES {
        part.put(
            "cfi",
            Err(too_large(
                "take a folder with two waves, or a shorter scale",
            )),
        );
        return;
    }
    let items: Vec<String> = by_wave
        .iter()
        .flat_map(|(wave, _)| {
            scale
                .items
                .iter()
                .map(move |item| format!("{item} at {wave}"))
        })
        .collect();
    let shown: Vec<&[Option<f64>]> = rows.iter().map(Vec::as_slice).collect();
    let why = |refusal: Refusal| reason(refusal, &items, &shown);
    let steps = GroupMoments::from_answers(&answers)
        .map_err(Refusal::from)
        .and_then(|moments| invariance_over_waves(&moments, by_wave.len(), &vec![0; k]));
    levels(&mut part, steps, 1, &why);
}

fn too_large(way_out: &str) -> Reason {
    Reason {
        code: "too_large",
        words: format!("not defined: a model of this many items takes too long; {way_out}"),
    }
}

fn levels(
    part: &mut Part<'_>,
    steps: Result<Vec<InvarianceStep>, Refusal>,
    groups: usize,
    why: &dyn Fn(Refusal) -> Reason,
) {
    let steps = match steps {
        Ok(steps) => steps,
        Err(refusal) => {
            part.put("cfi", Err(why(refusal)));
            return;
        }
    };
    let n = part.n;
    for step in &steps {
        part.level = step.level.name();
        indices(part, &step.fit, groups, why);
        let Some(loss) = &step.loss else { continue };
        part.put("delta_chi_square", Ok(loss.chi_square));
        part.put("delta_df", Ok(loss.df));
        part.put("delta_p_value", Ok(loss.p_value));
        part.put("delta_cfi", Ok(loss.cfi));
        let rise = loss.rmsea.map_err(|_| why(Refusal::ThreeItems));
        part.put("delta_rmsea", rise);
        for convention in Convention::of(n) {
            let holds = f64::from(u8::from(convention.accepts(loss)));
            part.put("holds", Ok(holds)).other(convention.name);
        }
    }
}
