//! Scenarios whose every key is well formed and that still make no sense: names that clash or break the rule, names of
//! things that are not there, two policies or none, holdings that do not fit, dates that cannot be.

use super::{SMALL, Sandbox, changed, refused};

#[test]
fn a_dangling_reference_says_who_could_define_it() {
    let texts = [
        "names the hardware `h200`, which is not defined",
        "`h100`",
        "[hardware.h200]",
    ];
    refused("hardware = \"h100\"", "hardware = \"h200\"", &texts);
    let texts = [
        "names the site `mars`",
        "defined are main; [site.mars] would define it",
    ];
    refused("site = \"main\"", "site = \"mars\"", &texts);
    refused(
        "pool = \"main\"",
        "pool = \"edge\"",
        &["`order.more.pool` names the pool `edge`"],
    );
    let texts = ["names the workload `chatt`", "did you mean `chat`?"];
    refused(
        "\"feed\", \"chat\", \"llama\"",
        "\"feed\", \"chat\", \"llama\", \"chatt\"",
        &texts,
    );
    let from = "demand = { profile = \"social\", base = \"120 /s\" }";
    let texts = [
        "names the demand profile `soscial`",
        "did you mean `social`?",
    ];
    refused(
        from,
        "demand = { profile = \"soscial\", base = \"120 /s\" }",
        &texts,
    );
    let serves = "serves = [\"training\", \"inference\", \"ranking\"]";
    let wrong = "serves = [\"training\", \"inference\", \"ranking\", \"trainin\"]";
    refused(
        serves,
        wrong,
        &["`pool.main.serves`", "did you mean `training`?"],
    );
}

#[test]
fn an_unknown_catalogue_entry() {
    refused(
        "\"h100-sxm\"",
        "\"h100-smx\"",
        &["\"h100-smx\"", "did you mean"],
    );
    refused(
        "\"azure2024-conversation\"",
        "\"sinus\"",
        &["no shape \"sinus\"", "azure2024-code"],
    );
    refused(
        "\"llama-3-70b\"",
        "\"llama-9\"",
        &["\"llama-9\"", "llama-3-70b"],
    );
}

#[test]
fn two_policies() {
    let texts = [
        "`policy` has both `priority` and `dedicated`",
        "exactly one",
        "keep one",
    ];
    let sandbox = Sandbox::new();
    sandbox.write("two.toml", format!("{SMALL}\n[policy.dedicated]\n"));
    let line = SMALL.lines().count() + 2;
    let answer = sandbox
        .flexcap(["run", "two.toml"])
        .exits(3)
        .prints_nothing();
    answer.says(&texts).says(&[&format!("two.toml:{line}:")]);
}

#[test]
fn no_policy() {
    let sandbox = Sandbox::new();
    let (before, _) = SMALL.split_once("[policy.priority]").unwrap();
    sandbox.write("none.toml", before);
    let answer = sandbox
        .flexcap(["run", "none.toml"])
        .exits(3)
        .prints_nothing();
    answer.says(&[
        "none.toml:",
        "there is no `[policy.…]` table",
        "dedicated, priority",
    ]);
}

#[test]
fn an_unknown_policy() {
    let texts = ["`priorty`", "did you mean `priority`?"];
    let sandbox = Sandbox::new();
    let answer = sandbox.validate_changed("[policy.priority]", "[policy.priorty]");
    answer.exits(3).says(&texts).says(&["changed.toml:"]);
}

#[test]
fn weights_that_make_no_sense() {
    let sandbox = Sandbox::new();
    let (before, _) = SMALL.split_once("[policy.priority]").unwrap();
    for (weights, text) in [
        ("feed = -1.0", "at least 0"),
        ("feed = nan", "nan"),
        ("feed = inf", "inf"),
        ("feed = 2e9", "at most 1e9"),
        ("fead = 2.0", "did you mean `feed`?"),
        (
            "feed = 0.0, chat = 0, llama = 0.0",
            "every workload has weight 0",
        ),
    ] {
        let file = format!("{before}[policy.fair]\nweights = {{ {weights} }}\n");
        sandbox.write("fair.toml", file);
        let answer = sandbox
            .flexcap(["run", "fair.toml"])
            .exits(3)
            .prints_nothing();
        answer.says(&["fair.toml:", "weights", text]);
    }
}

#[test]
fn no_workload_at_all() {
    let sandbox = Sandbox::new();
    let (before, _) = SMALL.split_once("[order.more]").unwrap();
    let before = before.replace("initial = { llama = 128, chat = 64, feed = 56 }", "");
    sandbox.write("none.toml", format!("{before}\n[policy.dedicated]\n"));
    let answer = sandbox
        .flexcap(["run", "none.toml"])
        .exits(3)
        .prints_nothing();
    answer.says(&["there is no workload", "[training.…]"]);
}

#[test]
fn names_that_break_the_rule() {
    for name in [
        "Small",
        "two words",
        "-dash",
        "_score",
        "dot.dot",
        "ä",
        "",
        "../up",
        "a/b",
    ] {
        let line = format!("name = \"{name}\"");
        let texts = [
            &format!("\"{name}\" cannot be a name"),
            "lower-case letters, digits",
        ];
        refused("name = \"small\"", &line, &texts.map(|text| text as &str));
    }
    for name in [
        "training",
        "inference",
        "ranking",
        "idle",
        "all",
        "fleet",
        "reference",
    ] {
        let line = format!("name = \"{name}\"");
        let texts = [
            &format!("\"{name}\" cannot be a name"),
            "these words are taken",
        ];
        refused("name = \"small\"", &line, &texts.map(|text| text as &str));
    }
    let site = "[site.fleet]\n[site.main]";
    refused(
        "[site.main]",
        site,
        &["\"fleet\" cannot be a name in `site`"],
    );
}

#[test]
fn names_that_clash() {
    let extra = "[training.chat]\nwork = \"9 accelerator-hours\"\ngang = 8\n";
    let extra =
        format!("{extra}checkpoint = {{ every = \"1h\", write = \"1s\" }}\n[inference.chat]");
    let sandbox = Sandbox::new();
    let answer = sandbox
        .validate_changed("[inference.chat]", &extra)
        .exits(3);
    answer.says(&[
        "has the same name as",
        "`inference.chat`",
        "`training.chat`",
        "names of their own",
    ]);
    let pool = changed(
        "[order.more]",
        "[pool.llama]\nhardware = \"h100\"\nsite = \"main\"\naccelerators = 8\nserves = [\"training\"]\n[order.more]",
    );
    sandbox.write("pool.toml", pool);
    let answer = sandbox.flexcap(["validate", "pool.toml"]).exits(3);
    answer.says(&["has the same name as", "`training.llama`", "`pool.llama`"]);
}

#[test]
fn holdings_that_do_not_fit() {
    let initial = "initial = { llama = 128, chat = 64, feed = 56 }";
    let more = "initial = { llama = 128, chat = 64, feed = 64 }";
    refused(
        initial,
        more,
        &["pool `main` has 256", "make 264", "take 8 away"],
    );
    refused(
        "spares = 8",
        "spares = 7",
        &["not a whole number of servers of 8", "write 8"],
    );
    let texts = ["gang of `llama` needs 512", "smaller or the pool larger"];
    refused("gang = 128", "gang = 512", &texts);
}

#[test]
fn a_workload_that_no_pool_serves() {
    let serves = "serves = [\"training\", \"inference\", \"ranking\"]";
    let sandbox = Sandbox::new();
    let answer = sandbox.validate_changed(serves, "serves = [\"training\", \"inference\"]");
    answer.exits(3).says(&[
        "no pool serves `feed`",
        "add \"ranking\" or \"feed\" to the `serves`",
    ]);
}

#[test]
fn dates_out_of_order_or_impossible() {
    let start = "start = \"2024-07-01\"";
    refused(
        start,
        "start = \"2024-02-30\"",
        &["\"2024-02-30\" is not a date", "2024-07-01"],
    );
    refused(start, "start = \"soon\"", &["\"soon\" is not a date"]);
    refused(
        start,
        "start = \"0001-01-01\"",
        &["out of range", "1970 to 2400"],
    );
    refused(
        start,
        "start = \"9999-12-31\"",
        &["out of range", "1970 to 2400"],
    );
    let texts = ["\"Mars/Base\" is not a time zone", "IANA"];
    refused("\"America/New_York\"", "\"Mars/Base\"", &texts);
}

#[test]
fn offsets_follow_rfc_3339() {
    let start = "start = \"2024-07-01\"";
    let offset = "start = \"2024-07-01T00:00:00+25:00\"";
    refused(start, offset, &["is not a date"]);
}

#[test]
fn pods_that_do_not_divide_their_pool() {
    let pod = |pod: u64| format!("pod = {pod}\naccelerators = 256");
    let texts = ["`pool.main.pod` is 100", "write 96 or 104"];
    refused("accelerators = 256", &pod(100), &texts);
    let texts = [
        "328 accelerators",
        "ever has: 320, orders included",
        "leave `pod` out",
    ];
    refused("accelerators = 256", &pod(328), &texts);
}

#[test]
fn gangs_that_no_pod_can_hold() {
    let sandbox = Sandbox::new();
    let pods = ["pool.main.pod=64", "training.llama.within=pod"];
    sandbox.run_small("out", &pods).exits(3).says(&[
        "the gang of `llama` needs 128 accelerators in one pod",
        "in `main`, has 64",
        "`within = \"pool\"`",
    ]);
    let second =
        "[training.second]\nwork = \"9 accelerator-hours\"\ngang = 128\nwithin = \"pod\"\n";
    let text = SMALL
        .replace("gang = 128", "gang = 128\nwithin = \"pod\"")
        .replace("[inference.chat]", &format!("{second}[inference.chat]"))
        .replace("chat = 64, feed = 56", "second = 128")
        .replace("spares = 8", "spares = 0\npod = 240");
    sandbox.write(
        "two.toml",
        text.replace("\"chat\", \"llama\"", "\"chat\", \"llama\", \"second\""),
    );
    sandbox.flexcap(["run", "two.toml"]).exits(3).says(&[
        "`pool.main.initial` holds the gang of `second`, but beside the larger ones no pod has room for it",
        "let `second` hold less than its gang at the start",
    ]);
}
