//! The store against crashes, damage and other processes.

use proptest::prelude::*;

use super::*;

fn key(number: u64) -> Key {
    Key::of(&number.to_string(), "metrics")
}

fn put(store: &Store, number: u64, value: f64) {
    let values = [Some(value), None];
    store.put(key(number), 3, &Entry::Values(&values)).unwrap();
}

fn value(store: &Store, number: u64) -> Option<f64> {
    match store.get(key(number), 3).unwrap() {
        Some(Found::Values(values)) => {
            assert_eq!(values.get(1), Some(&None));
            values[0]
        }
        _ => None,
    }
}

fn log(home: &Path) -> PathBuf {
    home.join(format!("0-of-1-{}.log", env!("CARGO_PKG_VERSION")))
}

#[test]
fn what_was_put_is_there_in_the_next_life() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), Shard::WHOLE).unwrap();
    put(&store, 1, 1.5);
    assert_eq!(value(&store, 1), Some(1.5));
    drop(store);
    let store = Store::open(home.path(), Shard::WHOLE).unwrap();
    put(&store, 2, 2.5);
    assert!(store.has(key(1), 3, 2) && !store.has(key(1), 4, 2) && !store.has(key(3), 3, 2));
    assert_eq!((value(&store, 1), value(&store, 2)), (Some(1.5), Some(2.5)));
    assert!(store.notes.is_empty(), "{:?}", store.notes);
}

#[test]
fn a_failure_is_known_and_gives_way_to_values() {
    let home = tempfile::tempdir().unwrap();
    for text in ["odd", "even"] {
        let store = Store::open(home.path(), Shard::WHOLE).unwrap();
        store.put(key(1), 3, &Entry::Failure(text)).unwrap();
        assert!((0..4).all(|values| !store.has(key(1), 3, values)), "{text}");
        let found = store.get(key(1), 3).unwrap();
        assert_eq!(found, Some(Found::Failure(text.to_owned())));
    }
    let store = Store::open(home.path(), Shard::WHOLE).unwrap();
    put(&store, 1, 4.0);
    drop(store);
    let store = Store::open(home.path(), Shard::WHOLE).unwrap();
    assert_eq!(value(&store, 1), Some(4.0));
}

#[test]
fn one_writer_at_a_time() {
    let home = tempfile::tempdir().unwrap();
    let half = |index| Shard { index, count: 2 };
    let first = Store::open(home.path(), half(0)).unwrap();
    let second = Store::open(home.path(), half(1)).unwrap();
    for shard in [half(0), Shard::WHOLE] {
        let error = Store::open(home.path(), shard).unwrap_err().to_string();
        let own = format!("process {}", std::process::id());
        assert!(
            error.contains("is held by") && error.contains(&own),
            "{error}"
        );
    }
    put(&first, 1, 1.0);
    put(&second, 2, 2.0);
    drop((first, second));
    let whole = Store::open(home.path(), Shard::WHOLE).unwrap();
    assert_eq!((value(&whole, 1), value(&whole, 2)), (Some(1.0), Some(2.0)));
    assert!(Store::open(home.path(), half(0)).is_err());
}

#[test]
fn a_lock_that_was_left_behind_is_taken_over_and_told() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(WHOLE), "process 1 on elsewhere").unwrap();
    let store = Store::open(home.path(), Shard::WHOLE).unwrap();
    assert!(store.notes[0].contains("left behind by process 1 on elsewhere"));
}

#[test]
fn results_of_other_versions_are_told_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("0-of-1-0.0.9.log"), "whatever").unwrap();
    let store = Store::open(home.path(), Shard::WHOLE).unwrap();
    assert!(store.notes[0].contains("0.0.9"), "{:?}", store.notes);
    drop(store);
    assert_eq!(
        fs::read(home.path().join("0-of-1-0.0.9.log")).unwrap(),
        b"whatever"
    );
}

/// Values of another table of metrics, or of fewer of them, are no answer.
#[test]
fn what_was_measured_otherwise_is_missing() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), Shard::WHOLE).unwrap();
    put(&store, 1, 1.5);
    assert!(store.has(key(1), 3, 2) && !store.has(key(1), 3, 3) && !store.has(key(1), 3, 1));
    let other = Key::of("1", "other metrics");
    assert!(!store.has(other, 3, 2) && store.get(other, 3).unwrap().is_none());
    assert_ne!(Key::of("12", "3"), Key::of("1", "23"));
}

/// A merge of more shards than a process may have files open.
#[test]
#[cfg(target_os = "linux")]
fn few_files_are_open_at_once() {
    let home = tempfile::tempdir().unwrap();
    let shards = 3 * OPEN_MAX as u32;
    for index in 0..shards {
        let shard = Shard {
            index,
            count: shards,
        };
        put(
            &Store::open(home.path(), shard).unwrap(),
            u64::from(index),
            1.0,
        );
    }
    let store = Store::open(home.path(), Shard::WHOLE).unwrap();
    for _ in 0..2 {
        for index in 0..shards {
            assert_eq!(value(&store, u64::from(index)), Some(1.0));
        }
    }
    let open = fs::read_dir("/proc/self/fd").unwrap().flatten();
    let here = fs::canonicalize(home.path()).unwrap();
    let ours = open.filter(|link| fs::read_link(link.path()).is_ok_and(|to| to.starts_with(&here)));
    assert!(ours.count() <= OPEN_MAX + 4);
}

/// What the disk says at the very end is not lost: a device that takes everything, but cannot be synchronised.
#[test]
#[cfg(target_os = "linux")]
fn the_last_word_of_the_disk_is_heard() {
    let home = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/null", log(home.path())).unwrap();
    let mut store = Store::open(home.path(), Shard::WHOLE).unwrap();
    let told = store.close().unwrap_err().to_string();
    assert!(
        told.contains("cannot write") && told.contains(".log"),
        "{told}"
    );

    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(home.path(), Shard::WHOLE).unwrap();
    put(&store, 1, 1.0);
    store.close().unwrap();
    assert_eq!(value(&store, 1), Some(1.0));
}

proptest! {
    /// Whatever byte is changed, or wherever the file is cut: at most what was hit is lost, never is a wrong value
    /// read, and after the next opening everything is whole again.
    #[test]
    fn damage_costs_what_it_hits_and_no_more(at in 0usize..4000, cut: bool, flip in 1u8..=255) {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), Shard::WHOLE).unwrap();
        for number in 0..20 {
            put(&store, number, number as f64);
        }
        drop(store);
        let mut bytes = fs::read(log(home.path())).unwrap();
        let at = at % bytes.len();
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] ^= flip;
        }
        fs::write(log(home.path()), &bytes).unwrap();

        let store = Store::open(home.path(), Shard::WHOLE).unwrap();
        let kept: Vec<Option<f64>> = (0..20).map(|number| value(&store, number)).collect();
        for (number, value) in kept.iter().enumerate() {
            prop_assert!(value.is_none_or(|value| value == number as f64));
        }
        let lost = kept.iter().filter(|value| value.is_none()).count();
        prop_assert!(cut || lost <= 1);
        for number in 0..20 {
            put(&store, number, number as f64);
        }
        drop(store);
        let store = Store::open(home.path(), Shard::WHOLE).unwrap();
        prop_assert!(store.notes.is_empty(), "{:?}", store.notes);
        for number in 0..20 {
            prop_assert_eq!(value(&store, number), Some(number as f64));
        }
    }
}
