//! Who is tied to whom in either direction: the network without its arrows.

use crate::network::Network;

/// For each position its contacts in order, and by how many ties (1 or 2) it is bound to each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contacts {
    start: Vec<u32>,
    to: Vec<u32>,
    strength: Vec<u8>,
}

impl Contacts {
    pub(crate) fn of(net: &Network) -> Self {
        let mut contacts = Self::default();
        contacts.refill(net);
        contacts
    }

    /// The same memory for another network.
    pub(crate) fn refill(&mut self, net: &Network) {
        self.start.clear();
        self.to.clear();
        self.strength.clear();
        for i in 0..net.n_positions() {
            self.start.push(self.to.len() as u32);
            let (mut out, mut into) = (net.successors(i), net.predecessors(i));
            loop {
                let (to, strength) = match (out.first(), into.first()) {
                    (None, None) => break,
                    (Some(&j), Some(&k)) if j == k => (j, 2),
                    (Some(&j), Some(&k)) => (j.min(k), 1),
                    (Some(&j), None) | (None, Some(&j)) => (j, 1),
                };
                if out.first() == Some(&to) {
                    out = &out[1..];
                }
                if into.first() == Some(&to) {
                    into = &into[1..];
                }
                self.to.push(to);
                self.strength.push(strength);
            }
        }
        self.start.push(self.to.len() as u32);
    }

    fn range(&self, actor: usize) -> std::ops::Range<usize> {
        self.start[actor] as usize..self.start[actor + 1] as usize
    }

    /// Those with whom the actor shares a tie, in order.
    pub(crate) fn of_actor(&self, actor: usize) -> &[u32] {
        &self.to[self.range(actor)]
    }

    /// 2 where the tie goes both ways, in the order of [`Contacts::of_actor`].
    pub(crate) fn strengths(&self, actor: usize) -> &[u8] {
        &self.strength[self.range(actor)]
    }

    /// Pairs with at least one tie.
    pub(crate) fn n_pairs(&self) -> usize {
        self.to.len() / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_both_ways_is_one_contact() {
        let mut builder = Network::builder(4);
        builder.tie(0, 2, 1.0).tie(2, 0, 1.0).tie(3, 0, 1.0);
        let contacts = Contacts::of(&builder.build(0.0).unwrap());
        assert_eq!(contacts.of_actor(0), [2, 3]);
        assert_eq!(contacts.strengths(0), [2, 1]);
        assert_eq!(contacts.of_actor(1), []);
        assert_eq!(contacts.n_pairs(), 2);
    }
}
