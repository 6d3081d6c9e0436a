//! What hangs together, what would fall apart, and how deep in the middle each actor is.

use petgraph::algo::kosaraju_scc;
use petgraph::unionfind::UnionFind;

use crate::network::Network;
use crate::network::dyads::DyadRows;
use crate::outcome::Undefined;

/// Which part of the team each colleague belongs to, if ties in either direction hold it together.
///
/// # Definition
/// the classes of actors joined by paths of ties in either direction, numbered from 0 by their first member in roster order
/// # Shape and unit
/// one number per position, in roster order
/// # Missing
/// unknown cells are read as absent: parts can only merge when they become known
/// # Undefined
/// NothingObserved for an absent actor, and for all where nothing is known of two actors or more
/// # Source
/// Harary, Norman & Cartwright (1965), chapter 3
/// # Agrees with
/// sna `component.dist(connected = "weak")` 2.7-1, exactly
/// # Cost
/// O(n + m)
pub fn actor_weak_component(net: &Network) -> Vec<Result<u32, Undefined>> {
    numbered(net, &weak_labels(net))
}

/// Which circle each colleague belongs to, if all of a circle must be within reach of each other along the direction of the ties.
///
/// # Definition
/// the classes of actors who reach each other by directed paths, numbered from 0 by their first member in roster order
/// # Shape and unit
/// one number per position, in roster order
/// # Missing
/// unknown cells are read as absent: circles can only merge when they become known
/// # Undefined
/// NothingObserved for an absent actor, and for all where nothing is known of two actors or more
/// # Source
/// Harary, Norman & Cartwright (1965), chapter 3
/// # Agrees with
/// sna `component.dist(connected = "strong")` 2.7-1, exactly
/// # Cost
/// O(n + m)
pub fn actor_strong_component(net: &Network) -> Vec<Result<u32, Undefined>> {
    let mut labels = vec![0; net.n_positions()];
    for (label, members) in (0..).zip(strong_members(net)) {
        for actor in members {
            labels[actor as usize] = label;
        }
    }
    numbered(net, &labels)
}

/// How many separate parts the team falls into, if ties in either direction hold it together.
///
/// # Definition
/// number of classes of [`actor_weak_component`]
/// # Shape and unit
/// a count, 1 to n
/// # Missing
/// unknown cells are read as absent, so it is an upper bound
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Harary, Norman & Cartwright (1965), chapter 3
/// # Agrees with
/// sna `components(connected = "weak")` 2.7-1, python-igraph `connected_components("weak")` 1.0.0, exactly
/// # Cost
/// O(n + m)
pub fn weak_components(net: &Network) -> Result<u64, Undefined> {
    Ok(weak_component_sizes(net)?.len() as u64)
}

/// How many circles of colleagues within each other's reach there are, along the direction of the ties.
///
/// # Definition
/// number of classes of [`actor_strong_component`]
/// # Shape and unit
/// a count, 1 to n
/// # Missing
/// unknown cells are read as absent, so it is an upper bound
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Harary, Norman & Cartwright (1965), chapter 3
/// # Agrees with
/// sna `components(connected = "strong")` 2.7-1, networkx `number_strongly_connected_components` 3.6.1, exactly
/// # Cost
/// O(n + m)
pub fn strong_components(net: &Network) -> Result<u64, Undefined> {
    Ok(strong_component_sizes(net)?.len() as u64)
}

/// How many colleagues are in each part of the team, the largest first.
///
/// # Definition
/// the sizes of the components that [`weak_components`] counts
/// # Shape and unit
/// one count per component, summing to n
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Harary, Norman & Cartwright (1965), chapter 3
/// # Agrees with
/// sna `component.dist(connected = "weak")` 2.7-1, exactly
/// # Cost
/// O(n + m + c log c), c = components
pub fn weak_component_sizes(net: &Network) -> Result<Vec<u32>, Undefined> {
    seen(net)?;
    let mut sizes = vec![0; net.n_positions()];
    for (i, &label) in weak_labels(net).iter().enumerate() {
        sizes[label as usize] += u32::from(net.is_present(i));
    }
    Ok(largest_first(sizes))
}

/// How many colleagues are in each circle of the team, the largest first.
///
/// # Definition
/// the sizes of the components that [`strong_components`] counts
/// # Shape and unit
/// one count per component, summing to n
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Harary, Norman & Cartwright (1965), chapter 3
/// # Agrees with
/// sna `component.dist(connected = "strong")` 2.7-1, exactly
/// # Cost
/// O(n + m + c log c), c = components
pub fn strong_component_sizes(net: &Network) -> Result<Vec<u32>, Undefined> {
    seen(net)?;
    let members = strong_members(net);
    let size = |circle: &Vec<u32>| u32::try_from(circle.len()).unwrap_or(u32::MAX);
    Ok(largest_first(members.iter().map(size).collect()))
}

fn largest_first(mut sizes: Vec<u32>) -> Vec<u32> {
    sizes.retain(|&size| size > 0);
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes
}

/// Whether there is anything to say of the network as a whole.
pub(super) fn seen(net: &Network) -> Result<(), Undefined> {
    if net.n_actors() == 0 {
        return Err(Undefined::TooFewActors);
    }
    if net.n_actors() > 1 && net.n_observed_pairs() == 0 {
        return Err(Undefined::NothingObserved);
    }
    Ok(())
}

/// One value per actor; absent ones have none, and nobody has one where nothing was seen.
pub(super) fn per_actor<T>(net: &Network, value: impl Fn(usize) -> T) -> Vec<Result<T, Undefined>> {
    let seen = seen(net).is_ok();
    (0..net.n_positions())
        .map(|i| {
            if seen && net.is_present(i) {
                Ok(value(i))
            } else {
                Err(Undefined::NothingObserved)
            }
        })
        .collect()
}

/// For every position one of its weak component, absent actors by themselves.
pub(super) fn weak_labels(net: &Network) -> Vec<u32> {
    let mut union: UnionFind<u32> = UnionFind::new(net.n_positions());
    for i in 0..net.n_positions() {
        for &j in net.successors(i) {
            union.union(
                u32::try_from(i).expect("a position was a u32 when it was put in"),
                j,
            );
        }
    }
    union.into_labeling()
}

/// The strong components of the present actors, each after all those it reaches.
pub(super) fn strong_members(net: &Network) -> Vec<Vec<u32>> {
    // Not `tarjan_scc`: that one recurses, as deep as the longest path.
    let all = kosaraju_scc(net.graph()).into_iter();
    let position = |node: petgraph::graph::NodeIndex| {
        u32::try_from(node.index()).expect("a position was a u32 when it was put in")
    };
    all.filter(|members| members.iter().all(|node| net.is_present(node.index())))
        .map(|members| members.into_iter().map(position).collect())
        .collect()
}

fn numbered(net: &Network, labels: &[u32]) -> Vec<Result<u32, Undefined>> {
    let mut numbers = vec![u32::MAX; labels.len()];
    let mut next = 0;
    let present = (0..labels.len()).filter(|&i| net.is_present(i));
    for label in present.map(|i| labels[i]) {
        let number = &mut numbers[label as usize];
        if *number == u32::MAX {
            *number = next;
            next += 1;
        }
    }
    per_actor(net, |i| numbers[labels[i] as usize])
}

/// On which colleagues the coherence hangs: without any one of them, some others would no longer be connected.
///
/// # Definition
/// actors whose removal leaves more weak components of the others than there were
/// # Shape and unit
/// yes or no per position, in roster order
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// NothingObserved for an absent actor, and for all where nothing is known of two actors or more
/// # Source
/// Hopcroft & Tarjan (1973), Communications of the ACM 16, 372-378, algorithm 447, without recursion
/// # Agrees with
/// sna `cutpoints(mode = "graph")` 2.7-1, igraph `articulation_points` 1.3.5 on the ties in either direction, exactly
/// # Cost
/// O(n + m)
pub fn actor_is_cutpoint(net: &Network) -> Vec<Result<bool, Undefined>> {
    let weak_spots = weak_spots(net);
    per_actor(net, |i| weak_spots.is_cutpoint[i])
}

/// On how many colleagues the coherence hangs.
///
/// # Definition
/// number of actors without whom there are more weak components, as [`actor_is_cutpoint`]
/// # Shape and unit
/// a count, 0 to n - 2
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Hopcroft & Tarjan (1973), Communications of the ACM 16, 372-378, algorithm 447, without recursion
/// # Agrees with
/// the number of R sna `cutpoints(mode = "graph")` 2.7-1 and igraph `articulation_points` 1.3.5, exactly
/// # Cost
/// O(n + m)
pub fn cutpoints(net: &Network) -> Result<u64, Undefined> {
    seen(net)?;
    let is_cutpoint = weak_spots(net).is_cutpoint;
    Ok(is_cutpoint.into_iter().filter(|&is| is).count() as u64)
}

/// Between which two colleagues the coherence hangs on one single bond.
///
/// # Definition
/// pairs tied in either direction that no other path of ties in either direction connects
/// # Shape and unit
/// pairs of positions, the lower first, in order
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Tarjan (1974), Information Processing Letters 2, 160-161, without recursion
/// # Agrees with
/// igraph `bridges` 1.3.5, networkx `bridges` 3.6.1 on the ties in either direction, exactly
/// # Cost
/// O(n + m)
pub fn bridge_pairs(net: &Network) -> Result<Vec<(u32, u32)>, Undefined> {
    seen(net)?;
    let mut bridges = weak_spots(net).bridges;
    bridges.sort_unstable();
    Ok(bridges)
}

/// How many single bonds hold the team together.
///
/// # Definition
/// number of tied pairs without which there are more weak components, as [`bridge_pairs`]
/// # Shape and unit
/// a count, 0 to n - 1
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Tarjan (1974), Information Processing Letters 2, 160-161, without recursion
/// # Agrees with
/// the number of igraph `bridges` 1.3.5 and networkx `bridges` 3.6.1, exactly
/// # Cost
/// O(n + m)
pub fn bridges(net: &Network) -> Result<u64, Undefined> {
    Ok(bridge_pairs(net)?.len() as u64)
}

struct WeakSpots {
    is_cutpoint: Vec<bool>,
    bridges: Vec<(u32, u32)>,
}

/// Depth first over ties in either direction, with the stack held by hand: a chain of 100,000 actors must not end the program.
fn weak_spots(net: &Network) -> WeakSpots {
    const UNSEEN: u32 = u32::MAX;
    let n = net.n_positions();
    let rows = DyadRows::of_ties(net);
    let mut found = WeakSpots {
        is_cutpoint: vec![false; n],
        bridges: Vec::new(),
    };
    // Order of discovery, and the earliest actor within reach of the subtree over one step back.
    let mut order = vec![UNSEEN; n];
    let mut low = vec![UNSEEN; n];
    let mut next = 0;
    // (actor, from whom, place in the actor's row)
    let mut path: Vec<(u32, u32, usize)> = Vec::new();
    for root in 0..n {
        if order[root] != UNSEEN || rows.degree(root) == 0 {
            continue;
        }
        let mut branches = 0;
        let mut entering = Some((
            u32::try_from(root).expect("a position was a u32 when it was put in"),
            UNSEEN,
        ));
        loop {
            if let Some((actor, from)) = entering.take() {
                order[actor as usize] = next;
                low[actor as usize] = next;
                next += 1;
                path.push((actor, from, 0));
            }
            let Some((actor, from, place)) = path.last_mut() else {
                break;
            };
            let at = *actor as usize;
            if let Some(&other) = rows.others(at).get(*place) {
                *place += 1;
                if order[other as usize] == UNSEEN {
                    entering = Some((other, *actor));
                } else if other != *from {
                    low[at] = low[at].min(order[other as usize]);
                }
                continue;
            }
            let (actor, from) = (*actor, *from);
            path.pop();
            if from == UNSEEN {
                break;
            }
            let above = from as usize;
            low[above] = low[above].min(low[at]);
            if low[at] > order[above] {
                found.bridges.push((actor.min(from), actor.max(from)));
            }
            if above == root {
                branches += 1;
            } else if low[at] >= order[above] {
                found.is_cutpoint[above] = true;
            }
        }
        found.is_cutpoint[root] = branches > 1;
    }
    found
}

/// How deep in the middle each colleague is: the largest k for which she belongs to a group in which everyone is tied to at least k others of it.
///
/// # Definition
/// largest k such that the actor is in the k-core of the ties in either direction
/// # Shape and unit
/// a count per position, in roster order; 0 for isolates
/// # Missing
/// unknown cells are read as absent, so it is a lower bound
/// # Undefined
/// NothingObserved for an absent actor, and for all where nothing is known of two actors or more
/// # Source
/// Seidman (1983), Social Networks 5, 269-287; Batagelj & Zaversnik (2011), Advances in Data Analysis and Classification 5, 129-145
/// # Agrees with
/// igraph `coreness` 1.3.5, networkx `core_number` 3.6.1, sna `kcores(mode = "graph")` 2.7-1 on the ties in either direction, exactly
/// # Cost
/// O(n + m)
pub fn actor_core_number(net: &Network) -> Vec<Result<u32, Undefined>> {
    let cores = cores(net, |_| 1);
    per_actor(net, |i| cores[i])
}

/// As [`actor_core_number`], with a mutual tie counted twice: everyone in the group has at least k ties with it, named and naming together.
///
/// # Definition
/// largest k such that the actor is in the k-core by in-degree + out-degree
/// # Shape and unit
/// a count per position, in roster order; 0 for isolates
/// # Missing
/// unknown cells are read as absent, so it is a lower bound
/// # Undefined
/// NothingObserved for an absent actor, and for all where nothing is known of two actors or more
/// # Source
/// Batagelj & Zaversnik (2011), Advances in Data Analysis and Classification 5, 129-145
/// # Agrees with
/// sna `kcores(mode = "digraph", cmode = "freeman")` 2.7-1, igraph `coreness(mode = "all")` 1.3.5, exactly
/// # Cost
/// O(n + m)
pub fn actor_total_core_number(net: &Network) -> Vec<Result<u32, Undefined>> {
    let cores = cores(net, |is_mutual| 1 + u32::from(is_mutual));
    per_actor(net, |i| cores[i])
}

/// Takes away who has the lowest degree, again and again. `weight` is what a tied pair counts for, by whether it is mutual.
fn cores(net: &Network, weight: impl Fn(bool) -> u32) -> Vec<u32> {
    const MUTUAL: u8 = 4;
    let n = net.n_positions();
    let rows = DyadRows::of_ties(net);
    let mut degree: Vec<u32> = (0..n)
        .map(|i| {
            rows.of_actor(i)
                .map(|(_, state)| weight(state == MUTUAL))
                .sum()
        })
        .collect();
    // Actors by degree, where each is, and where each degree begins.
    let highest = degree.iter().copied().max().unwrap_or(0) as usize;
    let mut begin = vec![0_usize; highest + 2];
    for &d in &degree {
        begin[d as usize + 1] += 1;
    }
    for d in 1..begin.len() {
        begin[d] += begin[d - 1];
    }
    let mut place = vec![0_usize; n];
    let mut queue = vec![0_usize; n];
    let mut free = begin.clone();
    for (i, &d) in degree.iter().enumerate() {
        place[i] = free[d as usize];
        queue[place[i]] = i;
        free[d as usize] += 1;
    }
    for at in 0..n {
        let actor = queue[at];
        let core = degree[actor];
        for (other, state) in rows.of_actor(actor) {
            let other = other as usize;
            for _ in 0..weight(state == MUTUAL) {
                let d = degree[other];
                if d <= core {
                    break;
                }
                // One degree down: change places with the first of its degree, which then begins one later.
                let first = begin[d as usize];
                let displaced = queue[first];
                queue.swap(first, place[other]);
                place[displaced] = place[other];
                place[other] = first;
                begin[d as usize] += 1;
                degree[other] -= 1;
            }
        }
    }
    degree
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::isolates::{in_isolates, isolates, isolates_bounds, out_isolates};

    fn network(n: usize, ties: &[(usize, usize)]) -> Network {
        let mut builder = Network::builder(n);
        for &(i, j) in ties {
            builder.tie(i, j, 1.0);
        }
        builder.build(0.0).unwrap()
    }

    #[test]
    fn a_triangle_a_tail_and_somebody_alone() {
        let net = network(6, &[(0, 1), (1, 2), (2, 0), (2, 3), (4, 3)]);
        assert_eq!(weak_component_sizes(&net), Ok(vec![5, 1]));
        assert_eq!(strong_component_sizes(&net), Ok(vec![3, 1, 1, 1]));
        assert_eq!((isolates(&net), cutpoints(&net)), (Ok(1), Ok(2)));
        assert_eq!((in_isolates(&net), out_isolates(&net)), (Ok(2), Ok(2)));
        assert_eq!(bridge_pairs(&net), Ok(vec![(2, 3), (3, 4)]));
        let cores: Vec<u32> = actor_core_number(&net).into_iter().flatten().collect();
        assert_eq!(cores, [2, 2, 2, 1, 1, 0]);
    }

    #[test]
    fn nobody_there_and_nobody_answering() {
        let nobody = network(0, &[]);
        assert_eq!(weak_components(&nobody), Err(Undefined::TooFewActors));
        assert_eq!(weak_components(&network(1, &[])), Ok(1));
        let mut builder = Network::builder(3);
        builder.silent(0).silent(1).absent_actor(2);
        let net = builder.build(0.0).unwrap();
        assert_eq!(bridges(&net), Err(Undefined::NothingObserved));
        assert_eq!(
            actor_core_number(&net),
            vec![Err(Undefined::NothingObserved); 3]
        );
        let bounds = isolates_bounds(&net).unwrap();
        assert_eq!((bounds.lower, bounds.upper), (0.0, 2.0));
    }
}
