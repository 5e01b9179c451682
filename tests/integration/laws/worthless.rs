//! Work that is worth nothing is work all the same: every policy runs it.

use proptest::prelude::*;

use super::draft::{self, texts_with_elastic};
use super::support::{cases, run, scenario};
use flexcap::scenario::Scenario;

/// The draft with every value at zero, under another policy.
fn worthless(text: &str, policy: &str) -> String {
    let head = text.find("[policy.").expect("a draft has a policy");
    let mut text = text[..head].to_owned();
    let service = format!(
        "value = {{ per_request = {:?}, miss = {:?} }}",
        draft::VALUE,
        draft::MISS
    );
    text = text.replace(&service, "value = { per_request = 0.0, miss = 0.0 }");
    text = text.replace(
        "value = { per_accelerator_hour = 2.0 }",
        "value = { per_accelerator_hour = 0.0 }",
    );
    text = text.replace("on_completion = 1000.0", "on_completion = 0.0");
    text + policy
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn what_is_worth_nothing_earns_nothing_and_is_done_all_the_same(text in texts_with_elastic()) {
        let drafted = scenario(&text);
        let order: Vec<&str> = drafted.workloads().map(|(name, _)| name).collect();
        let priority = format!("[policy.priority]\norder = {order:?}\n");
        for policy in ["[policy.dedicated]\n", &priority, "[policy.fair]\n", "[policy.value]\n"] {
            let text = worthless(&text, policy);
            let loaded = Scenario::parse("draft.toml", &text);
            prop_assert!(loaded.is_ok(), "{text}");
            let (totals, _) = run(&scenario(&text), 0);
            for (workload, name) in totals.workloads.iter().zip(&order) {
                prop_assert_eq!(workload.value, 0.0, "{} under {}: {}", name, policy, text);
            }
        }
    }
}

/// With nothing else to do, even `value` runs a campaign that pays nothing where it holds servers from the start.
#[test]
fn holdings_stay_with_what_is_worth_nothing() {
    for policy in ["dedicated", "fair", "value"] {
        let text = super::worth::hall(0.0, "").replace(
            "[policy.value]\nforecast_cv = 0.05",
            &format!("[policy.{policy}]"),
        );
        let text = text.replace(
            "serves = [\"training\", \"ranking\"]",
            "serves = [\"training\", \"ranking\"]\ninitial = { gang = 60, feed = 40 }",
        );
        let (totals, _) = run(&scenario(&text), 0);
        assert!(
            totals.training[0].useful > 11.0 * 60.0,
            "{policy}: {:?}",
            totals.training[0]
        );
        assert_eq!(totals.workloads[0].value, 0.0);
    }
}
