//! How far coders give the same code to the same thing: the kappas, Krippendorff's alpha and Gwet's coefficient.
//!
//! Codes are numbers from 0 to `n_codes` - 1, in their order where they have one. A row is a thing (a school x source x factor), a
//! column a coder; None is a code that was not given.

use rand::{Rng, RngExt};

use super::bootstrap::{BootstrapInterval, BootstrapOptions, Replicates};
use crate::outcome::Undefined;

/// What a disagreement between two codes costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// Every disagreement counts the same.
    Nominal,
    /// By the distance between the codes.
    Linear,
    /// By its square.
    Quadratic,
}

impl Weighting {
    /// 1 for the same code, 0 for the two that are furthest apart.
    fn weight(self, a: usize, b: usize, n_codes: usize) -> f64 {
        if a == b {
            return 1.0;
        }
        let share = a.abs_diff(b) as f64 / (n_codes - 1) as f64;
        match self {
            Self::Nominal => 0.0,
            Self::Linear => 1.0 - share,
            Self::Quadratic => 1.0 - share * share,
        }
    }
}

/// How far apart two codes are for Krippendorff's alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    Nominal,
    /// By how many codes were given between the two.
    Ordinal,
    Interval,
}

/// One coefficient of agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coefficient {
    /// Of the first two coders.
    Cohen(Weighting),
    Fleiss,
    Krippendorff(Distance),
    Gwet(Weighting),
}

/// A kappa of two coders, with what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct CohenKappa {
    pub kappa: f64,
    /// Agreement that was seen, as a share.
    pub observed: f64,
    /// Agreement if both coded at random with the frequencies they have.
    pub expected: f64,
    /// For an interval.
    pub se: f64,
    /// For a test against no agreement beyond chance.
    pub null_se: f64,
    /// Things that both coded.
    pub n: usize,
    /// Share of each code over both coders: where one is rare, kappa is low at high agreement.
    pub prevalence: Vec<f64>,
}

/// Agreement of two coders beyond chance, chance being each one's own frequencies.
///
/// # Definition
/// (po - pe) / (1 - pe); po = sum of w_ij p_ij, pe = sum of w_ij p_i. p_.j, with w = 1 - d^2 / (c - 1)^2 (quadratic), 1 - d / (c - 1) (linear) or
/// 1 for the same code alone. `se` is that of the estimate, `null_se` that under independence
/// # Shape and unit
/// at most 1; 0 = as by chance
/// # Missing
/// a thing that one of the two left out does not count
/// # Undefined
/// TooFewItems below two codes; TooFewUnits without a thing that both coded; NotFinite if a code is not below `n_codes`; NoVariation if chance alone
/// agrees wholly
/// # Source
/// Cohen (1960, 1968); Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72, 323-327
/// # Agrees with
/// psych `cohen.kappa` 2.2.9: kappa, quadratic kappa and standard error, 1e-9
/// # Cost
/// O(n + c^2)
pub fn cohen_kappa(
    codes: &[(Option<usize>, Option<usize>)],
    n_codes: usize,
    weighting: Weighting,
) -> Result<CohenKappa, Undefined> {
    let both: Vec<(usize, usize)> = codes
        .iter()
        .filter_map(|(first, second)| Some(((*first)?, (*second)?)))
        .collect();
    check(both.iter().flat_map(|(a, b)| [*a, *b]), n_codes)?;
    if both.is_empty() {
        return Err(Undefined::TooFewUnits);
    }
    let n = both.len() as f64;
    let mut joint = vec![vec![0.0; n_codes]; n_codes];
    for (first, second) in &both {
        joint[*first][*second] += 1.0 / n;
    }
    let rows: Vec<f64> = joint.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..n_codes)
        .map(|code| joint.iter().map(|row| row[code]).sum())
        .collect();
    let weight = |i, j| weighting.weight(i, j, n_codes);
    let cells = || (0..n_codes).flat_map(|i| (0..n_codes).map(move |j| (i, j)));
    let observed: f64 = cells().map(|(i, j)| weight(i, j) * joint[i][j]).sum();
    let expected: f64 = cells()
        .map(|(i, j)| weight(i, j) * rows[i] * columns[j])
        .sum();
    let left = 1.0 - expected;
    if left <= 1e-12 {
        return Err(Undefined::NoVariation);
    }
    let of_row: Vec<f64> = (0..n_codes)
        .map(|i| (0..n_codes).map(|j| weight(i, j) * columns[j]).sum())
        .collect();
    let of_column: Vec<f64> = (0..n_codes)
        .map(|j| (0..n_codes).map(|i| weight(i, j) * rows[i]).sum())
        .collect();
    let spread: f64 = cells()
        .map(|(i, j)| {
            let own = weight(i, j) * left - (of_row[i] + of_column[j]) * (1.0 - observed);
            joint[i][j] * own * own
        })
        .sum();
    let level = observed * expected - 2.0 * expected + observed;
    let null_spread: f64 = cells()
        .map(|(i, j)| {
            let own = weight(i, j) - (of_row[i] + of_column[j]);
            rows[i] * columns[j] * own * own
        })
        .sum();
    Ok(CohenKappa {
        kappa: (observed - expected) / left,
        observed,
        expected,
        se: (spread - level * level).max(0.0).sqrt() / (left * left * n.sqrt()),
        null_se: (null_spread - expected * expected).max(0.0).sqrt() / (left * n.sqrt()),
        n: both.len(),
        prevalence: rows
            .iter()
            .zip(&columns)
            .map(|(a, b)| 0.5 * (a + b))
            .collect(),
    })
}

/// Agreement of any number of coders beyond chance, chance being the frequencies of all of them together.
///
/// # Definition
/// (mean P_i - sum p_j^2) / (1 - sum p_j^2); P_i = (sum n_ij^2 - m) / (m (m - 1)), n_ij coders who gave thing i code j
/// # Shape and unit
/// at most 1; 0 = as by chance
/// # Missing
/// a thing that some coder left out does not count
/// # Undefined
/// TooFewItems below two codes or two coders; TooFewUnits without a thing that all coded; NotFinite if a code is not below `n_codes`; NoVariation if one code
/// was given to everything
/// # Source
/// Fleiss (1971), Psychological Bulletin 76, 378-382
/// # Agrees with
/// the value of that article's data, .43024, 1e-5; irrCAC 0.4.4 (Python) `fleiss`, 1e-9
/// # Cost
/// O(n (m + c))
pub fn fleiss_kappa(codes: &[Vec<Option<usize>>], n_codes: usize) -> Result<f64, Undefined> {
    let coders = checked(codes, n_codes)?;
    let whole: Vec<&Vec<Option<usize>>> = codes
        .iter()
        .filter(|row| row.len() == coders && row.iter().all(Option::is_some))
        .collect();
    if whole.is_empty() {
        return Err(Undefined::TooFewUnits);
    }
    let m = coders as f64;
    let mut share = vec![0.0; n_codes];
    let mut agreed = 0.0;
    for row in &whole {
        let counts = counts(row, n_codes);
        let squares: f64 = counts.iter().map(|count| count * count).sum();
        agreed += (squares - m) / (m * (m - 1.0));
        for (share, count) in share.iter_mut().zip(&counts) {
            *share += count;
        }
    }
    let n = whole.len() as f64;
    let by_chance: f64 = share.iter().map(|count| (count / (n * m)).powi(2)).sum();
    over_chance(agreed / n, by_chance)
}

/// Agreement of any number of coders, each of whom may have left things out.
///
/// # Definition
/// 1 - observed / expected disagreement: 1 - (n - 1) sum o_ck d_ck^2 / sum n_c n_k d_ck^2, over pairs of codes within a thing (o) and over all codes that stand
/// in a pair (n_c). d^2 is 1 for different codes (nominal), (c - k)^2 (interval), or the square of the codes given between the two, half of both ends
/// included (ordinal)
/// # Shape and unit
/// at most 1; 0 = as by chance
/// # Missing
/// a thing with one code or none does not count; other things count with the codes they have
/// # Undefined
/// TooFewItems below two codes or two coders; TooFewUnits without a thing that two coded; NotFinite if a code is not below `n_codes`; NoVariation if one code was
/// given throughout
/// # Source
/// Krippendorff (2011), Computing Krippendorff's alpha-reliability
/// # Agrees with
/// krippendorff 0.9.0 (Python), nominal, ordinal and interval, also with missing codes, 1e-9
/// # Cost
/// O(n m + n c^2)
pub fn krippendorff_alpha(
    codes: &[Vec<Option<usize>>],
    n_codes: usize,
    distance: Distance,
) -> Result<f64, Undefined> {
    checked(codes, n_codes)?;
    let mut together = vec![vec![0.0; n_codes]; n_codes];
    for row in codes {
        let counts = counts(row, n_codes);
        let given: f64 = counts.iter().sum();
        if given < 2.0 {
            continue;
        }
        for (c, first) in counts.iter().enumerate() {
            for (k, second) in counts.iter().enumerate() {
                let same = if c == k { 1.0 } else { 0.0 };
                together[c][k] += first * (second - same) / (given - 1.0);
            }
        }
    }
    let of_code: Vec<f64> = together.iter().map(|row| row.iter().sum()).collect();
    let n: f64 = of_code.iter().sum();
    if n < 2.0 {
        return Err(Undefined::TooFewUnits);
    }
    let apart = |c: usize, k: usize| -> f64 {
        match distance {
            Distance::Nominal => f64::from(u8::from(c != k)),
            Distance::Interval => (c.abs_diff(k) as f64).powi(2),
            Distance::Ordinal => {
                let between: f64 = of_code[c.min(k)..=c.max(k)].iter().sum();
                (between - 0.5 * (of_code[c] + of_code[k])).powi(2)
            }
        }
    };
    let (mut observed, mut expected) = (0.0, 0.0);
    for c in 0..n_codes {
        for k in (0..n_codes).filter(|k| *k != c) {
            observed += together[c][k] * apart(c, k);
            expected += of_code[c] * of_code[k] * apart(c, k);
        }
    }
    if expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(1.0 - (n - 1.0) * observed / expected)
}

/// Agreement of any number of coders where some codes are rare: chance counts only where a code is hard to give.
///
/// # Definition
/// (pa - pe) / (1 - pe); pa = mean over things with two codes or more of sum r_k (r*_k - 1) / (r (r - 1)), r*_k = sum w_kl r_l;
/// pe = sum of w / (c (c - 1)) x sum p_k (1 - p_k), p_k the mean share of code k over things with a code. AC1 with nominal weights, AC2 with others
/// # Shape and unit
/// at most 1; 0 = as by chance
/// # Missing
/// things count with the codes they have; with one code they count for the shares alone
/// # Undefined
/// TooFewItems below two codes or two coders; TooFewUnits without a thing that two coded; NotFinite if a code is not below `n_codes`; NoVariation if chance alone
/// agrees wholly
/// # Source
/// Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48; Gwet (2014), Handbook of inter-rater reliability, 4th ed.
/// # Agrees with
/// irrCAC 0.4.4 (Python) `gwet`, nominal and quadratic, also with missing codes, 1e-9
/// # Cost
/// O(n (m + c^2))
pub fn gwet_agreement(
    codes: &[Vec<Option<usize>>],
    n_codes: usize,
    weighting: Weighting,
) -> Result<f64, Undefined> {
    checked(codes, n_codes)?;
    let mut share = vec![0.0; n_codes];
    let (mut coded, mut paired, mut agreed) = (0.0, 0.0, 0.0);
    for row in codes {
        let counts = counts(row, n_codes);
        let given: f64 = counts.iter().sum();
        if given < 1.0 {
            continue;
        }
        coded += 1.0;
        for (share, count) in share.iter_mut().zip(&counts) {
            *share += count / given;
        }
        if given < 2.0 {
            continue;
        }
        paired += 1.0;
        for (k, count) in counts.iter().enumerate() {
            let near: f64 = counts
                .iter()
                .enumerate()
                .map(|(l, other)| weighting.weight(k, l, n_codes) * other)
                .sum();
            agreed += count * (near - 1.0) / (given * (given - 1.0));
        }
    }
    if paired < 1.0 {
        return Err(Undefined::TooFewUnits);
    }
    let total: f64 = (0..n_codes)
        .flat_map(|k| (0..n_codes).map(move |l| weighting.weight(k, l, n_codes)))
        .sum();
    let c = n_codes as f64;
    let spread: f64 = share
        .iter()
        .map(|sum| sum / coded * (1.0 - sum / coded))
        .sum();
    over_chance(agreed / paired, total / (c * (c - 1.0)) * spread)
}

/// One coefficient of these codes; what it means stands with its own function.
pub fn coder_agreement(
    codes: &[Vec<Option<usize>>],
    n_codes: usize,
    coefficient: Coefficient,
) -> Result<f64, Undefined> {
    match coefficient {
        Coefficient::Cohen(weighting) => {
            let two: Vec<(Option<usize>, Option<usize>)> = codes
                .iter()
                .map(|row| {
                    let code = |coder: usize| row.get(coder).copied().flatten();
                    (code(0), code(1))
                })
                .collect();
            cohen_kappa(&two, n_codes, weighting).map(|found| found.kappa)
        }
        Coefficient::Fleiss => fleiss_kappa(codes, n_codes),
        Coefficient::Krippendorff(distance) => krippendorff_alpha(codes, n_codes, distance),
        Coefficient::Gwet(weighting) => gwet_agreement(codes, n_codes, weighting),
    }
}

/// How far a coefficient can be trusted if other schools could as well have been coded.
///
/// # Definition
/// per replicate as many groups as there are, drawn with replacement, each with all its things; percentiles at (1 -/+ confidence) / 2, interpolated linearly
/// # Shape and unit
/// `clusters` names the group of each row
/// # Missing
/// as the coefficient
/// # Undefined
/// TooFewUnits with fewer than two groups, fewer than two replicates in which the value exists, or a list of groups that does not fit the rows; NotFinite if the
/// confidence is not in (0, 1)
/// # Source
/// Davison & Hinkley (1997), Bootstrap methods, 3.8. Below some twenty groups percentiles are too narrow
/// # Agrees with
/// the coefficient of the drawn rows written out one below the other, exactly
/// # Cost
/// replicates x that of the coefficient
pub fn bootstrap_agreement(
    codes: &[Vec<Option<usize>>],
    clusters: &[usize],
    n_codes: usize,
    coefficient: Coefficient,
    options: &BootstrapOptions,
    rng: &mut impl Rng,
) -> Result<BootstrapInterval, Undefined> {
    if clusters.len() != codes.len() {
        return Err(Undefined::TooFewUnits);
    }
    if !(options.confidence > 0.0 && options.confidence < 1.0) {
        return Err(Undefined::NotFinite);
    }
    coder_agreement(codes, n_codes, coefficient)?;
    let mut groups = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    for (row, cluster) in clusters.iter().enumerate() {
        groups.entry(*cluster).or_default().push(row);
    }
    let groups: Vec<Vec<usize>> = groups.into_values().collect();
    if groups.len() < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let mut replicates = Replicates::default();
    let mut drawn = Vec::with_capacity(codes.len());
    for _ in 0..options.replicates {
        drawn.clear();
        for _ in 0..groups.len() {
            let group = &groups[rng.random_range(0..groups.len())];
            drawn.extend(group.iter().map(|row| codes[*row].clone()));
        }
        replicates.add(coder_agreement(&drawn, n_codes, coefficient));
    }
    replicates.interval(options.confidence)
}

fn check(mut codes: impl Iterator<Item = usize>, n_codes: usize) -> Result<(), Undefined> {
    if n_codes < 2 {
        return Err(Undefined::TooFewItems);
    }
    if codes.any(|code| code >= n_codes) {
        return Err(Undefined::NotFinite);
    }
    Ok(())
}

/// How many coders there are, when there are two and every code is one.
fn checked(codes: &[Vec<Option<usize>>], n_codes: usize) -> Result<usize, Undefined> {
    check(codes.iter().flatten().flatten().copied(), n_codes)?;
    let coders = codes.iter().map(Vec::len).max().unwrap_or(0);
    if coders < 2 {
        return Err(Undefined::TooFewItems);
    }
    Ok(coders)
}

fn counts(row: &[Option<usize>], n_codes: usize) -> Vec<f64> {
    let mut counts = vec![0.0; n_codes];
    for code in row.iter().flatten() {
        counts[*code] += 1.0;
    }
    counts
}

fn over_chance(observed: f64, expected: f64) -> Result<f64, Undefined> {
    if 1.0 - expected <= 1e-12 {
        return Err(Undefined::NoVariation);
    }
    Ok((observed - expected) / (1.0 - expected))
}
