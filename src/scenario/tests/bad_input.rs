//! Every bad input of the contract: the line that is blamed, the words of the message and the hint.

use super::super::{Scenario, Set, shipped};
use super::{loaded, problems_of, starter_with};

/// What the starter says of its campaign's gang and checkpoints.
const GANG: &str = "gang = { preferred = 2048, min = 1024, max = 2048, multiple = 256 }";
const EVERY: &str = "every = \"optimal\"";

#[rustfmt::skip] // one case a line
/// What is replaced by what; the text on the line that must be blamed; words of message and hint.
pub(super) const CASES: &[(&str, &str, &str, &str, &str)] = &[
    // Keys and tables.
    ("horizon = \"13w\"", "horzion = \"13w\"", "horzion", "no key `horzion`", "did you mean `horizon`"),
    ("seed = 42", "pue = 1.1", "pue = 1.1", "no key `pue`", "`[site.*]`"),
    ("[forecast]", "[forcast]", "[forcast]", "no key `forcast` at the top", "did you mean `forecast`"),
    ("horizon = \"13w\"\n", "", "[run]", "`run` needs the key `horizon`", "\"12h\""),
    ("[scenario]\nname", "[scenario]\nextends = \"x\"\nname", "extends", "no key `extends` in `scenario`", "the keys here are"),
    // Units and kinds of value.
    ("step = \"1h\"", "step = 1", "step = 1", "`run.step` needs a unit", "s, ms, us, m, h, d, w or y"),
    ("step = \"1h\"", "step = \"1 hour\"", "1 hour", "not a unit of a duration", "did you mean `h`"),
    ("\"8 MW\"", "\"8 TB\"", "8 TB", "not a unit of a power", "W, kW, MW or GW"),
    ("\"8 MW\"", "true", "power_cap", "must be a power, but this is a boolean", "8 MW"),
    ("pue = 1.08", "pue = nan", "nan", "not a finite number", "finite"),
    ("pue = 1.08", "pue = inf", "inf", "not a finite number", "no limit"),
    ("pue = 1.08", "pue = -1.0", "-1.0", "must be at least 1 and at most 10", "Power usage effectiveness"),
    ("accelerators = 4096", "accelerators = 4096.0", "4096.0", "whole number", "4096"),
    ("accelerators = 4096", "accelerators = -8", "-8", "negative", "0 or more"),
    ("accelerators = 4096", "accelerators = 1000000000000", "1000000000000", "at most 1000000000", "Accelerators installed"),
    ("accelerators = 4096", "accelerators = 99999999999999999999", "99999999999999999999", "too large", "9223372036854775807"),
    ("seed = 42", "seed = -1", "seed", "negative", "0 or more"),
    ("\"2024-07-15\"", "\"2024-15-07\"", "2024-15-07", "not a date", "2024-07-01"),
    ("America/New_York", "America/New_Yrok", "New_Yrok", "not a time zone", "America/New_York"),
    ("at_horizon = \"prorate\"", "at_horizon = \"prorata\"", "prorata", "must be \"prorate\" or \"zero\"", "did you mean \"prorate\""),
    ("cv = 0.3 } }", "cv = -0.3 } }", "cv = -0.3", "at least 0", "Coefficient of variation"),
    // Limits.
    ("horizon = \"13w\"", "horizon = \"10000 y\"", "10000 y", "the limit is 100", "shorter horizon"),
    ("horizon = \"13w\"", "horizon = \"1e9 y\"", "1e9 y", "longer than 100,000 years", "shorter"),
    ("horizon = \"13w\"", "horizon = \"30m\"", "30m", "shorter than one step", "at least `run.step`"),
    ("every = \"1h\"\n\n# ──", "every = \"90m\"\n\n# ──", "90m", "not a whole multiple of the step", "1 h"),
    // Names and references.
    ("hardware = \"h100\"", "hardware = \"h10\"", "h10\"", "`h10`, which is not defined", "did you mean `h100`"),
    ("profile = \"social\", base = \"1500", "profile = \"sociable\", base = \"1500", "sociable", "demand profile", "[demand.sociable]"),
    ("[ranking.feed]", "[ranking.llama]", "[ranking.llama]", "the same name as `training.llama`", "names of their own"),
    ("[ranking.feed]", "[ranking.main]", "[ranking.main]", "the same name as `pool.main`", "names of their own"),
    ("[order.more]", "[order.More]", "[order.More]", "cannot be a name", "lower-case"),
    ("[order.more]", "[order.fleet]", "[order.fleet]", "cannot be a name", "taken"),
    ("name = \"starter\"", "name = \"The Starter\"", "The Starter", "cannot be a name", "lower-case"),
    ("catalogue = \"h100-sxm\"", "catalogue = \"h100-smx\"", "h100-smx", "the catalogue has no hardware", "h100-sxm"),
    ("\"azure2024-conversation\"", "\"azure-conversation\"", "azure-conversation", "the catalogue has no shape", "azure2024"),
    ("of = \"llama-3-405b\"", "of = \"llama\"", "of = \"llama\"", "which is not known", "3.8e25 FLOP"),
    // What answers are worth over time.
    ("value = { per_request = 1.0e-6 }", "value = { per_request = 1.0e-6, growth = { anual = 2.0 } }", "anual", "no key `anual` in `ranking.feed.value.growth`", "did you mean `annual`"),
    ("value = { per_request = 1.0e-6 }", "value = { per_request = 1.0e-6, growth = { annual = 0.0 } }", "annual = 0.0", "must be more than 0", "Factor per year"),
    ("value = { per_request = 1.0e-6 }", "value = { per_request = 1.0e-6, event.ads = { at = \"2024-09-01\" } }", "event.ads", "`ranking.feed.value.event.ads` needs the key `multiply`", "Factor"),
    ("value = { per_request = 1.0e-6 }", "value = { per_request = 1.0e-6, event.Ads = { at = \"2024-09-01\", multiply = 2.0 } }", "event.Ads", "cannot be a name", "lower-case"),
    // Degrading.
    ("[[1.0, 1.0], [0.6, 0.93], [0.3, 0.75]]", "[[0.9, 1.0], [0.6, 0.93]]", "[0.9, 1.0]", "must begin with [1.0, 1.0]", "for example"),
    ("[[1.0, 1.0], [0.6, 0.93], [0.3, 0.75]]", "[[1.0, 1.0]]", "[[1.0, 1.0]]", "go on with a smaller share", "for example"),
    ("[[1.0, 1.0], [0.6, 0.93], [0.3, 0.75]]", "[[1.0, 1.0], [0.3, 0.75], [0.6, 0.93]]", "[0.6, 0.93]]", "the share 0.6", "sort the rows"),
    ("[[1.0, 1.0], [0.6, 0.93], [0.3, 0.75]]", "[[1.0, 1.0], [0.6, 0.7], [0.3, 0.65]]", "[0.3, 0.65]", "not concave", "matter least"),
    ("[[1.0, 1.0], [0.6, 0.93], [0.3, 0.75]]", "[[1.0, 1.0], [0.6, 0.9], [0.3, 0.95]]", "[0.3, 0.95]", "is worth more", "may not be worth more"),
    ("[[1.0, 1.0], [0.6, 0.93], [0.3, 0.75]]", "[[1.0, 1.0], [0.6, 1.3]]", "1.3", "at least 0 and at most 1", "ranking fewer candidates"),
    ("query = { fixed = \"1ms\", per_item = \"4us\", items = { lognormal = { mean = 500, cv = 0.5 } }, concurrency = 8 }", "service = { time = \"1ms\" }", "degrade", "no items to rank fewer of", "as a `query`"),
    // Pools.
    ("serves = [\"training\", \"inference\", \"ranking\"]", "serves = []", "serves = []", "serves nothing", "training"),
    ("serves = [\"training\", \"inference\", \"ranking\"]", "serves = [\"training\", \"inference\"]", "[ranking.feed]", "no pool serves `feed`", "\"ranking\""),
    ("flexible_share = 1.0", "flexible_share = 1.5", "flexible_share = 1.5", "at least 0 and at most 1", "may move between workloads"),
    ("accelerators = 4096", "accelerators = 4095", "4095", "not a whole number of servers of 8", "4088 or 4096"),
    ("feed = 752 }", "feed = 760 }", "feed = 760", "make 4104", "take 8 away"),
    ("spares = 32", "spares = 31", "spares = 31", "not a whole number of servers", "24 or 32"),
    ("delivered = 0.7", "delivered = 0.8", "delivered = 0.8", "add up to 1.1", "0.7"),
    ("idle = \"400 W\", peak = \"1275 W\"", "idle = \"400 W\", peak = \"300 W\"", "300 W", "below the idle", "idle part included"),
    // Pods.
    ("spares = 32 ", "spares = 32\npod = 1023", "pod = 1023", "`pool.main.pod` is 1023, which is not a whole number of servers of 8", "1016 or 1024"),
    ("spares = 32 ", "spares = 32\npod = 0", "pod = 0", "at least 1", "contiguity domain"),
    ("spares = 32 ", "spares = 32\npod = 8192", "pod = 8192", "more than the pool ever has: 5120, orders included", "leave `pod` out"),
    ("spares = 32 ", "spares = 32\npod = \"2048\"", "pod = \"2048\"", "must be a whole number", "for example"),
    ("spares = 32 ", "spares = 32\npod = 1", "pod = 1", "would have 5120 pods, orders included; the limit is 1000", "training fabric"),
    (GANG, "within = \"pods\"\ngang = 2048", "pods", "must be \"pod\" or \"pool\"", "did you mean \"pod\""),
    // Training.
    (GANG, "gang = 8192", "gang = 8192", "largest that may run it, `main`, has 5088", "orders do"),
    (GANG, "gang = 2047", "gang = 2047", "not a whole number of servers", "2048"),
    (GANG, "gang = { preferred = 2048, min = 2304, multiple = 256 }", "min = 2304", "the fewest, 2304, are more than the preferred 2048", "at most 2048"),
    (GANG, "gang = { preferred = 2048, max = 1024, multiple = 256 }", "max = 1024", "the most, 1024, are fewer than the preferred 2048", "at least 2048"),
    (GANG, "gang = { preferred = 2048, min = 1000, multiple = 256 }", "min = 1000", "1000 is not a multiple of 256", "write 1024"),
    (GANG, "gang = { preferred = 2000, multiple = 256 }", "preferred = 2000", "2000 is not a multiple of 256", "write 2048"),
    (GANG, "gang = { preferred = 2048, min = 1020, multiple = 4 }", "multiple = 4", "the multiple of the gang of `llama`, 4, is not a whole number of servers of 8", "write 8"),
    (GANG, "gang = { preferred = 2048, multiple = 0 }", "multiple = 0", "at least 1", "every size is a multiple"),
    (GANG, "gang = { preferred = 2048 }", "{ preferred = 2048 }", "needs the key `multiple`", "multiple = 8"),
    (GANG, "gang = { preferred = 8192, min = 6144, multiple = 256 }", "preferred = 8192", "needs 6144 accelerators in one pool, but the largest that may run it, `main`, has 5088", "orders do"),
    (GANG, "gang = { preferred = 2048, multiple = 256, scaling = [[1024, 1.2]] }", "[[1024, 1.2]]", "an efficiency of more than 0 and at most 1", "prefer the most efficient size"),
    (GANG, "gang = { preferred = 2048, multiple = 256, scaling = [[4096, 0.8], [1024, 0.9]] }", "[[4096", "the accelerators do not rise", "by rising accelerators"),
    (GANG, "gang = { preferred = 2048, multiple = 256, scaling = [[1024, 1.0], [2048, 0.9]] }", "[[1024", "at the preferred 2048 the efficiency is 1", "divide all efficiencies"),
    (GANG, "gang = { preferred = 2048, max = 4096, multiple = 256, scaling = [[4096, 0.5]] }", "[[4096", "between 2048 and 4096 accelerators more of them do less", "more slowly"),
    (GANG, "gang = { preferred = 2048, multiple = 256, scaling = [1024, 0.9] }", "[1024, 0.9]", "must be an array", "for example"),
    (GANG, "gang = \"2048\"", "\"2048\"", "must be a whole number", "for example"),
    // Checkpoints and notice.
    (EVERY, "every = \"optimum\"", "optimum", "neither a duration nor \"optimal\"", "30m"),
    (EVERY, "every = 30", "every = 30", "needs a unit", "s, ms, us, m, h, d, w or y"),
    (EVERY, "every = \"0s\"", "every = \"0s\"", "more than 0", "Time of progress between two checkpoints"),
    ("every = \"optimal\", write = \"60s\"", "every = \"optimal\", write = \"0s\"", "\"optimal\"", "writes checkpoints in no time", "give `write` a duration"),
    ("[training.llama] ", "[training.llama]\npreemption = { notice = 120 }\n#", "notice = 120", "needs a unit", "s, ms, us"),
    ("[training.llama] ", "[training.llama]\npreemption = { grace = \"2m\" }\n#", "grace", "no key `grace`", "notice"),
    (GANG, "gang = 0", "gang = 0", "at least 1", "Accelerators that work in step"),
    ("mfu = 0.40 ", "", "times = 0.1", "needs `mfu`", "0.40"),
    ("mfu = 0.40", "mfu = { a100 = 0.4 }", "a100", "`a100`, which is not defined", "h100"),
    ("mfu = 0.40", "mfu = 40", "mfu = 40", "at most 1", "0.38"),
    ("precision = \"bf16\"", "precision = \"int8\"", "int8", "no peak speed for int8", "bf16, fp16, fp8"),
    ("deadline = \"2024-09-01\"", "deadline = \"2024-06-01\"", "2024-06-01", "not after its submission", "after `submit`"),
    ("deadline = \"2024-09-01\", ", "", "half_life_after", "needs a `deadline`", "deadline ="),
    // Serving.
    ("precision = \"fp8\", tensor_parallel = 4", "tensor_parallel = 1", "tensor_parallel = 1", "1 × 80 GB × 0.9 usable = 72.0 GB", "at least 2"),
    ("tensor_parallel = 4", "tensor_parallel = 3", "tensor_parallel = 3", "neither divides a server of 8", "1, 2, 4, 8"),
    ("tpot = \"50ms\"", "tpot = \"5ms\"", "5ms", "one request alone takes 12.07 ms a token", "slower pace"),
    ("mean = 211, cv", "mean = 0, cv", "mean = 0", "more than 0", "mean"),
    ("query = {", "service = { time = \"1ms\" }\nquery = {", "query = {", "both `service` and `query`", "keep one"),
    // Policy.
    ("[policy.priority]", "[policy.dedicated]\n[policy.priority]", "[policy.priority]", "both `dedicated` and `priority`", "keep one"),
    ("[policy.priority]", "[policy.prioritie]", "[policy.prioritie]", "no key `prioritie`", "did you mean `priority`"),
    ("\"llama\", \"research\"]", "\"llama\"]", "order = [", "leaves out research", "\"research\""),
    ("\"llama\", \"research\"]", "\"llama\", \"llama\", \"research\"]", "order = [", "stands twice", "once"),
    ("\"llama\", \"research\"]", "\"lama\", \"research\"]", "order = [", "`lama`, which is not defined", "did you mean `llama`"),
    ("method = { persistence = {} }", "method = \"persistence\"", "method", "must be a table with one of", "{ persistence = {} }"),
];

#[test]
fn every_bad_input_is_blamed_at_its_line_with_a_hint() {
    for (old, new, line, message, hint) in CASES {
        let text = starter_with(old, new);
        let invalid = problems_of(&text);
        let found = invalid.problems.iter().any(|problem| {
            let (name, number, _) = invalid.sources.position(problem.at);
            let blamed = text.lines().nth(number - 1).unwrap_or_default();
            name == "test.toml"
                && blamed.contains(line)
                && problem.message.contains(message)
                && problem
                    .hint
                    .as_deref()
                    .is_some_and(|said| said.contains(hint))
        });
        assert!(
            found,
            "{new:?} should say `{message}` with the hint `{hint}` at `{line}`, but says\n{invalid}"
        );
        assert!(!invalid.render(false).is_empty() && !invalid.render(true).is_empty());
    }
}

#[test]
fn one_slip_is_told_once() {
    for (old, new) in [
        ("seed = 42", "pue = 1.1"),
        ("hardware = \"h100\"", "hardware = \"h10\""),
        ("step = \"1h\"", "step = 1"),
        ("[forecast]", "[forcast]"),
    ] {
        let invalid = problems_of(&starter_with(old, new));
        assert!(invalid.problems.len() <= 1, "{new}:\n{invalid}");
    }
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let text = starter_with("seed = 42", "sede = 42")
        .replace("pue = 1.08", "pue = 0.5")
        .replace("arrivals = \"40 /d\"", "arrivals = \"many\"")
        .replace("h100\"\nsite", "h1000\"\nsite");
    let text = text
        .replace(GANG, "gang = 8192")
        .replace("step = \"1h\"", "step = 1");
    assert_eq!(
        problems_of(&text).problems.len(),
        6,
        "{}",
        problems_of(&text)
    );
}

#[test]
fn what_is_missing_whole_is_told() {
    let cases = [
        ("", "the file is empty", "flexcap init"),
        ("# nothing\n", "the file is empty", "flexcap init"),
        ("[scenario]\nname = \"x\"\n", "no `[run]` table", "horizon"),
        (
            "[scenario]\nname = \"x\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"1w\"\n",
            "no `[policy.…]` table",
            "dedicated, priority",
        ),
        (
            "[scenario]\nname = \"x\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"1w\"\n[policy]\n",
            "`policy` has none of `dedicated`, `priority`",
            "dedicated",
        ),
        (
            "[scenario]\nname = \"x\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"1w\"\n[policy.dedicated]\n",
            "there is no workload",
            "[training",
        ),
        ("a = [", "not TOML", ""),
        ("[run]\n[run]\n", "not TOML", ""),
        ("remove = [\"a\"]\n", "nothing to remove from", "extends"),
    ];
    for (text, message, hint) in cases {
        let invalid = problems_of(text);
        let found = invalid.problems.iter().any(|problem| {
            problem.message.contains(message)
                && problem.hint.as_deref().unwrap_or_default().contains(hint)
        });
        assert!(found, "{text:?} says\n{invalid}");
    }
}

#[test]
fn zero_accelerators_need_an_order_and_zero_demand_needs_nothing() {
    let text = starter_with("base = \"1500 /s\"", "base = \"0 /s\"");
    assert!(Scenario::parse("test.toml", &text).is_ok());
    let text = starter_with("accelerators = 4096", "accelerators = 0")
        .replace("accelerators = 1024", "accelerators = 4096")
        .replace("spares = 32", "spares = 0");
    let text = text.replace(
        "{ llama = 2048, research = 512, assistant = 752, feed = 752 }",
        "{}",
    );
    assert!(
        Scenario::parse("test.toml", &text).is_ok(),
        "{}",
        problems_of(&text)
    );
    let without_order = text
        .split("[order.more]")
        .next()
        .unwrap_or_default()
        .to_owned()
        + "[demand.social]"
        + text.split("[demand.social]").nth(1).unwrap_or_default();
    assert!(
        problems_of(&without_order)
            .to_string()
            .contains("no order brings any")
    );
}

#[test]
fn shares_fit_their_pool() {
    let with = |shares: &str| {
        starter_with(
            "[policy.priority]",
            &format!("[policy.dedicated]\nshares = {shares}\n[x]"),
        )
        .split("[x]")
        .next()
        .unwrap_or_default()
        .to_owned()
    };
    assert!(Scenario::parse("test.toml", &with("{ main = { llama = 0.5, feed = 0.4 } }")).is_ok());
    for (shares, message) in [
        ("{ main = { llama = 0.6, feed = 0.5 } }", "add up to 1.1"),
        (
            "{ main = { llama = 0.6, feed = 0.4 } }",
            "without spares there are 0.9922",
        ),
        (
            "{ other = { llama = 0.6 } }",
            "pool `other`, which is not defined",
        ),
        ("{ main = { lama = 0.6 } }", "workload `lama`"),
        ("{ main = { llama = 1.6 } }", "at least 0 and at most 1"),
    ] {
        let said = problems_of(&with(shares)).to_string();
        assert!(said.contains(message), "{shares}: {said}");
    }
}

#[test]
fn bad_settings_point_into_the_argument() {
    let (_, starter) = shipped::text("starter").expect("shipped");
    let cases = [
        (
            "run.horzion=12w",
            1,
            "no key `run.horzion`",
            "did you mean `run.horizon`",
        ),
        ("nonsense", 1, "has no `=`", "run.horizon=12w"),
        ("", 1, "has no `=`", "run.horizon=12w"),
        ("=5", 1, "no key ``", "the keys are"),
        ("run.seed=many", 10, "not TOML", "a whole number"),
        ("run.seed=1.5", 10, "must be a whole number", "8"),
        ("run.horizon=12", 13, "has no unit", "12h"),
        (
            "pool.mian.spares=8",
            1,
            "no `pool.mian`",
            "did you mean `pool.main`",
        ),
        (
            "pool.main.spares.x=8",
            1,
            "no key `pool.main.spares.x`",
            "a whole number",
        ),
        ("batch.*.x=8", 1, "no key `batch`", "the keys are"),
        ("pool.main.serves=training", 18, "not an array", "an array"),
        (
            "policy={ best = {} }",
            10,
            "no key `best`",
            "dedicated, priority",
        ),
        ("run.*=8", 1, "no key `run.*`", "the keys are"),
        (
            "pool.main.flexible_share=2",
            26,
            "at most 1",
            "Share of the pool",
        ),
    ];
    for (argument, column, message, hint) in cases {
        let invalid = match Scenario::parse_with("test.toml", starter, &[Set::new(argument)]) {
            Ok(_) => panic!("`{argument}` should be refused"),
            Err(invalid) => invalid,
        };
        let found = invalid.problems.iter().any(|problem| {
            invalid.sources.position(problem.at) == ("--set argument", 1, column)
                && problem.message.contains(message)
                && problem.hint.as_deref().unwrap_or_default().contains(hint)
        });
        assert!(found, "`{argument}` says\n{}", invalid.render(false));
    }
    let without_order = starter
        .replace("[order.more]", "[x]")
        .split("[x]")
        .next()
        .unwrap_or_default()
        .to_owned();
    let invalid = Scenario::parse_with("t", &without_order, &[Set::new("order.*.accelerators=8")])
        .err()
        .map(|invalid| invalid.to_string());
    assert!(invalid.is_some_and(|said| said.contains("matches nothing")));
}

/// What nothing makes best is told, and so is what would lose all work, or save none.
#[test]
fn checkpoints_that_cannot_be() {
    let refused = |text: &str, message: &str, hint: &str| {
        let invalid = problems_of(text).render(false);
        assert!(
            invalid.contains(message) && invalid.contains(hint),
            "{invalid}"
        );
    };
    let never_fails = starter_with("", "")
        .replace("catalogue = \"h100-sxm\"", "accelerators_per_server = 8\npeak = { bf16 = \"989 TFLOP/s\", fp8 = \"1979 TFLOP/s\" }\nmemory = \"80 GB\"\nbandwidth = \"3.35 TB/s\"\nstep_cost = { fixed = \"5 ms\", weights = 1.0, kv_cache = 2.0, compute = 1.4, all_reduce = \"4 us\" }");
    refused(
        &never_fails,
        "`llama` may run in pool `main`, whose `h100` never fails, so there is no best time between checkpoints",
        "give `every` a duration, or [hardware.h100] an `mtbf`",
    );
    let without = starter_with(
        "checkpoint = { every = \"optimal\"",
        "# checkpoint = { every = \"optimal\"",
    );
    let elastic = without.replace(
        GANG,
        "gang = { preferred = 2048, min = 1024, multiple = 256 }",
    );
    refused(
        &elastic,
        "without a checkpoint a change would lose all its work",
        "every = \"optimal\"",
    );
    let noticed = without.replace(GANG, "gang = 2048\npreemption = { notice = \"2m\" }");
    refused(
        &noticed,
        "`llama` gets notice, but has no checkpoint",
        "or delete this",
    );
}

/// What has an effect, but hardly the one that is meant, is a warning.
#[test]
fn gangs_and_notice_that_are_hardly_meant() {
    let warned = |text: &str, words: &str| match Scenario::parse("test.toml", text) {
        Ok(loaded) => assert!(
            loaded.warnings.to_string().contains(words),
            "{}",
            loaded.warnings
        ),
        Err(invalid) => panic!("{}", invalid.render(false)),
    };
    let large = "gang = { preferred = 8192, min = 1024, multiple = 256 }";
    let text = starter_with(GANG, large);
    warned(
        &text,
        "`llama` never gets the 8192 accelerators that it prefers",
    );
    let short = "gang = 2048\npreemption = { notice = \"30s\" }";
    let text = starter_with(GANG, short);
    warned(&text, "the notice of 30 s is shorter than the write of 1 m");
}

#[test]
fn a_gang_that_no_pool_holds_again_after_a_retirement_is_a_warning() {
    let retired = |keys: &str| {
        let starter = include_str!("../../../scenarios/starter.toml");
        let starter = starter.replace("min = 1024", "min = 2048");
        let text = format!("{starter}\n[maintenance.retired]\npool = \"main\"\n{keys}\n");
        loaded(&text).warnings.to_string()
    };
    let forever = "start = \"2024-08-01\"\nduration = \"2y\"";
    let said = retired(&format!("share = 0.9\n{forever}"));
    assert!(
        said.contains("from 2024-08-01 on no pool can hold the gang of `llama`: it needs 2048"),
        "{said}"
    );
    assert!(said.contains("maintenance `retired` leaves"), "{said}");
    assert!(
        said.contains("what it has not done by then it never does"),
        "{said}"
    );
    for keys in [
        format!("share = 0.1\n{forever}"),
        "share = 0.9\nstart = \"2024-08-01\"\nduration = \"1d\"".to_owned(),
        "share = 0.9\nstart = \"2024-08-01\"\nduration = \"1d\"\nevery = \"2d\"".to_owned(),
    ] {
        assert!(!retired(&keys).contains("no pool can hold"), "{keys}");
    }
    let late = format!(
        "share = 0.9\n{}",
        forever.replace("2024-08-01", "2024-09-28")
    );
    assert!(
        !retired(&late).contains("gang of `llama`"),
        "it is done by then"
    );
}

/// Guarantees to others leave a gang no pool that could hold it, too.
#[test]
fn a_gang_that_guarantees_to_others_leave_no_room_is_a_warning() {
    let gang = "preferred = 2048, min = 1024, max = 2048";
    let starter = |size: &str, policy: &str| {
        let text = starter_with(gang, size);
        let end = text.find("\n[policy.").expect("it has a policy");
        format!("{}\n{policy}\n", &text[..end])
    };
    let fixed = |text: String| text.replace("flexible_share = 1.0", "flexible_share = 0.0");
    let large = "preferred = 4096, min = 4096";
    let share = "[policy.dedicated]\nshares = { main = { llama = 0.125, feed = 0.5 } }";
    for (text, reason) in [
        (fixed(starter(gang, "[policy.value]")), None),
        (starter(large, "[policy.fair]"), None),
        (
            fixed(starter(large, "[policy.fair]")),
            Some("of the 5088 of pool `main` 2016 stay with others, as its `flexible_share` is 0"),
        ),
        (
            starter(gang, share),
            Some("its share of pool `main`, 0.1250 of 5120, is 640"),
        ),
        (starter("preferred = 2048, min = 512", share), None),
        (starter(gang, "[policy.dedicated]"), None),
        (
            starter(large, "[policy.dedicated]"),
            Some("its share of pool `main`, 0.5000 of 5120, is 2560"),
        ),
    ] {
        let loaded = loaded(&text);
        let said = loaded.warnings.to_string();
        let warned = said.contains("`llama` will never run: its gang needs");
        assert_eq!(warned, reason.is_some(), "{said}");
        assert!(reason.is_none_or(|reason| said.contains(reason)), "{said}");
    }
}
