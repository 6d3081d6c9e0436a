//! How far naming is mutual.

use crate::network::{DyadCensus, Network, dyad_census};
use crate::outcome::{Interval, Undefined};

/// Of the pairs of colleagues in which at least one names the other, the share in which both do.
///
/// # Definition
/// M / (M + A)
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// only dyads of which both cells are known count; after reconstruction the filled dyads count as mutual or null and bias it
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides; NoTies if M + A = 0
/// # Source
/// Wasserman & Faust (1994), section 13.2; the dyad method of UCINET
/// # Agrees with
/// sna `grecip(measure = "dyadic.nonnull")` 2.7-1, igraph `reciprocity(mode = "ratio")` 1.3.5, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn dyadic_reciprocity(net: &Network) -> Result<f64, Undefined> {
    let census = known(net)?;
    ratio(census.mutual, census.mutual + census.asymmetric)
}

/// The lowest and highest dyadic reciprocity that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower M / (M + A + P + Q + U); upper (M + P + U) / (M + A + P + U), and 0 if M + P + U = 0
/// # Shape and unit
/// an interval within \[0, 1\]
/// # Missing
/// a half-known dyad with a tie can become mutual or asymmetric, without one asymmetric or null, an unknown one anything; for the lower end all
/// become asymmetric, for the upper as many as can mutual and the rest null
/// # Undefined
/// TooFewActors below n = 2; NoTies if no completion has a tie. Completions without ties have no reciprocity and are left out of the range
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions of small networks, 1e-12
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn dyadic_reciprocity_bounds(net: &Network) -> Result<Interval, Undefined> {
    bounds(net, 1)
}

/// Of all ties, the share that is returned.
///
/// # Definition
/// 2 M / (2 M + A)
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// only ties in dyads of which both cells are known count; after reconstruction the filled dyads count as mutual or null and bias it
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides; NoTies if M + A = 0
/// # Source
/// Wasserman & Faust (1994), section 13.2; the arc method of UCINET
/// # Agrees with
/// sna `grecip(measure = "edgewise")` 2.7-1 (with NA kept), igraph `reciprocity()` 1.3.5, networkx `overall_reciprocity` 3.6.1, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn tie_reciprocity(net: &Network) -> Result<f64, Undefined> {
    let census = known(net)?;
    ratio(2 * census.mutual, 2 * census.mutual + census.asymmetric)
}

/// The lowest and highest tie reciprocity that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower 2 M / (2 M + A + P + Q + U); upper 2 (M + P + U) / (2 (M + P + U) + A), and 0 if M + P + U = 0
/// # Shape and unit
/// an interval within \[0, 1\]
/// # Missing
/// as [`dyadic_reciprocity_bounds`]: both indices rise with M / A, so the same completions are extreme
/// # Undefined
/// TooFewActors below n = 2; NoTies if no completion has a tie. Completions without ties have no reciprocity and are left out of the range
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions of small networks, 1e-12
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn tie_reciprocity_bounds(net: &Network) -> Result<Interval, Undefined> {
    bounds(net, 2)
}

/// Of all pairs of colleagues, the share in which both or neither names the other. Pairs who have nothing to do with each other count as reciprocal: in
/// a sparse network it is near 1 whatever people do. Dyadic reciprocity is the default of this study, not this.
///
/// # Definition
/// (M + N) / (M + A + N)
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// only dyads of which both cells are known count
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides
/// # Source
/// Butts (2008), Journal of Statistical Software 24(6), of sna
/// # Agrees with
/// sna `grecip(measure = "dyadic")` 2.7-1, which is its default, 1e-9
/// # Cost
/// that of [`dyad_census`]
pub fn all_dyads_reciprocity(net: &Network) -> Result<f64, Undefined> {
    let census = known(net)?;
    Ok((census.mutual + census.null) as f64 / census.n_known() as f64)
}

/// The lowest and highest all-dyads reciprocity that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower (M + N) / (n (n - 1) / 2); upper 1 - A / (n (n - 1) / 2)
/// # Shape and unit
/// an interval within \[0, 1\]
/// # Missing
/// any dyad with an unknown cell can become asymmetric, and any can become mutual or null
/// # Undefined
/// TooFewActors below n = 2
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions of small networks, 1e-12
/// # Cost
/// that of [`dyad_census`]
pub fn all_dyads_reciprocity_bounds(net: &Network) -> Result<Interval, Undefined> {
    let census = census(net)?;
    let dyads = all_dyads(&census) as f64;
    Ok(Interval {
        lower: (census.mutual + census.null) as f64 / dyads,
        upper: (all_dyads(&census) - census.asymmetric) as f64 / dyads,
    })
}

/// By how much naming back is more frequent than naming at all, as the logarithm of a ratio: 0 = colleagues name each other as often as chance would
/// have it at this density, above 0 more often.
///
/// # Definition
/// ln(M (M + A + N) / (M + A / 2)^2) = ln(tie reciprocity / density), both over the known dyads
/// # Shape and unit
/// one number, natural logarithm; no limits
/// # Missing
/// only dyads of which both cells are known count, for the density too
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides; NoTies if M + A = 0; NotFinite if M = 0 < A, the logarithm of 0
/// # Source
/// Butts (2008), Journal of Statistical Software 24(6), of sna
/// # Agrees with
/// sna `grecip(measure = "edgewise.lrr")` 2.7-1, 1e-9; where that gives minus infinity, this is undefined
/// # Cost
/// that of [`dyad_census`]
pub fn log_odds_reciprocity(net: &Network) -> Result<f64, Undefined> {
    let census = known(net)?;
    log_odds(census.mutual, census.asymmetric, census.n_known())
}

/// The lowest and highest log-odds reciprocity that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// with T = M + A + P + Q + U: lowest at max(M, 1) mutual dyads and the rest of T asymmetric; highest at A asymmetric dyads, and as many mutual as lie
/// nearest to A / 2 between M + P and M + P + U
/// # Shape and unit
/// an interval
/// # Missing
/// completed by dyad type. The value over the known dyads may lie outside: it takes the density of these alone
/// # Undefined
/// TooFewActors below n = 2; NoTies if no completion has a tie; NotFinite if none has a mutual dyad. Completions without a value are left out
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions by dyad type, 1e-12
/// # Cost
/// that of [`dyad_census`]
pub fn log_odds_reciprocity_bounds(net: &Network) -> Result<Interval, Undefined> {
    extremes(&census(net)?, log_odds)
}

/// How far ties are returned beyond what chance would return at this density: 0 = as chance has it, 1 = all of them, below 0 = less than by chance.
///
/// # Definition
/// (r - d) / (1 - d), r = tie reciprocity, d = (2 M + A) / (2 (M + A + N)) = density over the known dyads
/// # Shape and unit
/// one number, at most 1
/// # Missing
/// only dyads of which both cells are known count, for the density too
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides; NoTies if d = 0; NoVariation if d = 1
/// # Source
/// Garlaschelli & Loffredo (2004), Physical Review Letters 93, 268701, eq. 2
/// # Agrees with
/// the correlation of the cells with those across the diagonal: sna `grecip(measure = "correlation")` 2.7-1, 1e-9
/// # Cost
/// that of [`dyad_census`]
pub fn garlaschelli_loffredo_reciprocity(net: &Network) -> Result<f64, Undefined> {
    let census = known(net)?;
    garlaschelli_loffredo(census.mutual, census.asymmetric, census.n_known())
}

/// The lowest and highest Garlaschelli-Loffredo reciprocity that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lowest at M mutual dyads and A + P + Q + U asymmetric; highest at A asymmetric dyads, and as many mutual between M + P and M + P + U as bring the
/// density nearest to one half
/// # Shape and unit
/// an interval, at most 1
/// # Missing
/// completed by dyad type. The value over the known dyads may lie outside: it takes the density of these alone
/// # Undefined
/// TooFewActors below n = 2; NoTies if no completion has a tie; NoVariation if all that have are full. Completions without a value are left out
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions by dyad type, 1e-12
/// # Cost
/// that of [`dyad_census`]
pub fn garlaschelli_loffredo_reciprocity_bounds(net: &Network) -> Result<Interval, Undefined> {
    extremes(&census(net)?, garlaschelli_loffredo)
}

/// How many pairs of colleagues name each other.
///
/// # Definition
/// M
/// # Shape and unit
/// a count of unordered pairs
/// # Missing
/// only dyads of which both cells are known count
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides
/// # Source
/// Holland & Leinhardt (1970), AJS 76, 492-513
/// # Agrees with
/// sna `dyad.census` 2.7-1, exactly, with and without missing cells
/// # Cost
/// that of [`dyad_census`]
pub fn mutual_dyads(net: &Network) -> Result<u64, Undefined> {
    Ok(known(net)?.mutual)
}

/// The fewest and the most mutual dyads that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower M, upper M + P + U
/// # Shape and unit
/// two counts of unordered pairs
/// # Missing
/// each dyad that is not known on both sides becomes the kind that counts, if it can, for the upper end and another for the lower
/// # Undefined
/// TooFewActors below n = 2
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions of small networks, exactly
/// # Cost
/// that of [`dyad_census`]
pub fn mutual_dyads_bounds(net: &Network) -> Result<Interval, Undefined> {
    let c = census(net)?;
    Ok(counts(c.mutual, c.one_known_present + c.unknown))
}

/// In how many pairs of colleagues one names the other and is not named back.
///
/// # Definition
/// A
/// # Shape and unit
/// a count of unordered pairs
/// # Missing
/// only dyads of which both cells are known count
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides
/// # Source
/// Holland & Leinhardt (1970), AJS 76, 492-513
/// # Agrees with
/// sna `dyad.census` 2.7-1, exactly, with and without missing cells
/// # Cost
/// that of [`dyad_census`]
pub fn asymmetric_dyads(net: &Network) -> Result<u64, Undefined> {
    Ok(known(net)?.asymmetric)
}

/// The fewest and the most one-sided dyads that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower A, upper A + P + Q + U
/// # Shape and unit
/// two counts of unordered pairs
/// # Missing
/// each dyad that is not known on both sides becomes the kind that counts, if it can, for the upper end and another for the lower
/// # Undefined
/// TooFewActors below n = 2
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions of small networks, exactly
/// # Cost
/// that of [`dyad_census`]
pub fn asymmetric_dyads_bounds(net: &Network) -> Result<Interval, Undefined> {
    let c = census(net)?;
    let open = c.one_known_present + c.one_known_absent + c.unknown;
    Ok(counts(c.asymmetric, open))
}

/// In how many pairs of colleagues neither names the other.
///
/// # Definition
/// N
/// # Shape and unit
/// a count of unordered pairs
/// # Missing
/// only dyads of which both cells are known count
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides
/// # Source
/// Holland & Leinhardt (1970), AJS 76, 492-513
/// # Agrees with
/// sna `dyad.census` 2.7-1, exactly, with and without missing cells
/// # Cost
/// that of [`dyad_census`]
pub fn null_dyads(net: &Network) -> Result<u64, Undefined> {
    Ok(known(net)?.null)
}

/// The fewest and the most empty dyads that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower N, upper N + Q + U
/// # Shape and unit
/// two counts of unordered pairs
/// # Missing
/// each dyad that is not known on both sides becomes the kind that counts, if it can, for the upper end and another for the lower
/// # Undefined
/// TooFewActors below n = 2
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions of small networks, exactly
/// # Cost
/// that of [`dyad_census`]
pub fn null_dyads_bounds(net: &Network) -> Result<Interval, Undefined> {
    let c = census(net)?;
    Ok(counts(c.null, c.one_known_absent + c.unknown))
}

fn census(net: &Network) -> Result<DyadCensus, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    Ok(dyad_census(net))
}

fn known(net: &Network) -> Result<DyadCensus, Undefined> {
    let census = census(net)?;
    if census.n_known() == 0 {
        return Err(Undefined::NothingObserved);
    }
    Ok(census)
}

fn all_dyads(c: &DyadCensus) -> u64 {
    c.n_known() + c.one_known_present + c.one_known_absent + c.unknown
}

fn counts(least: u64, open: u64) -> Interval {
    Interval {
        lower: least as f64,
        upper: (least + open) as f64,
    }
}

fn ratio(part: u64, whole: u64) -> Result<f64, Undefined> {
    if whole == 0 {
        return Err(Undefined::NoTies);
    }
    Ok(part as f64 / whole as f64)
}

fn log_odds(mutual: u64, asymmetric: u64, dyads: u64) -> Result<f64, Undefined> {
    let returned = ratio(2 * mutual, 2 * mutual + asymmetric)?;
    if mutual == 0 {
        return Err(Undefined::NotFinite);
    }
    let density = (2 * mutual + asymmetric) as f64 / (2 * dyads) as f64;
    Ok((returned / density).ln())
}

fn garlaschelli_loffredo(mutual: u64, asymmetric: u64, dyads: u64) -> Result<f64, Undefined> {
    let ties = 2 * mutual + asymmetric;
    let returned = ratio(2 * mutual, ties)?;
    if ties == 2 * dyads {
        return Err(Undefined::NoVariation);
    }
    let density = ties as f64 / (2 * dyads) as f64;
    Ok((returned - density) / (1.0 - density))
}

/// The range of an index of (mutual, asymmetric, all dyads) over the completions in which it has a value.
///
/// For a given number of mutual dyads both indices fall with every asymmetric one, so that only the fewest and the most of these matter, and as
/// functions of the mutual ones both rise up to M + P and then up to one peak. The neighbours of each turning point are looked at as well, because
/// the point itself may have no value.
fn extremes(
    c: &DyadCensus,
    index: impl Fn(u64, u64, u64) -> Result<f64, Undefined>,
) -> Result<Interval, Undefined> {
    let dyads = all_dyads(c);
    let sure = c.mutual + c.one_known_present;
    let most = sure + c.unknown;
    let turning = [
        c.mutual,
        sure,
        c.asymmetric / 2,
        (dyads - c.asymmetric) / 2,
        most,
    ];
    let near =
        |point: u64, low: u64, high: u64| point.saturating_sub(1).max(low)..=(point + 1).min(high);
    let mut range: Option<Interval> = None;
    let mut refusal = Undefined::NoTies;
    for mutual in turning
        .into_iter()
        .flat_map(|point| near(point, c.mutual, most))
    {
        // Half-known dyads become mutual first; those that cannot any more are asymmetric.
        let turned = (mutual - c.mutual).min(c.one_known_present);
        let fewest = c.asymmetric + c.one_known_present - turned;
        let others = c.one_known_absent + c.unknown - (mutual - c.mutual - turned);
        let all = fewest + others;
        for asymmetric in near(fewest, fewest, all).chain(near(all, fewest, all)) {
            match index(mutual, asymmetric, dyads) {
                Ok(value) => {
                    let ends = range.get_or_insert(Interval {
                        lower: value,
                        upper: value,
                    });
                    ends.lower = ends.lower.min(value);
                    ends.upper = ends.upper.max(value);
                }
                Err(Undefined::NoTies) => {}
                Err(reason) => refusal = reason,
            }
        }
    }
    range.ok_or(refusal)
}

/// `weight` is what a mutual dyad counts for: one dyad, or two ties.
fn bounds(net: &Network, weight: u64) -> Result<Interval, Undefined> {
    let c = census(net)?;
    let low = weight * c.mutual;
    let one_sided = c.asymmetric + c.one_known_present + c.one_known_absent + c.unknown;
    let lower = ratio(low, low + one_sided)?;
    let high = weight * (c.mutual + c.one_known_present + c.unknown);
    // Without a dyad that can be mutual, every completion with a tie has reciprocity 0.
    let upper = if high == 0 {
        0.0
    } else {
        ratio(high, high + c.asymmetric)?
    };
    Ok(Interval { lower, upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mutual_and_one_asymmetric_dyad() {
        let mut builder = Network::builder(3);
        builder.tie(0, 1, 1.0).tie(1, 0, 1.0).tie(1, 2, 1.0);
        let net = builder.build(0.0).unwrap();
        assert_eq!(dyadic_reciprocity(&net), Ok(0.5));
        assert_eq!(tie_reciprocity(&net), Ok(2.0 / 3.0));
        assert_eq!(all_dyads_reciprocity(&net), Ok(2.0 / 3.0));
        let log_odds = log_odds_reciprocity(&net).unwrap();
        assert!((log_odds - (3.0_f64 / 2.25).ln()).abs() < 1e-12);
        let beyond_chance = garlaschelli_loffredo_reciprocity(&net).unwrap();
        assert!((beyond_chance - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn without_ties_there_is_nothing_to_return() {
        let net = Network::builder(3).build(0.0).unwrap();
        assert_eq!(dyadic_reciprocity(&net), Err(Undefined::NoTies));
        assert_eq!(tie_reciprocity_bounds(&net), Err(Undefined::NoTies));
        assert_eq!(log_odds_reciprocity(&net), Err(Undefined::NoTies));
        assert_eq!(log_odds_reciprocity_bounds(&net), Err(Undefined::NoTies));
        assert_eq!(all_dyads_reciprocity(&net), Ok(1.0));
        assert_eq!(null_dyads(&net), Ok(3));
    }

    #[test]
    fn the_logarithm_of_nothing_is_no_number() {
        let mut builder = Network::builder(3);
        builder.tie(0, 1, 1.0);
        let net = builder.build(0.0).unwrap();
        assert_eq!(log_odds_reciprocity(&net), Err(Undefined::NotFinite));
        let beyond_chance = garlaschelli_loffredo_reciprocity(&net).unwrap();
        assert!((beyond_chance + 0.2).abs() < 1e-12);
    }

    #[test]
    fn extremes_are_those_of_all_ways_to_complete_the_dyads() {
        type Index = fn(u64, u64, u64) -> Result<f64, Undefined>;
        let indices: [Index; 2] = [log_odds, garlaschelli_loffredo];
        for code in 0..4_u64.pow(6) {
            let digit = |place: u32| code / 4_u64.pow(place) % 4;
            let c = DyadCensus {
                mutual: digit(0),
                asymmetric: digit(1),
                null: digit(2),
                one_known_present: digit(3),
                one_known_absent: digit(4),
                unknown: digit(5),
            };
            for index in indices {
                let mut all = Vec::new();
                for p in 0..=c.one_known_present {
                    for q in 0..=c.one_known_absent {
                        for both in 0..=c.unknown {
                            for one in 0..=c.unknown - both {
                                let mutual = c.mutual + p + both;
                                let rest = c.one_known_present - p + q + one;
                                all.extend(index(mutual, c.asymmetric + rest, all_dyads(&c)));
                            }
                        }
                    }
                }
                let lowest = all.iter().copied().reduce(f64::min);
                let highest = all.iter().copied().reduce(f64::max);
                let ours = extremes(&c, index).ok();
                assert_eq!(ours.map(|ends| ends.lower), lowest, "{c:?}");
                assert_eq!(ours.map(|ends| ends.upper), highest, "{c:?}");
            }
        }
    }
}
