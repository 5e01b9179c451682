//! A file's size and SHA-256: how a result says what it was made of, and how a rerun knows that a file
//! is still the one it was. Bytes may come in pieces, so that no file has to fit into memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// What a hash begins with.
const PREFIX: &str = "sha256:";

/// A file's size and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Size in bytes.
    pub bytes: u64,
    /// `sha256:` and 64 hexadecimal digits.
    pub hash: String,
}

impl Fingerprint {
    /// Of some bytes.
    #[must_use]
    pub fn of(contents: &[u8]) -> Self {
        let mut hasher = Hasher::default();
        hasher.update(contents);
        hasher.finish()
    }

    /// Of a file, read in pieces.
    ///
    /// # Errors
    /// What the system says when the file cannot be read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut hasher = Hasher::default();
        let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
        loop {
            let piece = file.fill_buf()?;
            if piece.is_empty() {
                return Ok(hasher.finish());
            }
            hasher.update(piece);
            let length = piece.len();
            file.consume(length);
        }
    }

    /// The 64 hexadecimal digits of the hash.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.hash.strip_prefix(PREFIX).unwrap_or(&self.hash)
    }
}

/// A fingerprint in the making.
#[derive(Clone, Debug, Default)]
pub struct Hasher {
    bytes: u64,
    digest: Sha256,
}

impl Hasher {
    /// Adds the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        self.digest.update(piece);
    }

    /// The fingerprint of all pieces.
    #[must_use]
    pub fn finish(self) -> Fingerprint {
        let mut hash = String::from(PREFIX);
        for byte in self.digest.finalize() {
            for digit in [byte >> 4, byte & 15] {
                hash.extend(char::from_digit(u32::from(digit), 16));
            }
        }
        Fingerprint {
            bytes: self.bytes,
            hash,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_the_published_ones() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Fingerprint::of(b"").hash, format!("sha256:{empty}"));
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("x"), "abc").unwrap();
        let of_file = Fingerprint::of_file(&home.path().join("x")).unwrap();
        assert_eq!((of_file.bytes, of_file.digits()), (3, abc));
    }
}
