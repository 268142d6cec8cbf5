//! The Merkle tree over the leaf hashes, RFC 6962 section 2.1 (the same in RFC 9162).
//!
//! Owns: growing a tree leaf by leaf and its root.
//! Does not own: where nodes are kept (`store`); proofs (`proof`).

use super::hash::{Digest, empty_root, node_hash};

/// A complete subtree: the `number`-th (from 0) of 2^`level` leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Height; a leaf has level 0.
    pub level: u32,
    /// Position among the subtrees of that level, from the left.
    pub number: u64,
    /// Its hash.
    pub hash: Digest,
}

/// The right edge of a growing tree: the hashes of the complete subtrees that make up its leaves so far,
/// from the largest (left) to the smallest. One for each bit that is set in `size`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A tree of `size` leaves from the hashes of its complete subtrees, largest first.
    /// `None` when their number does not fit the size.
    #[must_use]
    pub fn from_peaks(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        (size.count_ones() as usize == peaks.len()).then_some(Frontier { size, peaks })
    }

    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf. `completed` is told of every subtree above the leaf that is complete now, lowest first.
    pub fn push(&mut self, leaf: Digest, mut completed: impl FnMut(Node)) {
        let mut hash = leaf;
        let mut number = self.size;
        let mut level = 0;
        while number & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            number >>= 1;
            level += 1;
            completed(Node { level, number, hash });
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree as it stands.
    #[must_use]
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        let Some(&smallest) = peaks.next() else {
            return empty_root();
        };
        peaks.fold(smallest, |right, left| node_hash(left, &right))
    }
}

/// The positions of the complete subtrees that make up the first `size` leaves, largest first: `(level, number)`.
pub fn peak_positions(size: u64) -> impl Iterator<Item = (u32, u64)> {
    (0..u64::BITS).rev().filter(move |level| size >> level & 1 == 1).map(move |level| {
        // What lies left of this peak is made of the larger ones.
        let left = (size >> level) - 1;
        (level, left)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::hash::hex;
    use crate::ledger::hash::leaf_hash;

    /// Leaves and roots published with Certificate Transparency's reference implementation.
    #[test]
    fn published_roots_of_certificate_transparency() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Frontier::new();
        assert_eq!(hex(&tree.root().0), roots[0]);
        for (i, leaf) in leaves.iter().enumerate() {
            tree.push(leaf_hash(leaf), |_| ());
            assert_eq!(hex(&tree.root().0), roots[i + 1], "after {} leaves", i + 1);
        }
    }

    /// The definition of RFC 6962, section 2.1, word for word.
    fn mth(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                node_hash(&mth(&leaves[..k]), &mth(&leaves[k..]))
            }
        }
    }

    #[test]
    fn every_size_agrees_with_the_recursive_definition_and_can_be_resumed_from_its_peaks() {
        let leaves: Vec<_> = (0u32..300).map(|i| leaf_hash(&i.to_be_bytes())).collect();
        let mut nodes: std::collections::HashMap<(u32, u64), Digest> = Default::default();
        let mut tree = Frontier::new();
        for (i, leaf) in leaves.iter().enumerate() {
            nodes.insert((0, i as u64), *leaf);
            tree.push(*leaf, |n| {
                nodes.insert((n.level, n.number), n.hash);
            });
            assert_eq!(tree.root(), mth(&leaves[..=i]));
            let peaks = peak_positions(tree.size()).map(|at| nodes[&at]).collect();
            assert_eq!(Frontier::from_peaks(tree.size(), peaks), Some(tree.clone()));
        }
        for (&(level, number), hash) in &nodes {
            let (first, last) = ((number << level) as usize, ((number + 1) << level) as usize);
            assert_eq!(*hash, mth(&leaves[first..last]));
        }
    }
}
