//! One entry as bytes: a mark to find it by, its length, a checksum, and what it holds. An entry that was cut off
//! or damaged fails its checksum, and the mark of the next one is where reading goes on.
//!
//! ```text
//!   mark 4 | length 4 | checksum 16 | kind 1 | key 16 | replication 4 | values, or the text of a failure
//! ```

/// What a file of the store begins with.
pub(super) const HEADER: &[u8] = b"flexcap store 1\n";
/// What an entry begins with: no text, and no run of zeros, has these bytes.
pub(super) const MARK: [u8; 4] = [0xf1, 0xe8, 0xca, 0x9e];

/// Mark, length and checksum.
pub(super) const HEAD: usize = 24;
const FIXED: usize = HEAD + 21;
const VALUES: u8 = 0;
const FAILURE: u8 = 1;
/// A longer entry is a damaged length.
const LONGEST: usize = 1 << 26;

/// What a replication is of: a digest of the resolved scenario with its seed, of what is measured, and of the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; 16]);

impl Key {
    /// The key of a scenario, given all that decides what it comes to, and of the metrics that are read off it:
    /// an entry has values only, so that those of another table of metrics would be taken for something else.
    #[must_use]
    pub fn of(identity: &str, metrics: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in [env!("CARGO_PKG_VERSION"), metrics, identity] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self(half(&hasher.finalize()))
    }
}

/// An entry to be written.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// One value for each series; none where it has no meaning.
    Values(&'a [Option<f64>]),
    /// Why there are none.
    Failure(&'a str),
}

/// An entry that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// One value for each series; none where it has no meaning.
    Values(Vec<Option<f64>>),
    /// Why there are none.
    Failure(String),
}

/// The entry's bytes. A failure's are padded to an odd length and values' to an even one, so that an index that
/// knows the length knows which it is, and of how many values.
pub(super) fn encode(key: Key, replication: u32, entry: &Entry<'_>) -> Vec<u8> {
    let mut bytes = vec![0; HEAD];
    let kind = match entry {
        Entry::Values(_) => VALUES,
        Entry::Failure(_) => FAILURE,
    };
    bytes.push(kind);
    bytes.extend_from_slice(&key.0);
    bytes.extend_from_slice(&replication.to_le_bytes());
    match entry {
        Entry::Values(values) => {
            for value in *values {
                bytes.extend_from_slice(&value.unwrap_or(f64::NAN).to_le_bytes());
            }
        }
        Entry::Failure(text) => {
            bytes.extend_from_slice(text.as_bytes());
            // FIXED is odd: values come in eights and keep it odd, a failure is made even.
            if bytes.len() % 2 == 1 {
                bytes.push(b' ');
            }
        }
    }
    let length = (bytes.len() - HEAD) as u32;
    let checksum = half(&blake3::hash(bytes.get(HEAD..).unwrap_or_default()));
    let head = MARK.into_iter().chain(length.to_le_bytes()).chain(checksum);
    for (byte, of) in bytes.iter_mut().zip(head) {
        *byte = of;
    }
    bytes
}

/// How long an entry of so many values is; a failure's length is even, and never that.
pub(super) fn length_of(values: usize) -> usize {
    FIXED + 8 * values
}

/// The length of the entry that begins here, if one does.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..8)?;
    let length: [u8; 4] = head.get(4..)?.try_into().ok()?;
    let length = u32::from_le_bytes(length) as usize;
    (head.starts_with(&MARK) && length <= LONGEST).then_some(HEAD + length)
}

/// The whole entry, if its checksum is right.
pub(super) fn decode(bytes: &[u8]) -> Option<(Key, u32, Found)> {
    let body = bytes
        .get(HEAD..)
        .filter(|_| length(bytes) == Some(bytes.len()))?;
    if bytes.get(8..HEAD)? != half(&blake3::hash(body)) {
        return None;
    }
    let key = Key(body.get(1..17)?.try_into().ok()?);
    let replication = u32::from_le_bytes(body.get(17..21)?.try_into().ok()?);
    let rest = bytes.get(FIXED..)?;
    let found = match *body.first()? {
        VALUES => {
            let values = rest.chunks_exact(8).map(|chunk| {
                let value = f64::from_le_bytes(chunk.try_into().unwrap_or_default());
                (!value.is_nan()).then_some(value)
            });
            Found::Values(values.collect())
        }
        FAILURE => Found::Failure(String::from_utf8_lossy(rest).trim_end().to_owned()),
        _ => return None,
    };
    Some((key, replication, found))
}

fn half(hash: &blake3::Hash) -> [u8; 16] {
    let mut half = [0; 16];
    for (byte, of) in half.iter_mut().zip(hash.as_bytes()) {
        *byte = *of;
    }
    half
}
