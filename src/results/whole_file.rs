//! A single file, whole or not at all: it is written beside its name and given that at the end.

use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file that all may read. One that exists is replaced only if `overwrite` says so.
///
/// # Errors
/// If the disk fails or the file exists; nothing is left behind then.
pub fn write_whole(path: &Path, contents: &[u8], overwrite: bool) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A temporary file is its owner's only. Where rights cannot be set the file is good all the same.
        let _ = std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644));
    }
    match overwrite {
        true => file.persist(path),
        false => file.persist_noclobber(path),
    }?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn what_exists_is_replaced_only_when_asked() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.csv");
        write_whole(&path, b"one", false).unwrap();
        assert!(write_whole(&path, b"two", false).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write_whole(&path, b"three", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert!(write_whole(&home.path().join("none/a.csv"), b"", true).is_err());
        assert_eq!(names(home.path()), ["a.csv"]);
    }

    #[test]
    #[cfg(unix)]
    fn others_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.csv");
        write_whole(&path, b"one", false).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
    }
}
