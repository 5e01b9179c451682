//! Text that nobody would write: whatever it is, reading it ends in a scenario or in problems that
//! can be shown, never in a panic.

use proptest::prelude::*;

use super::super::{Scenario, Set, shipped};

/// Reads, and shows whatever came of it.
fn survive(text: &str, sets: &[Set]) {
    match Scenario::parse_with("fuzz.toml", text, sets) {
        Ok(loaded) => {
            let again = Scenario::parse("resolved.toml", &loaded.resolved_toml);
            assert!(again.is_ok_and(|again| again.resolved_toml == loaded.resolved_toml));
        }
        Err(invalid) => {
            assert!(!invalid.problems.is_empty());
            assert!(!invalid.to_string().is_empty() && !invalid.render(true).is_empty());
        }
    }
}

fn starter() -> &'static str {
    shipped::text("starter").map_or("", |(_, text)| text)
}

/// Pieces that have hurt readers of such files before.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "9223372036854775807",
        "-1",
        "0",
        "1e308",
        "\"1e308 y\"",
        "\"-5h\"",
        "\"\"",
        "[]",
        "{}",
        "[[]]",
        "{ a = {} }",
        "true",
        "\"é→\"",
        "1979-05-27",
        "nan",
        "\"0 FLOP\"",
        "\"1e400 W\"",
        "{ times = 2, of = \"llama\" }",
        "{ lognormal = {} }",
        "{ empirical = { values = [], weights = [] } }",
        "\"\\u0000\"",
        "\"2400-12-31\"",
        "18446744073709551615",
        "\"100000 y\"",
        "0x7fffffffffffffff",
        "\n",
        "]",
        "=",
        "\"",
        "'''",
        "#",
    ];
    prop_oneof![
        proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        ".{0,12}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        survive(&text, &[]);
    }

    #[test]
    fn a_changed_value_never_panics(line in 0usize..120, piece in piece()) {
        let changed: Vec<String> = starter().lines().enumerate().map(|(number, text)| match text.split_once('=') {
            Some((key, _)) if number == line => format!("{key}= {piece}"),
            _ => text.to_owned(),
        }).collect();
        survive(&changed.join("\n"), &[]);
    }

    #[test]
    fn a_damaged_starter_never_panics(at in 0usize..6000, length in 0usize..60, piece in piece()) {
        let text: Vec<char> = starter().chars().collect();
        let at = at.min(text.len());
        let after = (at + length).min(text.len());
        let damaged: String = text[..at].iter().copied().chain(piece.chars()).chain(text[after..].iter().copied()).collect();
        survive(&damaged, &[]);
    }

    #[test]
    fn arbitrary_settings_never_panic(
        key in proptest::sample::select(vec!["run.horizon", "pool.main", "pool.*", "policy", "demand.social.shape", "training.*.work", "*", "", "pool.main.initial.x", "hardware.h100.peak", "demand.*.event.*.at", "inference.assistant.model.tensor_parallel", "hardware.h100.accelerators_per_server"]),
        piece in piece(),
        free in "[a-z.*=]{0,20}",
    ) {
        survive(starter(), &[Set::new(format!("{key}={piece}")), Set::new(free)]);
    }
}

#[test]
fn deep_nesting_is_an_error_and_not_an_overflow() {
    for (open, close) in [("[", "]"), ("{ a = ", "}"), ("{a=[", "]}")] {
        for depth in [50, 1000, 100_000] {
            survive(
                &format!("a = {}{}", open.repeat(depth), close.repeat(depth)),
                &[],
            );
            survive(
                starter(),
                &[Set::new(format!(
                    "policy={}{}",
                    open.repeat(depth),
                    close.repeat(depth)
                ))],
            );
        }
    }
    let dotted = "a.".repeat(100_000);
    survive(&format!("{dotted}b = 1"), &[]);
    survive(&format!("[{dotted}b]"), &[]);
    survive(starter(), &[Set::new(format!("{dotted}b=1"))]);
}
