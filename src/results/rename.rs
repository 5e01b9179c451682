//! The two renames that make a result appear: into a free name, and in exchange with the old result. Linux does
//! both in one step that nothing can come between. Elsewhere, and on file systems without them, the steps are
//! as few as they can be, and the old result is put back if the new one cannot take its place.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Gives `from` the name `to`, which must be free.
pub(super) fn into_free(from: &Path, to: &Path) -> io::Result<()> {
    match at_once(from, to, Mode::IntoFree) {
        Err(error) if is_unsupported(&error) => {}
        done => return done,
    }
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Exchanges two directories, so that there is always one at `to`. If `to` has vanished, `from` takes its name.
pub(super) fn swap(from: &Path, to: &Path) -> io::Result<()> {
    match at_once(from, to, Mode::Exchange) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => into_free(from, to),
        Err(error) if is_unsupported(&error) => swap_in_steps(from, to),
        done => done,
    }
}

fn swap_in_steps(from: &Path, to: &Path) -> io::Result<()> {
    let mut aside = from.as_os_str().to_owned();
    aside.push(".old");
    let aside = PathBuf::from(aside);
    fs::rename(to, &aside)?;
    if let Err(error) = fs::rename(from, to) {
        fs::rename(&aside, to)?;
        return Err(error);
    }
    // The new one is in place; an old one that stays beside it is no failure.
    let _ = fs::rename(&aside, from);
    Ok(())
}

#[derive(Clone, Copy)]
enum Mode {
    IntoFree,
    Exchange,
}

fn is_unsupported(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, Unsupported};
    matches!(error.kind(), InvalidInput | Unsupported)
}

#[cfg(target_os = "linux")]
fn at_once(from: &Path, to: &Path, mode: Mode) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let flags = match mode {
        Mode::IntoFree => RenameFlags::NOREPLACE,
        Mode::Exchange => RenameFlags::EXCHANGE,
    };
    Ok(renameat_with(CWD, from, CWD, to, flags)?)
}

#[cfg(not(target_os = "linux"))]
fn at_once(_from: &Path, _to: &Path, _mode: Mode) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        fs::create_dir(&from).unwrap();
        fs::write(from.join("new"), "").unwrap();
        (home, from, to)
    }

    #[test]
    fn a_free_name_is_taken_and_a_used_one_is_not() {
        let (_home, from, to) = two();
        fs::create_dir(&to).unwrap();
        let error = into_free(&from, &to).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        fs::remove_dir(&to).unwrap();
        into_free(&from, &to).unwrap();
        assert!(to.join("new").exists() && !from.exists());
    }

    #[test]
    fn both_ways_of_swapping_exchange_the_two() {
        for exchange in [swap, swap_in_steps] {
            let (_home, from, to) = two();
            fs::create_dir(&to).unwrap();
            fs::write(to.join("old"), "").unwrap();
            exchange(&from, &to).unwrap();
            assert!(to.join("new").exists() && from.join("old").exists());
        }
    }

    #[test]
    fn a_failed_swap_puts_the_old_one_back() {
        let (_home, from, to) = two();
        fs::create_dir(&to).unwrap();
        fs::remove_dir_all(&from).unwrap();
        assert!(swap_in_steps(&from, &to).is_err());
        assert!(to.exists());
    }

    #[test]
    fn what_vanished_needs_no_exchange() {
        let (_home, from, to) = two();
        swap(&from, &to).unwrap();
        assert!(to.join("new").exists());
    }
}
