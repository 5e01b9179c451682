//! One wrong thing in a file at a time: exit 3, the line it is on, the text with carets below it, and a hint that
//! says what would be right.

use super::refused;

#[test]
fn an_unknown_key() {
    let texts = [
        "no key `horzion` in `run`",
        "did you mean `horizon`?",
        "horzion = ",
    ];
    refused("step = \"1h\"", "horzion = \"3d\"\nstep = \"1h\"", &texts);
}

#[test]
fn an_unknown_table() {
    refused(
        "[record]",
        "[recrod]\nx = 1\n[record]",
        &["`recrod`", "did you mean `record`?"],
    );
    let texts = ["`weather`", "scenario, run, record, hardware"];
    refused("[record]", "[weather]\nrain = true\n[record]", &texts);
}

#[test]
fn a_key_of_a_later_issue_is_refused_and_not_ignored() {
    refused(
        "[record]",
        "[rental.spot]\nprice = 3\n[record]",
        &["`rental`"],
    );
    refused(
        "gang = 128",
        "elastic = true\ngang = 128",
        &["`elastic`", "training.llama"],
    );
}

#[test]
fn a_missing_unit() {
    let texts = [
        "`run.horizon` needs a unit",
        "s, ms, us, m, h, d, w or y",
        "write \"48h\"",
    ];
    refused("\"2d\"", "48", &texts);
    refused(
        "\"2d\"",
        "\"48\"",
        &["`run.horizon`: \"48\" has no unit", "\"12h\""],
    );
    refused("\"120 /s\"", "120", &["`inference.chat.demand.base`", "/s"]);
    refused("\"8 MW\"", "8e6", &["`site.main.power_cap`", "W, kW, MW"]);
}

#[test]
fn a_wrong_unit() {
    refused(
        "\"2d\"",
        "\"2 MW\"",
        &["`run.horizon`", "\"MW\" is not a unit of a duration"],
    );
    refused(
        "\"2d\"",
        "\"2 months\"",
        &["`run.horizon`", "\"months\"", "d, w or y"],
    );
    refused("\"8 MW\"", "\"8 h\"", &["`site.main.power_cap`", "\"h\""]);
    refused(
        "\"120 /s\"",
        "\"120 s\"",
        &["`inference.chat.demand.base`", "/s"],
    );
    let hours = "\"3000 accelerator-hours\"";
    refused(
        hours,
        "\"3000 hours\"",
        &["`training.llama.work`", "FLOP", "accelerator-hours"],
    );
}

#[test]
fn a_unit_where_none_belongs() {
    refused(
        "= 0.15",
        "= \"15%\"",
        &["`policy.priority.headroom`", "number"],
    );
    refused(
        "accelerators = 256",
        "accelerators = \"256\"",
        &["`pool.main.accelerators`"],
    );
}

#[test]
fn numbers_that_are_none() {
    for number in ["nan", "-nan", "inf", "+inf", "-inf", "1e999"] {
        refused(
            "headroom = 0.15",
            &format!("headroom = {number}"),
            &["finite"],
        );
    }
    refused("mean = 1155", "mean = nan", &["finite"]);
    refused(
        "\"2d\"",
        "\"NaN d\"",
        &["`run.horizon`", "\"NaN d\" is not a duration"],
    );
    refused(
        "\"120 /s\"",
        "\"inf /s\"",
        &["`inference.chat.demand.base`", "not a rate"],
    );
}

#[test]
fn negative_where_nothing_can_be() {
    refused("\"2d\"", "\"-2d\"", &["`run.horizon`", "negative"]);
    refused(
        "\"120 /s\"",
        "\"-1 /s\"",
        &["`inference.chat.demand.base`", "negative"],
    );
    refused(
        "replications = 3",
        "replications = -3",
        &["`run.replications`", "negative"],
    );
    refused(
        "headroom = 0.15",
        "headroom = -0.15",
        &["`policy.priority.headroom`"],
    );
    refused(
        "noise = { cv = 0.3",
        "noise = { cv = -0.3",
        &["`demand.social.noise.cv`"],
    );
}
