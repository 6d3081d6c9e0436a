//! Words as numbers: every key of a file is kept once and compared as a number from then on.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// A map that is asked several times a row. Its keys come from a file that its owner analyses for himself, so that it need not
/// withstand keys made to collide.
pub(super) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

#[derive(Default)]
pub(super) struct Quick(u64);

impl Quick {
    fn add(&mut self, number: u64) {
        // Both halves of the product: the lower one alone would leave the low bits of the sum to those of the key.
        let product = u128::from(self.0 ^ number) * 0x9E37_79B9_7F4A_7C15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(eight) ^ (bytes.len() as u64) << 56);
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.add(u64::from(number) | 1 << 63);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Words numbered in the order in which they were met.
#[derive(Default)]
pub(super) struct Words {
    numbers: QuickMap<String, u32>,
    pub words: Vec<String>,
}

impl Words {
    pub fn of(words: &[String]) -> Self {
        let mut numbered = Self::default();
        for word in words {
            numbered.number(word);
        }
        numbered
    }

    pub fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = u32::try_from(self.words.len())
            .expect("a file holds fewer than four thousand million words");
        self.numbers.insert(word.to_owned(), number);
        self.words.push(word.to_owned());
        number
    }

    pub fn get(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }
}

/// The word that a column had last, with what belongs to it: in most files the next row has it again.
#[derive(Default)]
pub(super) struct Last<T> {
    word: String,
    held: Option<T>,
}

impl<T: Copy> Last<T> {
    pub fn of(&mut self, word: &str, find: impl FnOnce(&str) -> T) -> T {
        match self.held {
            Some(held) if self.word == word => held,
            _ => {
                let found = find(word);
                self.word.clear();
                self.word.push_str(word);
                self.held = Some(found);
                found
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_numbers() {
        let mut words = Words::default();
        let long = "a word of more than eight bytes";
        assert_eq!(
            ["b", "a", "b", long, "", long].map(|word| words.number(word)),
            [0, 1, 0, 2, 3, 2]
        );
        assert_eq!((words.get("a"), words.get("c")), (Some(1), None));
        for number in 0..10_000 {
            words.number(&format!("N{number}"));
        }
        assert_eq!(words.words.len(), 10_004);
        assert_eq!(words.get("N9999"), Some(10_003));
    }

    #[test]
    fn the_last_word_is_asked_once() {
        let (mut last, mut asked) = (Last::default(), 0);
        for word in ["", "", "x", "x", ""] {
            last.of(word, |_| asked += 1);
        }
        assert_eq!(asked, 3);
    }
}
