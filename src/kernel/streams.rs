//! Random streams with names: one per (seed, replication, entity, purpose).
//!
//! A stream depends on its name alone. Adding an entity, or a draw for another purpose, therefore changes no other
//! draw, which is what lets two policies be compared on the same history (common random numbers; Law 2015, section
//! 11.2). The name is hashed by BLAKE3 into the key of a ChaCha8 generator; both are specified byte for byte, so the
//! bits are the same on every machine and in every year. Draw integers of a fixed width, never a `usize`.

use std::convert::Infallible;

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng, TryRng};

/// Separates these hashes from any other use of BLAKE3. A change to how names are hashed must change it.
const HASH_CONTEXT: &str = "flexcap kernel random streams v1";

const SEQUENTIAL: u8 = 0;
const INDEXED: u8 = 1;

/// The source of all randomness of one replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
    replication: u32,
}

/// An endless sequence of random bits: a generator in the sense of `rand`, good for 2⁷⁰ bytes. It occupies 320 bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Stream(ChaCha8Rng);

/// A family of streams numbered by `u64`, each reachable in constant time.
///
/// Use it for draws that belong to the n-th of something, such as the n-th request's length or the n-th hour's noise.
/// The n-th is then the same however many numbers the others used, and in whatever order they were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexedStreams {
    key: [u8; 32],
}

impl Streams {
    /// The streams of replication number `replication` of the experiment with this `seed`.
    pub const fn new(seed: u64, replication: u32) -> Self {
        Self { seed, replication }
    }

    /// The stream for what `entity` (a name, unique in the scenario) draws for `purpose`, from its beginning.
    ///
    /// Asking twice gives the same numbers twice. It costs a hash (under a microsecond), so keep the stream.
    pub fn stream(&self, entity: &str, purpose: &str) -> Stream {
        Stream(ChaCha8Rng::from_seed(self.key(SEQUENTIAL, entity, purpose)))
    }

    /// The numbered streams for what `entity` draws for `purpose`. They share nothing with [`Streams::stream`] of the
    /// same name.
    pub fn indexed(&self, entity: &str, purpose: &str) -> IndexedStreams {
        IndexedStreams {
            key: self.key(INDEXED, entity, purpose),
        }
    }

    /// Hashes the name. Numbers are little-endian and texts follow their length, so no two names hash the same bytes.
    fn key(&self, kind: u8, entity: &str, purpose: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(HASH_CONTEXT);
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(&self.replication.to_le_bytes());
        hasher.update(&[kind]);
        for text in [entity, purpose] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

impl IndexedStreams {
    /// The stream that belongs to `index`, from its beginning: ChaCha8's stream number (its nonce) is the index.
    ///
    /// Costs about 0.1 µs with its first 32 `u64`s, against 3 ns for each `u64` of a stream that is kept.
    pub fn at(&self, index: u64) -> Stream {
        let mut rng = ChaCha8Rng::from_seed(self.key);
        rng.set_stream(index);
        Stream(rng)
    }
}

impl Stream {
    /// A number below `bound`, or 0 if that is 0: one multiplication, no division and no second try, so that the chances
    /// of two numbers differ by up to 2⁻³² (Lemire 2019 without its rejection step).
    #[inline]
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(bound)) >> 32) as u32
    }
}

/// `rand` derives its `Rng` and `RngExt` from this, so that `rand_distr` works on a stream.
impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    #[inline]
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;
    use rand_distr::{Distribution, Exp1};
    use std::collections::BTreeSet;

    const STREAMS: Streams = Streams::new(42, 3);

    fn first<const N: usize>(mut stream: Stream) -> [u64; N] {
        std::array::from_fn(|_| stream.next_u64())
    }

    #[test]
    fn numbers_below_a_bound_are_equally_likely() {
        let mut stream = STREAMS.stream("main", "below");
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[stream.below(7) as usize] += 1;
        }
        assert!(
            counts.iter().all(|&count| count.abs_diff(10_000) < 450),
            "{counts:?}"
        );
        assert_eq!((stream.below(1), stream.below(0)), (0, 0));
    }

    #[test]
    fn a_name_always_gives_the_same_stream() {
        assert_eq!(
            first::<100>(STREAMS.stream("pool", "failures")),
            first(STREAMS.stream("pool", "failures"))
        );
    }

    #[test]
    fn every_part_of_the_name_counts() {
        let streams = [
            STREAMS.stream("ab", "c"),
            STREAMS.stream("a", "bc"),
            STREAMS.stream("", "abc"),
            STREAMS.stream("abc", ""),
            STREAMS.stream("c", "ab"),
            STREAMS.stream("a\0b", "c"),
            Streams::new(43, 3).stream("ab", "c"),
            Streams::new(42, 4).stream("ab", "c"),
            Streams::new(3, 42).stream("ab", "c"),
            STREAMS.indexed("ab", "c").at(0),
            STREAMS.indexed("ab", "c").at(1),
            STREAMS.indexed("ab", "c").at(1 << 32),
            STREAMS.indexed("ab", "c").at(u64::MAX),
            STREAMS.indexed("a", "bc").at(0),
        ];
        let count = streams.len();
        let distinct: BTreeSet<[u64; 2]> = streams.into_iter().map(first).collect();
        assert_eq!(distinct.len(), count);
    }

    #[test]
    fn a_new_stream_changes_no_other() {
        let alone = first::<64>(STREAMS.stream("pool", "failures"));
        let mut other = STREAMS.stream("pool", "repairs");
        let mut stream = STREAMS.stream("pool", "failures");
        let interleaved = std::array::from_fn(|_| {
            other.next_u32();
            stream.next_u64()
        });
        assert_eq!(alone, interleaved);
    }

    #[test]
    fn an_index_does_not_feel_what_others_used() {
        let jobs = STREAMS.indexed("training", "size");
        let seventh = first::<40>(jobs.at(7));
        for draws in 0..100 {
            let mut sixth = jobs.at(6);
            for _ in 0..draws {
                sixth.next_u32();
            }
            assert_eq!(first(jobs.at(7)), seventh);
        }
    }

    #[test]
    fn draws_are_uniform_and_uncorrelated_over_indexes() {
        let hours = STREAMS.indexed("demand", "noise");
        let draws: Vec<f64> = (0..100_000).map(|hour| hours.at(hour).random()).collect();
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let variance = draws.iter().map(|u| (u - mean).powi(2)).sum::<f64>() / n;
        let lag_1 = draws
            .windows(2)
            .map(|u| (u[0] - mean) * (u[1] - mean))
            .sum::<f64>();
        // Four standard errors of each: 1/√(12n), 1/√(180n), 1/√n.
        assert!((mean - 0.5).abs() < 4.0 / (12.0 * n).sqrt(), "{mean}");
        assert!(
            (variance - 1.0 / 12.0).abs() < 4.0 / (180.0 * n).sqrt(),
            "{variance}"
        );
        assert!((lag_1 / n / variance).abs() < 4.0 / n.sqrt(), "{lag_1}");
    }

    #[test]
    fn distributions_work_on_a_stream() {
        let mut stream = STREAMS.stream("arrivals", "gaps");
        let mean = (0..100_000)
            .map(|_| -> f64 { Exp1.sample(&mut stream) })
            .sum::<f64>()
            / 1e5;
        assert!((mean - 1.0).abs() < 4.0 / 1e5_f64.sqrt(), "{mean}");
    }

    /// Computed apart, by `blake3` for Python and ChaCha8 written after RFC 8439 with 8 rounds and a 64-bit counter.
    /// If this fails, results of earlier versions can no longer be reproduced.
    #[test]
    fn the_first_numbers_are_pinned() {
        let mut stream = STREAMS.stream("pool-a", "failures");
        let start = std::array::from_fn(|_| stream.next_u64());
        assert_eq!(
            start,
            [
                0x9b88_c51b_8483_20cf_u64,
                0x3628_56a5_b859_56ae,
                0x1f8d_2196_655a_81d4
            ]
        );
        assert_eq!(
            (0..38).fold(0, |_, _| stream.next_u64()),
            0xd4ca_b347_4b5f_02eb
        );

        let sizes = STREAMS.indexed("Tränen", "size");
        assert_eq!(
            first(sizes.at(0)),
            [0x26db_f27f_7005_601e, 0x2777_c0c0_0097_f31f]
        );
        assert_eq!(
            first(sizes.at((1 << 40) + 5)),
            [0x8786_607e_1468_7ff1, 0x81de_2754_21d8_28f8]
        );
    }
}
