//! Ctrl-C: the first one asks the run to stop and tidy up, the second ends the process.

use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// Exit code of a process that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// The flag that Ctrl-C sets, from now on.
pub fn flag() -> &'static AtomicBool {
    let handler = || {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(INTERRUPTED);
        }
    };
    // Where no handler can be set Ctrl-C simply ends the process, as it does by default.
    let _ = ctrlc::set_handler(handler);
    &STOP
}
