//! Merkle proofs, RFC 6962 sections 2.1.1 and 2.1.2 (RFC 9162 sections 2.1.3 and 2.1.4): that an entry is in a tree, and
//! that one tree continues another.
//!
//! Owns: which subtrees a proof is made of, and checking it. Does not own: where their hashes are kept (`store`), the
//! text form of a proof (`note`).

use super::hash::{Digest, empty_root, node_hash};
use super::tree::peak_positions;

/// The leaves from `first` up to, not including, `end`. In a proof, `first` is a multiple of the number of leaves rounded
/// up to a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first leaf.
    pub first: u64,
    /// The leaf behind the last one.
    pub end: u64,
}

impl Range {
    /// The hash over the leaves of the range, from the hashes of complete subtrees `(level, number)`.
    ///
    /// # Errors
    /// Those of `node`.
    pub fn hash<E>(self, mut node: impl FnMut(u32, u64) -> Result<Digest, E>) -> Result<Digest, E> {
        let peaks = peak_positions(self.end - self.first)
            .map(|(level, number)| node(level, (self.first >> level) + number))
            .collect::<Result<Vec<_>, E>>()?;
        let right_to_left = peaks.into_iter().rev();
        Ok(right_to_left.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root))
    }

    /// The largest power of two smaller than the number of leaves, counted from `first`: where RFC 6962 splits.
    fn middle(self) -> u64 {
        let leaves = self.end - self.first;
        self.first + leaves.next_power_of_two() / 2
    }
}

/// The subtrees whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf's sibling upwards;
/// `None` where there is no such leaf.
#[must_use]
pub fn inclusion(index: u64, size: u64) -> Option<Vec<Range>> {
    if index >= size {
        return None;
    }
    let mut tree = Range { first: 0, end: size };
    let mut path = Vec::new();
    while tree.end - tree.first > 1 {
        let middle = tree.middle();
        let (left, right) = (Range { end: middle, ..tree }, Range { first: middle, ..tree });
        let (inside, sibling) = if index < middle { (left, right) } else { (right, left) };
        path.push(sibling);
        tree = inside;
    }
    path.reverse();
    Some(path)
}

/// The subtrees whose hashes prove that the tree of `new` leaves begins with the `old` leaves of another; `None` where
/// `old` is larger. From and to an equal tree, and from the empty one, nothing is needed.
#[must_use]
pub fn consistency(old: u64, new: u64) -> Option<Vec<Range>> {
    if old > new {
        return None;
    }
    let mut tree = Range { first: 0, end: new };
    let mut path = Vec::new();
    if old == 0 {
        return Some(path);
    }
    while tree.end != old {
        let middle = tree.middle();
        let (left, right) = (Range { end: middle, ..tree }, Range { first: middle, ..tree });
        let (inside, sibling) = if old <= middle { (left, right) } else { (right, left) };
        path.push(sibling);
        tree = inside;
    }
    // What is left is the right edge of the old tree. Where that is all of it, its root is known to whoever asks.
    if tree.first > 0 {
        path.push(tree);
    }
    path.reverse();
    Some(path)
}

/// The root that an inclusion proof leads to; `None` when the proof is too short or too long for index and size.
#[must_use]
pub fn root_of_inclusion(index: u64, size: u64, leaf: Digest, proof: &[Digest]) -> Option<Digest> {
    // RFC 9162, section 2.1.3.2.
    if index >= size {
        return None;
    }
    let (mut position, mut last) = (index, size - 1);
    let mut root = leaf;
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if position & 1 == 1 || position == last {
            root = node_hash(sibling, &root);
            while position & 1 == 0 && position != 0 {
                position >>= 1;
                last >>= 1;
            }
        } else {
            root = node_hash(&root, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(root)
}

/// True when the proof shows that the tree of `new` leaves with root `new_root` begins with the `old` leaves whose root is
/// `old_root`.
#[must_use]
pub fn is_consistent(
    (old, old_root): (u64, Digest),
    (new, new_root): (u64, Digest),
    proof: &[Digest],
) -> bool {
    // RFC 9162, section 2.1.4.2; the empty tree and an equal one are proved by nothing.
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && old_root == empty_root();
    }
    let (mut position, mut last) = (old - 1, new - 1);
    while position & 1 == 1 {
        position >>= 1;
        last >>= 1;
    }
    let mut proof = proof.iter();
    // The old tree is complete: its root is where the proof begins.
    let first = if old.is_power_of_two() { Some(&old_root) } else { proof.next() };
    let Some(&first) = first else { return false };
    let (mut of_old, mut of_new) = (first, first);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if position & 1 == 1 || position == last {
            of_old = node_hash(sibling, &of_old);
            of_new = node_hash(sibling, &of_new);
            while position & 1 == 0 && position != 0 {
                position >>= 1;
                last >>= 1;
            }
        } else {
            of_new = node_hash(&of_new, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    last == 0 && of_old == old_root && of_new == new_root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::hash::leaf_hash;
    use crate::ledger::tree::Frontier;
    use proptest::prelude::*;
    use std::collections::HashMap;
    use std::convert::Infallible;

    const LEAVES: u64 = 130;

    struct Forest {
        nodes: HashMap<(u32, u64), Digest>,
        roots: Vec<Digest>,
    }

    fn forest() -> Forest {
        let mut forest = Forest { nodes: HashMap::new(), roots: vec![empty_root()] };
        let mut tree = Frontier::new();
        for n in 0..LEAVES {
            let leaf = leaf_hash(&n.to_be_bytes());
            forest.nodes.insert((0, n), leaf);
            tree.push(leaf, |node| {
                forest.nodes.insert((node.level, node.number), node.hash);
            });
            forest.roots.push(tree.root());
        }
        forest
    }

    impl Forest {
        fn hashes(&self, ranges: &[Range]) -> Vec<Digest> {
            let node = |level, number| Ok::<_, Infallible>(self.nodes[&(level, number)]);
            ranges.iter().map(|range| range.hash(node).unwrap()).collect()
        }

        fn root(&self, size: u64) -> Digest {
            self.roots[usize::try_from(size).unwrap()]
        }
    }

    #[test]
    fn every_proof_of_every_pair_of_sizes_holds() {
        let forest = forest();
        for size in 1..=LEAVES {
            for index in 0..size {
                let proof = forest.hashes(&inclusion(index, size).unwrap());
                assert!(proof.len() <= 8, "{} hashes for {size} leaves", proof.len());
                let leaf = forest.nodes[&(0, index)];
                assert_eq!(root_of_inclusion(index, size, leaf, &proof), Some(forest.root(size)));
            }
            for old in 0..=size {
                let proof = forest.hashes(&consistency(old, size).unwrap());
                assert!(
                    is_consistent((old, forest.root(old)), (size, forest.root(size)), &proof),
                    "{old} {size}"
                );
            }
        }
        assert_eq!(inclusion(5, 5), None);
        assert_eq!(consistency(6, 5), None);
    }

    /// The three proofs of RFC 6962, section 2.1.3, by the leaves of their subtrees.
    #[test]
    fn the_examples_of_the_rfc() {
        let ranges = |pairs: &[(u64, u64)]| {
            pairs.iter().map(|(first, end)| Range { first: *first, end: *end }).collect::<Vec<_>>()
        };
        assert_eq!(inclusion(0, 7).unwrap(), ranges(&[(1, 2), (2, 4), (4, 7)]));
        assert_eq!(inclusion(3, 7).unwrap(), ranges(&[(2, 3), (0, 2), (4, 7)]));
        assert_eq!(inclusion(4, 7).unwrap(), ranges(&[(5, 6), (6, 7), (0, 4)]));
        assert_eq!(inclusion(6, 7).unwrap(), ranges(&[(4, 6), (0, 4)]));
        assert_eq!(consistency(3, 7).unwrap(), ranges(&[(2, 3), (3, 4), (0, 2), (4, 7)]));
        assert_eq!(consistency(4, 7).unwrap(), ranges(&[(4, 7)]));
        assert_eq!(consistency(6, 7).unwrap(), ranges(&[(4, 6), (6, 7), (0, 4)]));
    }

    proptest! {
        #[test]
        fn a_proof_with_anything_changed_fails(
            old in 1..LEAVES, grown in 1..LEAVES, at in any::<prop::sample::Index>(), what in 0..6,
        ) {
            let forest = forest();
            let new = (old + grown).min(LEAVES);
            let index = old - 1;
            let (old_side, new_side) = ((old, forest.root(old)), (new, forest.root(new)));
            let mut included = forest.hashes(&inclusion(index, new).unwrap());
            let mut consistent = forest.hashes(&consistency(old, new).unwrap());
            let leaf = forest.nodes[&(0, index)];
            let holds = |included: &[Digest], consistent: &[Digest], index, new_side: (u64, Digest), leaf| {
                (
                    root_of_inclusion(index, new_side.0, leaf, included) == Some(new_side.1),
                    is_consistent(old_side, new_side, consistent),
                )
            };
            prop_assert_eq!(holds(&included, &consistent, index, new_side, leaf), (true, true));
            match what {
                0 => {
                    let n = at.index(included.len());
                    included[n].0[31] ^= 1;
                    if !consistent.is_empty() {
                        let n = at.index(consistent.len());
                        consistent[n].0[0] ^= 1;
                        prop_assert!(!is_consistent(old_side, new_side, &consistent));
                    }
                    prop_assert!(!holds(&included, &consistent, index, new_side, leaf).0);
                }
                1 => {
                    included.push(leaf);
                    consistent.push(leaf);
                    prop_assert_eq!(holds(&included, &consistent, index, new_side, leaf), (false, false));
                }
                2 => {
                    included.pop();
                    prop_assert!(!holds(&included, &consistent, index, new_side, leaf).0);
                    if consistent.pop().is_some() {
                        prop_assert!(!is_consistent(old_side, new_side, &consistent));
                    }
                }
                3 => {
                    let wrong = (new, Digest([3; 32]));
                    prop_assert_eq!(holds(&included, &consistent, index, wrong, leaf), (false, false));
                }
                4 => prop_assert!(!holds(&included, &consistent, index, new_side, Digest([4; 32])).0),
                _ => {
                    prop_assert!(!is_consistent((old, Digest([5; 32])), new_side, &consistent));
                    prop_assert!(!is_consistent(new_side, old_side, &consistent));
                }
            }
        }

        #[test]
        fn no_proof_makes_the_checks_panic(
            a in any::<u64>(), b in any::<u64>(), proof in prop::collection::vec(any::<[u8; 32]>().prop_map(Digest), 0..70),
        ) {
            let _ = root_of_inclusion(a, b, Digest([0; 32]), &proof);
            let _ = is_consistent((a, Digest([0; 32])), (b, Digest([1; 32])), &proof);
        }
    }
}
